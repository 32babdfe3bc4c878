import type { Rejection } from "../../contract/chat.ts";
import type { QueryVector } from "../../storage/vectors.ts";
import type { MemoryStore } from "../store.ts";
import { matchDomains, readAdvice } from "./domain-match.ts";
import { groundsOfMemory, groundsOfTurn } from "./grounds.ts";
import { matchTerms } from "./lexical.ts";
import { meaningOf } from "./meaning.ts";
import { scoreMemories } from "./memories.ts";
import { type Candidate, merge } from "./merge.ts";
import { readQuery } from "./query.ts";
import { scoreTurns } from "./turns.ts";
import { varied } from "./variety.ts";
import { defaultWeights, type Weights } from "./weights.ts";

/** What is asked, and what must not come back. */
export type RecallQuery = {
  text: string;
  /** Milliseconds since 1970 (UTC). */
  now: number;
  /** IANA zone or offset in which the question's dates are read; UTC by default. */
  zone?: string;
  /** The question as a vector; without one, it is compared by its words alone. */
  vector?: QueryVector | null;
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
export type Recalled = Omit<Candidate, "relevance" | "quality" | "grounds"> & {
  mark: string;
  /** Comparable within one recall: relevance (0 to 1, how much of the question is covered) weighed by quality. */
  score: number;
};

/** Something that bears on the question and was not offered. */
export type Rejected = Pick<Recalled, "source" | "id" | "version" | "score" | "parts"> & { reason: Rejection };

export type Ranking = { found: Recalled[]; rejected: Rejected[] };

/** Of what was left out, so many of the best are told. */
const toldRejections = 12;

/** What `rank` finds, for those who do not ask why. */
export function recall(store: MemoryStore, asked: RecallQuery, weights: Weights = defaultWeights): Recalled[] {
  return rank(store, asked, weights).found;
}

/**
 * What Ebb knows that bears on the text, without any language model: turns of people and memories, ranked by their words (BM25),
 * their meaning, the turns around, the sitting, the person, the time and the kind of answer, then weighed by retrievability,
 * confidence, time and proof. Empty where nothing covers enough of the question. Beside it the best of what was left out, and
 * why. Any text is safe to ask.
 */
export function rank(store: MemoryStore, asked: RecallQuery, weights: Weights = defaultWeights): Ranking {
  const read = readQuery(asked.text, store.search, asked.now, asked.zone ?? "UTC");
  const query = { ...read, past: asked.includePast ?? read.past, depth: asked.limit };
  const lexical = matchTerms(store.search, query, weights);
  const meaning = meaningOf(store.vectors, asked.vector ?? null);
  const advice = weights.domain > 0 ? readAdvice(asked.text) : null;
  const domains = advice ? matchDomains(store, advice, asked.now) : new Map<number, number>();
  const { scored: memories, barred } = scoreMemories(store.search, lexical, meaning, query, domains, weights);
  const turns = scoreTurns(
    store.search,
    lexical,
    meaning,
    query,
    weights,
    (turn) => turn.conversationId === asked.excludeConversationId || asked.excludeMessages?.has(turn.id) === true,
  );
  const candidates = merge(store.memories, memories, turns, { now: asked.now, query, weights });
  const best = Math.max(0, ...candidates.map((item) => item.relevance));
  const covered = Math.max(
    0,
    ...memories.map(({ parts }) => groundsOfMemory(parts, weights)),
    ...turns.map(({ parts }) => groundsOfTurn(parts, weights)),
  );
  const enough = best > 0 && covered >= weights.coverageFloor;
  // The best result's relevance is how much of the question it covers; the others' are shares of that.
  const scale = best > 0 ? Math.min(1, covered) / best : 0;
  const ranked = candidates
    .map(({ relevance, quality, grounds, ...item }) => ({
      ...item,
      score: relevance * scale * quality,
      strong: enough && relevance >= weights.relativeFloor * best && grounds >= weights.groundsFloor * covered,
    }))
    .sort((a, b) => b.score - a.score || b.saidAt - a.saidAt);
  const strong = varied(
    ranked.filter((item) => item.strong),
    asked.limit,
    weights.variety,
  );
  const found = strong
    .slice(0, asked.limit)
    .map(({ strong: _, ...item }, place) => ({ ...item, mark: `m${place + 1}` }));
  const rejected = [
    ...strong.slice(asked.limit).map((item) => rejection(item, "crowded")),
    ...ranked.filter((item) => !item.strong).map((item) => rejection(item, "weak")),
    ...barred.map(({ memory, lexical, reason }) => {
      const score = scale * lexical;
      return rejection({ source: "memory", id: memory.id, version: memory.version, score, parts: { lexical } }, reason);
    }),
  ];
  return { found, rejected: rejected.sort((a, b) => b.score - a.score).slice(0, toldRejections) };
}

function rejection({ source, id, version, score, parts }: Omit<Rejected, "reason">, reason: Rejection): Rejected {
  return { source, id, version, score, parts, reason };
}
