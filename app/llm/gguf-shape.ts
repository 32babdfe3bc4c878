import type { ModelShape } from "./fit.ts";
import type { MetadataValue } from "./gguf-reader.ts";

/** llama.cpp's `llama_ftype`, by number. */
const fileTypes: Readonly<Record<number, string>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  7: "Q8_0",
  8: "Q5_0",
  9: "Q5_1",
  10: "Q2_K",
  11: "Q3_K_S",
  12: "Q3_K_M",
  13: "Q3_K_L",
  14: "Q4_K_S",
  15: "Q4_K_M",
  16: "Q5_K_S",
  17: "Q5_K_M",
  18: "Q6_K",
  19: "IQ2_XXS",
  20: "IQ2_XS",
  21: "Q2_K_S",
  22: "IQ3_XS",
  23: "IQ3_XXS",
  24: "IQ1_S",
  25: "IQ4_NL",
  26: "IQ3_S",
  27: "IQ3_M",
  28: "IQ2_S",
  29: "IQ2_M",
  30: "IQ4_XS",
  31: "IQ1_M",
  32: "BF16",
  36: "TQ1_0",
  37: "TQ2_0",
  38: "MXFP4",
};

/** `general.file_type` as people write it. */
export function quantisationName(fileType: MetadataValue | undefined): string | null {
  return typeof fileType === "number" ? (fileTypes[fileType] ?? null) : null;
}

type Basics = {
  architecture: string;
  layers: number;
  embeddingLength: number;
  contextLength: number;
  heads: number | null;
  weightBytes: number;
  vocabularySize: number;
};

/** Every so many layers of these, one keeps the whole context, where the file does not say which. */
const slidingPattern: Readonly<Record<string, number>> = { gemma2: 2, gemma3: 6, gemma3n: 5, cohere2: 4, llama4: 4 };

/**
 * The memory-deciding numbers out of a header: `value` reads a key of the architecture, `number` reads and checks one that is a
 * whole number. What the header leaves open counts as the most that it may be.
 */
export function shapeOf(
  value: (key: string) => MetadataValue | undefined,
  basics: Basics,
  number: (key: string, max: number) => number | null,
): ModelShape {
  const { layers, embeddingLength, contextLength, weightBytes, vocabularySize, architecture } = basics;
  const heads = basics.heads || 1;
  const headLength = Math.ceil(embeddingLength / heads);
  const window = number("attention.sliding_window", 2 ** 31) ?? 0;
  const ownCache = Math.max(1, layers - (number("attention.shared_kv_layers", 512) ?? 0));
  const interval = number("full_attention_interval", 512) ?? 0;
  const withCache = interval > 1 ? Math.max(1, Math.floor(ownCache / interval)) : ownCache;
  const slidingLayers =
    window > 0 && window < contextLength
      ? slidingOf(value("attention.sliding_window_pattern"), withCache, architecture)
      : 0;
  return {
    weightBytes,
    layers,
    fullLayers: withCache - slidingLayers,
    slidingLayers,
    window,
    kvHeads: number("attention.head_count_kv", 2 ** 16) || heads,
    keyLength: number("attention.key_length", 2 ** 16) || headLength,
    valueLength: number("attention.value_length", 2 ** 16) || headLength,
    heads,
    embeddingLength,
    vocabularySize,
    contextLength,
  };
}

/** Of `layers`, how many look back over a window only: as a list of the file says, its interval, or the architecture's. */
function slidingOf(pattern: MetadataValue | undefined, layers: number, architecture: string): number {
  if (typeof pattern === "object" && pattern.numbers.length > 0) {
    return pattern.numbers.slice(0, layers).filter((sliding) => sliding !== 0).length;
  }
  const every = typeof pattern === "number" ? pattern : (slidingPattern[architecture] ?? 0);
  return every > 1 ? layers - Math.floor(layers / every) : 0;
}
