import { limits } from "../../contract/limits.ts";
import { Fault } from "./fault.ts";

export type ChatSource = "chatgpt" | "claude" | "ebb-chat";

/** A message as it was said elsewhere. Its time is ms since 1970 (UTC), or null where the file does not tell. */
export type ImportedMessage = {
  sourceId: string;
  role: "user" | "assistant" | "other";
  /** The name of an `other`. */
  speaker: string | null;
  text: string;
  createdAt: number | null;
};

/** A conversation as it was held elsewhere, in the order in which it reads. */
export type ImportedChat = {
  sourceId: string;
  title: string | null;
  createdAt: number | null;
  updatedAt: number | null;
  messages: ImportedMessage[];
};

export type Fields = Record<string, unknown>;

const idChars = 200;
/** The years 1970 to 9999, in ms. */
const [earliest, latest] = [0, 253_402_300_799_999];

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown, path: string): Fields {
  if (isFields(value)) return value;
  throw new Fault(path, "an object should stand here");
}

export function listOf(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Fault(path, "a list should stand here");
}

/** The text without what no database or window takes: halves of surrogate pairs and NUL. */
export function textOf(value: unknown, path: string): string {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\0", "\uFFFD");
  throw new Fault(path, "text should stand here");
}

/** The text, or null where there is none. */
export function optionalText(value: unknown, path: string): string | null {
  if (value === null || value === undefined) return null;
  const text = textOf(value, path).trim();
  return text === "" ? null : text;
}

export function idOf(value: unknown, path: string): string {
  if (typeof value === "string" && value !== "" && value.length <= idChars) return value.toWellFormed();
  throw new Fault(path, `an id of 1 to ${idChars} characters should stand here`);
}

/** A time in seconds, as ms; null where there is none. */
export function secondsOf(value: unknown, path: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "number") throw new Fault(path, "a time in seconds should stand here");
  return instantOf(value * 1_000, path);
}

/** A time in ms or as ISO 8601; null where there is none. */
export function timeOf(value: unknown, path: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return instantOf(value, path);
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d/.test(value)) {
    throw new Fault(path, "a time such as 2025-06-01T12:00:00Z should stand here");
  }
  return instantOf(Date.parse(value), path);
}

function instantOf(ms: number, path: string): number {
  const at = Math.round(ms);
  if (at >= earliest && at <= latest) return at;
  throw new Fault(path, "this is no time between the years 1970 and 9999");
}

/** Messages longer than a chat takes go on in further ones; those without a word are left out. */
export function withinLimits(message: ImportedMessage): ImportedMessage[] {
  if (message.text.trim() === "") return [];
  if (message.text.length <= limits.messageChars) return [message];
  const parts: ImportedMessage[] = [];
  for (let from = 0; from < message.text.length; ) {
    let to = Math.min(from + limits.messageChars, message.text.length);
    // Never between the halves of a surrogate pair.
    if (to < message.text.length && /[\uD800-\uDBFF]/.test(message.text.charAt(to - 1))) to -= 1;
    const sourceId = parts.length === 0 ? message.sourceId : `${message.sourceId}#${parts.length + 1}`;
    parts.push({ ...message, sourceId, text: message.text.slice(from, to) });
    from = to;
  }
  return parts;
}
