import type { MemoryRepository, MemoryRow } from "../../storage/memories.ts";
import { retrievability } from "../forgetting.ts";
import { groundsOfMemory, groundsOfTurn } from "./grounds.ts";
import { type MemoryParts, mayRecall, type ScoredMemory } from "./memories.ts";
import type { Query } from "./query.ts";
import { recalledMemory } from "./recalled.ts";
import type { ScoredTurn } from "./turns.ts";
import { bounds, looked, type Weights } from "./weights.ts";

/** A memory or a turn that may be the answer: `relevance` is about 1 to 2 for the whole question, `quality` a factor near 1. */
export type Candidate = {
  source: "memory" | "message";
  id: string;
  text: string;
  /** When (ms) it was said; for a memory, the first of the words behind it. */
  saidAt: number;
  /** What the score is made of: parts of the relevance, and for a memory those of its quality. */
  parts: Readonly<Record<string, number>>;
  /** A memory's version; null for a turn. */
  version: number | null;
  memory: MemoryRow | null;
  /** Who said a turn, where named. */
  speaker: string | null;
  /** The messages that it rests on: a turn itself, or a memory's evidence. */
  messageIds: string[];
  relevance: number;
  quality: number;
  /** How much of the question it covers by itself, 0 to about 1. */
  grounds: number;
};

/** Under which circumstances candidates are judged. */
export type Terms = { now: number; query: Query; weights: Weights };

const nothing: MemoryParts = { lexical: 0, meaning: 0, slot: 0, person: 0, domain: 0 };

/**
 * One list of memories and turns. A memory and a turn that it came from are one thing, told by whichever has more of the
 * question; a turn is told by its memories alone where one of them has changed, faded or been taken away since, because
 * the turn still says the old.
 */
export function merge(
  memories: MemoryRepository,
  matched: readonly ScoredMemory[],
  turns: readonly ScoredTurn[],
  terms: Terms,
): Candidate[] {
  const { weights } = terms;
  const best = turns
    .map((scored) => ({ ...scored, relevance: relevanceOf(scored, weights) }))
    .sort((a, b) => b.relevance - a.relevance)
    .slice(0, Math.max(bounds.merged, looked.merged * terms.query.depth));
  const links = memories.evidenceFrom(best.map(({ turn }) => turn.id));
  const known = new Map(matched.map(({ memory, parts }) => [memory.id, { memory, parts }]));
  const linked = new Set([...links.values()].flat().map(({ memoryId }) => memoryId));
  for (const memory of memories.getMany([...linked].filter((id) => !known.has(id)))) {
    if (mayRecall(memory, terms.query)) known.set(memory.id, { memory, parts: nothing });
  }

  const support = new Map<string, { lent: number; quality: number; grounds: number }>();
  const ofTurns = turnQuality(weights);
  const told = new Set<string>();
  const candidates: Candidate[] = [];
  for (const scored of best) {
    const ids = new Set(links.get(scored.turn.id)?.map(({ memoryId }) => memoryId));
    const its = [...ids].map((id) => known.get(id)).filter((item) => item !== undefined);
    const strongest = Math.max(0, ...its.map(({ parts }) => sumOf(parts)));
    // What others said stays what they said, whatever has become of it; the user's own words must not bring the old back.
    const stale =
      scored.turn.role === "user" &&
      (its.length < ids.size || its.some(({ memory }) => !says(scored.turn.text, memory)));
    if (!stale && strongest < scored.own) {
      for (const { memory } of its) told.add(memory.id);
      candidates.push(turnCandidate(scored, scored.relevance, weights));
      continue;
    }
    if (ids.size === 0 && !stale) candidates.push(turnCandidate(scored, scored.relevance, weights));
    for (const { memory, parts } of its) {
      // What matched in a turn that is out of date may be the part that is: it speaks only for what matches itself.
      if (stale && sumOf(parts) === 0) continue;
      // Of several memories of one turn, the turn's match speaks for the one that matches itself.
      const lent = sumOf(parts) === strongest ? scored.relevance : scored.relevance / 2;
      // What others said could be recalled as it stands: having learned from it must not make it less so.
      const quality = scored.turn.role === "other" ? ofTurns : 0;
      const known = support.get(memory.id);
      support.set(memory.id, {
        lent: Math.max(known?.lent ?? 0, lent),
        quality: Math.max(known?.quality ?? 0, quality),
        grounds: Math.max(known?.grounds ?? 0, groundsOfTurn(scored.parts, weights)),
      });
    }
  }
  const remaining = [...known.values()].filter(({ memory }) => !told.has(memory.id));
  const evidence = memories.evidenceOf(remaining.map(({ memory }) => memory.id));
  for (const { memory, parts } of remaining) {
    const its = support.get(memory.id);
    const lent = weights.memory * (its?.lent ?? 0);
    const relevance = Math.max(sumOf(parts), lent);
    if (relevance === 0) continue;
    const words = evidence.get(memory.id) ?? [];
    const judged = judge(memory, words.length, terms);
    const quality = Math.max(judged.quality, its?.quality ?? 0);
    const grounds = Math.max(groundsOfMemory(parts, weights), its?.grounds ?? 0);
    const found = { parts: { ...parts, turn: lent, ...judged.parts }, relevance, quality, grounds };
    candidates.push(recalledMemory(memory, words, found));
  }
  return candidates;
}

function turnCandidate({ turn, parts }: ScoredTurn, relevance: number, weights: Weights): Candidate {
  return {
    source: "message",
    id: turn.id,
    text: turn.text,
    saidAt: turn.createdAt,
    parts,
    version: null,
    memory: null,
    speaker: turn.speaker,
    messageIds: [turn.id],
    relevance,
    quality: turnQuality(weights),
    grounds: groundsOfTurn(parts, weights),
  };
}

const turnQuality = (weights: Weights): number =>
  weights.retrievabilityBase + weights.retrievability * weights.turnRetrievability;

function relevanceOf({ turn, parts }: ScoredTurn, weights: Weights): number {
  return Math.max(0, sumOf(parts) * (isQuestion(turn.text) ? weights.questionTurn : 1));
}

/** False where the memory has been given another value than the turn has. */
function says(text: string, memory: MemoryRow): boolean {
  return memory.version === 1 || text.toLowerCase().includes(memory.value.toLowerCase());
}

/** The factors by which a memory's relevance is weighed (design, section 4). */
function judge(
  memory: MemoryRow,
  quotes: number,
  { now, query, weights }: Terms,
): { quality: number; parts: Record<string, number> } {
  const over = memory.validTo !== null && memory.validTo < now;
  const parts = {
    retrievability: memory.pinned ? 1 : retrievability(memory, now),
    confidence: memory.confidence,
    temporal: over ? (query.past ? 1 : 0) : 0.5,
    // Each further quote halves the doubt.
    proof: 1 - 0.5 ** Math.max(1, quotes),
  };
  const quality =
    (weights.retrievabilityBase + weights.retrievability * parts.retrievability) *
    (1 + weights.confidence * (parts.confidence - 0.5)) *
    (1 + weights.temporal * (parts.temporal - 0.5)) *
    (1 + weights.proof * (parts.proof - 0.5));
  return { quality, parts };
}

function isQuestion(text: string): boolean {
  const sentences = text.match(/[^.!?\n]+[.!?\n]*/g) ?? [];
  return sentences.length > 0 && sentences.every((sentence) => sentence.trimEnd().endsWith("?"));
}

function sumOf(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}
