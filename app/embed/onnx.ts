import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { z } from "zod";
import { EbbError } from "../contract/errors.ts";
import { batchesOf } from "./batches.ts";
import { findWeights, hashOf, jsonLimits, readJson } from "./files.ts";
import { type Output, outputOf, poolTokens, unit } from "./pooling.ts";
import type { LoadedEmbedder, TextEmbedder, TextUse } from "./port.ts";
import { type EmbedderSettings, readSettings } from "./settings.ts";

type Model = {
  loaded: LoadedEmbedder;
  settings: EmbedderSettings;
  session: InferenceSession;
  tokenizer: Tokenizer;
  output: Output;
};

// Both take a while to import, which a process that only waits need not pay.
const library = () => import("onnxruntime-node");

const most = { rows: 64, tokens: 2_048 } as const;
/** Characters (UTF-16 units) that a token can stand for, at most, in any text worth reading: the rest is not looked at. */
const charsPerToken = 32;
const knownInputs = ["input_ids", "attention_mask", "token_type_ids", "position_ids"];
const getAgain = "Get the embedder again from its source, or choose another one.";

/**
 * Embedders in the ONNX format through onnxruntime, with the tokenizers that belong to them. Only for a process that may
 * die. A question never waits for more than one batch of passages.
 */
export class OnnxEmbedder implements TextEmbedder {
  readonly #models = new Map<string, Model>();

  async load(folder: string): Promise<LoadedEmbedder> {
    const settings = await readSettings(folder);
    const weights = await findWeights(folder);
    const tokenizerPath = join(folder, "tokenizer.json");
    const words = JSON.stringify([settings, basename(weights)]);
    const id = (await hashOf([weights, `${weights}_data`, tokenizerPath], words)).slice(0, 16);
    const known = this.#models.get(id);
    if (known) return known.loaded;

    const tokenizer = await readTokenizer(tokenizerPath);
    const session = await openSession(weights);
    try {
      const output = outputOf(session, settings.pooling);
      const loaded = { id, name: settings.name, dim: 0, scanDim: 0 };
      const model: Model = { loaded, settings, session, tokenizer, output };
      loaded.dim = await tried(model, dirname(weights));
      loaded.scanDim = settings.scanDim ?? loaded.dim;
      this.#models.set(id, model);
      return loaded;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  async embed(id: string, texts: readonly string[], use: TextUse): Promise<Float32Array[]> {
    const model = this.#models.get(id);
    if (!model) {
      throw new EbbError("EMBEDDER_NOT_LOADED", "The embedder is not loaded.", "Choose it again in the settings.");
    }
    const rows: number[][] = [];
    for (const text of texts) {
      rows.push(tokensOf(model, text, use));
      if (rows.length % most.rows === 0) await breathe();
    }
    const vectors: Float32Array[] = texts.map(() => new Float32Array(model.loaded.dim));
    for (const { places, length } of batchesOf(
      rows.map((row) => row.length),
      most,
    )) {
      const made = await run(
        model,
        places.map((place) => rows[place] ?? []),
        length,
      );
      places.forEach((place, at) => {
        const vector = made[at];
        if (vector) vectors[place] = vector;
      });
      await breathe();
    }
    return vectors;
  }

  async unload(id: string): Promise<void> {
    const model = this.#models.get(id);
    this.#models.delete(id);
    await model?.session.release();
  }
}

async function readTokenizer(path: string): Promise<Tokenizer> {
  const shape = z.looseObject({ model: z.looseObject({ vocab: z.unknown() }) });
  const file = await readJson(path, shape, jsonLimits.tokenizer);
  try {
    return new Tokenizer(file, {});
  } catch (error) {
    throw new EbbError("EMBEDDER_FILE_INVALID", `The tokenizer in ${path} cannot be used.`, getAgain, error);
  }
}

async function openSession(path: string): Promise<InferenceSession> {
  const { InferenceSession } = await library();
  try {
    return await InferenceSession.create(path, {
      executionProviders: ["cpu"],
      intraOpNumThreads: Math.max(1, Math.floor(availableParallelism() / 2)),
      // Without, what is freed between batches of different sizes is not given back.
      enableCpuMemArena: true,
      // A pattern is kept for each shape of batch, and there are as many as lengths of texts.
      enableMemPattern: false,
      // Nobody reads what it prints, and it might hold content.
      logSeverityLevel: 4,
      // Threads that wait for work by turning in circles would take the processor from the language model.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    });
  } catch (error) {
    throw new EbbError("EMBEDDER_FILE_INVALID", `${path} is not a model that onnxruntime can run.`, getAgain, error);
  }
}

/** Embeds a word, to see that the parts belong together; returns the length of a vector. */
async function tried(model: Model, folder: string): Promise<number> {
  const unknown = model.session.inputNames.find((name) => !knownInputs.includes(name));
  if (unknown !== undefined) {
    throw new EbbError(
      "EMBEDDER_UNSUPPORTED",
      `The model in ${folder} wants "${unknown}", which Ebb does not know how to give.`,
      "Choose an embedder of texts in the ONNX format.",
    );
  }
  const { dim } = model.settings;
  const probe = tokensOf(model, "memory", "passage");
  const [vector] = await run(model, [probe.length > 0 ? probe : [model.settings.padId]], Math.max(1, probe.length));
  if (!vector?.every(Number.isFinite)) {
    throw new EbbError("EMBEDDER_UNSUPPORTED", `The model in ${folder} makes no vectors.`, getAgain);
  }
  if (dim !== null && vector.length !== dim) {
    const message = `The model in ${folder} makes vectors of ${vector.length} numbers, and its config.json says ${dim}.`;
    throw new EbbError("EMBEDDER_FILE_INVALID", message, getAgain);
  }
  return vector.length;
}

/** The ids of the text's tokens, as many as the model reads; none for a text without any. */
function tokensOf({ settings, tokenizer }: Model, text: string, use: TextUse): number[] {
  const words = text.slice(0, settings.maxTokens * charsPerToken).trim();
  if (words === "") return [];
  const prefix = use === "query" ? settings.queryPrefix : settings.passagePrefix;
  const { ids } = tokenizer.encode(prefix + words, { add_special_tokens: settings.specialTokens });
  if (ids.length <= settings.maxTokens) return ids;
  // With special tokens, the last one stays the last.
  const last = settings.specialTokens ? ids.slice(-1) : [];
  return [...ids.slice(0, settings.maxTokens - last.length), ...last];
}

/** One vector for each row of ids. */
async function run(model: Model, rows: readonly (readonly number[])[], length: number): Promise<Float32Array[]> {
  const { session, settings, output } = model;
  const { Tensor } = await library();
  const shape = [rows.length, length];
  const ids = new Int32Array(rows.length * length).fill(settings.padId);
  const mask = new Int32Array(rows.length * length);
  rows.forEach((row, at) => {
    ids.set(row, at * length);
    mask.fill(1, at * length, at * length + row.length);
  });
  const given: Record<string, Int32Array> = { input_ids: ids, attention_mask: mask };
  const feeds: Record<string, Tensor> = {};
  session.inputNames.forEach((name, at) => {
    const metadata = session.inputMetadata[at];
    const values =
      given[name] ?? (name === "position_ids" ? ids.map((_, place) => place % length) : new Int32Array(ids.length));
    const narrow = metadata?.isTensor === true && metadata.type === "int32";
    feeds[name] = narrow
      ? new Tensor("int32", values, shape)
      : new Tensor("int64", BigInt64Array.from(values, BigInt), shape);
  });
  try {
    const result = (await session.run(feeds, [output.name]))[output.name];
    if (!(result?.data instanceof Float32Array)) throw new TypeError("not float32");
    const { data, dims } = result;
    const dim = dims.at(-1) ?? 0;
    return rows.map((_, at) =>
      unit(
        output.pooling === "none"
          ? data.slice(at * dim, (at + 1) * dim)
          : poolTokens(data, { at, length, dim, tokens: rows[at]?.length ?? 0, pooling: output.pooling }),
      ),
    );
  } catch (error) {
    throw new EbbError("EMBEDDER_FAILED", "The embedder could not read a text.", getAgain, error);
  }
}
