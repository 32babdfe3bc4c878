import { useQueryClient } from "@tanstack/react-query";
import { Bookmark, Check, MessageSquareQuote } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { LearnedMemory, UsedMemory } from "../../app/contract/index.ts";
import { useApi } from "../client/context.tsx";
import { shortDate } from "./format.ts";
import { toast, toastFailure } from "./toast.tsx";

/** Where something remembered is shown: the memory itself, or the message in its conversation. */
export function memoryHref({
  source,
  id,
  conversationId,
}: Pick<UsedMemory, "source" | "id" | "conversationId">): string {
  return source === "message" && conversationId ? `/c/${conversationId}/m/${id}` : `/memory/${id}`;
}

const chip = "inline-flex max-w-full items-center gap-1.5 rounded-full px-2.5 py-1 text-[0.8125rem] leading-5";

/** The memories that entered a reply: those it rests on in view, those it was only offered behind a button. */
export function MemoryChips({ memories }: { memories: readonly UsedMemory[] }) {
  const [open, setOpen] = useState(false);
  const cited = memories.filter((memory) => memory.cited);
  const offered = memories.filter((memory) => !memory.cited);
  if (memories.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1.5" aria-label="Memories used">
      {cited.map((memory) => (
        <Chip key={memory.id} memory={memory} />
      ))}
      {offered.length > 0 && (
        <li>
          <button
            type="button"
            aria-expanded={open}
            aria-label={open ? "Hide memories considered" : `Show ${offered.length} more considered`}
            onClick={() => setOpen(!open)}
            className={`${chip} text-muted hover:bg-hover hover:text-ink`}
          >
            {open ? "Show less" : cited.length > 0 ? `+${offered.length}` : `${offered.length} considered`}
          </button>
        </li>
      )}
      {open && offered.map((memory) => <Chip key={memory.id} memory={memory} />)}
    </ul>
  );
}

function Chip({ memory }: { memory: UsedMemory }) {
  const Icon = memory.source === "memory" ? Bookmark : MessageSquareQuote;
  const said = `${memory.source === "memory" ? "" : "you said "}${shortDate(memory.saidAt, Date.now())}`;
  return (
    <li className="max-w-full">
      <Link
        href={memoryHref(memory)}
        title={memory.text}
        className={`${chip} transition-colors ${memory.cited ? "bg-tint hover:bg-hover" : "border border-dashed border-line-strong text-muted hover:text-ink"}`}
      >
        <Icon className="size-3.5 shrink-0 text-accent" aria-hidden />
        <span className="sr-only">Memory {memory.cited ? "used" : "considered"}:</span>
        <span className="max-w-[18rem] truncate">{memory.text}</span>
        <span className="shrink-0 text-muted">{said}</span>
      </Link>
    </li>
  );
}

/** What Ebb learned from a message, each with its undo. */
export function LearnedChips({
  learned,
  align = "end",
}: {
  learned: readonly LearnedMemory[];
  align?: "start" | "end";
}) {
  if (learned.length === 0) return null;
  return (
    <ul className={`flex flex-col gap-1 ${align === "end" ? "items-end" : "items-start"}`} aria-label="Remembered">
      {learned.map((item) => (
        <Learned key={`${item.memoryId} ${item.changeId}`} item={item} />
      ))}
    </ul>
  );
}

const endings = { new: "", updated: " (updated)", confirmed: " (confirmed)", denied: "", unsure: "" } as const;
const beginnings = {
  new: "Remembered",
  updated: "Remembered",
  confirmed: "Remembered",
  denied: "No longer used",
  unsure: "Not sure",
} as const;

function Learned({ item: { memoryId, text, change, changeId } }: { item: LearnedMemory }) {
  const api = useApi();
  const cache = useQueryClient();
  const said = `${beginnings[change]}: ${text}${endings[change]}`;
  const undo = (id: string) =>
    api.memories.undo({ changeId: id }).then(
      () =>
        toast({ title: `Taken back. Ebb ${change === "denied" ? "uses this again" : "no longer remembers this"}.` }),
      (error: unknown) => {
        toastFailure(error);
        void cache.invalidateQueries({ queryKey: ["conversation"] });
      },
    );
  return (
    <li className="flex max-w-full items-center gap-1 text-[0.8125rem] text-muted">
      <Check className="size-3.5 shrink-0 text-accent" aria-hidden />
      <Link
        href={`/memory/${memoryId}`}
        aria-label={said}
        title={text}
        className="max-w-[24rem] min-w-0 truncate hover:text-ink hover:underline"
      >
        {said}
      </Link>
      {changeId && (
        <button
          type="button"
          aria-label={`Undo: ${text}`}
          onClick={() => undo(changeId)}
          className="shrink-0 rounded px-1 font-medium text-accent hover:underline"
        >
          Undo
        </button>
      )}
    </li>
  );
}
