/** Vectors of `dim` numbers as base64 of their float32 bytes, one after the other. */
export function packVectors(vectors: readonly Float32Array[], dim: number): string {
  const all = new Float32Array(vectors.length * dim);
  vectors.forEach((vector, at) => {
    all.set(vector, at * dim);
  });
  return Buffer.from(all.buffer).toString("base64");
}

/** What `packVectors` packed. @throws RangeError where it is not whole vectors of that length */
export function unpackVectors(text: string, dim: number): Float32Array[] {
  const bytes = Buffer.from(text, "base64");
  // A copy of its own: Node's small buffers share one, at any offset.
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  if (all.length % dim !== 0) throw new RangeError("not whole vectors");
  return Array.from({ length: all.length / dim }, (_, at) => all.subarray(at * dim, (at + 1) * dim));
}
