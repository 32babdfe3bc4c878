import type { Rejection } from "../../contract/chat.ts";
import type { MemoryRow } from "../../storage/memories.ts";
import type { IndexedMemory, SearchRepository } from "../../storage/search.ts";
import { predicatesAskedFor } from "./cues.ts";
import type { Match } from "./lexical.ts";
import { isStopWord, type Query } from "./query.ts";
import { bounds, type Weights } from "./weights.ts";

/** A memory that matches and is not to be used. */
export type BarredMemory = IndexedMemory & { lexical: number; reason: Rejection };

/** A memory with the parts of its relevance, on the scale of the lexical scores. */
export type ScoredMemory = IndexedMemory & { parts: MemoryParts };
export type MemoryParts = { lexical: number; slot: number; person: number };

/**
 * Memories that match by their words or because the question is about their predicate ("Is there any food I have to
 * avoid?" is about allergies), and those that match by their words but are not to be used. `full` is the score that covers
 * the whole question.
 */
export function scoreMemories(
  search: SearchRepository,
  matches: ReadonlyMap<number, Match>,
  query: Query,
  full: number,
  weights: Weights,
): { scored: ScoredMemory[]; barred: BarredMemory[] } {
  const found = new Map(search.memoriesBySeq([...matches.keys()]).map((item) => [item.seq, item]));
  const asked = predicatesAskedFor(query.words);
  if (query.aboutUser && asked.length > 0) {
    for (const item of search.memoriesInSlots(["user"], asked)) found.set(item.seq, item);
  }
  const named = new Set([...query.words].filter((word) => !isStopWord(word) && !query.people.has(word)));
  for (const item of search.memoriesAbout([...named], bounds.subjects)) found.set(item.seq, item);
  const scored: ScoredMemory[] = [];
  const barred: BarredMemory[] = [];
  for (const item of found.values()) {
    const { memory } = item;
    const lexical = matches.get(item.seq)?.score ?? 0;
    const reason = barring(memory, query);
    if (reason !== null) {
      if (lexical > 0) barred.push({ ...item, lexical, reason });
      continue;
    }
    const ofUser = memory.subject === "user" && query.aboutUser;
    const ofNamed = isNamed(memory.subject, named);
    const inSlot = asked.includes(memory.predicate) && (ofUser || ofNamed);
    // To be about somebody whom the question names counts even where the text says "she"; the user and those who talk are
    // what almost every question is about, and count only beside a word.
    const about = ofNamed ? Math.max(lexical, full) : ofUser || isNamed(memory.subject, query.words) ? lexical : 0;
    scored.push({
      ...item,
      parts: {
        lexical: weights.memory * lexical,
        slot: inSlot ? weights.slot * full : 0,
        person: weights.person * about,
      },
    });
  }
  return { scored, barred };
}

/** False for what is not to be used, has faded, or has been replaced, unless the question is about the past. */
export function mayRecall(memory: MemoryRow, query: Pick<Query, "past">): boolean {
  return barring(memory, query) === null;
}

function barring(memory: MemoryRow, { past }: Pick<Query, "past">): Rejection | null {
  if (memory.neverUse) return "forbidden";
  if (memory.status === "archived") return "archived";
  return memory.status === "superseded" && !past ? "superseded" : null;
}

/** "sister mara" is named by "sister" as well as by "mara". */
function isNamed(subject: string, words: ReadonlySet<string>): boolean {
  return subject !== "user" && subject.split(/\s+/).some((word) => words.has(word));
}
