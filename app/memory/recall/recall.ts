import type { MemoryStore } from "../store.ts";
import { matchTerms } from "./lexical.ts";
import { scoreMemories } from "./memories.ts";
import { type Candidate, merge } from "./merge.ts";
import { readQuery } from "./query.ts";
import { scoreTurns } from "./turns.ts";
import { defaultWeights, type Weights } from "./weights.ts";

/** What is asked, and what must not come back. */
export type RecallQuery = {
  text: string;
  /** Milliseconds since 1970 (UTC). */
  now: number;
  /** At most so many results. */
  limit: number;
  /** Messages that the reader has before them anyway. */
  excludeMessages?: ReadonlySet<string>;
  /** Turns of this conversation stay out. */
  excludeConversationId?: string;
  /** Superseded memories too; by default where the question is about the past. */
  includePast?: boolean;
};

/** A memory or a turn that bears on the question; best first, marked m1, m2, ... in that order. */
export type Recalled = Omit<Candidate, "relevance" | "quality"> & {
  mark: string;
  /** Comparable within one recall: relevance (0 to 1, how much of the question is covered) weighed by quality. */
  score: number;
};

/**
 * What Ebb knows that bears on the text, without any language model: turns of people and memories, ranked by BM25 with the
 * turns around, the session and the person, then weighed by retrievability, confidence, time and proof. Empty where
 * nothing covers enough of the question. Any text is safe to ask.
 */
export function recall(store: MemoryStore, asked: RecallQuery, weights: Weights = defaultWeights): Recalled[] {
  const read = readQuery(asked.text, store.search);
  const query = { ...read, past: asked.includePast ?? read.past };
  const matches = matchTerms(store.search, query, weights);
  const memories = scoreMemories(store.search, matches.memory, query, matches.full, weights);
  const turns = scoreTurns(
    store.search,
    matches.message,
    query,
    weights,
    (turn) => turn.conversationId === asked.excludeConversationId || asked.excludeMessages?.has(turn.id) === true,
  );
  const candidates = merge(store.memories, memories, turns, { now: asked.now, query, weights });
  const best = Math.max(0, ...candidates.map((item) => item.relevance));
  const covered = Math.max(
    0,
    ...memories.map(({ parts }) => parts.lexical + parts.slot),
    ...turns.map(({ parts }) => parts.lexical + parts.neighbours),
  );
  if (best === 0 || covered < weights.coverageFloor * matches.full) return [];
  // The best result's relevance is how much of the question it covers; the others' are shares of that.
  const scale = Math.min(1, covered / matches.full) / best;
  return candidates
    .filter((item) => item.relevance >= weights.relativeFloor * best)
    .map(({ relevance, quality, ...item }) => ({ ...item, score: relevance * scale * quality }))
    .sort((a, b) => b.score - a.score || b.saidAt - a.saidAt)
    .slice(0, asked.limit)
    .map((item, place) => ({ ...item, mark: `m${place + 1}` }));
}
