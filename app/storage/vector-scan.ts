import { usearch } from "./usearch.ts";
import { asCodes, type Codes, dot } from "./vector-codes.ts";

/** Something found by its vector: the row's `seq`, and the cosine (-1 to 1) with the query. */
export type Neighbour = { seq: number; cosine: number };

/**
 * So many leading dimensions of many vectors in one array, to be compared from end to end: a byte for each. A row may stand in it twice, or be gone: the caller looks at the row.
 */
export class VectorScan {
  readonly #dim: number;
  #codes: Int8Array;
  #seqs: Float64Array;
  #count = 0;

  constructor(dim: number) {
    this.#dim = dim;
    this.#codes = new Int8Array(256 * dim);
    this.#seqs = new Float64Array(256);
  }

  get size(): number {
    return this.#count;
  }

  add(seq: number, { codes }: Codes): void {
    if (this.#count === this.#seqs.length) this.#grow();
    this.#codes.set(codes.subarray(0, this.#dim), this.#count * this.#dim);
    this.#seqs[this.#count] = seq;
    this.#count++;
  }

  /** Takes out the rows of that `seq` at the places that `nearest` found. */
  remove(places: readonly number[]): void {
    // The last first, so that what moves into a gap is not to go itself.
    for (const place of [...places].sort((a, b) => b - a)) {
      const last = --this.#count;
      this.#codes.copyWithin(place * this.#dim, last * this.#dim, (last + 1) * this.#dim);
      this.#seqs[place] = this.#seqs[last] ?? 0;
    }
  }

  /** The `limit` rows whose leading dimensions are most like the query's, best first, each with its place. */
  nearest(query: Float32Array, limit: number, kernel: Kernel = fastest()): { place: number; seq: number }[] {
    const wanted = Math.min(limit, this.#count);
    if (wanted <= 0) return [];
    const codes = this.#codes.subarray(0, this.#count * this.#dim);
    return kernel(codes, asCodes(query.subarray(0, this.#dim)), wanted).map((place) => ({
      place,
      seq: this.#seqs[place] ?? 0,
    }));
  }

  #grow(): void {
    const have = this.#seqs.length;
    // Of very many, twice as much would be too much.
    const room = have < 65_536 ? have * 2 : have + Math.ceil(have / 4);
    const codes = new Int8Array(room * this.#dim);
    codes.set(this.#codes);
    const seqs = new Float64Array(room);
    seqs.set(this.#seqs);
    [this.#codes, this.#seqs] = [codes, seqs];
  }
}

/** The numbers of the `count` vectors with the greatest cosine, best first. All vectors have the query's length. */
export type Kernel = (vectors: Int8Array, query: Int8Array, count: number) => number[];

/** By usearch, some seven times as fast as a loop. */
const native = ({ exactSearch, MetricKind }: NonNullable<ReturnType<typeof usearch>>): Kernel => {
  return (vectors, query, count) =>
    Array.from(exactSearch(vectors, query, query.length, count, MetricKind.Cos, 1).keys as BigUint64Array, Number);
};

/** By a loop. */
export const portable: Kernel = (vectors, query, count) => {
  const dim = query.length;
  const total = vectors.length / dim;
  const scores = new Float32Array(total);
  const numbers = Float32Array.from(query);
  for (let place = 0; place < total; place++) {
    const own = vectors.subarray(place * dim, (place + 1) * dim);
    const squares = dot(own, own);
    scores[place] = squares > 0 ? dot(numbers, own) / Math.sqrt(squares) : 0;
  }
  // Only what reaches the last score that counts is put in order.
  const floor = scores.toSorted()[total - count] ?? 0;
  const places: number[] = [];
  for (let place = 0; place < total; place++) if ((scores[place] ?? 0) >= floor) places.push(place);
  return places.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, count);
};

let chosen: Kernel | null = null;

/** The faster one that this platform has; looked for with the first search, which no start waits for. */
export function fastest(): Kernel {
  if (!chosen) {
    const library = usearch();
    chosen = library ? native(library) : portable;
  }
  return chosen;
}
