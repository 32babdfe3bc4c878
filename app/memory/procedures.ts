import { newChange } from "./fading.ts";
import { firstGrade, firstReview } from "./forgetting.ts";
import type { MemoryStore } from "./store.ts";

/** The slot of memories that say how something was done. */
const predicate = "procedure";

/** What is to be kept of a goal that was reached. */
export type Lesson = {
  /** What was done: the goal's name. */
  goal: string;
  text: string;
  /** The message with which it was finished, and the user's words in it, where it was a message. */
  source: { messageId: string; quote: string } | null;
};

/**
 * Keeps how something was done as a memory of kind `procedure`, in place of how it was done before, which stays in the memory's history.
 * Returns its id, or null where the user had it erased; doing it again with the same text changes nothing.
 */
export function learnProcedure(store: MemoryStore, { goal, text, source }: Lesson, now: number): string | null {
  const key = keyOf(goal);
  const change = { ...newChange(store, "learned", now), messageId: source?.messageId ?? null };
  return store.transaction(() => {
    const known = proceduresFor(store, goal)[0];
    const erased = store.tombstones.erasedAt({ text, subject: "user", predicate, value: key, context: "" }) !== null;
    if (!known && erased) return null;
    const row = known?.text === text ? known : known ? store.memories.update(known.id, { text }, change) : insert();
    if (source) store.memories.addEvidence(row.id, source.messageId, source.quote);
    return row.id;
  });

  function insert() {
    const state = firstReview("remember", now);
    const row = store.memories.insert(
      {
        id: store.newId(),
        kind: "procedure",
        text,
        subject: "user",
        predicate,
        value: key,
        context: "",
        scope: "global",
        validFrom: null,
        validTo: null,
        status: "active",
        confidence: 1,
        trust: "confirmed",
        importance: 0.6,
        pinned: false,
        neverUse: false,
        ...state,
      },
      change,
    );
    const { stability, difficulty } = state;
    const grade = firstGrade("remember");
    store.memories.addReview({ memoryId: row.id, at: now, grade, reason: "goal reached", stability, difficulty });
    return row;
  }
}

/** Procedures that may be used and were learned from a goal of that name. */
export function proceduresFor(store: MemoryStore, goal: string): { id: string; text: string }[] {
  const key = keyOf(goal);
  return store.memories
    .inSlot("user", predicate)
    .filter((row) => row.value === key && row.status === "active" && !row.neverUse);
}

const keyOf = (goal: string): string => goal.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();
