import type { JsonSchema } from "../json-schema.ts";

/**
 * The JSON in an answer that may have words or a code fence around it, as text; null where there is none of that shape. Texts and lists that
 * are longer than the schema allows are cut, and what it does not know is left out.
 */
export function jsonIn(answer: string, schema: JsonSchema): string | null {
  for (const candidate of candidates(answer)) {
    try {
      const value = shaped(JSON.parse(candidate) as unknown, schema);
      if (value !== undefined) return JSON.stringify(value);
    } catch {
      // Braces of something else: the next one may be it.
    }
  }
  return null;
}

/** Texts that may be the JSON, the likeliest first; a bounded number. */
function* candidates(answer: string): Generator<string> {
  yield answer;
  const fence = /```(?:json)?\s*\n([\s\S]*?)```/i.exec(answer)?.[1];
  if (fence !== undefined) yield fence;
  const last = Math.max(answer.lastIndexOf("}"), answer.lastIndexOf("]"));
  let tried = 0;
  for (let at = 0; at < last && tried < 8; at++) {
    if (answer[at] !== "{" && answer[at] !== "[") continue;
    tried += 1;
    yield answer.slice(at, last + 1);
  }
}

/** The value as the schema has it; undefined where it is something else. */
function shaped(value: unknown, schema: JsonSchema): unknown {
  if ("enum" in schema) return typeof value === "string" && schema.enum.includes(value) ? value : undefined;
  switch (schema.type) {
    case "string":
      return typeof value === "string" ? value.slice(0, schema.maxLength) : undefined;
    case "integer":
      return Number.isSafeInteger(value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "null":
      return value === null ? null : undefined;
    case "array": {
      if (!Array.isArray(value)) return undefined;
      const items = value.slice(0, schema.maxItems).map((item) => shaped(item, schema.items));
      return items.includes(undefined) ? undefined : items;
    }
    case "object": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      const given = new Map(Object.entries(value));
      const parts = Object.entries(schema.properties).map(
        ([name, part]) => [name, shaped(given.get(name), part)] as const,
      );
      return parts.some(([, part]) => part === undefined) ? undefined : Object.fromEntries(parts);
    }
  }
}
