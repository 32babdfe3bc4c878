import { AppWindow, BookmarkPlus, Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Message } from "../../../app/contract/index.ts";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { Button } from "../../ui/button.tsx";
import { commandKey, Keys } from "../../ui/keys.tsx";
import { toast, toastFailure } from "../../ui/toast.tsx";
import { memoryText, selectedIn } from "./memory-text.ts";

const copiedFor = 1_600;

/** What can be done with a finished reply. */
export function ReplyActions({ message: { text }, onOpen }: { message: Message; onOpen: () => void }) {
  const api = useApi();
  const bar = useRef<HTMLDivElement>(null);
  const [copied, setCopied] = useState(false);
  const [savedBy, setSavedBy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedFor);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => toast({ title: "Copying was not allowed.", detail: `Select the text and press ${commandKey}+C.` }),
    );
  const save = () => {
    const words = memoryText(selectedIn(bar.current?.closest("article")?.querySelector(".markdown")) ?? text);
    const tooLong = words.length > limits.memoryChars;
    setProblem(tooLong ? sayTooLong(words.length) : null);
    if (!tooLong) api.memories.add({ text: words }).then(({ changeId }) => setSavedBy(changeId), toastFailure);
  };
  const undo = (changeId: string) => api.memories.undo({ changeId }).then(() => setSavedBy(null), toastFailure);

  return (
    <div ref={bar} className="flex flex-col gap-1.5">
      <div className="-ml-2 flex flex-wrap items-center gap-x-1 gap-y-0.5">
        {text !== "" && (
          <Action onClick={copy} icon={copied ? <Check className={icon} /> : <Copy className={icon} />}>
            {copied ? "Copied" : "Copy"}
          </Action>
        )}
        {text !== "" && savedBy === null && (
          <Action onClick={save} icon={<BookmarkPlus className={icon} />}>
            Save as memory
          </Action>
        )}
        {savedBy !== null && (
          <span role="status" className="inline-flex items-center gap-1.5 pr-1 pl-2 text-[0.8125rem] text-muted">
            <Check className={`${icon} text-accent`} aria-hidden />
            Saved
            <button
              type="button"
              onClick={() => undo(savedBy)}
              className="rounded px-1 font-medium text-accent hover:underline"
            >
              Undo
            </button>
          </span>
        )}
        <Action onClick={onOpen} icon={<AppWindow className={icon} />}>
          Open in Ebb
          <Keys keys={[commandKey, "O"]} className="max-[560px]:hidden" />
        </Action>
      </div>
      {problem && (
        <p role="status" className="text-[0.8125rem] text-notice">
          {problem}
        </p>
      )}
    </div>
  );
}

const icon = "size-4";

function Action({ onClick, icon, children }: { onClick: () => void; icon: ReactNode; children: ReactNode }) {
  return (
    // Pressing the button must not take the selection away that it is about to use.
    <Button
      look="quiet"
      size="small"
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
      className="px-2!"
    >
      <span aria-hidden>{icon}</span>
      {children}
    </Button>
  );
}

const sayTooLong = (length: number): string =>
  `A memory can have ${limits.memoryChars.toLocaleString()} characters; this has ${length.toLocaleString()}. Select the part to keep, then save it.`;
