/** A stored vector: int8 codes in the direction of the vector, and what makes them a unit vector again. */
export type Codes = { codes: Int8Array; inverseLength: number };

const headBytes = 4;
const largest = 127;

/**
 * A vector as it is stored: float32 of 1 / |codes| (little endian), then one int8 for each dimension, scaled so that the
 * largest part is 127. Null for a vector without direction, which is like nothing.
 */
export function encodeVector(values: Float32Array): Buffer | null {
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  if (!(peak > 0 && peak < Number.POSITIVE_INFINITY)) return null;
  const data = Buffer.alloc(headBytes + values.length);
  const codes = new Int8Array(data.buffer, data.byteOffset + headBytes, values.length);
  const scale = largest / peak;
  let squares = 0;
  for (let at = 0; at < values.length; at++) {
    const code = Math.round((values[at] as number) * scale);
    squares += code * code;
    codes[at] = code;
  }
  data.writeFloatLE(1 / Math.sqrt(squares), 0);
  return data;
}

/** The codes of a stored vector, without copying them. */
export function decodeVector(data: Buffer): Codes {
  return {
    codes: new Int8Array(data.buffer, data.byteOffset + headBytes, data.length - headBytes),
    inverseLength: data.readFloatLE(0),
  };
}

/** The cosine of a unit vector with a stored one; both have the same dimensions. */
export function cosineOf(query: Float32Array, { codes, inverseLength }: Codes): number {
  return dot(query, codes) * inverseLength;
}

/** The sum of products. Four sums, so that the additions overlap. */
export function dot(numbers: Float32Array | Int8Array, codes: Int8Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 3 < codes.length; at += 4) {
    a += (numbers[at] as number) * (codes[at] as number);
    b += (numbers[at + 1] as number) * (codes[at + 1] as number);
    c += (numbers[at + 2] as number) * (codes[at + 2] as number);
    d += (numbers[at + 3] as number) * (codes[at + 3] as number);
  }
  for (; at < codes.length; at++) a += (numbers[at] as number) * (codes[at] as number);
  return a + b + c + d;
}

/** A vector as codes, to be compared with others by their angle. */
export function asCodes(values: Float32Array): Int8Array {
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  return Int8Array.from(values, (value) => Math.round((value / (peak || 1)) * largest));
}
