import type { IndexName, SearchRepository } from "../../storage/search.ts";
import type { Query } from "./query.ts";
import { bounds, type Weights } from "./weights.ts";

/** How well rows of one index match, by `seq`: the sum, and each term's part of it in the order of `terms`. */
export type Match = { score: number; byTerm: readonly number[] };

export type LexicalMatches = {
  message: Map<number, Match>;
  memory: Map<number, Match>;
  /** The score of a text of average length that has each term of the question once: the whole question covered. */
  full: number;
};

/**
 * BM25 (Robertson & Zaragoza 2009, with the idf of Lucene that never turns negative) of both indexes on one scale: the
 * frequency of a term counts over turns and memories together. FTS5's own bm25() has a fixed b of 0.75, too much for turns
 * of a chat, where a long one is often the one that tells. Frequent terms are left out once the rarer ones have used up
 * the bound on postings.
 */
export function matchTerms(
  search: SearchRepository,
  { terms, names }: Pick<Query, "terms" | "names">,
  weights: Weights,
): LexicalMatches {
  const sizes = { message: search.size("message"), memory: search.size("memory") };
  const rows = sizes.message.rows + sizes.memory.rows + weights.background;
  const known = terms.map((term) => {
    const frequency = search.frequency("message", term) + search.frequency("memory", term);
    const idf = Math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5));
    return { term, frequency, idf: names.has(term) ? weights.name * idf : idf };
  });
  const full = known.reduce((sum, { idf }) => sum + idf, 0);
  const searched = affordable(known.filter(({ frequency, idf }) => frequency > 0 && idf > 0));

  const rank = (index: IndexName): Map<number, Match> => {
    const postings = searched.map(({ term }) => search.postings(index, term));
    const idfs = searched.map(({ idf }) => idf);
    const { averageLength } = sizes[index];
    // Lengths cost more than postings, so they are fetched only for rows that are good enough at an average length.
    const rough = new Map<number, number>();
    postings.forEach((list, term) => {
      for (const { seq, count } of list) {
        rough.set(seq, (rough.get(seq) ?? 0) + termScore(idfs[term] ?? 0, count, 1, weights));
      }
    });
    const best = [...rough].sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, bounds.candidates);
    const lengths = search.lengths(
      index,
      best.map(([seq]) => seq),
    );
    const found = new Map<number, { score: number; byTerm: number[] }>();
    for (const seq of lengths.keys()) found.set(seq, { score: 0, byTerm: new Array<number>(idfs.length).fill(0) });
    postings.forEach((list, term) => {
      for (const { seq, count } of list) {
        const match = found.get(seq);
        if (!match) continue;
        const part = termScore(idfs[term] ?? 0, count, (lengths.get(seq) ?? averageLength) / averageLength, weights);
        match.score += part;
        match.byTerm[term] = part;
      }
    });
    return found;
  };
  return { message: rank("message"), memory: rank("memory"), full };
}

type Term = { term: string; frequency: number; idf: number };

/** The rarest terms, as many as the bounds allow; never none. */
function affordable(terms: readonly Term[]): Term[] {
  const rarestFirst = [...terms].sort((a, b) => a.frequency - b.frequency).slice(0, bounds.terms);
  let postings = 0;
  return rarestFirst.filter(({ frequency }, place) => {
    postings += frequency;
    return place === 0 || postings <= bounds.postings;
  });
}

/** One term's part of BM25. `relativeLength` is the row's length in terms divided by the average. */
function termScore(idf: number, count: number, relativeLength: number, { k1, b }: Weights): number {
  return (idf * count * (k1 + 1)) / (count + k1 * (1 - b + b * relativeLength));
}
