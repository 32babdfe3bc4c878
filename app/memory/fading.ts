import type { Change, MemoryPatch, MemoryRow, RevisionCause } from "../storage/memories.ts";
import type { ReviewGrade } from "../storage/reviews.ts";
import { archiveThreshold, fadeSpan, mayReview, review } from "./forgetting.ts";
import { neverFades } from "./kept.ts";
import type { MemoryStore } from "./store.ts";

/** Memories archived in one go: a bounded write, well under the pause that anyone would notice. */
export const archiveLimit = 100;

/**
 * Archives memories that have faded (R under 0.4) and that no rule keeps, at most `limit` of them, in one transaction: out
 * of recall and the profile, but there to be searched and restored. What is yet to come waits until it is past. Returns their
 * ids; doing it again finds the rest, then nothing.
 */
export function archiveFaded(store: MemoryStore, now: number, limit = archiveLimit): string[] {
  const isToCome = (at: number | null): boolean => at !== null && at > now;
  const faded = store.memories
    .faded(fadeSpan(archiveThreshold), now)
    .filter((row) => !neverFades(row) && !isToCome(row.validFrom) && !isToCome(row.validTo))
    .take(limit)
    .toArray();
  if (faded.length === 0) return [];
  return store.transaction(() =>
    faded.map(({ id }) => {
      store.memories.update(id, { status: "archived" }, newChange(store, "archived", now));
      return id;
    }),
  );
}

/** Pins the memory, which counts as asking to remember it, or lets it go. */
export function setPinned(
  store: MemoryStore,
  row: MemoryRow,
  pinned: boolean,
  now: number,
): { row: MemoryRow; changeId: string } {
  const change = newChange(store, "pinned", now);
  const { changeId } = change;
  if (!pinned || row.pinned) return { row: store.memories.update(row.id, { pinned }, change), changeId };
  return { row: updateReviewed(store, row, { grade: "easy", reason: "pinned" }, { pinned }, change), changeId };
}

/** Says that the memory still holds: an Easy review. */
export function confirm(store: MemoryStore, row: MemoryRow, now: number): { row: MemoryRow; changeId: string } {
  const change = newChange(store, "confirmed", now);
  const patch: MemoryPatch = {
    confidence: Math.min(1, row.confidence + 0.05),
    ...(row.trust === "inferred" || row.trust === "assistant" ? { trust: "confirmed" } : {}),
  };
  return {
    row: updateReviewed(store, row, { grade: "easy", reason: "confirmed" }, patch, change),
    changeId: change.changeId,
  };
}

/**
 * Takes the user's word that a memory is wrong, which grades it Again and archives it, or is over, which keeps it as history
 * ungraded. Either way its time is closed.
 */
export function deny(store: MemoryStore, row: MemoryRow, how: "wrong" | "over", change: Change): MemoryRow {
  const end = Math.max(change.at, row.validFrom ?? change.at);
  const denied: Change = { ...change, cause: "denied" };
  if (how === "over") return store.memories.update(row.id, { status: "superseded", validTo: end }, denied);
  const patch: MemoryPatch = { status: "archived", validTo: end };
  return updateReviewed(store, row, { grade: "again", reason: "denied" }, patch, denied);
}

/** Changes a memory and reviews it, where it may be reviewed, as one change. */
export function updateReviewed(
  store: MemoryStore,
  row: MemoryRow,
  given: { grade: ReviewGrade; reason: string },
  patch: MemoryPatch,
  change: Change,
): MemoryRow {
  if (given.grade !== "again" && !mayReview(row, change.at)) return store.memories.update(row.id, patch, change);
  const state = review(row, given.grade, change.at);
  const { stability, difficulty } = state;
  store.memories.addReview({ memoryId: row.id, at: change.at, ...given, stability, difficulty });
  return store.memories.update(row.id, { ...patch, ...state }, change);
}

export function newChange(store: MemoryStore, cause: RevisionCause, at: number): Change {
  return { changeId: store.newId(), at, cause, messageId: null };
}
