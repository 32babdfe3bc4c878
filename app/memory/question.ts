import { EbbError } from "../contract/errors.ts";
import type { Memory, QuestionAnswer } from "../contract/index.ts";
import type { MemoryRow } from "../storage/memories.ts";
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

/**
 * The memory to ask about: the one that was asked about today and not answered yet, else the most important that Ebb is no
 * longer sure of, where nothing was asked today. Null where there is none. Notes what it asks; `now` in ms.
 */
export function question(store: MemoryStore, now: number): Memory | null {
  const recent = store.questions.near(now, again);
  const today = recent.filter(({ askedAt }) => Math.abs(now - askedAt) < pause);
  if (today.length > 0) {
    const open = today.find(({ answer, memoryId }) => answer === null && memoryId !== null)?.memoryId;
    const row = open ? store.memories.get(open) : undefined;
    return row && isInDoubt(row, now) ? view(store, row, now) : null;
  }
  const asked = new Set(recent.map(({ memoryId }) => memoryId));
  const row = store.memories
    .faded(fadeSpan(unsure), now, important)
    .find((candidate) => isInDoubt(candidate, now) && !asked.has(candidate.id));
  if (!row) return null;
  store.questions.ask(row.id, now);
  return view(store, row, now);
}

/**
 * Takes the user's answer: "yes" confirms the memory (Easy), "no" grades it Again and archives it, "later" leaves it.
 * `changeId` undoes it; null where nothing was changed. @throws NOT_FOUND where no question about the memory is open
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
    if (given.answer === "later" || row.status !== "active") return { memory: view(store, row, now), changeId: null };
    if (given.answer === "yes") {
      const confirmed = confirm(store, row, now);
      return { memory: view(store, confirmed.row, now), changeId: confirmed.changeId };
    }
    const change = newChange(store, "denied", now);
    return { memory: view(store, deny(store, row, "wrong", change), now), changeId: change.changeId };
  });
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
