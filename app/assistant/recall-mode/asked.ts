import { mayRecall } from "../../memory/recall/memories.ts";
import type { Recalled } from "../../memory/recall/recall.ts";
import { recalledMemory } from "../../memory/recall/recalled.ts";
import type { MemoryStore } from "../../memory/store.ts";
import type { MemoryRow } from "../../storage/memories.ts";
import type { Question } from "./question.ts";

/** Memories looked at for one question, and added to what recall found. */
const lookLimit = 200;
const addLimit = 12;

/**
 * What recall found, with the memories that the question asks for by slot or person although they share no word with it:
 * "What car do I have?" is about "I drive a Clio". `question` is the contextual query as it was read; new items are marked on from
 * the last mark.
 */
export function addAsked(store: MemoryStore, question: Question, recalled: readonly Recalled[]): Recalled[] {
  if (!question.asks && !question.everything) return [...recalled];
  const known = new Set(recalled.map(({ id }) => id));
  const rows = askedFor(store, question)
    .filter((row) => !known.has(row.id) && mayRecall(row, question))
    .slice(0, addLimit);
  // Marks may have gaps, where results were left out after they were marked.
  const last = Math.max(0, ...recalled.map(({ mark }) => Number(mark.slice(1))));
  const evidence = store.memories.evidenceOf(rows.map(({ id }) => id));
  const added = rows.map((memory, place) =>
    recalledMemory(memory, evidence.get(memory.id) ?? [], {
      mark: `m${last + place + 1}`,
      score: 0,
      parts: { asked: 1 },
    }),
  );
  return [...recalled, ...added];
}

function askedFor(store: MemoryStore, { people, predicates, aboutUser, stems }: Question): MemoryRow[] {
  const slots = [...predicates, ...stems];
  const ofUser = aboutUser ? store.search.memoriesInSlots(["user"], slots) : [];
  const ofPeople = store.search
    .memoriesAbout(people, lookLimit)
    .filter(({ memory }) => predicates.length === 0 || predicates.includes(memory.predicate));
  return [...ofUser, ...ofPeople]
    .map(({ memory }) => memory)
    .toSorted((a, b) => slots.indexOf(a.predicate) - slots.indexOf(b.predicate) || b.updatedAt - a.updatedAt);
}
