/** Rows of token ids to run at once: their places among all rows, and their length (tokens) with padding. */
export type Batch = { places: number[]; length: number };

/**
 * Rows in batches, the short ones first so that little is padded: none with more than `most.rows` rows, nor with more than
 * `most.tokens` tokens (padding counted) unless it is one row. Empty rows are left out.
 */
export function batchesOf(lengths: readonly number[], most: { rows: number; tokens: number }): Batch[] {
  const order = lengths
    .map((length, place) => ({ length, place }))
    .filter(({ length }) => length > 0)
    .sort((a, b) => a.length - b.length);
  const batches: Batch[] = [];
  let open: Batch | null = null;
  for (const { length, place } of order) {
    if (!open || open.places.length >= most.rows || (open.places.length + 1) * length > most.tokens) {
      open = { places: [], length };
      batches.push(open);
    }
    open.places.push(place);
    open.length = length;
  }
  return batches;
}
