import { z } from "zod";
import { EbbError } from "../contract/errors.ts";

/**
 * The part of JSON Schema to which a reply can be held: every property of an object is required, and no other is allowed. Texts
 * and lists have an end, so that even a model that says nothing sensible comes to one.
 */
export type JsonSchema =
  | { type: "object"; properties: Readonly<Record<string, JsonSchema>> }
  | { type: "array"; items: JsonSchema; maxItems: number }
  | { type: "string"; maxLength: number }
  | { type: "integer" | "boolean" | "null" }
  | { enum: readonly string[] };

/** Larger ones take llama.cpp long to prepare, or more memory than it has. */
const bounds = { properties: 50, items: 200, chars: 4_000, choices: 200, depth: 6 } as const;

const schema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.union([
    z.strictObject({
      type: z.literal("object"),
      properties: z
        .record(z.string().min(1).max(100), schema)
        .refine((all) => Object.keys(all).length > 0 && Object.keys(all).length <= bounds.properties),
    }),
    z.strictObject({ type: z.literal("array"), items: schema, maxItems: z.int().min(1).max(bounds.items) }),
    z.strictObject({ type: z.literal("string"), maxLength: z.int().min(1).max(bounds.chars) }),
    z.strictObject({ type: z.enum(["integer", "boolean", "null"]) }),
    z.strictObject({ enum: z.array(z.string().max(200)).min(1).max(bounds.choices) }),
  ]),
);

/** The schema, where a reply can be held to it. @throws INVALID_INPUT for what is none, or is larger than any use has */
export function requireSchema(given: unknown): JsonSchema {
  const parsed = isDeep(given) ? null : schema.safeParse(given);
  if (parsed?.success) return parsed.data;
  throw invalidSchema();
}

export function invalidSchema(cause?: unknown): EbbError {
  return new EbbError(
    "INVALID_INPUT",
    "The language model was asked for an answer of an impossible shape.",
    "Restart Ebb; if it happens again, report it.",
    cause,
  );
}

/** True for what is nested deeper than a schema of that depth, in which each level is two of objects. */
function isDeep(value: unknown, depth = 0): boolean {
  if (depth > 2 * bounds.depth) return true;
  return typeof value === "object" && value !== null && Object.values(value).some((part) => isDeep(part, depth + 1));
}
