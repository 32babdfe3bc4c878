import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { z } from "zod";
import { EbbError } from "../contract/errors.ts";

/** Where an embedder's weights may lie in its folder; the first that is there is used. */
const weightFiles = ["model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx"];
const megabyte = 1024 * 1024;
/** Bytes: what no sound file of its kind comes near. */
export const jsonLimits = { config: megabyte, tokenizer: 128 * megabyte } as const;

const needed = "Choose a folder that has model.onnx, tokenizer.json and config.json in it.";

/** The path of the folder's weights. @throws EMBEDDER_FILE_MISSING */
export async function findWeights(folder: string): Promise<string> {
  for (const name of weightFiles) {
    const path = join(folder, name);
    if ((await sizeOf(path)) !== null) return path;
  }
  throw new EbbError("EMBEDDER_FILE_MISSING", `There is no model.onnx in ${folder}.`, needed);
}

/**
 * The folder's JSON file as the schema has it; null where it may be missing and is.
 * @throws EMBEDDER_FILE_MISSING, EMBEDDER_FILE_INVALID
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>, limit: number): Promise<T>;
export async function readJson<T>(
  path: string,
  schema: z.ZodType<T>,
  limit: number,
  need: "optional",
): Promise<T | null>;
export async function readJson<T>(
  path: string,
  schema: z.ZodType<T>,
  limit: number,
  need: "needed" | "optional" = "needed",
): Promise<T | null> {
  const size = await sizeOf(path);
  if (size === null) {
    if (need === "optional") return null;
    throw new EbbError("EMBEDDER_FILE_MISSING", `There is no ${basename(path)} beside the model.`, needed);
  }
  const known = size <= limit ? schema.safeParse(await parse(path)) : null;
  if (known?.success) return known.data;
  const where = known?.error.issues[0]?.path.join(".");
  throw new EbbError(
    "EMBEDDER_FILE_INVALID",
    `${path} is not what an embedder's ${basename(path)} looks like${where ? ` (at "${where}")` : ""}.`,
    "Get the embedder again from its source, or choose another one.",
    known?.error,
  );
}

/** SHA-256 of the files' contents and the words, as hexadecimal; files that are missing are passed over. */
export async function hashOf(paths: readonly string[], words: string): Promise<string> {
  const hash = createHash("sha256").update(words);
  for (const path of paths) {
    if ((await sizeOf(path)) === null) continue;
    hash.update(`\n${basename(path)}\n`);
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

async function parse(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Bytes of the file, or null where there is none. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    const info = await stat(path);
    return info.isFile() ? info.size : null;
  } catch {
    return null;
  }
}
