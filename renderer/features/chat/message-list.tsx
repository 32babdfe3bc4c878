import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import type { Message } from "../../../app/contract/index.ts";
import type { Outgoing } from "../../client/outbox.ts";
import { ChatReply } from "./chat-reply.tsx";
import { UserMessage } from "./user-message.tsx";

interface Props {
  messages: readonly Message[];
  sending: Outgoing["sending"];
  /** The message that a link led to. */
  target: string | null;
  /** Of which nothing is kept. */
  incognito: boolean;
  onRetry: (replyId: string) => void;
}

const guess = 140;
/** Within this many px of the end the view follows what is written. */
const nearEnd = 40;

/** The messages of a conversation, of which only those near the view are in the page. */
export function MessageList({ messages, sending, target, incognito, onRetry }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const waiting = sending && !messages.some(({ id }) => id === sending.messageId) ? sending : null;
  const count = messages.length + (waiting ? 1 : 0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => messages[index]?.id ?? waiting?.messageId ?? index,
    estimateSize: () => guess,
    overscan: 4,
    paddingStart: 16,
    paddingEnd: 28,
    gap: 28,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
  });

  const found = target === null ? -1 : messages.findIndex(({ id }) => id === target);
  useLayoutEffect(() => {
    if (found >= 0) virtual.scrollToIndex(found, { align: "center" });
    else virtual.scrollToEnd();
  }, [found, virtual]);

  // One's own message is always worth seeing, wherever one had scrolled to.
  const sent = waiting?.messageId;
  useLayoutEffect(() => {
    if (sent) virtual.scrollToEnd();
  }, [sent, virtual]);

  return (
    <div className="relative min-h-0 flex-1">
      <div ref={scroller} role="feed" aria-label="Messages" className="h-full overflow-y-auto [overflow-anchor:none]">
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const message = messages[index];
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${start}px)` }}
              >
                <div className="mx-auto w-full max-w-[46rem] px-5">
                  {message?.role === "assistant" ? (
                    <ChatReply
                      message={message}
                      newest={index === messages.length - 1}
                      target={index === found}
                      incognito={incognito}
                      onRetry={onRetry}
                    />
                  ) : message ? (
                    <UserMessage message={message} target={index === found} />
                  ) : (
                    waiting && <UserMessage message={asMessage(waiting)} sending target={false} />
                  )}
                </div>
              </div>
            );
          })}
        </div>
      </div>
      {!virtual.isAtEnd(nearEnd) && count > 0 && (
        <button
          type="button"
          onClick={() => virtual.scrollToEnd()}
          className="absolute bottom-3 left-1/2 inline-flex -translate-x-1/2 items-center gap-1.5 rounded-full border border-line bg-raised py-1.5 pr-3.5 pl-2.5 text-sm font-medium shadow-lift hover:bg-hover"
        >
          <ArrowDown className="size-4" aria-hidden />
          Jump to latest
        </button>
      )}
    </div>
  );
}

const asMessage = ({ messageId, text, at }: NonNullable<Outgoing["sending"]>) => ({
  id: messageId,
  role: "user" as const,
  speaker: null,
  status: "complete" as const,
  text,
  createdAt: at,
  learned: [],
  tasks: [],
});
