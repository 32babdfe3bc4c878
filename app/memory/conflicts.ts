import { EbbError } from "../contract/errors.ts";
import type { Change, MemoryPatch, MemoryRow } from "../storage/memories.ts";
import { agrees, isExplicit, isKnown, opposed } from "./agreement.ts";
import { readWhen, textWithin } from "./circumstance.ts";
import { deny, newChange, updateReviewed } from "./fading.ts";
import { kinOf } from "./kin.ts";
import type { MemoryStore } from "./store.ts";

/** Marks a memory as one that something else contradicts, until the user says which is right. */
export function dispute(store: MemoryStore, row: MemoryRow, change: Change): MemoryRow {
  if (row.status === "conflict") return row;
  return store.memories.update(row.id, { status: "conflict" }, { ...change, cause: "disputed" });
}

/** What a memory in conflict can't hold beside, oldest first; none where that has gone meanwhile. */
export function rivalsOf(store: MemoryStore, row: MemoryRow): MemoryRow[] {
  if (row.status !== "conflict") return [];
  const slot = store.memories
    .inSlot(row.subject, row.predicate)
    .filter((other) => other.id !== row.id && isKnown(other) && other.status !== "archived");
  const past = /^not /.test(row.value) || row.validTo !== null;
  const claim = { ...row, negated: past, correction: false, instead: null };
  const contrary = opposed(store, { ...claim, single: false }, slot);
  const told = row.validTo === null ? [] : slot.filter((other) => agrees(other.value, row.value));
  const inOtherWords = kinOf(store, row).filter((kin) => kin.likeness !== "same" && kin.row.id !== row.id);
  const found = [
    ...new Map(
      [...contrary, ...told, ...inOtherWords.map((kin) => kin.row)].map((other) => [other.id, other]),
    ).values(),
  ];
  // In a slot of many values only the contrary is a rival; where there is none, it has to be one of a single value.
  const rivals = found.length > 0 ? found : opposed(store, { ...claim, single: true }, slot);
  return rivals.filter(({ status }) => status !== "archived").sort((a, b) => a.createdAt - b.createdAt);
}

/** What was put in the place of a memory by the change that put it away, as far as it still stands. */
export function successorsOf(store: MemoryStore, row: MemoryRow): MemoryRow[] {
  const away = store.memories
    .revisionsOf(row.id)
    .findLast(({ cause, undone, after }) => cause === "superseded" && !undone && after?.status === row.status);
  if (!away) return [];
  const others = store.memories.revisionsOfChange(away.changeId).map(({ memoryId }) => memoryId);
  return store.memories
    .getMany([...new Set(others)])
    .filter((other) => other.id !== row.id && other.status === "active" && !agrees(other.value, row.value))
    .filter((other) => other.subject === row.subject);
}

/** The user's word on a question: what to `keep`, and `when` each of these holds, in words, where they say so. */
export type Settled = {
  id: string;
  keep: readonly string[];
  when?: readonly { id: string; words: string }[] | undefined;
  /** IANA zone in which dates are meant; UTC by default. */
  zone?: string | undefined;
};

/**
 * Takes the user's word on a memory that is in conflict or unsure: of it and its rivals, those to `keep` hold from now on, each in the
 * circumstance or time that `when` says; the others are put away: as over where something newer takes their place, else as wrong.
 * @throws NOT_FOUND where nothing is to be settled, INVALID_INPUT where `keep` or `when` names something else
 */
export function resolve(store: MemoryStore, given: Settled, now: number): { row: MemoryRow; changeId: string } {
  return store.transaction(() => {
    const row = store.memories.get(given.id);
    if (!row || (row.status !== "conflict" && row.status !== "provisional")) {
      throw new EbbError("NOT_FOUND", "That was settled already.", "Nothing needs to be done.");
    }
    const sides = [row, ...rivalsOf(store, row)];
    const kept = sides.filter(({ id }) => given.keep.includes(id));
    if (kept.length < new Set(given.keep).size) {
      throw new EbbError("INVALID_INPUT", "One of these is not a side of this question.", "Look at it as it is now.");
    }
    const when = new Map((given.when ?? []).map((said) => [said.id, said.words]));
    if ([...when.keys()].some((id) => !kept.some((side) => side.id === id))) {
      throw new EbbError("INVALID_INPUT", "Only what is kept can hold at a time.", "Look at it as it is now.");
    }
    const change = newChange(store, "confirmed", now);
    for (const side of sides) {
      const words = when.get(side.id);
      const within = words === undefined ? {} : scoped(side, words, now, given.zone ?? "UTC");
      if (kept.includes(side)) uphold(store, side, kept.length > 1, within, change);
      else deny(store, side, isOutdated(side, kept) ? "over" : "wrong", change);
      store.questions.answer(side.id, "yes");
    }
    return { row: store.memories.get(row.id) ?? row, changeId: change.changeId };
  });
}

/** What it takes for a memory to hold only in the circumstance or the time that the words say. */
function scoped(row: MemoryRow, words: string, now: number, zone: string): MemoryPatch {
  const holds = readWhen(words, now, zone);
  const isOver = holds.validTo != null && holds.validTo <= now;
  return { ...holds, text: textWithin(row.text, words), ...(isOver ? { status: "superseded" } : {}) };
}

/** Confirmed by the user: an Easy review. Where several hold side by side, each is marked as confirmed. */
function uphold(store: MemoryStore, row: MemoryRow, together: boolean, within: MemoryPatch, change: Change): void {
  const patch: MemoryPatch = {
    status: "active",
    confidence: Math.max(0.9, row.confidence),
    ...(together || !isExplicit(row) ? { trust: "confirmed" } : {}),
    ...within,
  };
  updateReviewed(store, row, { grade: "easy", reason: "confirmed" }, patch, change);
}

/** True for what the user said before what holds now: it was so then. */
function isOutdated(row: MemoryRow, kept: readonly MemoryRow[]): boolean {
  return isExplicit(row) && kept.some(({ createdAt }) => createdAt > row.createdAt);
}
