import type { LearnedMemory, Message, UsedMemory } from "../contract/index.ts";
import type { MemoryRepository, Revision } from "../storage/memories.ts";
import type { MessageRow } from "../storage/messages.ts";
import type { TaskCards } from "../storage/task-cards.ts";
import { changeView } from "./tasks/cards.ts";

/** What a window shows of the messages: each with the memories that entered it, what was learned from it, and what it did to the tasks. */
export function messageViews(
  rows: readonly MessageRow[],
  memories: MemoryRepository,
  cards: TaskCards,
  usedIn: (replyIds: readonly string[]) => Map<string, UsedMemory[]>,
): Message[] {
  const used = usedIn(rows.filter((row) => row.role === "assistant").map((row) => row.id));
  const said = rows.filter((row) => row.role === "user").map((row) => row.id);
  const learned = learnedFrom(said, memories);
  const changes = cards.ofMessages(said);
  return rows.map(({ zone: _zone, ...row }) => ({
    ...row,
    memories: used.get(row.id) ?? [],
    learned: learned.get(row.id) ?? [],
    tasks: (changes.get(row.id) ?? []).map(changeView).filter(({ entries }) => entries.length > 0),
  }));
}

const shown = new Set<Revision["cause"]>(["learned", "confirmed", "denied"]);

/** By message: the memories that it made, changed, confirmed or put away and that still stand. */
export function learnedFrom(messageIds: readonly string[], memories: MemoryRepository): Map<string, LearnedMemory[]> {
  const revisions = memories.revisionsOfMessages(messageIds).filter((revision) => !revision.undone);
  const superseding = new Set(revisions.filter((r) => r.cause === "superseded").map((r) => r.changeId));
  const result = new Map<string, LearnedMemory[]>();
  for (const revision of revisions) {
    const { after, messageId } = revision;
    if (after === null || messageId === null || !shown.has(revision.cause)) continue;
    if (!memories.get(revision.memoryId)) continue;
    const list = result.get(messageId) ?? [];
    list.push({
      memoryId: revision.memoryId,
      text: after.text,
      change: changeOf(revision, superseding),
      changeId: memories.changedSince(revision.memoryId, revision.changeId) ? null : revision.changeId,
    });
    result.set(messageId, list);
  }
  return result;
}

function changeOf(revision: Revision, superseding: ReadonlySet<string>): LearnedMemory["change"] {
  if (revision.cause === "confirmed" || revision.cause === "denied") return revision.cause;
  if (revision.after?.status === "conflict" || revision.after?.status === "provisional") return "unsure";
  return revision.before !== null || superseding.has(revision.changeId) ? "updated" : "new";
}
