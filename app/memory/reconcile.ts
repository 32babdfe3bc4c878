import type { Change, MemoryRow } from "../storage/memories.ts";
import type { ReviewGrade } from "../storage/reviews.ts";
import { agrees, isExplicit, isKnown, opposed } from "./agreement.ts";
import { dispute } from "./conflicts.ts";
import { mayReview, review } from "./forgetting.ts";
import { kinOf } from "./kin.ts";
import type { Statement } from "./retain/reading.ts";
import { insert, isInferred, meetAgain, type Reconciled, replace, type Said, settle, tellPast } from "./settle.ts";
import type { MemoryStore } from "./store.ts";
import { resolveSubject } from "./subjects.ts";

export type { Reconciled, Said } from "./settle.ts";

/**
 * Brings a statement together with what is known in its slot, and with what says the same or the contrary in other words (`near` are
 * memories that mean the like, where that is known): confirms it, adds detail to it, supersedes what is no longer
 * true (closing its validity, keeping it as history), puts away what was wrong, or adds something new. What a model made out
 * never supersedes what the user said: it is kept apart as a conflict, as are two statements of which neither is the newer, and two that
 * contradict each other only by what their words imply. To be called inside a transaction.
 */
export function reconcile(
  store: MemoryStore,
  given: Statement,
  said: Said,
  near: readonly MemoryRow[] = [],
): Reconciled {
  const { memories } = store;
  const change: Change = { changeId: store.newId(), at: said.at, cause: "learned", messageId: said.messageId };
  const inferred = isInferred(given.how);
  const subject = resolveSubject(store, given.subject, inferred ? null : change);
  const statement = { ...given, subject };
  const slot = memories.inSlot(subject, statement.predicate).filter(isKnown);

  const kin = kinOf(store, statement, near);
  if (statement.kind !== "event" && statement.validTo !== null && statement.validTo <= said.at) {
    const held =
      slot.find(
        (row) => row.status === "active" && agrees(row.value, statement.value) && row.context === statement.context,
      ) ??
      kin.find(
        ({ row, likeness }) => row.status === "active" && row.context === statement.context && likeness === "contrary",
      )?.row;
    if (!inferred || !held || !isExplicit(held)) return tellPast(store, statement, held, said, change);
    return keepApart(store, statement, said, change);
  }

  const against = new Map(
    kin.filter(({ likeness }) => likeness !== "same").map(({ row, likeness }) => [row.id, { row, likeness }]),
  );
  const opposite = distinct([...opposed(store, statement, slot), ...[...against.values()].map(({ row }) => row)]);
  const inSlot = slot.find(
    (row) => row.context === statement.context && agrees(row.value, statement.value) && !against.has(row.id),
  );
  const same = inSlot ?? kin.find(({ likeness }) => likeness === "same")?.row;
  if (same) {
    if (inferred) return meetAgain(store, same, statement, said, change);
    const others = opposite.filter(
      (row) => row.id !== same.id && row.createdAt <= said.at && (statement.single || row.status === "conflict"),
    );
    // The user has said that both hold: saying one of them again is not against the other.
    const standing = others.filter((row) => !(same.trust === "confirmed" && row.trust === "confirmed"));
    return settle(store, same, statement, standing, said, change, inSlot !== undefined);
  }

  // Said before what is known now, as in an imported chat: history already.
  const later = opposite.find((row) => row.createdAt > said.at && row.status !== "conflict");
  if (later) {
    const validTo = Math.max(said.at, later.validFrom ?? later.createdAt);
    const past = insert(store, { ...statement, validTo }, said, change, "superseded");
    return { memoryId: past.id, text: past.text, change: "new", changeId: change.changeId, replaced: [] };
  }
  if (inferred) {
    if (opposite.some(isExplicit)) return keepApart(store, statement, said, change);
    if (statement.how === "supposed") return keepApart(store, statement, said, change, "provisional");
  } else {
    const isImplied = ({ id }: MemoryRow): boolean => against.get(id)?.likeness === "excludes";
    const asks = (row: MemoryRow): boolean => isTied(store, row, said) || (isImplied(row) && !statement.correction);
    const tied = opposite.filter((row) => isExplicit(row) && asks(row));
    if (tied.length > 0) {
      for (const row of tied) dispute(store, row, change);
      return keepApart(store, statement, said, change);
    }
  }
  for (const row of opposite) replace(store, row, statement, said, change);
  const added = insert(store, statement, said, change, "active");
  return {
    memoryId: added.id,
    text: added.text,
    change: opposite.length > 0 ? "updated" : "new",
    changeId: change.changeId,
    replaced: opposite.map((row) => row.text),
  };
}

function distinct(rows: readonly MemoryRow[]): MemoryRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** A memory that came up again in another conversation: a Good review, at most one a day. */
export function reinforce(store: MemoryStore, row: MemoryRow, grade: ReviewGrade, reason: string, at: number): boolean {
  if (!mayReview(row, at)) return false;
  const next = review(row, grade, at);
  const { stability, difficulty } = next;
  store.memories.applyReview({ memoryId: row.id, at, grade, reason, stability, difficulty });
  return true;
}

/** Keeps a statement beside what it can't hold with, until the user says which is right. */
function keepApart(
  store: MemoryStore,
  statement: Statement,
  said: Said,
  change: Change,
  status: "conflict" | "provisional" = "conflict",
): Reconciled {
  // What is not believed yet must not be kept for good.
  const added = insert(store, { ...statement, safety: false }, said, change, status);
  return { memoryId: added.id, text: added.text, change: "unsure", changeId: change.changeId, replaced: [] };
}

/** True where neither can be called the newer: said at the same instant in different conversations, as imports have it. */
function isTied(store: MemoryStore, row: MemoryRow, said: Said): boolean {
  if (row.createdAt !== said.at) return false;
  const words = store.memories.evidenceOf([row.id]).get(row.id) ?? [];
  return words.length > 0 && words.every(({ conversationId }) => conversationId !== said.conversationId);
}
