import { RotateCcw } from "lucide-react";
import { memo } from "react";
import type { Message } from "../../../app/contract/index.ts";
import { IconButton } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { fullMoment } from "../../ui/format.ts";
import { Reply } from "../../ui/reply.tsx";
import { Why } from "./why.tsx";

interface Props {
  message: Message;
  /** Only the newest reply can be asked for again: another branch further up would hide what followed. */
  newest: boolean;
  target: boolean;
  /** In a chat that takes nothing from memory. */
  incognito: boolean;
  onRetry: (replyId: string) => void;
}

/** A reply in the chat, with its buttons and where it came from. */
export const ChatReply = memo(function ChatReply({ message, newest, target, incognito, onRetry }: Props) {
  const { id, status, text, model, createdAt } = message;
  return (
    <Reply message={message} target={target} onRetry={newest ? onRetry : undefined}>
      <footer className={`-ml-1.5 flex items-center gap-0.5 text-xs text-muted ${newest ? "-mt-1" : inTheGap}`}>
        {text !== "" && <CopyButton label="Copy reply" text={() => text} />}
        {newest && status === "complete" && (
          <IconButton label="Retry" onClick={() => onRetry(id)} className="size-7">
            <RotateCcw className="size-4" aria-hidden />
          </IconButton>
        )}
        <span className="pl-1.5">
          {model ?? (incognito ? "Without a model" : "From memory")} · {fullMoment(createdAt)}
        </span>
        {!incognito && (
          <>
            <span aria-hidden>·</span>
            <Why replyId={id} />
          </>
        )}
      </footer>
    </Reply>
  );
});

/** Older replies show their buttons on demand, in the space before the next message, where they take none of their own. */
const inTheGap =
  "absolute top-full opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100";
