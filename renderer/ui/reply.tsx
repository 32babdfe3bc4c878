import { Globe, RotateCcw } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import type { Message } from "../../app/contract/index.ts";
import { useLiveText } from "../client/session.tsx";
import { Button } from "./button.tsx";
import { MemoryChips, memoryHref } from "./chips.tsx";
import { Markdown } from "./markdown/markdown.tsx";
import { Notice } from "./notice.tsx";
import { Thought } from "./thought.tsx";

interface Props {
  message: Message;
  /** True where a link led to it. */
  target?: boolean;
  /** Asks for it again; left out where another branch would hide what followed. */
  onRetry?: ((replyId: string) => void) | undefined;
  /** What stands under it once it has ended. */
  children: ReactNode;
}

/** What Ebb said, as far as it has come, with the memories that it used. */
export function Reply({ message, target = false, onRetry, children }: Props) {
  const { id, status, memories } = message;
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
      <Thought replyId={id} running={running && text === ""} />
      {text === "" && running ? (
        <Thinking />
      ) : (
        text !== "" && <Markdown text={text} citations={citations} running={running} />
      )}
      <Outcome message={message} onRetry={onRetry} />
      {!!message.droppedTurns && (
        <p className="text-[0.8125rem] text-muted" data-dropped={message.droppedTurns}>
          This conversation is longer than the model can read at once: it was given the first {message.droppedTurns}{" "}
          turns in short.
        </p>
      )}
      {message.remote && (
        <p className="flex items-center gap-1.5 text-[0.8125rem] text-muted" data-remote={message.remote}>
          <Globe className="size-3.5 shrink-0" aria-hidden />
          <span className="min-w-0 truncate">Answered by {message.remote}</span>
        </p>
      )}
      <MemoryChips memories={memories} />
      {!running && children}
    </article>
  );
}

/** How a reply ended, where it did not end well. */
function Outcome({ message, onRetry }: Pick<Props, "message" | "onRetry">) {
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
