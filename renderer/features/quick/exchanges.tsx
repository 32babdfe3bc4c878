import { useLayoutEffect, useRef } from "react";
import type { Message } from "../../../app/contract/index.ts";
import { LearnedChips } from "../../ui/chips.tsx";
import { Reply } from "../../ui/reply.tsx";
import { TaskCards } from "../../ui/task-card.tsx";
import { splitClipboard } from "./clipboard.ts";
import { ClipboardCard } from "./clipboard-card.tsx";
import { ReplyActions } from "./reply-actions.tsx";

interface Props {
  messages: readonly Message[];
  /** A question on its way that is not among the messages yet. */
  waiting: string | null;
  onRetry: (replyId: string) => void;
  onOpen: () => void;
}

/** Within this many px of the end the view follows what is written. */
const nearEnd = 40;

/** What was asked and answered, the newest in view. */
export function Exchanges({ messages, waiting, onRetry, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const newest = messages.at(-1)?.id;

  useLayoutEffect(() => {
    const [view, inner] = [scroller.current, content.current];
    if (!view || !inner) return;
    let following = true;
    const toEnd = () => {
      if (following) view.scrollTop = view.scrollHeight;
    };
    const onScroll = () => {
      following = view.scrollHeight - view.scrollTop - view.clientHeight <= nearEnd;
    };
    const growth = new ResizeObserver(toEnd);
    growth.observe(inner);
    growth.observe(view);
    view.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      growth.disconnect();
      view.removeEventListener("scroll", onScroll);
    };
  }, []);

  // What one has just asked is always worth seeing, wherever one had scrolled to.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new message brings the view to the end.
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [newest, waiting]);

  return (
    <div ref={scroller} role="feed" aria-label="Answers" className="h-full overflow-y-auto">
      <div ref={content} className="flex flex-col gap-3 px-5 pt-4 pb-4">
        {messages.map((message) =>
          message.role === "assistant" ? (
            <Reply key={message.id} message={message} onRetry={message.id === newest ? onRetry : undefined}>
              {message.id === newest && <ReplyActions message={message} onOpen={onOpen} />}
            </Reply>
          ) : (
            <Question key={message.id} text={message.text} learned={message.learned} tasks={message.tasks} />
          ),
        )}
        {waiting !== null && <Question text={waiting} learned={[]} tasks={[]} sending />}
      </div>
    </div>
  );
}

function Question({
  text,
  learned,
  tasks,
  sending = false,
}: Pick<Message, "text" | "learned" | "tasks"> & { sending?: boolean }) {
  const { question, copied } = splitClipboard(text);
  return (
    <article
      aria-label="You"
      aria-busy={sending}
      data-role="user"
      className={`flex flex-col gap-1.5 not-first:mt-3 not-first:border-t not-first:border-line not-first:pt-4 ${sending ? "opacity-60" : ""}`}
    >
      <p dir="auto" className="font-semibold whitespace-pre-wrap">
        {question}
      </p>
      {copied !== null && <ClipboardCard copied={copied} />}
      <LearnedChips learned={learned} align="start" />
      <TaskCards changes={tasks} align="start" />
    </article>
  );
}
