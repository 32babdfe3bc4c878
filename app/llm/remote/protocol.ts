import { z } from "zod";
import type { JsonSchema } from "../json-schema.ts";
import type { ChatTurn, GenerateRequest } from "../port.ts";
import { fitHistory, withEarlier } from "../prompt.ts";

/** What a server has been seen to take, so that a refusal is met once only. */
export type Dialect = {
  /** How a reply is held to a shape: by its schema, as some JSON, or by asking for it. */
  shape: "schema" | "object" | "asked";
  /** `all`, with what only some know, such as `top_k`; the `usual` ones; or `none`, as models that sample as they like want it. */
  settings: "all" | "usual" | "none";
};

export const fullDialect: Dialect = { shape: "schema", settings: "all" };

/** A humbler way to ask, after a refusal; null where there is none. */
export function humbler(dialect: Dialect, shaped: boolean, about: "format" | "sampling" | "other"): Dialect | null {
  const { settings, shape } = dialect;
  if (settings === "all" && about !== "format") return { ...dialect, settings: "usual" };
  if (settings === "usual" && about === "sampling") return { ...dialect, settings: "none" };
  if (shaped && shape === "schema") return { ...dialect, shape: "object" };
  if (shaped && shape === "object") return { ...dialect, shape: "asked" };
  if (settings === "all") return { ...dialect, settings: "usual" };
  return settings === "usual" ? { ...dialect, settings: "none" } : null;
}

/** UTF-8 bytes of a token, at the least: most texts have four, Chinese ones three. */
const tokenBytes = 3;
/** Tokens that a turn takes beside its text. */
const turnTokens = 8;

/** Tokens of a text, rather too many than too few: the server has the tokenizer. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / tokenBytes);
}

export type Asked = {
  body: string;
  /** As far as it can be told here. */
  promptTokens: number;
  droppedTurns: number;
};

/** The request as the server gets it, with what fits into so many tokens. @throws EbbError CONTEXT_OVERFLOW */
export function chatBody(request: GenerateRequest, model: string, contextSize: number, dialect: Dialect): Asked {
  const { history, earlier, maxTokens, temperature, topP, topK, minP, seed, schema } = request;
  const system = schema && dialect.shape !== "schema" ? withShape(request.system, schema) : request.system;
  const told = (turns: readonly ChatTurn[]): readonly ChatTurn[] => withEarlier(history, turns, earlier, contextSize);
  const fitted = fitHistory(history, contextSize, maxTokens, (turns) => tokensOf(system, told(turns)));
  const { replyTokens } = fitted;
  const sampling = { max_tokens: replyTokens, temperature, ...(topP !== undefined && { top_p: topP }) };
  const extras = {
    ...(topK !== undefined && { top_k: topK }),
    ...(minP !== undefined && { min_p: minP }),
    ...(seed !== undefined && { seed }),
    stream_options: { include_usage: true },
  };
  const messages = [
    ...(system === "" ? [] : [{ role: "system", content: system }]),
    ...told(fitted.turns).map(({ role, text }) => ({ role, content: text })),
  ];
  const body = JSON.stringify({
    model,
    messages,
    stream: true,
    ...(dialect.settings === "none" ? { max_completion_tokens: replyTokens } : sampling),
    ...(dialect.settings === "all" && extras),
    ...(schema && dialect.shape === "schema" && { response_format: schemaFormat(schema) }),
    ...(schema && dialect.shape === "object" && { response_format: { type: "json_object" } }),
  });
  return { body, promptTokens: fitted.promptTokens, droppedTurns: fitted.droppedTurns };
}

function tokensOf(system: string, turns: readonly ChatTurn[]): number {
  return turns.reduce((sum, { text }) => sum + estimateTokens(text) + turnTokens, estimateTokens(system) + turnTokens);
}

function withShape(system: string, schema: JsonSchema): string {
  return `${system}\n\nAnswer with one JSON value and nothing else. It has this JSON Schema:\n${JSON.stringify(strict(schema))}`;
}

function schemaFormat(schema: JsonSchema) {
  return { type: "json_schema", json_schema: { name: "answer", strict: true, schema: strict(schema) } };
}

/** The schema with what is understood in `JsonSchema` and must be said elsewhere. */
function strict(schema: JsonSchema): unknown {
  if ("enum" in schema) return { type: "string", enum: schema.enum };
  if (schema.type === "array") return { ...schema, items: strict(schema.items) };
  if (schema.type !== "object") return schema;
  const properties = Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, strict(part)]));
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

const text = z.string().nullish().catch(null);
const count = z.number().int().nonnegative().nullish().catch(null);

const chunk = z.object({
  error: z.unknown().optional(),
  choices: z
    .array(
      z.object({
        // Where a server does not stream although it was asked to, the whole stands in `message`.
        delta: z.object({ content: text, reasoning_content: text, reasoning: text }).nullish().catch(null),
        message: z.object({ content: text, reasoning_content: text, reasoning: text }).nullish().catch(null),
        finish_reason: text,
      }),
    )
    .nullish()
    .catch(null),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

export type Chunk = {
  text: string;
  thought: string;
  finish: string | null;
  usage: { promptTokens: number | null; replyTokens: number | null; reusedTokens: number | null } | null;
  failed: boolean;
};

/** What one event of the stream says; null for what is no JSON object. Unknown fields are passed over. */
export function readChunk(data: string): Chunk | null {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = chunk.safeParse(value);
  if (!parsed.success) return null;
  const { choices, usage, error } = parsed.data;
  const choice = choices?.[0];
  const said = choice?.delta ?? choice?.message;
  return {
    text: said?.content ?? "",
    thought: said?.reasoning_content ?? said?.reasoning ?? "",
    finish: choice?.finish_reason ?? null,
    usage: usage
      ? {
          promptTokens: usage.prompt_tokens ?? null,
          replyTokens: usage.completion_tokens ?? null,
          reusedTokens: usage.prompt_tokens_details?.cached_tokens ?? null,
        }
      : null,
    failed: error !== undefined && error !== null,
  };
}

/** A model that a server offers. */
export type Offered = { id: string; contextLength: number | null };

const maxModels = 500;
const length = z.number().int().positive().optional().catch(undefined);

const listed = z.object({
  id: z.string().min(1).max(300),
  // vLLM; gateways such as OpenRouter and LM Studio; llama-server.
  max_model_len: length,
  context_length: length,
  context_window: length,
  max_context_length: length,
  meta: z.object({ n_ctx: length, n_ctx_train: length }).nullish().catch(null),
});

/** The models of a server's list, or null for what is none. */
export function readModels(body: string): Offered[] | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const list = Array.isArray(value) ? value : (value as { data?: unknown } | null)?.data;
  if (!Array.isArray(list)) return null;
  return list.slice(0, maxModels).flatMap((entry) => {
    const parsed = listed.safeParse(entry);
    if (!parsed.success) return [];
    const { id, meta, ...told } = parsed.data;
    const tokens =
      meta?.n_ctx ?? told.max_model_len ?? told.context_length ?? told.context_window ?? told.max_context_length;
    return [{ id, contextLength: tokens ?? null }];
  });
}
