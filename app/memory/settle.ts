import type { Change, MemoryPatch, MemoryRow, RevisionCause } from "../storage/memories.ts";
import { stemsOf } from "./agreement.ts";
import { type ForgettingState, firstGrade, firstReview, mayReview, review } from "./forgetting.ts";
import { safeguard } from "./kept.ts";
import type { How, Statement } from "./retain/reading.ts";
import type { MemoryStore } from "./store.ts";

/** Where and when (ms) a statement was made. */
export type Said = { messageId: string; conversationId: string; at: number };

/** What reconciling made of a statement; `replaced` are the texts of memories that it took the place of. */
export type Reconciled = {
  memoryId: string;
  text: string;
  /** `unsure`: kept apart from what is known, because it contradicts it or was not sure itself. */
  change: "new" | "updated" | "confirmed" | "unsure";
  changeId: string | null;
  replaced: string[];
};

const confidence: Readonly<Record<How, number>> = {
  remember: 0.95,
  stated: 0.9,
  aside: 0.7,
  inferred: 0.6,
  supposed: 0.4,
};
const reasons: Readonly<Record<How, string>> = {
  remember: "asked to remember",
  stated: "stated",
  aside: "said in passing",
  inferred: "inferred",
  supposed: "inferred",
};

/** True for what a model read, as opposed to what the rules took as told. */
export function isInferred(how: How): boolean {
  return how === "inferred" || how === "supposed";
}

/**
 * The same again, or, in the same slot, the same in more detail; `others` are what it then takes the place of. What says it in another
 * slot says no more.
 */
export function settle(
  store: MemoryStore,
  row: MemoryRow,
  statement: Statement,
  others: readonly MemoryRow[],
  said: Said,
  change: Change,
  inSlot: boolean,
): Reconciled {
  const { memories } = store;
  const evidence = memories.evidenceOf([row.id]).get(row.id) ?? [];
  const elsewhere = evidence.every((words) => words.conversationId !== said.conversationId);
  const isNewEvidence = evidence.every((words) => words.messageId !== said.messageId);
  for (const other of others) replace(store, other, statement, said, change);
  memories.addEvidence(row.id, said.messageId, statement.quote);
  const detailed = inSlot && stemsOf(statement.value).length > stemsOf(row.value).length;
  const moved = statement.validFrom !== null && statement.validFrom !== row.validFrom && row.kind === "event";
  const patch: MemoryPatch = {
    ...(detailed || moved
      ? { text: statement.text, value: statement.value, validFrom: statement.validFrom ?? row.validFrom }
      : {}),
    ...(row.status === "active" ? {} : { status: "active" }),
    ...(row.status === "conflict" || row.status === "provisional" ? { trust: "user", confidence: 0.9 } : {}),
  };
  if (elsewhere || statement.how === "remember") {
    const grade = "easy";
    if (mayReview(row, said.at)) {
      const state = review(row, grade, said.at);
      Object.assign(patch, state, { confidence: Math.min(1, (patch.confidence ?? row.confidence) + 0.05) });
      if (row.trust === "inferred") patch.trust ??= "confirmed";
      const { stability, difficulty } = state;
      memories.addReview({ memoryId: row.id, at: said.at, grade, reason: "said again", stability, difficulty });
    }
  }
  const changed = Object.keys(patch).length > 0;
  const cause: RevisionCause = detailed || moved ? "learned" : "confirmed";
  const updated = changed ? memories.update(row.id, patch, { ...change, cause }) : row;
  const after = statement.safety ? safeguard(store, updated, change) : updated;
  return {
    memoryId: row.id,
    text: after.text,
    change: detailed || moved || others.length > 0 ? "updated" : "confirmed",
    changeId: after !== row || others.length > 0 ? change.changeId : null,
    replaced: isNewEvidence ? others.map((other) => other.text) : [],
  };
}

/**
 * The same as a model made it out. What the user said stays as they said it; what was made out before is the surer for it, and no
 * longer provisional where it comes from another conversation.
 */
export function meetAgain(
  store: MemoryStore,
  row: MemoryRow,
  statement: Statement,
  said: Said,
  change: Change,
): Reconciled {
  const { memories } = store;
  const unchanged: Reconciled = { memoryId: row.id, text: row.text, change: "confirmed", changeId: null, replaced: [] };
  const evidence = memories.evidenceOf([row.id]).get(row.id) ?? [];
  if (evidence.some(({ messageId }) => messageId === said.messageId)) return unchanged;
  memories.addEvidence(row.id, said.messageId, statement.quote);
  const elsewhere = evidence.every(({ conversationId }) => conversationId !== said.conversationId);
  if (!elsewhere || row.status === "conflict") return unchanged;
  const patch: MemoryPatch = {
    ...(row.trust === "inferred" ? { confidence: Math.min(0.85, row.confidence + 0.1) } : {}),
    ...(row.status === "archived" || row.status === "provisional" ? { status: "active" } : {}),
  };
  if (mayReview(row, said.at)) {
    const state = review(row, "good", said.at);
    Object.assign(patch, state);
    const { stability, difficulty } = state;
    memories.addReview({
      memoryId: row.id,
      at: said.at,
      grade: "good",
      reason: "came up again",
      stability,
      difficulty,
    });
  }
  if (Object.keys(patch).length === 0) return unchanged;
  memories.update(row.id, patch, { ...change, cause: "confirmed" });
  return { ...unchanged, changeId: change.changeId };
}

/** "I used to live in Porto": closes what is still held to be true, or is kept as the past that it is. */
export function tellPast(
  store: MemoryStore,
  statement: Statement,
  held: MemoryRow | undefined,
  said: Said,
  change: Change,
): Reconciled {
  if (held) {
    store.memories.update(
      held.id,
      { status: "superseded", validTo: statement.validTo ?? said.at },
      { ...change, cause: "superseded" },
    );
    store.memories.addEvidence(held.id, said.messageId, statement.quote);
    return { memoryId: held.id, text: statement.text, change: "updated", changeId: change.changeId, replaced: [] };
  }
  const added = insert(store, statement, said, change, "superseded");
  return { memoryId: added.id, text: added.text, change: "new", changeId: change.changeId, replaced: [] };
}

/**
 * Takes a memory out of the present. Where the world changed it stays as history; where it was wrong, it is put away and
 * graded Again, so that it does not answer for the past either. What is only to come leaves it standing until then.
 */
export function replace(store: MemoryStore, row: MemoryRow, statement: Statement, said: Said, change: Change): void {
  // A misreading was never so.
  const wrong = statement.correction || (row.status === "conflict" && row.trust === "inferred");
  const from = statement.validFrom ?? said.at;
  if (!wrong && from > said.at && statement.kind !== "event" && row.kind !== "event") {
    store.memories.update(row.id, { validTo: from }, { ...change, cause: "superseded" });
    return;
  }
  const end = row.kind === "event" ? said.at : Math.min(from, said.at);
  const validTo = Math.max(end, row.validFrom === null || row.validFrom > end ? end : row.validFrom);
  const patch: MemoryPatch = { status: wrong ? "archived" : "superseded", validTo };
  if (wrong) {
    const state = review(row, "again", said.at);
    Object.assign(patch, state);
    const { stability, difficulty } = state;
    store.memories.addReview({
      memoryId: row.id,
      at: said.at,
      grade: "again",
      reason: "corrected",
      stability,
      difficulty,
    });
  }
  store.memories.update(row.id, patch, { ...change, cause: "superseded" });
}

export function insert(
  store: MemoryStore,
  statement: Statement,
  said: Said,
  change: Change,
  status: "active" | "superseded" | "conflict" | "provisional",
): MemoryRow {
  const state: ForgettingState = firstReview(statement.how, said.at);
  const row = store.memories.insert(
    {
      id: store.newId(),
      kind: statement.kind,
      text: statement.text,
      subject: statement.subject,
      predicate: statement.predicate,
      value: statement.value,
      context: statement.context,
      scope: "global",
      validFrom: statement.validFrom,
      validTo: statement.validTo,
      status,
      confidence: confidence[statement.how],
      trust: isInferred(statement.how) ? "inferred" : "user",
      importance: statement.importance,
      pinned: false,
      neverUse: false,
      ...state,
    },
    change,
  );
  store.memories.addEvidence(row.id, said.messageId, statement.quote);
  const { stability, difficulty } = state;
  store.memories.addReview({
    memoryId: row.id,
    at: said.at,
    grade: firstGrade(statement.how),
    reason: reasons[statement.how],
    stability,
    difficulty,
  });
  return statement.safety ? safeguard(store, row, change) : row;
}
