import { EbbError } from "../contract/errors.ts";
import type { MemoryPatch, MemoryRow } from "../storage/memories.ts";
import { dispute, successorsOf } from "./conflicts.ts";
import { newChange, updateReviewed } from "./fading.ts";
import type { MemoryStore } from "./store.ts";

/**
 * Brings an archived memory back, with a Good review so that it does not fade again the next day. Where something else stands in
 * its place now, both are in conflict until the user says which is right. @throws NOT_FOUND where it is not archived
 */
export function restoreArchived(store: MemoryStore, id: string, now: number): { row: MemoryRow; changeId: string } {
  return store.transaction(() => {
    const row = store.memories.get(id);
    if (row?.status !== "archived") {
      throw new EbbError("NOT_FOUND", "That memory is not archived any more.", "Look at it as it is now.");
    }
    const change = newChange(store, "restored", now);
    const successors = successorsOf(store, row);
    // One that was put away as wrong had its time closed; the user says now that it holds.
    const patch: MemoryPatch = {
      status: successors.length > 0 ? "conflict" : "active",
      ...(row.validTo !== null && row.validTo <= now ? { validTo: null } : {}),
    };
    const restored = updateReviewed(store, row, { grade: "good", reason: "restored" }, patch, change);
    for (const successor of successors) dispute(store, successor, change);
    return { row: restored, changeId: change.changeId };
  });
}
