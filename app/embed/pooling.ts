import type { InferenceSession } from "onnxruntime-node";
import { EbbError } from "../contract/errors.ts";

/** The output of a model that is used, and how it becomes one vector a text. */
export type Output = { name: string; pooling: "mean" | "cls" | "none" };

/** The names that exporters give to what is wanted, best first. */
const names = ["sentence_embedding", "sentence_embeddings", "last_hidden_state", "token_embeddings"];

/** Chooses among the model's outputs. A vector of the whole text is used as it is. @throws EMBEDDER_UNSUPPORTED */
export function outputOf(session: InferenceSession, pooling: Output["pooling"]): Output {
  const outputs = session.outputMetadata.flatMap((each) =>
    each.isTensor && each.type === "float32" && (each.shape.length === 2 || each.shape.length === 3)
      ? [{ name: each.name, rank: each.shape.length }]
      : [],
  );
  const rankOf = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.length);
  const [best] = outputs.sort((a, b) => rankOf(a.name) - rankOf(b.name) || b.rank - a.rank);
  if (!best) {
    throw new EbbError(
      "EMBEDDER_UNSUPPORTED",
      "The model gives nothing that Ebb can take for the vector of a text.",
      "Choose an embedder of texts in the ONNX format, with float32 output.",
    );
  }
  if (best.rank === 2) return { name: best.name, pooling: "none" };
  return { name: best.name, pooling: pooling === "none" ? "mean" : pooling };
}

/** The vector of text `at` out of those of its tokens, [texts, length, dim]: their mean, or the first. */
export function poolTokens(
  data: Float32Array,
  of: { at: number; length: number; dim: number; tokens: number; pooling: "mean" | "cls" },
): Float32Array {
  const start = of.at * of.length * of.dim;
  if (of.pooling === "cls") return data.slice(start, start + of.dim);
  const sum = new Float32Array(of.dim);
  for (let token = 0; token < of.tokens; token++) {
    const from = start + token * of.dim;
    for (let part = 0; part < of.dim; part++) sum[part] = (sum[part] ?? 0) + (data[from + part] ?? 0);
  }
  return sum;
}

/** The vector at length 1, in place; one without length stays as it is. */
export function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return vector;
  const inverse = 1 / Math.sqrt(squares);
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) * inverse;
  return vector;
}
