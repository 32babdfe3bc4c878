import { EbbError } from "../contract/errors.ts";
import type { MemoryPatch, MemoryRow, Revision } from "../storage/memories.ts";
import type { ReviewEntry } from "../storage/reviews.ts";
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
    if (first.cause === "merged") takeApart(store, changeId, revisions);
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

/** Gives back what the memory that stands for both has taken over. What was merged with it later has to be taken apart first. */
function takeApart(store: MemoryStore, changeId: string, revisions: readonly Revision[]): void {
  for (const { memoryId } of revisions) {
    const later = store.merges.of(memoryId).filter((merge) => !merge.undone && merge.changeId !== changeId);
    const place = store.memories.revisionsOf(memoryId).findLastIndex((revision) => revision.changeId === changeId);
    const since = new Set(
      store.memories
        .revisionsOf(memoryId)
        .slice(place + 1)
        .map((revision) => revision.changeId),
    );
    if (later.some((merge) => since.has(merge.changeId))) throw changedSince();
  }
  for (const { winnerId, own, taken } of store.merges.takeBack(changeId)) {
    replaceLog(store, winnerId, [...own, ...store.memories.reviewsOf(winnerId).slice(taken)]);
  }
}

function takeBack({ cause, before, after }: Revision): Undo {
  if (cause === "deleted") return undelete;
  if (cause === "observed" && before === null) return forgetObservation;
  if (before === null) return removeAgain;
  if (after === null) throw tooLate();
  return (store, revision, now) => restore(store, revision, before, after, now);
}

const undelete: Undo = (store, { changeId, memoryId, before }, now) => {
  if (!store.memories.clearDeletion(changeId, memoryId)) throw tooLate();
  noteUndone(store, memoryId, null, before, now);
};

/** What Ebb noticed, whatever it made of it since, goes and is not noticed again. */
const forgetObservation: Undo = (store, { memoryId }, now) => {
  const row = store.memories.get(memoryId);
  if (!row) throw tooLate();
  const history = store.memories.revisionsOf(memoryId);
  if (history.some(({ cause, undone }) => cause !== "observed" && cause !== "undone" && !undone)) throw changedSince();
  store.tombstones.bury(row, now);
  store.memories.remove(memoryId);
};

const removeAgain: Undo = (store, { changeId, memoryId }, now) => {
  if (!store.memories.get(memoryId)) throw tooLate();
  // Tidying up is Ebb's own doing: it does not stand in the way.
  for (const merge of store.merges.of(memoryId).filter(({ undone }) => !undone)) undo(store, merge.changeId, now);
  if (store.memories.changedSince(memoryId, changeId)) throw changedSince();
  store.memories.remove(memoryId);
};

function restore(
  store: MemoryStore,
  { memoryId, at, cause }: Revision,
  before: MemoryRow,
  after: MemoryRow,
  now: number,
): void {
  const present = store.memories.get(memoryId);
  if (!present) throw tooLate();
  const { id: _id, updatedAt: _updated, version: _version, ...rest } = before;
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
  // A merge made no review of its own.
  const left = reviewed && (cause === "merged" ? stateNow(store, memoryId) : withoutReview(store, memoryId, at));
  const state = reviewed ? (left ?? { stability, difficulty, lastReviewAt }) : {};
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
  return replaceLog(
    store,
    memoryId,
    log.filter((_, index) => index !== place),
  );
}

/** Gives the memory that log, with the states that it comes to; returns the last of them, null for an empty log. */
function replaceLog(store: MemoryStore, memoryId: string, log: readonly ReviewEntry[]): ForgettingState | null {
  const states = replay(log);
  const entries = log.map((entry, index) => ({ ...entry, ...stateOf(states[index]) }));
  store.memories.replaceReviews(memoryId, entries);
  return states.at(-1) ?? null;
}

/** The state that the memory's log comes to, or null where it has none. */
function stateNow(store: MemoryStore, memoryId: string): ForgettingState | null {
  return replay(store.memories.reviewsOf(memoryId)).at(-1) ?? null;
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
