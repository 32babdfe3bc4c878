import { type MemoryParts, ownWords } from "./memories.ts";
import type { TurnParts } from "./turns.ts";
import type { Weights } from "./weights.ts";

// What a result has to show for itself, 0 to about 1: how much of the question it covers by words (a turn's with those around it), by
// what is asked for, by its time, or by meaning. That its sitting, its speaker or its length fit is no ground to offer it.

export function groundsOfTurn({ neighbours, meaning, time }: TurnParts, weights: Weights): number {
  return Math.max(neighbours / weights.neighbours, byMeaning(meaning, weights), time);
}

export function groundsOfMemory({ lexical, slot, domain, meaning }: MemoryParts, weights: Weights): number {
  return Math.max(lexical / ownWords(weights) + slot + domain, byMeaning(meaning, weights));
}

/** The cosine behind that part of a relevance, where it says anything. */
function byMeaning(part: number, weights: Weights): number {
  const cosine = part / weights.meaning + weights.noise;
  return cosine >= weights.meaningFloor ? cosine : 0;
}
