import type { IndexName, SearchRepository } from "../../storage/search.ts";
import type { Query } from "./query.ts";
import { variantsBy } from "./variants.ts";
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
  const formOf = (term: string, share: number): Form => {
    const frequency = search.frequency("message", term) + search.frequency("memory", term);
    return { term, frequency, idf: share * Math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)) };
  };
  const variants = variantsOf(search);
  const known = terms.map((term): Asked => {
    const own = formOf(term, names.has(term) ? weights.name : 1);
    const others = (variants.get(term) ?? []).map((other) => formOf(other, weights.variant));
    const forms = [own, ...others].filter(({ frequency, idf }) => frequency > 0 && idf > 0);
    // What is known only under another word can be covered by that word alone.
    const idf = own.frequency > 0 ? own.idf : Math.max(0, ...forms.map((form) => form.idf)) || own.idf;
    return { forms, idf, frequency: forms.reduce((sum, { frequency }) => sum + frequency, 0) };
  });
  const full = known.reduce((sum, { idf }) => sum + idf, 0);
  const searched = affordable(known.filter(({ forms }) => forms.length > 0));

  const rank = (index: IndexName): Map<number, Match> => {
    const lists = searched.flatMap(({ forms }, place) =>
      forms.map(({ term, idf }) => ({ place, idf, postings: search.postings(index, term) })),
    );
    const { averageLength } = sizes[index];
    // Lengths cost more than postings, so they are fetched only for rows that are good enough at an average length.
    const rough = new Map<number, number>();
    for (const { idf, postings } of lists) {
      for (const { seq, count } of postings) {
        rough.set(seq, (rough.get(seq) ?? 0) + termScore(idf, count, 1, weights));
      }
    }
    const lengths = search.lengths(index, highest(rough, bounds.candidates));
    const found = new Map<number, { score: number; byTerm: number[] }>();
    for (const seq of lengths.keys()) found.set(seq, { score: 0, byTerm: new Array<number>(searched.length).fill(0) });
    for (const { place, idf, postings } of lists) {
      for (const { seq, count } of postings) {
        const match = found.get(seq);
        if (!match) continue;
        const part = termScore(idf, count, (lengths.get(seq) ?? averageLength) / averageLength, weights);
        // A word and its variant in one text are one match.
        const more = Math.max(0, part - (match.byTerm[place] ?? 0));
        match.score += more;
        match.byTerm[place] = (match.byTerm[place] ?? 0) + more;
      }
    }
    return found;
  };
  return { message: rank("message"), memory: rank("memory"), full };
}

/** A term as it is searched, or a variant of it, with its weight. */
type Form = { term: string; frequency: number; idf: number };
/** A term of the question with all forms that stand in some text. */
type Asked = { forms: Form[]; idf: number; frequency: number };

const variantsCache = new WeakMap<SearchRepository, ReturnType<typeof variantsBy>>();

/** The variants of words, as the store's index has them. */
function variantsOf(search: SearchRepository): ReturnType<typeof variantsBy> {
  const known = variantsCache.get(search) ?? variantsBy(search.terms);
  variantsCache.set(search, known);
  return known;
}

/** The rarest terms, as many as the bounds allow; never none. */
function affordable(terms: readonly Asked[]): Asked[] {
  const rarestFirst = [...terms].sort((a, b) => a.frequency - b.frequency).slice(0, bounds.terms);
  let postings = 0;
  return rarestFirst.filter(({ frequency }, place) => {
    postings += frequency;
    return place === 0 || postings <= bounds.postings;
  });
}

/** The rows with the highest scores, at most so many; of equals the newest. */
function highest(scores: ReadonlyMap<number, number>, limit: number): number[] {
  if (scores.size <= limit) return [...scores.keys()];
  const sorted = Float64Array.from(scores.values()).sort();
  const least = sorted[sorted.length - limit] ?? 0;
  return [...scores]
    .filter(([, score]) => score >= least)
    .sort((a, b) => b[1] - a[1] || b[0] - a[0])
    .slice(0, limit)
    .map(([seq]) => seq);
}

/** One term's part of BM25. `relativeLength` is the row's length in terms divided by the average. */
function termScore(idf: number, count: number, relativeLength: number, { k1, b }: Weights): number {
  return (idf * count * (k1 + 1)) / (count + k1 * (1 - b + b * relativeLength));
}
