import { useState } from "react";
import type { Message } from "../../../app/contract/index.ts";
import { useConnectionState } from "../../client/context.tsx";
import { LearnedChips } from "../../ui/chips.tsx";
import { fullMoment } from "../../ui/format.ts";
import { TaskCards } from "../../ui/task-card.tsx";

const longText = 4_000;
const shownOfLong = 1_500;

interface Props {
  message: Pick<Message, "id" | "text" | "role" | "speaker" | "status" | "createdAt" | "learned" | "tasks">;
  /** True while it is on its way. */
  sending?: boolean;
  /** True where a link led to it. */
  target: boolean;
}

/** What the user said, or a named other person in an imported chat. */
export function UserMessage({ message, sending = false, target }: Props) {
  const { role, speaker, createdAt, learned, tasks } = message;
  const mine = role === "user";
  return (
    <article
      aria-label={mine ? "You" : (speaker ?? "Someone else")}
      aria-busy={sending}
      data-message={message.id}
      data-role={role}
      data-status={sending ? "sending" : message.status}
      className={`flex flex-col gap-1.5 ${mine ? "items-end" : "items-start"}`}
    >
      {!mine && speaker && <p className="text-[0.8125rem] font-medium text-muted">{speaker}</p>}
      <div
        title={fullMoment(createdAt)}
        dir="auto"
        className={`max-w-[min(85%,36rem)] rounded-2xl px-4 py-2.5 whitespace-pre-wrap transition-opacity ${mine ? "rounded-br-md bg-tint" : "rounded-bl-md bg-panel"} ${sending ? "opacity-60" : ""} ${target ? "outline-2 outline-offset-4 outline-ring" : ""}`}
      >
        <LongText text={message.text} />
      </div>
      {sending && <Waiting />}
      <LearnedChips learned={learned} />
      <TaskCards changes={tasks} />
    </article>
  );
}

function Waiting() {
  if (useConnectionState() !== "lost") return null;
  return <p className="text-[0.8125rem] text-muted">Will be sent when Ebb is back.</p>;
}

function LongText({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  if (text.length <= longText || whole) return text;
  return (
    <>
      {text.slice(0, shownOfLong)}…
      <button
        type="button"
        onClick={() => setWhole(true)}
        className="mt-2 block text-sm font-medium text-accent hover:underline"
      >
        Show all {text.length.toLocaleString()} characters
      </button>
    </>
  );
}
