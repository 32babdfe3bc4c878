import type { Change, MemoryPatch, MemoryRow, RevisionCause } from "../storage/memories.ts";
import type { ReviewGrade } from "../storage/reviews.ts";
import { type ForgettingState, firstGrade, firstReview, mayReview, review } from "./forgetting.ts";
import { safeguard } from "./kept.ts";
import type { Statement } from "./retain/reading.ts";
import { contentStems } from "./retain/words.ts";
import type { MemoryStore } from "./store.ts";
import { resolveSubject } from "./subjects.ts";

/** Where and when (ms) a statement was made. */
export type Said = { messageId: string; conversationId: string; at: number };

/** What reconciling made of a statement; `replaced` are the texts of memories that it took the place of. */
export type Reconciled = {
  memoryId: string;
  text: string;
  change: "new" | "updated" | "confirmed";
  changeId: string | null;
  replaced: string[];
};

/** Predicates that say the contrary of the same value. */
const contrary: Readonly<Record<string, readonly string[]>> = {
  likes: ["dislikes"],
  drinks: ["dislikes"],
  eats: ["dislikes", "diet"],
  dislikes: ["likes", "drinks", "eats"],
  diet: ["eats"],
};
const confidence = { remember: 0.95, stated: 0.9, aside: 0.7 } as const;

/**
 * Brings a statement together with what is known in its slot: confirms it, adds detail to it, supersedes what is no longer
 * true (closing its validity, keeping it as history), puts away what was wrong, or adds something new. To be called inside
 * a transaction.
 */
export function reconcile(store: MemoryStore, given: Statement, said: Said): Reconciled {
  const { memories } = store;
  const change: Change = { changeId: store.newId(), at: said.at, cause: "learned", messageId: said.messageId };
  const subject = resolveSubject(store, given.subject, change);
  const statement = { ...given, subject };
  const slot = memories.inSlot(subject, statement.predicate).filter(isKnown);
  const value = statement.value.replace(/^not /, "");

  if (statement.kind !== "event" && statement.validTo !== null && statement.validTo <= said.at)
    return tellPast(store, statement, slot, said, change);

  const same = slot.find((row) => row.context === statement.context && agrees(row.value, statement.value));
  if (same) {
    const others = statement.single
      ? slot.filter((row) => row !== same && row.createdAt <= said.at && rivals(row, statement))
      : [];
    return settle(store, same, statement, others, said, change);
  }

  const outdated = slot.filter((row) => {
    if (statement.instead !== null && statement.correction && agrees(row.value, statement.instead)) return true;
    if (statement.negated || row.value.startsWith("not ")) {
      if (agrees(row.value.replace(/^not /, ""), value)) return true;
    }
    return statement.single && rivals(row, statement);
  });
  for (const predicate of contrary[statement.predicate] ?? []) {
    for (const row of memories.inSlot(subject, predicate).filter(isKnown)) {
      const told = row.value.replace(/^no /, "");
      if (
        agrees(told, value.replace(/^no /, "")) &&
        (row.context === statement.context || row.context === "" || statement.context === "")
      ) {
        if (isContrary(row, statement)) outdated.push(row);
      }
    }
  }
  if (statement.predicate === "has" && statement.negated) outdated.push(...possessions(store, subject, value));
  // Said before what is known now, as in an imported chat: history already.
  const later = outdated.find((row) => row.createdAt > said.at);
  if (later) {
    const validTo = Math.max(said.at, later.validFrom ?? later.createdAt);
    const past = insert(store, { ...statement, validTo }, said, change, "superseded");
    return { memoryId: past.id, text: past.text, change: "new", changeId: change.changeId, replaced: [] };
  }
  for (const row of new Set(outdated)) replace(store, row, statement, said, change);
  const added = insert(store, statement, said, change, "active");
  return {
    memoryId: added.id,
    text: added.text,
    change: outdated.length > 0 ? "updated" : "new",
    changeId: change.changeId,
    replaced: outdated.map((row) => row.text),
  };
}

/** A memory that came up again in another conversation: a Good review, at most one a day. */
export function reinforce(store: MemoryStore, row: MemoryRow, grade: ReviewGrade, reason: string, at: number): boolean {
  if (!mayReview(row, at)) return false;
  const next = review(row, grade, at);
  const { stability, difficulty } = next;
  store.memories.applyReview({ memoryId: row.id, at, grade, reason, stability, difficulty });
  return true;
}

function isKnown(row: MemoryRow): boolean {
  return row.status !== "superseded" && !(row.status === "archived" && row.validTo !== null);
}

/** What the subject has by that name, in whatever slot: "sold the Clio" and "sold my car" end what "I drive a Clio" began. */
function possessions(store: MemoryStore, subject: string, value: string): MemoryRow[] {
  const named = store.search
    .memoriesWithAll(value.match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((row) => agrees(row.value, value));
  return [...named, ...store.memories.inSlot(subject, value.toLowerCase())].filter(
    (row) =>
      row.subject === subject && row.status === "active" && row.kind !== "event" && !row.value.startsWith("not "),
  );
}

/** True where both can't hold at once in a slot of one value. */
function rivals(row: MemoryRow, statement: Statement): boolean {
  if (row.context !== statement.context || agrees(row.value, statement.value)) return false;
  // "no pork" and "vegetarian" are both a diet, and go together.
  return row.predicate !== "diet" || /^no /.test(row.value) === /^no /.test(statement.value);
}

/** Coffee with milk is not contrary to disliking milk in general: only what is said of the very same thing is. */
function isContrary(row: MemoryRow, statement: Statement): boolean {
  if (statement.predicate === "diet" || row.predicate === "diet") {
    return statement.value.startsWith("no ") !== row.value.startsWith("no ");
  }
  return true;
}

const denial = /\b(?:no|not|never|stop|don't|without|avoid)\b/i;

/** True where two values say the same, one perhaps in more detail. */
export function agrees(one: string, other: string): boolean {
  if (one.startsWith("not ") !== other.startsWith("not ")) return false;
  if (denial.test(one) !== denial.test(other)) return false;
  const first = stemsOf(one);
  const second = stemsOf(other);
  if (first.length === 0 || second.length === 0) return one.trim().toLowerCase() === other.trim().toLowerCase();
  const [short, long] = first.length <= second.length ? [first, second] : [second, first];
  const has = new Set(long);
  return short.every((word) => has.has(word));
}

function stemsOf(value: string): string[] {
  const stems = contentStems(value);
  return stems.length > 0 ? stems : value.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The same again, or the same in more detail. */
function settle(
  store: MemoryStore,
  row: MemoryRow,
  statement: Statement,
  others: readonly MemoryRow[],
  said: Said,
  change: Change,
): Reconciled {
  const { memories } = store;
  const evidence = memories.evidenceOf([row.id]).get(row.id) ?? [];
  const elsewhere = evidence.every((words) => words.conversationId !== said.conversationId);
  const isNewEvidence = evidence.every((words) => words.messageId !== said.messageId);
  for (const other of others) replace(store, other, statement, said, change);
  memories.addEvidence(row.id, said.messageId, statement.quote);
  const detailed = stemsOf(statement.value).length > stemsOf(row.value).length;
  const moved = statement.validFrom !== null && statement.validFrom !== row.validFrom && row.kind === "event";
  const patch: MemoryPatch = {
    ...(detailed || moved
      ? { text: statement.text, value: statement.value, validFrom: statement.validFrom ?? row.validFrom }
      : {}),
    ...(row.status === "archived" ? { status: "active" } : {}),
  };
  if (elsewhere || statement.how === "remember") {
    const grade = "easy";
    if (mayReview(row, said.at)) {
      const state = review(row, grade, said.at);
      Object.assign(patch, state, { confidence: Math.min(1, row.confidence + 0.05) });
      if (row.trust === "inferred") patch.trust = "confirmed";
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

/** "I used to live in Porto": closes what is still held to be true, or is kept as the past that it is. */
function tellPast(
  store: MemoryStore,
  statement: Statement,
  slot: readonly MemoryRow[],
  said: Said,
  change: Change,
): Reconciled {
  const held = slot.find(
    (row) => row.status === "active" && agrees(row.value, statement.value) && row.context === statement.context,
  );
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
function replace(store: MemoryStore, row: MemoryRow, statement: Statement, said: Said, change: Change): void {
  const wrong = statement.correction;
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

function insert(
  store: MemoryStore,
  statement: Statement,
  said: Said,
  change: Change,
  status: "active" | "superseded",
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
      trust: "user",
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
    reason:
      statement.how === "remember" ? "asked to remember" : statement.how === "stated" ? "stated" : "said in passing",
    stability,
    difficulty,
  });
  return statement.safety ? safeguard(store, row, change) : row;
}
