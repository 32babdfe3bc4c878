import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import type { Message, RemoteInUse } from "../../../app/contract/index.ts";
import { useApi, useQueries } from "../../client/context.tsx";
import { isCode, toFailure } from "../../client/failure.ts";
import { useOutgoing, useSession } from "../../client/session.tsx";
import { Announcer } from "../../ui/announcer.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toastFailure } from "../../ui/toast.tsx";
import { Composer } from "./composer.tsx";
import { EndIncognito, IncognitoBanner, IncognitoEnded, IncognitoWelcome, incognitoTitle } from "./incognito-parts.tsx";
import { MessageList } from "./message-list.tsx";
import { Welcome } from "./welcome.tsx";

interface Props {
  /** Null for a conversation that begins with the first message. */
  conversationId: string | null;
  /** The message to show, where a link led to one. */
  target: string | null;
  /** Of which nothing is kept. */
  incognito?: boolean;
}

const noMessages: Message[] = [];

export function ChatView({ conversationId, target, incognito = false }: Props) {
  const api = useApi();
  const { outbox, replies } = useSession();
  const [, navigate] = useLocation();
  const { sending, failure } = useOutgoing(conversationId);
  const field = useRef<HTMLTextAreaElement>(null);
  const thread = useQuery({ ...useQueries().conversation(conversationId ?? ""), enabled: conversationId !== null });
  const messages = thread.data?.messages ?? noMessages;
  const running = messages.findLast(({ status }) => status === "streaming");
  const title = incognito ? incognitoTitle : thread.data?.conversation.title || "New chat";

  // A reply that was running before this window opened, or came through another one, is followed from where it is.
  useEffect(() => {
    if (conversationId && running) replies.follow(conversationId, running.id, running.text);
  }, [conversationId, running, replies]);

  useEffect(() => {
    document.title = conversationId === null ? "Ebb" : `${title} · Ebb`;
  }, [conversationId, title]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation is another start of typing.
  useEffect(() => field.current?.focus(), [conversationId]);

  const send = async (text: string) => {
    const started = await outbox.send(conversationId, text);
    // The user may have gone elsewhere while the first message of a new conversation was on its way.
    if (conversationId === null && started && isNewChat()) navigate(`/c/${started}`, { replace: true });
  };
  const stop = () => {
    if (running) api.chat.stop({ replyId: running.id }).catch(toastFailure);
  };
  const retry = useCallback(
    (replyId: string) => {
      if (conversationId) void outbox.retry(conversationId, replyId);
    },
    [conversationId, outbox],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && running) stop();
  };

  if (incognito && conversationId && isCode(thread.error, "NOT_FOUND")) return <IncognitoEnded id={conversationId} />;
  if (thread.isError && !thread.data) return <NotShown error={thread.error} />;
  const empty = messages.length === 0 && !sending;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc is a shortcut for the Stop button from anywhere in the chat.
    <div className={`flex h-full flex-col ${incognito ? "bg-panel" : ""}`} onKeyDown={onKeyDown}>
      <PageHeader title={title}>{incognito && conversationId && <EndIncognito id={conversationId} />}</PageHeader>
      {incognito && <IncognitoBanner />}
      {thread.isPending && conversationId ? (
        <div className="flex-1">
          <Spinner />
        </div>
      ) : empty && incognito ? (
        <IncognitoWelcome />
      ) : empty ? (
        <Welcome
          onPick={(text) => {
            outbox.setDraft(conversationId, text);
            field.current?.focus();
          }}
        />
      ) : (
        <MessageList
          key={conversationId}
          messages={messages}
          sending={sending}
          target={target}
          incognito={incognito}
          onRetry={retry}
        />
      )}
      <div className="mx-auto flex w-full max-w-[48rem] flex-col gap-2 px-4 pb-3">
        {failure && <Notice failure={failure} />}
        <ModelHint incognito={incognito} />
        <Composer
          conversationId={conversationId}
          field={field}
          replying={running !== undefined}
          sending={sending !== null}
          onSend={send}
          onStop={stop}
        />
      </div>
      <Announcer reply={messages.findLast(({ role }) => role === "assistant")} />
    </div>
  );
}

const isNewChat = () => location.hash === "" || location.hash === "#/";

function ModelHint({ incognito }: { incognito: boolean }) {
  const { data } = useQuery(useQueries().status());
  const status = data?.model.status;
  if (data?.remote) return <LeavesHint remote={data.remote} incognito={incognito} />;
  if (status !== "none" && status !== "failed") return null;
  return (
    <p className="text-center text-[0.8125rem] text-muted">
      {status === "none" ? "No model loaded" : "The model could not be loaded"}:{" "}
      {incognito ? "without one, Ebb has nothing to answer with here." : "Ebb answers from memory."}{" "}
      <Link href="/models" className="font-medium text-accent hover:underline">
        {status === "none" ? "Choose a model" : "See why"}
      </Link>
    </p>
  );
}

/** Stands over the composer for as long as what is typed goes to another computer or server. */
function LeavesHint({ remote: { host, here }, incognito }: { remote: RemoteInUse; incognito: boolean }) {
  return (
    <p className="flex items-center justify-center gap-1.5 text-center text-[0.8125rem] text-notice" data-leaves={host}>
      <Globe className="size-3.5 shrink-0" aria-hidden />
      <span>
        {incognito
          ? `Incognito too, what you write ${here ? "goes to" : "leaves this computer for"} ${host}, which answers and may keep it.`
          : `What you write goes to ${host}, which answers.`}{" "}
        <Link href="/models" className="font-medium text-accent hover:underline">
          Change
        </Link>
      </span>
    </p>
  );
}

function NotShown({ error }: { error: unknown }) {
  return (
    <div className="flex h-full flex-col">
      <PageHeader title="Conversation" />
      <div className="mx-auto w-full max-w-xl p-5">
        <Notice failure={toFailure(error)}>
          <Link href="/" className={buttonClass({ size: "small" })}>
            New chat
          </Link>
        </Notice>
      </div>
    </div>
  );
}
