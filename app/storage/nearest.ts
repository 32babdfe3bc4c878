import type { Db } from "./connection.ts";
import { cosineOf, decodeVector } from "./vector-codes.ts";
import { type Cover, type VectorIndexes, type VectorKind, vectorKinds } from "./vector-index.ts";
import { type Neighbour, VectorScan } from "./vector-scan.ts";

export type { VectorKind } from "./vector-index.ts";
export type { Neighbour } from "./vector-scan.ts";

/** A question as a vector of unit length, made by the embedder whose key `model` is. */
export type QueryVector = { model: number; values: Float32Array };

type Dimensions = { dim: number; scanDim: number };
type StoredVector = { seq: number; data: Buffer };
/**
 * What is in memory of one table's vectors: those that the file (by its key) does not cover, as far as `upTo`, and all that were written
 * since.
 */
type Held = { model: number; file: number | null; dims: number; scan: VectorScan; upTo: number; whole: boolean };

/** Up to so many vectors are held with all their dimensions: 8 MB, and candidates are then exact. */
const wholeUpTo = 20_000;
/**
 * Candidates that are compared by their rows, for each that is wanted. Measured with the bundled embedder on 2,760 turns of
 * conversation: 8 by the first 128 of 384 dimensions hold 98 of 100 of the true nearest 50, 4 hold 93.
 */
const candidatesEach = { byAll: 2, bySome: 8 } as const;
const fewestCandidates = 50;
/** A file is built where so many vectors are in none, or this share of those in the file that there is. */
export const indexAbove = { vectors: 20_000, share: 0.2 } as const;
/** Vectors that a search reads by itself; more are for `read`, a part at a time. */
const readAtOnce = 20_000;

/**
 * Search by vector. Candidates come from a file, and of what that does not cover from the leading dimensions, which are held in
 * memory; the rows are the truth: a cosine is that of the row, now.
 */
export function nearestSearch(db: Db, indexes: VectorIndexes) {
  const tables = { message: tableOf(db, "message"), memory: tableOf(db, "memory") };
  const embedder = db.prepare<[number], Dimensions>(
    "SELECT dim, scan_dim AS scanDim FROM embedder WHERE key = ? AND role <> 'leaving'",
  );
  const held = new Map<VectorKind, Held>();

  const heldOf = (kind: VectorKind, model: number, cover: Cover | null, { dim, scanDim }: Dimensions): Held => {
    const known = held.get(kind);
    const file = cover?.key ?? null;
    const same = known?.model === model && known.file === file;
    // Where it has grown too large to be held whole, it is read again.
    if (same && (known.dims <= scanDim || known.scan.size <= wholeUpTo)) return known;
    const upTo = cover?.upTo ?? 0;
    const few = (tables[kind].count.get(model, upTo) ?? 0) <= wholeUpTo;
    const dims = few ? dim : scanDim;
    const fresh: Held = { model, file, dims, scan: new VectorScan(dims), upTo, whole: false };
    for (const { seq, data } of file === null ? [] : tables[kind].changed.iterate({ model, file })) {
      fresh.scan.add(seq, decodeVector(data));
    }
    held.set(kind, fresh);
    return fresh;
  };

  const readMore = (kind: VectorKind, into: Held, limit: number): void => {
    if (into.whole) return;
    const { model, scan } = into;
    let count = 0;
    for (const { seq, data } of tables[kind].after.iterate({ model, upTo: into.upTo, limit })) {
      scan.add(seq, decodeVector(data));
      into.upTo = seq;
      count++;
    }
    into.whole = count < limit;
  };

  const cosines = (kind: VectorKind, { model, values }: QueryVector, seqs: readonly number[]): Map<number, number> => {
    const found = new Map<number, number>();
    for (const { seq, data } of tables[kind].bySeq.all({ model, seqs: JSON.stringify(seqs) })) {
      const stored = decodeVector(data);
      if (stored.codes.length === values.length) found.set(seq, cosineOf(values, stored));
    }
    return found;
  };

  return {
    /** The rows most like the query, best first; none where the embedder is not known (any more). */
    nearest(kind: VectorKind, query: QueryVector, limit: number): Neighbour[] {
      const known = embedder.get(query.model);
      if (known?.dim !== query.values.length || limit <= 0) return [];
      const cover = indexes.cover(kind, query.model);
      const into = heldOf(kind, query.model, cover, known);
      readMore(kind, into, readAtOnce);
      const each = into.dims < known.dim ? candidatesEach.bySome : candidatesEach.byAll;
      const candidates = into.scan.nearest(query.values, Math.max(limit * each, fewestCandidates));
      const filed = cover?.index?.search(query.values, Math.max(limit * candidatesEach.byAll, fewestCandidates)) ?? [];
      const exact = cosines(kind, query, [...new Set([...candidates.map(({ seq }) => seq), ...filed])]);
      // Gone with its text since it was read.
      into.scan.remove(candidates.filter(({ seq }) => !exact.has(seq)).map(({ place }) => place));
      return [...exact]
        .map(([seq, cosine]) => ({ seq, cosine }))
        .sort((a, b) => b.cosine - a.cosine || a.seq - b.seq)
        .slice(0, limit);
    },
    /** The cosine (-1 to 1) of the query with each of the rows; absent where a row has no vector. */
    cosines,
    /** Takes up to `limit` more of the embedder's vectors into memory; false where all are there. */
    read(model: number, limit: number): boolean {
      const known = embedder.get(model);
      if (!known) return false;
      for (const kind of vectorKinds) {
        const into = heldOf(kind, model, indexes.cover(kind, model), known);
        if (into.whole) continue;
        readMore(kind, into, limit);
        return true;
      }
      return false;
    },
    /** The table whose vectors want a (new) file, and their dimensions, or null. Known once `read` has nothing left to do. */
    unindexed(model: number, above: { vectors: number; share: number }): { kind: VectorKind; dim: number } | null {
      const dim = embedder.get(model)?.dim;
      for (const kind of dim === undefined ? [] : vectorKinds) {
        const into = held.get(kind);
        const cover = indexes.cover(kind, model);
        if (into?.model !== model || !into.whole || into.file !== (cover?.key ?? null)) continue;
        const apart = into.scan.size + (cover ? indexes.staleOf(cover.key) : 0);
        if (apart > Math.max(above.vectors, (cover?.count ?? 0) * above.share)) return { kind, dim: dim as number };
      }
      return null;
    },
    /** To be told of each vector that is written. */
    written(kind: VectorKind, model: number, seq: number, data: Buffer): void {
      const into = held.get(kind);
      if (into?.model !== model) return;
      // What lies ahead is read when it is its turn.
      if (into.whole || seq <= into.upTo) into.scan.add(seq, decodeVector(data));
    },
  };
}

function tableOf(db: Db, kind: VectorKind) {
  return {
    count: db
      .prepare<[number, number], number>(
        `SELECT count(*) FROM (SELECT 1 FROM ${kind}_vector WHERE model = ? AND seq > ? LIMIT ${wholeUpTo + 1})`,
      )
      .pluck(),
    changed: db.prepare<{ model: number; file: number }, StoredVector>(
      `SELECT v.seq, v.data FROM vector_stale s CROSS JOIN ${kind}_vector v ON v.model = @model AND v.seq = s.seq
       WHERE s.file = @file ORDER BY s.seq`,
    ),
    after: db.prepare<{ model: number; upTo: number; limit: number }, StoredVector>(
      `SELECT seq, data FROM ${kind}_vector WHERE model = @model AND seq > @upTo ORDER BY seq LIMIT @limit`,
    ),
    bySeq: db.prepare<{ model: number; seqs: string }, StoredVector>(
      `SELECT v.seq, v.data FROM json_each(@seqs) j CROSS JOIN ${kind}_vector v
       ON v.model = @model AND v.seq = j.value`,
    ),
  };
}
