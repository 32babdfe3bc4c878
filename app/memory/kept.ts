import type { Change, MemoryRow } from "../storage/memories.ts";
import type { MemoryStore } from "./store.ts";

/** Slots on which somebody's health or safety may hang, in the order of the profile. */
export const safetySlots: readonly string[] = ["allergy", "condition", "medication", "blood type", "emergency contact"];

/** Slots that say who the user is, in the order of the profile. */
export const identitySlots: readonly string[] =
  "name,full name,address as,nickname,pronouns,birthday,age,home,address,origin,nationality,language,job,work,studies,marital status,religion".split(
    ",",
  );

/** True for what is never archived, however long it has not come up: pinned, health and safety, identity, standing instructions. */
export function neverFades(row: Pick<MemoryRow, "pinned" | "kind" | "subject" | "predicate">): boolean {
  if (row.pinned || row.kind === "instruction" || safetySlots.includes(row.predicate)) return true;
  return row.subject === "user" && identitySlots.includes(row.predicate);
}

/**
 * Pins a memory that must not be lost, with a line of its own in its history. What the user has once let go of stays
 * unpinned. Returns the memory as it then is.
 */
export function safeguard(store: MemoryStore, row: MemoryRow, change: Change): MemoryRow {
  if (row.pinned || wasUnpinned(store, row.id)) return row;
  return store.memories.update(row.id, { pinned: true }, { ...change, cause: "safeguarded" });
}

function wasUnpinned(store: MemoryStore, id: string): boolean {
  return store.memories
    .revisionsOf(id)
    .some(
      ({ cause, before, after, undone }) => cause === "pinned" && !undone && before?.pinned && after && !after.pinned,
    );
}
