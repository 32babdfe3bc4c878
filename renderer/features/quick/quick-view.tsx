import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { useHost, useQueries } from "../../client/context.tsx";
import { Announcer } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { toastFailure } from "../../ui/toast.tsx";
import { AskField } from "./ask-field.tsx";
import { withClipboard } from "./clipboard.ts";
import { ClipboardCard } from "./clipboard-card.tsx";
import { Exchanges } from "./exchanges.tsx";
import { Footer } from "./footer.tsx";
import { Idle } from "./idle.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { useAsking } from "./use-asking.ts";
import { useClipboard } from "./use-clipboard.ts";
import { usePresence } from "./use-presence.ts";

/** One question and its answer, from anywhere on the desktop. */
export function QuickView() {
  const host = useHost();
  const field = useRef<HTMLTextAreaElement>(null);
  const absence = usePresence(field);
  const clipboard = useClipboard();
  const asking = useAsking(absence, clipboard);
  const { conversationId, messages, running, sending, failure, text, setText, recent } = asking;
  const status = useQuery(useQueries().status()).data;

  const show = useCallback((route: string) => host.showMain(route).then(() => host.dismiss(), toastFailure), [host]);
  const openInEbb = () => void (conversationId && show(`/c/${conversationId}`));
  const startAnew = () => {
    asking.startAnew();
    field.current?.focus();
  };
  const addClipboard = () => {
    field.current?.focus();
    void clipboard.add();
  };
  useShortcuts({ dismiss: host.dismiss, stop: asking.stop, openInEbb, startAnew, addClipboard });

  // The Stop button goes with the reply, and with it the focus; but what is selected in the reply stays selected.
  useEffect(() => {
    const nowhere = document.activeElement === document.body && getSelection()?.isCollapsed !== false;
    if (running === undefined && nowhere) field.current?.focus();
  }, [running]);

  const asked = messages.length > 0 || sending !== null;
  const waiting = sending && !messages.some(({ id }) => id === sending.messageId) ? sending.text : null;
  return (
    <main className="flex h-full flex-col border border-line">
      <header className="shrink-0 border-b border-line bg-raised [-webkit-app-region:drag]">
        <AskField
          field={field}
          text={text}
          onChange={setText}
          added={clipboard.copied === null ? 0 : withClipboard("", clipboard.copied).length}
          recent={recent}
          replying={running !== undefined}
          sending={sending !== null}
          onAsk={asking.ask}
          onStop={asking.stop}
        />
        <div className="flex flex-col gap-2 px-4 pb-3 [-webkit-app-region:no-drag] empty:hidden">
          {clipboard.copied !== null && (
            <ClipboardCard copied={clipboard.copied} onRemove={() => clipboard.put(null)} />
          )}
          {clipboard.problem && (
            <p role="status" className="pl-9.5 text-[0.8125rem] text-notice">
              {clipboard.problem}
            </p>
          )}
          {failure && status?.storage.status !== "unavailable" && <Notice failure={failure} />}
          {status?.storage.status === "readOnly" && !failure && (
            <Notice failure={status.storage.failure} tone="notice" />
          )}
          {status?.storage.status === "unavailable" && (
            <Notice failure={status.storage.failure}>
              <Button size="small" onClick={() => show("/")}>
                Open Ebb
              </Button>
            </Notice>
          )}
        </div>
      </header>
      <div className="min-h-0 flex-1">
        {asked ? (
          <Exchanges messages={messages} waiting={waiting} onRetry={asking.retry} onOpen={openInEbb} />
        ) : (
          <Idle
            recent={recent}
            onPick={(question) => {
              setText(question);
              field.current?.focus();
            }}
          />
        )}
      </div>
      <Footer asked={asked} onClipboard={addClipboard} onNew={startAnew} onClose={host.dismiss} />
      <Announcer reply={messages.findLast(({ role }) => role === "assistant")} />
    </main>
  );
}
