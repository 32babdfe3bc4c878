import { EbbError } from "../contract/errors.ts";
import type { MemoryPatch, MemoryRow, Revision } from "../storage/memories.ts";
import { type ForgettingState, replay } from "./forgetting.ts";
import type { MemoryStore } from "./store.ts";

/** Fields that uses move on by themselves. */
const useFields = new Set<keyof MemoryRow>(["lastUsedAt", "useCount"]);

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

/**
 * Takes back the revisions, last first, as far as nothing else has touched the memories since: a memory that has grounds outside
 * of the messages that go stays.
 */
export function takeBackWhereUntouched(
  store: MemoryStore,
  revisions: readonly Revision[],
  leaving: ReadonlySet<string>,
  now: number,
): void {
  for (const revision of revisions.toReversed()) {
    if (revision.undone || revision.cause === "undone") continue;
    const grounds = store.memories.evidenceOf([revision.memoryId]).get(revision.memoryId) ?? [];
    // What an import itself added stays only where something has been made of it since.
    if (
      revision.cause !== "imported" &&
      revision.before === null &&
      grounds.some(({ messageId }) => !leaving.has(messageId))
    )
      continue;
    try {
      store.transaction(() => takeBack(revision)(store, revision, now));
      store.memories.markUndone(revision.changeId);
    } catch (error) {
      if (!(error instanceof EbbError && error.code === "NOT_UNDOABLE")) throw error;
    }
  }
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
  const { id: _id, createdAt: _created, updatedAt: _updated, version: _version, ...rest } = before;
  const { stability, difficulty, lastReviewAt, ...fields } = rest;
  // Only what the change itself had set, so that a pin or a use that came later stays.
  const patch: Record<string, unknown> = {};
  for (const field of Object.keys(fields) as (keyof typeof fields)[]) {
    if (before[field] === after[field]) continue;
    if (present[field] === after[field]) patch[field] = before[field];
    else if (!useFields.has(field)) throw changedSince();
  }
  const reviewed =
    stability !== after.stability || difficulty !== after.difficulty || lastReviewAt !== after.lastReviewAt;
  const state = reviewed ? (withoutReview(store, memoryId, at) ?? { stability, difficulty, lastReviewAt }) : {};
  store.memories.update(
    memoryId,
    { ...(patch as MemoryPatch), ...state },
    {
      changeId: store.newId(),
      at: now,
      cause: "undone",
      messageId: null,
    },
  );
}

/**
 * Takes the review made at that instant out of the log and works out again what the later ones came to without it. Returns
 * the state after the last of them; null where none is left.
 */
function withoutReview(store: MemoryStore, memoryId: string, at: number): ForgettingState | null {
  const log = store.memories.reviewsOf(memoryId);
  const place = log.findLastIndex((entry) => entry.at === at);
  const rest = log.filter((_, index) => index !== place);
  const states = replay(rest);
  const entries = rest.map((entry, index) => ({ ...entry, ...stateOf(states[index]) }));
  store.memories.replaceReviews(memoryId, entries);
  return states.at(-1) ?? null;
}

function stateOf(state: ForgettingState | undefined): Partial<Pick<ForgettingState, "stability" | "difficulty">> {
  return state ? { stability: state.stability, difficulty: state.difficulty } : {};
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
