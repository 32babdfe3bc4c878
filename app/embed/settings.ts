import { basename, join } from "node:path";
import { z } from "zod";
import { jsonLimits, readJson } from "./files.ts";

/** How an embedder's files are to be used. */
export type EmbedderSettings = {
  name: string;
  /** Length of a vector, where the files say it. */
  dim: number | null;
  /** So many leading dimensions rank nearly as well as all of them, where the files say so. */
  scanDim: number | null;
  /** How the vectors of tokens become one of the text, where the model itself does not make one. */
  pooling: "mean" | "cls" | "none";
  queryPrefix: string;
  passagePrefix: string;
  /** Tokens that are read of a text. */
  maxTokens: number;
  specialTokens: boolean;
  padId: number;
};

const count = z.number().int().positive();

/** config.json: Ebb's own names, and those that models on Hugging Face have. */
const configFile = z.looseObject({
  name: z.string().max(200).optional(),
  _name_or_path: z.string().max(4_096).optional(),
  model_type: z.string().optional(),
  dim: count.max(65_536).optional(),
  hidden_size: count.max(65_536).optional(),
  matryoshka_dims: z.array(count).max(64).optional(),
  pooling: z.enum(["mean", "cls", "none"]).optional(),
  query_prefix: z.string().max(1_000).optional(),
  passage_prefix: z.string().max(1_000).optional(),
  max_length: count.optional(),
  max_position_embeddings: count.optional(),
  add_special_tokens: z.boolean().optional(),
  pad_token_id: z.number().int().min(0).nullish(),
});

/** 1_Pooling/config.json of sentence-transformers. */
const poolingFile = z.looseObject({ pooling_mode_cls_token: z.boolean().optional() });
/** sentence_bert_config.json of sentence-transformers. */
const lengthFile = z.looseObject({ max_seq_length: count.nullish() });
/** config_sentence_transformers.json: what is put before a text, by the text's use. */
const promptFile = z.looseObject({ prompts: z.record(z.string(), z.string().max(1_000)).nullish() });

/** Long texts are cut here at the latest: their beginning says what they are about, and time grows with the square. */
const mostTokens = 512;
/** Models whose positions begin at two have so many fewer of them. */
const reservedPositions: Record<string, number> = { roberta: 2, "xlm-roberta": 2, mpnet: 2, camembert: 2 };

/** Reads the embedder's settings from its folder. @throws EMBEDDER_FILE_MISSING, EMBEDDER_FILE_INVALID */
export async function readSettings(folder: string): Promise<EmbedderSettings> {
  const optional = <T>(name: string, schema: z.ZodType<T>) =>
    readJson(join(folder, name), schema, jsonLimits.config, "optional");
  const config = await readJson(join(folder, "config.json"), configFile, jsonLimits.config);
  const pooling = await optional("1_Pooling/config.json", poolingFile);
  const length = await optional("sentence_bert_config.json", lengthFile);
  const prompts = (await optional("config_sentence_transformers.json", promptFile))?.prompts ?? {};
  const positions = config.max_position_embeddings ?? mostTokens;
  const dim = config.dim ?? config.hidden_size ?? null;
  const scanDim = config.matryoshka_dims?.filter((dims) => dims >= leastScanDim).sort((a, b) => a - b)[0] ?? null;
  return {
    name: config.name ?? (basename(config._name_or_path ?? "") || basename(folder)),
    dim,
    scanDim: scanDim !== null && dim !== null && scanDim > dim ? null : scanDim,
    pooling: config.pooling ?? (pooling?.pooling_mode_cls_token ? "cls" : "mean"),
    queryPrefix: config.query_prefix ?? prompts.query ?? "",
    passagePrefix: config.passage_prefix ?? prompts.passage ?? prompts.document ?? "",
    maxTokens: Math.max(
      1,
      Math.min(
        config.max_length ?? length?.max_seq_length ?? mostTokens,
        positions - (reservedPositions[config.model_type ?? ""] ?? 0),
        mostTokens,
      ),
    ),
    specialTokens: config.add_special_tokens ?? true,
    padId: config.pad_token_id ?? 0,
  };
}

/** Fewer dimensions than these find too few of the right candidates. */
const leastScanDim = 64;
