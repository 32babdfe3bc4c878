import type { QueryVector, VectorKind, VectorRepository } from "../../storage/vectors.ts";

/** How near texts are to the question in meaning; without an embedder, nothing is. */
export type Meaning = {
  /** The `seq` of the nearest texts, nearest first. */
  nearest: (kind: VectorKind, limit: number) => number[];
  /** The cosine (-1 to 1) of each text with the question; absent where a text has no vector yet. */
  of: (kind: VectorKind, seqs: readonly number[]) => ReadonlyMap<number, number>;
  /** The cosines that are known already. */
  known: (kind: VectorKind) => ReadonlyMap<number, number>;
};

const none: Meaning = { nearest: () => [], of: () => new Map(), known: () => new Map() };

/** The meaning of one question; what is read of one text is kept for as long as the question is. */
export function meaningOf(vectors: VectorRepository, query: QueryVector | null): Meaning {
  if (!query) return none;
  const known = { message: new Map<number, number>(), memory: new Map<number, number>() };
  return {
    nearest(kind, limit) {
      const found = vectors.nearest(kind, query, limit);
      for (const { seq, cosine } of found) known[kind].set(seq, cosine);
      return found.map(({ seq }) => seq);
    },
    of(kind, seqs) {
      const missing = seqs.filter((seq) => !known[kind].has(seq));
      for (const [seq, cosine] of vectors.cosines(kind, query, missing)) known[kind].set(seq, cosine);
      return known[kind];
    },
    known: (kind) => known[kind],
  };
}
