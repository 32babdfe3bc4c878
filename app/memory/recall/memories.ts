import type { MemoryRow } from "../../storage/memories.ts";
import type { IndexedMemory, SearchRepository } from "../../storage/search.ts";
import { predicatesAskedFor } from "./cues.ts";
import type { Match } from "./lexical.ts";
import type { Query } from "./query.ts";
import type { Weights } from "./weights.ts";

/** A memory with the parts of its relevance, on the scale of the lexical scores. */
export type ScoredMemory = IndexedMemory & { parts: MemoryParts };
export type MemoryParts = { lexical: number; slot: number; person: number };

/**
 * Memories that match by their words or because the question is about their predicate ("Is there any food I have to
 * avoid?" is about allergies). `full` is the score that covers the whole question.
 */
export function scoreMemories(
  search: SearchRepository,
  matches: ReadonlyMap<number, Match>,
  query: Query,
  full: number,
  weights: Weights,
): ScoredMemory[] {
  const found = new Map(search.memoriesBySeq([...matches.keys()]).map((item) => [item.seq, item]));
  const asked = predicatesAskedFor(query.words);
  if (query.aboutUser && asked.length > 0) {
    for (const item of search.memoriesInSlots(["user"], asked)) found.set(item.seq, item);
  }
  const scored: ScoredMemory[] = [];
  for (const item of found.values()) {
    const { memory } = item;
    if (!mayRecall(memory, query)) continue;
    const inSlot = asked.includes(memory.predicate) && isAskedAbout(memory.subject, query);
    const lexical = matches.get(item.seq)?.score ?? 0;
    scored.push({
      ...item,
      parts: {
        lexical: weights.memory * lexical,
        slot: inSlot ? weights.slot * full : 0,
        person: lexical > 0 && isAskedAbout(memory.subject, query) ? weights.person * lexical : 0,
      },
    });
  }
  return scored;
}

/** False for what is not to be used, has faded, or has been replaced, unless the question is about the past. */
export function mayRecall(memory: MemoryRow, query: Query): boolean {
  if (memory.neverUse || memory.status === "archived") return false;
  return memory.status !== "superseded" || query.past;
}

/** "sister mara" is asked about by "sister" as well as by "mara"; the user by "I" and "my". */
function isAskedAbout(subject: string, query: Query): boolean {
  if (subject === "user") return query.aboutUser;
  return subject.split(/\s+/).some((word) => query.words.has(word));
}
