/** What decides how much memory a model takes. Bytes are of memory, lengths are elements. */
export type ModelShape = {
  /** Bytes of the file; its weights are nearly all of it. */
  weightBytes: number;
  layers: number;
  /** Layers that keep keys and values for the whole context; recurrent ones, and those that share, keep none. */
  fullLayers: number;
  /** Layers that keep them for the last `window` tokens only. */
  slidingLayers: number;
  window: number;
  kvHeads: number;
  /** Of one head. */
  keyLength: number;
  valueLength: number;
  /** Attention heads. */
  heads: number;
  embeddingLength: number;
  vocabularySize: number;
  /** Tokens that the model was trained on. */
  contextLength: number;
};

/** What the machine has, in bytes. */
export type Memory = {
  /** Of the whole machine. */
  ramBytes: number;
  /** Null where there is no graphics card that llama.cpp can use. */
  gpu: {
    name: string;
    backend: "cuda" | "vulkan" | "metal";
    totalBytes: number;
    freeBytes: number;
    /** The graphics card uses the machine's own memory. */
    unified: boolean;
  } | null;
};

export type Verdict = "gpu" | "partly" | "cpu" | "no";

export type Fit = {
  verdict: Verdict;
  /** Tokens of context to run with; where nothing fits, the least that would be useful. */
  contextTokens: number;
  /** What the model takes with that context, all together. */
  neededBytes: number;
  /** What is there for it, in the place that decides. */
  availableBytes: number;
  /** Layers on the graphics card. */
  gpuLayers: number;
};

const mebi = 1024 ** 2;
const gibi = 1024 ** 3;

/** Tokens that llama.cpp computes at once; node-llama-cpp's default batch. */
const batch = 512;
/** Keys and values are half-precision floats, what is computed single-precision. */
const cacheBytes = 2;
const floatBytes = 4;
/** llama.cpp rounds the cache up to whole blocks. */
const cacheBlock = 256;
/** The process itself, the library and its graph. */
const runtimeBytes = 200 * mebi;

/** A conversation in less is cut all the time. */
const usefulContext = 4_096;
/** Sizes of context to choose from; beyond the last, reading it takes longer than anyone waits. */
const contextSteps = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768] as const;
/** Without a graphics card, reading a longer prompt takes minutes. */
const cpuContext = 8_192;
/** With fewer layers on the graphics card, moving the data costs as much as it saves. */
const worthwhileShare = 0.25;

/**
 * Bytes that keys and values take: 2 bytes for each element of each head of each layer that keeps them, for each token of the
 * context, or of the window and one batch (`llama_kv_cache` in llama.cpp).
 */
export function cacheBytesOf(shape: ModelShape, contextTokens: number): number {
  const perToken = cacheBytes * shape.kvHeads * (shape.keyLength + shape.valueLength);
  const whole = blocks(contextTokens);
  const window = Math.min(whole, blocks(shape.window + batch));
  return perToken * (shape.fullLayers * whole + shape.slidingLayers * window);
}

/**
 * Bytes to compute in: the attention scores of one batch against the context without flash attention, its hidden state, and
 * the logits of each of its tokens (`llm_graph_context::build_attn_mha` and `llama_context::output_reserve` in llama.cpp; the same
 * terms as in node-llama-cpp's own estimate). An upper bound: flash attention needs less.
 */
export function computeBytesOf(shape: ModelShape, contextTokens: number): number {
  const tokens = Math.min(batch, contextTokens);
  return floatBytes * tokens * (shape.heads * blocks(contextTokens) + shape.embeddingLength + shape.vocabularySize);
}

/** Weights + keys and values + compute buffers + the process. */
export function neededBytes(shape: ModelShape, contextTokens: number): number {
  return shape.weightBytes + cacheBytesOf(shape, contextTokens) + computeBytesOf(shape, contextTokens) + runtimeBytes;
}

/** What a model may take of the machine's memory: a quarter, and 2 GiB at least, stay with everything else. */
export function ramBudget({ ramBytes }: Memory): number {
  return Math.max(0, ramBytes - Math.max(2 * gibi, ramBytes / 4));
}

/** What a model may take of the graphics card's: all that is free but a margin of 8 % of the card, 512 MiB at least. */
export function gpuBudget({ gpu }: Memory): number {
  return gpu === null ? 0 : Math.max(0, gpu.freeBytes - Math.max(512 * mebi, gpu.totalBytes * 0.08));
}

/** Where a model runs on this machine, with which context, and what that takes. */
export function fitOf(shape: ModelShape, memory: Memory): Fit {
  const least = Math.min(usefulContext, shape.contextLength);
  const ram = ramBudget(memory);
  const gpu = gpuBudget(memory);
  // On such machines what the graphics card takes is gone from the rest.
  const onGpu = memory.gpu?.unified ? Math.min(gpu, ram) : gpu;

  if (neededBytes(shape, least) <= onGpu) {
    const contextTokens = largestContext(
      shape,
      Number.POSITIVE_INFINITY,
      (tokens) => neededBytes(shape, tokens) <= onGpu,
    );
    return made("gpu", shape, contextTokens, onGpu, shape.layers);
  }
  const partly = memory.gpu && !memory.gpu.unified ? splitFit(shape, least, onGpu, ram) : null;
  if (partly) return partly;
  if (neededBytes(shape, least) <= ram) {
    const contextTokens = largestContext(shape, cpuContext, (tokens) => neededBytes(shape, tokens) <= ram);
    return made("cpu", shape, contextTokens, ram, 0);
  }
  return made("no", shape, least, Math.max(ram, onGpu), 0);
}

/** As many layers on the graphics card as its memory takes, with their part of the cache; null where that is not worth it. */
function splitFit(shape: ModelShape, least: number, gpu: number, ram: number): Fit | null {
  const layersOnGpu = (tokens: number): number => {
    // The output layer counts as one more.
    const perLayer = (shape.weightBytes + cacheBytesOf(shape, tokens)) / (shape.layers + 1);
    return Math.min(shape.layers, Math.floor((gpu - computeBytesOf(shape, tokens) - runtimeBytes) / perLayer));
  };
  const works = (tokens: number): boolean => {
    const layers = layersOnGpu(tokens);
    if (layers < shape.layers * worthwhileShare) return false;
    const inRam = (shape.weightBytes + cacheBytesOf(shape, tokens)) * (1 - layers / (shape.layers + 1));
    return inRam + runtimeBytes <= ram;
  };
  if (!works(least)) return null;
  const contextTokens = largestContext(shape, cpuContext, works);
  return made("partly", shape, contextTokens, gpu + ram, layersOnGpu(contextTokens));
}

function made(
  verdict: Verdict,
  shape: ModelShape,
  contextTokens: number,
  availableBytes: number,
  gpuLayers: number,
): Fit {
  return {
    verdict,
    contextTokens,
    neededBytes: Math.round(neededBytes(shape, contextTokens)),
    availableBytes: Math.round(availableBytes),
    gpuLayers,
  };
}

/** The largest step that fits and that the model was trained on; its own length where that is less than any. */
function largestContext(shape: ModelShape, most: number, fits: (tokens: number) => boolean): number {
  const steps: number[] = contextSteps.filter((step) => step <= Math.min(shape.contextLength, most));
  if (shape.contextLength < (contextSteps[0] ?? 0)) steps.push(shape.contextLength);
  const least = Math.min(usefulContext, shape.contextLength);
  return steps.findLast((step) => fits(step)) ?? least;
}

function blocks(tokens: number): number {
  return Math.ceil(tokens / cacheBlock) * cacheBlock;
}

/** Weights that a processor reads fast enough for each token to keep up with reading: at 20 GB/s, six tokens a second. */
const quickOnCpu = 3_200_000_000;
/** What makes a graphics card worth choosing a model by. */
const comfortableContext = 8_192;

/** True for what answers as fast as one reads. */
export function runsWell(shape: ModelShape, { verdict, contextTokens }: Fit): boolean {
  if (verdict === "gpu") return contextTokens >= Math.min(comfortableContext, shape.contextLength);
  return (verdict === "cpu" || verdict === "partly") && shape.weightBytes <= quickOnCpu;
}

/**
 * The one to recommend: the first that runs well, of models that stand in order of strength; else the smallest that fits at all.
 * Null where none does.
 */
export function recommend<T extends { shape: ModelShape; fit: Fit }>(models: readonly T[]): T | null {
  const best = models.find((model) => runsWell(model.shape, model.fit));
  if (best) return best;
  const fitting = models.filter((model) => model.fit.verdict !== "no");
  return fitting.reduce<T | null>(
    (least, model) => (least === null || model.shape.weightBytes < least.shape.weightBytes ? model : least),
    null,
  );
}
