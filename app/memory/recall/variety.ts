import { distinctiveWords } from "./query.ts";

/** Results that are compared with those before them. */
const compared = 60;
/** Texts that share fewer of their words (Jaccard) than this say different things. */
const alike = 0.5;

/**
 * Maximal marginal relevance (Carbonell & Goldstein 1998): the next result is the one whose score, less what a result before it
 * already says, is highest. `results` are best first; of what says exactly the same, a share `cost` (0 to 1) of the score is
 * taken. Scores stay as they are.
 */
export function varied<T extends { text: string; score: number }>(
  results: readonly T[],
  limit: number,
  cost: number,
): T[] {
  const most = Math.min(results.length, Math.max(2 * limit, 1), compared);
  const left = results.slice(0, most).map((item) => ({
    item,
    words: new Set(distinctiveWords(item.text)),
    taken: 0,
  }));
  const chosen: T[] = [];
  while (left.length > 0) {
    let best = 0;
    left.forEach(({ item, taken }, place) => {
      const leader = left[best];
      if (leader && item.score * (1 - taken) > leader.item.score * (1 - leader.taken)) best = place;
    });
    const [next] = left.splice(best, 1);
    if (!next) break;
    chosen.push(next.item);
    for (const other of left) {
      other.taken = Math.max(
        other.taken,
        cost * Math.max(0, (likeness(next.words, other.words) - alike) / (1 - alike)),
      );
    }
  }
  return [...chosen, ...results.slice(most)];
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  let shared = 0;
  for (const word of small) if (large.has(word)) shared++;
  const all = one.size + other.size - shared;
  return all === 0 ? 0 : shared / all;
}
