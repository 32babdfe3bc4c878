import { EbbError } from "../contract/errors.ts";
import type { MemoryPatch, MemoryRow, Revision } from "../storage/memories.ts";
import type { MemoryStore } from "./store.ts";

/** Fields that reviews and uses move on by themselves. */
const forgettingFields = new Set<keyof MemoryRow>([
  "stability",
  "difficulty",
  "lastReviewAt",
  "lastUsedAt",
  "useCount",
]);

type Undo = (store: MemoryStore, revision: Revision, now: number) => void;

/**
 * Takes back all that one change did to memories: an edit, a pin, what a message taught (a superseded memory comes back), an
 * import, or a deletion that is not final yet. Returns the ids it touched. @throws NOT_UNDOABLE, having changed nothing
 */
export function undo(store: MemoryStore, changeId: string, now: number): string[] {
  return store.transaction(() => {
    const revisions = store.memories.revisionsOfChange(changeId);
    const [first] = revisions;
    if (!first) throw tooLate();
    if (revisions.some((revision) => revision.undone)) {
      throw notUndoable(
        "That was undone already, or can't be undone.",
        "Change the memory by hand if it is not right.",
      );
    }
    if (first.cause === "undone") {
      throw notUndoable("An undo can't be undone.", "Make the change again.");
    }
    // Backwards, so that a memory that the change touched twice ends as it was before the first touch.
    for (const revision of revisions.toReversed()) takeBack(revision)(store, revision, now);
    store.memories.markUndone(changeId);
    if (first.cause === "imported") store.transfers.dropConversation(changeId);
    return [...new Set(revisions.map(({ memoryId }) => memoryId))];
  });
}

function takeBack({ cause, before, after }: Revision): Undo {
  if (cause === "deleted") return undelete;
  if (before === null) return removeAgain;
  if (after === null) throw tooLate();
  return (store, revision, now) => restore(store, revision, before, after, now);
}

const undelete: Undo = (store, { changeId, memoryId, before }, now) => {
  if (!store.memories.clearDeletion(changeId, memoryId)) throw tooLate();
  noteUndone(store, memoryId, null, before, now);
};

const removeAgain: Undo = (store, { changeId, memoryId }) => {
  if (!store.memories.get(memoryId)) throw tooLate();
  if (store.memories.changedSince(memoryId, changeId)) throw changedSince();
  store.memories.remove(memoryId);
};

function restore(
  store: MemoryStore,
  { memoryId, at }: Revision,
  before: MemoryRow,
  after: MemoryRow,
  now: number,
): void {
  const present = store.memories.get(memoryId);
  if (!present) throw tooLate();
  const { id: _id, createdAt: _created, updatedAt: _updated, version: _version, ...fields } = before;
  // Only what the change itself had set, so that a pin or a use that came later stays.
  const patch: Record<string, unknown> = {};
  for (const field of Object.keys(fields) as (keyof typeof fields)[]) {
    if (before[field] === after[field]) continue;
    if (present[field] === after[field]) patch[field] = before[field];
    else if (!forgettingFields.has(field)) throw changedSince();
  }
  store.memories.update(memoryId, patch as MemoryPatch, {
    changeId: store.newId(),
    at: now,
    cause: "undone",
    messageId: null,
  });
  if (patch.lastReviewAt !== undefined) store.memories.removeReview(memoryId, at);
}

function noteUndone(
  store: MemoryStore,
  memoryId: string,
  before: MemoryRow | null,
  after: MemoryRow | null,
  at: number,
) {
  store.memories.addRevision(
    { before, after, memoryId, version: after?.version ?? 0 },
    { changeId: store.newId(), at, cause: "undone", messageId: null },
  );
}

function changedSince(): EbbError {
  return notUndoable("The memory has changed since.", "Undo the later change first, or edit the memory by hand.");
}

function tooLate(): EbbError {
  return notUndoable("It is too late to undo that: nothing of it is left.", "Tell Ebb again what it should know.");
}

function notUndoable(message: string, remedy: string): EbbError {
  return new EbbError("NOT_UNDOABLE", message, remedy);
}
