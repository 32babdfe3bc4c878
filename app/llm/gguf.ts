import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { EbbError } from "../contract/errors.ts";
import type { ModelShape } from "./fit.ts";
import { HeaderFault, HeaderReader, type MetadataValue } from "./gguf-reader.ts";
import { quantisationName, shapeOf } from "./gguf-shape.ts";
import { tensorDataBytes, UnknownTensorType } from "./gguf-tensors.ts";

/** What the header of a GGUF file says of the model in it. */
export type GgufInfo = {
  path: string;
  /** `general.name`, or the file's name without its ending. */
  name: string;
  bytes: number;
  architecture: string;
  /** Tokens of context that the model was trained on. */
  contextLength: number;
  /** Tokens in the vocabulary. */
  vocabularySize: number;
  layers: number;
  embeddingLength: number;
  /** Attention heads, the most of any layer; null where the architecture has none. */
  heads: number | null;
  kvHeads: number | null;
  /** False where prompts have to be framed by a guess at the model's family. */
  hasChatTemplate: boolean;
  /** What decides how much memory it takes. */
  shape: ModelShape;
  /** As its makers name it, such as "Q4_K_M"; null where the header says none. */
  quantisation: string | null;
};

const magic = 0x46554747; // "GGUF", little-endian
const maxMetadata = 65_536;
const maxTensors = 262_144;
const maxKeyBytes = 65_535;
/** Architectures of llama.cpp that turn text or pictures into vectors, and so can't chat. */
const embedders =
  /^(bert|nomic-bert|nomic-bert-moe|jina-bert-v2|jina-bert-v3|modern-bert|neo-bert|t5encoder|clip|gemma-embedding)$/;

const chooseAnother = "Choose another GGUF file.";
const downloadAgain = "Download the file again and choose the new copy.";

/**
 * Reads and checks the header of a GGUF model file (versions 2 and 3) without loading it, in milliseconds and a few
 * megabytes whatever the file holds. It keeps from llama.cpp what would crash it, and gives the user a reason.
 * @throws EbbError MODEL_FILE_MISSING, MODEL_FILE_UNREADABLE, MODEL_FILE_INVALID, MODEL_FILE_TRUNCATED, MODEL_UNSUPPORTED
 */
export async function inspectGguf(path: string): Promise<GgufInfo> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    return await readHeader(file, path, size);
  } catch (error) {
    throw explain(error, path);
  } finally {
    await file.close();
  }
}

async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    // Looked at before it is opened, because opening a pipe would wait for its writer.
    const stats = await stat(path);
    if (stats.isDirectory()) {
      const remedy = "Choose a GGUF file inside it.";
      throw new EbbError("MODEL_FILE_INVALID", `"${basename(path)}" is a folder, not a model file.`, remedy);
    }
    if (!stats.isFile()) throw invalid(path, "it is no regular file");
    return await open(path, "r");
  } catch (error) {
    throw explain(error, path);
  }
}

async function readHeader(file: FileHandle, path: string, size: number): Promise<GgufInfo> {
  if (size === 0) throw invalid(path, "it is empty");
  const reader = new HeaderReader(file, size);
  if (size < 4 || (await reader.u32()) !== magic) throw invalid(path, "it does not begin as one");
  const version = await reader.u32();
  if (version !== 2 && version !== 3) throw unsupported(path, `it has version ${version} of the format`);
  const tensorCount = await reader.u64("The number of tensors");
  const metadataCount = await reader.u64("The number of metadata entries");
  if (tensorCount > maxTensors) throw new HeaderFault("invalid", `It claims ${tensorCount} tensors`);
  if (metadataCount > maxMetadata) throw new HeaderFault("invalid", `It claims ${metadataCount} metadata entries`);
  const metadata = new Map<string, MetadataValue>();
  for (let index = 0; index < metadataCount; index++) {
    const key = await reader.string(maxKeyBytes);
    metadata.set(key, await reader.value());
  }
  const info = describe(metadata, path, size);
  if (tensorCount === 0) throw invalid(path, "it has no weights");
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 1 || alignment > 65_536 || !Number.isInteger(Math.log2(alignment))) {
    throw new HeaderFault("invalid", "Its alignment is no power of two");
  }
  const dataBytes = await tensorDataBytes(reader, tensorCount, alignment);
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  if (dataStart + dataBytes > size) throw new HeaderFault("truncated", "Weights pass the end of the file");
  return info;
}

function describe(metadata: Map<string, MetadataValue>, path: string, bytes: number): GgufInfo {
  const architecture = metadata.get("general.architecture");
  if (typeof architecture !== "string" || architecture === "") throw invalid(path, "it names no architecture");
  const type = metadata.get("general.type");
  if (embedders.test(architecture) || (typeof type === "string" && type !== "model")) {
    throw unsupported(path, "it is not a chat model");
  }
  if (Number(metadata.get("split.count") ?? 1) > 1) {
    const remedy = "Choose the same model as a single file, or merge the parts with llama-gguf-split --merge.";
    throw new EbbError("MODEL_UNSUPPORTED", `"${basename(path)}" is one part of a model split into several.`, remedy);
  }
  const tokens = metadata.get("tokenizer.ggml.tokens");
  if (typeof tokens !== "object" || tokens.length === 0) throw unsupported(path, "it has no vocabulary");
  const number = (key: string, max: number): number | null => {
    const value = metadata.get(`${architecture}.${key}`);
    if (value === undefined) return null;
    // Some architectures have one number per layer.
    const most = typeof value === "object" ? value.numbers.reduce((a, b) => Math.max(a, b), 0) : value;
    if (typeof most !== "number" || !Number.isInteger(most) || most < 0 || most > max) {
      throw new HeaderFault("invalid", `Its ${key} is out of bounds`);
    }
    return most;
  };
  const required = (key: string, max: number): number => {
    const value = number(key, max);
    if (!value) throw new HeaderFault("invalid", `It lacks ${key}`);
    return value;
  };
  const name = metadata.get("general.name");
  const layers = required("block_count", 512);
  const embeddingLength = required("embedding_length", 2 ** 20);
  const contextLength = required("context_length", 2 ** 31);
  const heads = number("attention.head_count", 2 ** 16);
  return {
    path,
    name: typeof name === "string" && name.trim() !== "" ? name.trim() : basename(path).replace(/\.gguf$/i, ""),
    bytes,
    architecture,
    contextLength,
    vocabularySize: tokens.length,
    layers,
    embeddingLength,
    heads,
    kvHeads: number("attention.head_count_kv", 2 ** 16),
    hasChatTemplate: typeof metadata.get("tokenizer.chat_template") === "string",
    shape: shapeOf(
      (key) => metadata.get(`${architecture}.${key}`),
      {
        architecture,
        layers,
        embeddingLength,
        contextLength,
        heads,
        weightBytes: bytes,
        vocabularySize: tokens.length,
      },
      number,
    ),
    quantisation: quantisationName(metadata.get("general.file_type")),
  };
}

function invalid(path: string, why: string): EbbError {
  return new EbbError("MODEL_FILE_INVALID", `"${basename(path)}" is not a GGUF model: ${why}.`, chooseAnother);
}

function unsupported(path: string, why: string): EbbError {
  return new EbbError("MODEL_UNSUPPORTED", `Ebb cannot use "${basename(path)}": ${why}.`, chooseAnother);
}

/** Any failure as the one that the user is shown. */
function explain(error: unknown, path: string): EbbError {
  if (error instanceof EbbError) return error;
  const name = basename(path);
  if (error instanceof HeaderFault && error.kind === "truncated") {
    return new EbbError(
      "MODEL_FILE_TRUNCATED",
      `"${name}" is cut off: a part of the model is missing.`,
      downloadAgain,
      error,
    );
  }
  if (error instanceof HeaderFault) {
    return new EbbError("MODEL_FILE_INVALID", `"${name}" is damaged or not a GGUF model.`, downloadAgain, error);
  }
  if (error instanceof UnknownTensorType) {
    const remedy = "Choose the model in a common quantisation such as Q4_K_M or Q8_0.";
    return new EbbError(
      "MODEL_UNSUPPORTED",
      `"${name}" has weights in a format that Ebb does not know.`,
      remedy,
      error,
    );
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") {
    const remedy = "Put the file back, or choose another one.";
    return new EbbError("MODEL_FILE_MISSING", `There is no file "${name}" at its place.`, remedy, error);
  }
  const remedy = "Check that your user account may read the file, and that its disk is connected.";
  return new EbbError("MODEL_FILE_UNREADABLE", `The file "${name}" cannot be read.`, remedy, error);
}
