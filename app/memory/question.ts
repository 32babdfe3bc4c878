import { EbbError } from "../contract/errors.ts";
import type { Memory, QuestionAnswer } from "../contract/index.ts";
import type { MemoryRow } from "../storage/memories.ts";
import { resolve, rivalsOf } from "./conflicts.ts";
import { confirm, deny, newChange } from "./fading.ts";
import { fadeSpan, retrievability } from "./forgetting.ts";
import type { MemoryStore } from "./store.ts";
import { memoryView } from "./views.ts";

const day = 86_400_000;
/** Under this retrievability Ebb is no longer sure. */
const unsure = 0.7;
/** What is less important than this may fade without a question. */
const important = 0.6;
/** One question in this time (ms), whatever it is about. */
const pause = day;
/** A memory is not asked about again within this time (ms). */
const again = 90 * day;

/** What to ask: whether a memory is still true, or, where something contradicts it, which is right. */
export type Asked = { memory: Memory | null; rivals: Memory[] };

const nothing: Asked = { memory: null, rivals: [] };

/**
 * The memory to ask about: the one that was asked about today and not answered yet, else one that is contradicted, else the most
 * important that Ebb is no longer sure of, where nothing was asked today. Notes what it asks; `now` in ms.
 */
export function question(store: MemoryStore, now: number): Asked {
  const recent = store.questions.near(now, again);
  const today = recent.filter(({ askedAt }) => Math.abs(now - askedAt) < pause);
  if (today.length > 0) {
    const open = today.find(({ answer, memoryId }) => answer === null && memoryId !== null)?.memoryId;
    const row = open ? store.memories.get(open) : undefined;
    return row && (row.status === "conflict" || isInDoubt(row, now)) ? asked(store, row, now) : nothing;
  }
  const before = new Set(recent.map(({ memoryId }) => memoryId));
  const row =
    store.memories.inConflict().find(({ id }) => !before.has(id)) ??
    store.memories
      .faded(fadeSpan(unsure), now, important)
      .find((candidate) => isInDoubt(candidate, now) && !before.has(candidate.id));
  if (!row) return nothing;
  store.questions.ask(row.id, now);
  return asked(store, row, now);
}

/**
 * Takes the user's answer: "yes" confirms the memory (Easy), "no" grades it Again and archives it, "later" leaves it; where it is
 * contradicted, "yes" and "no" settle that too. `changeId` undoes it; null where nothing was changed.
 * @throws NOT_FOUND where no question about the memory is open
 */
export function answerQuestion(
  store: MemoryStore,
  given: { id: string; answer: QuestionAnswer },
  now: number,
): { memory: Memory; changeId: string | null } {
  return store.transaction(() => {
    const row = store.memories.get(given.id);
    if (!row || !store.questions.answer(given.id, given.answer)) {
      throw new EbbError("NOT_FOUND", "That question was answered already.", "Nothing needs to be done.");
    }
    const settled = row.status !== "active" && row.status !== "conflict";
    if (given.answer === "later" || settled) return { memory: view(store, row, now), changeId: null };
    if (row.status === "conflict") {
      const keep = given.answer === "yes" ? [row.id] : rivalsOf(store, row).map(({ id }) => id);
      const resolved = resolve(store, { id: row.id, keep }, now);
      return { memory: view(store, resolved.row, now), changeId: resolved.changeId };
    }
    if (given.answer === "yes") {
      const confirmed = confirm(store, row, now);
      return { memory: view(store, confirmed.row, now), changeId: confirmed.changeId };
    }
    const change = newChange(store, "denied", now);
    return { memory: view(store, deny(store, row, "wrong", change), now), changeId: change.changeId };
  });
}

function asked(store: MemoryStore, row: MemoryRow, now: number): Asked {
  return { memory: view(store, row, now), rivals: rivalsOf(store, row).map((rival) => view(store, rival, now)) };
}

/** True for what may have stopped being true without a word: not pinned, not an order, not over, and not a thing of the past. */
function isInDoubt(row: MemoryRow, now: number): boolean {
  if (row.status !== "active" || row.pinned || row.neverUse || row.kind === "instruction") return false;
  if (row.importance < important || row.value.startsWith("not ")) return false;
  if (row.validTo !== null && row.validTo <= now) return false;
  if (row.kind === "event" && (row.validFrom === null || row.validFrom <= now)) return false;
  return retrievability(row, now) < unsure;
}

function view(store: MemoryStore, row: MemoryRow, now: number): Memory {
  return memoryView(row, store.memories.evidenceOf([row.id]).get(row.id) ?? [], now);
}
