import type { Rejection } from "../../contract/chat.ts";
import type { MemoryRow } from "../../storage/memories.ts";
import type { IndexedMemory, SearchRepository } from "../../storage/search.ts";
import { predicatesAskedFor } from "./cues.ts";
import type { LexicalMatches } from "./lexical.ts";
import type { Meaning } from "./meaning.ts";
import { isStopWord, type Query } from "./query.ts";
import { bounds, type Weights } from "./weights.ts";

/** A memory that matches and is not to be used; `lexical` as in the parts. */
export type BarredMemory = IndexedMemory & { lexical: number; reason: Rejection };

/** A memory with the parts of its relevance: their sum is about 1 to 2 for one that covers the question. */
export type ScoredMemory = IndexedMemory & { parts: MemoryParts };
export type MemoryParts = { lexical: number; meaning: number; slot: number; person: number; domain: number };

/**
 * Memories that match by their words or their meaning, because the question is about their predicate ("Is there any food I have
 * to avoid?" is about allergies) or in their domain of life, and those that match and are not to be used. `domains` says how
 * near memories are to what is asked for, by `seq`.
 */
export function scoreMemories(
  search: SearchRepository,
  { memory: matches, full }: Pick<LexicalMatches, "memory" | "full">,
  meaning: Meaning,
  query: Query,
  domains: ReadonlyMap<number, number>,
  weights: Weights,
): { scored: ScoredMemory[]; barred: BarredMemory[] } {
  const nearest = meaning.nearest("memory", bounds.nearestMemories);
  const found = new Map(
    search
      .memoriesBySeq([...new Set([...matches.keys(), ...domains.keys(), ...nearest])])
      .map((item) => [item.seq, item]),
  );
  const asked = predicatesAskedFor(query.words);
  if (query.aboutUser && asked.length > 0) {
    for (const item of search.memoriesInSlots(["user"], asked)) found.set(item.seq, item);
  }
  const named = new Set([...query.words].filter((word) => !isStopWord(word) && !query.people.has(word)));
  for (const item of search.memoriesAbout([...named], bounds.subjects)) found.set(item.seq, item);
  const cosines = meaning.of("memory", [...found.keys()]);
  // A taste shares hardly a word with a request for suggestions; those it does share say little.
  const share = domains.size > 0 ? weights.adviceWords : 1;
  const least = domains.size > 0 ? -weights.noise : 0;
  const scored: ScoredMemory[] = [];
  const barred: BarredMemory[] = [];
  for (const item of found.values()) {
    const { memory } = item;
    const cosine = cosines.get(item.seq);
    const covered = full > 0 ? (matches.get(item.seq)?.score ?? 0) / full : 0;
    const lexical = weights.memory * ownWords(weights) * covered;
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
    const about = ofNamed ? Math.max(covered, 1) : ofUser || isNamed(memory.subject, query.words) ? covered : 0;
    scored.push({
      ...item,
      parts: {
        lexical: share * lexical,
        meaning: cosine === undefined ? 0 : weights.meaning * Math.max(least, cosine - weights.noise),
        slot: inSlot ? share * weights.slot : 0,
        person: share * weights.about * about,
        domain: weights.domain * (domains.get(item.seq) ?? 0),
      },
    });
  }
  return { scored, barred };
}

/** What covering the whole question by one's own words is worth: a turn's parts for that, together. */
export const ownWords = ({ lexical, neighbours, session }: Weights): number => lexical + neighbours + session;

/** False for what is not to be used, has faded, or has been replaced, unless the question is about the past. */
export function mayRecall(memory: MemoryRow, query: Pick<Query, "past">): boolean {
  return barring(memory, query) === null;
}

function barring(memory: MemoryRow, { past }: Pick<Query, "past">): Rejection | null {
  if (memory.neverUse) return "forbidden";
  if (memory.status === "archived") return "archived";
  // What a model read into a turn against what the user says is asked about first; the turn itself can be recalled.
  if (memory.status === "conflict" && memory.trust === "inferred") return "conflict";
  return memory.status === "superseded" && !past ? "superseded" : null;
}

/** "sister mara" is named by "sister" as well as by "mara". */
function isNamed(subject: string, words: ReadonlySet<string>): boolean {
  return subject !== "user" && subject.split(/\s+/).some((word) => words.has(word));
}
