import { RotateCcw } from "lucide-react";
import { memo, useMemo } from "react";
import type { Message } from "../../../app/contract/index.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { fullMoment } from "../../ui/format.ts";
import { Markdown } from "../../ui/markdown/markdown.tsx";
import { Notice } from "../../ui/notice.tsx";
import { MemoryChips, memoryHref } from "./chips.tsx";
import { useLiveText } from "./session.tsx";

interface Props {
  message: Message;
  /** Only the newest reply can be asked for again: another branch further up would hide what followed. */
  newest: boolean;
  target: boolean;
  onRetry: (replyId: string) => void;
}

export const Reply = memo(function Reply({ message, newest, target, onRetry }: Props) {
  const { id, status, model, createdAt, memories } = message;
  const live = useLiveText(id);
  const text = live ?? message.text;
  const running = status === "streaming";
  const citations = useMemo(
    () => memories.map((memory) => ({ mark: memory.mark, href: memoryHref(memory), text: memory.text })),
    [memories],
  );
  return (
    <article
      aria-label="Ebb"
      aria-busy={running}
      data-message={id}
      data-role="assistant"
      data-status={status}
      className={`group relative flex flex-col gap-3 rounded-lg ${target ? "outline-2 outline-offset-8 outline-ring" : ""}`}
    >
      {text === "" && running ? (
        <Thinking />
      ) : (
        text !== "" && <Markdown text={text} citations={citations} running={running} />
      )}
      <Outcome message={message} {...(newest && { onRetry })} />
      <MemoryChips memories={memories} />
      {!running && (
        <footer className={`-ml-1.5 flex items-center gap-0.5 text-xs text-muted ${newest ? "-mt-1" : inTheGap}`}>
          {text !== "" && <CopyButton label="Copy reply" text={() => text} />}
          {newest && status === "complete" && (
            <IconButton label="Retry" onClick={() => onRetry(id)} className="size-7">
              <RotateCcw className="size-4" aria-hidden />
            </IconButton>
          )}
          <span className="pl-1.5">
            {model ?? "From memory"} · {fullMoment(createdAt)}
          </span>
        </footer>
      )}
    </article>
  );
});

/** Older replies show their buttons on demand, in the space before the next message, where they take none of their own. */
const inTheGap =
  "absolute top-full opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100";

/** How a reply ended, where it did not end well. */
function Outcome({ message, onRetry }: { message: Message; onRetry?: Props["onRetry"] }) {
  const { id, status, failure } = message;
  const retry = onRetry && (
    <Button size="small" onClick={() => onRetry(id)}>
      <RotateCcw className="size-3.5" aria-hidden />
      Retry
    </Button>
  );
  if (status === "failed" || (status === "interrupted" && failure)) {
    const shown = failure ?? { message: "This reply failed.", remedy: "Try again." };
    return (
      <Notice failure={shown} tone={status === "failed" ? "danger" : "notice"}>
        {retry}
      </Notice>
    );
  }
  if (status !== "interrupted") return null;
  return (
    <p className="flex items-center gap-3 border-t border-dashed border-line-strong pt-2.5 text-sm text-muted">
      <span className="flex-1">Stopped here. The reply is not complete.</span>
      {retry}
    </p>
  );
}

function Thinking() {
  return (
    <p className="flex h-7 items-center gap-1.5" role="img" aria-label="Ebb is thinking">
      {["", "[animation-delay:160ms]", "[animation-delay:320ms]"].map((delay) => (
        <span key={delay} className={`size-1.5 animate-pulse rounded-full bg-accent ${delay}`} />
      ))}
    </p>
  );
}
