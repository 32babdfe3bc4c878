import type { MemoryRow } from "../storage/memories.ts";
import { deny, newChange } from "./fading.ts";
import { reinforce } from "./reconcile.ts";
import type { Denial } from "./retain/denials.ts";
import type { MemoryStore } from "./store.ts";

/** A reply of Ebb, and the message that it answered. */
export type Answered = { replyId: string; messageId: string };

/** A memory that the user said is not true, or not any more. */
export type Denied = { memoryId: string; text: string; how: Denial };

/** Characters that a reply may have beside the memory and still be about nothing else. */
const aside = 160;

/**
 * A Good review for each memory that the reply used, now that the user has gone on without setting it right. What the
 * message itself changed is left alone. Called once for each reply, with the message that follows it.
 */
export function reviewCited(
  store: MemoryStore,
  { replyId }: Answered,
  { messageId, at }: { messageId: string; at: number },
): void {
  const touched = new Set(store.memories.revisionsOfMessages([messageId]).map(({ memoryId }) => memoryId));
  for (const row of citedIn(store, replyId)) {
    if (!touched.has(row.id)) reinforce(store, row, "good", "used in a reply", at);
  }
}

/**
 * Puts away the memory that "that's wrong" is about: the only one that the reply used, or the only one that it says it
 * learned, and only where the reply is about little else and asks nothing, so that the denial can mean nothing else. Null
 * where that can't be told.
 */
export function denyAnswered(
  store: MemoryStore,
  answered: Answered,
  { how, reply, messageId, at }: { how: Denial; reply: string; messageId: string; at: number },
): Denied | null {
  const cited = citedIn(store, answered.replyId);
  const rows =
    cited.length > 0 ? cited : learnedFrom(store, answered.messageId).filter(({ text }) => reply.includes(text));
  const [row, other] = rows;
  if (!row || other || reply.length > row.text.length + aside || reply.trimEnd().endsWith("?")) return null;
  deny(store, row, how, { ...newChange(store, "denied", at), messageId });
  return { memoryId: row.id, text: row.text, how };
}

/** The active memories that the reply used. */
function citedIn(store: MemoryStore, replyId: string): MemoryRow[] {
  const used = store.recallLog.usedIn([replyId]).get(replyId) ?? [];
  return active(
    store,
    used.filter(({ source, cited }) => source === "memory" && cited).map(({ id }) => id),
  );
}

function learnedFrom(store: MemoryStore, messageId: string): MemoryRow[] {
  return active(
    store,
    store.memories.revisionsOfMessages([messageId]).map(({ memoryId }) => memoryId),
  );
}

function active(store: MemoryStore, ids: readonly string[]): MemoryRow[] {
  return store.memories.getMany([...new Set(ids)]).filter(({ status }) => status === "active");
}
