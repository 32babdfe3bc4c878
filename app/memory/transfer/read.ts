import type { z } from "zod";
import { EbbError } from "../../contract/errors.ts";
import { limits } from "../../contract/limits.ts";
import { fileHead, formatVersion, type MemoryFile, memoryFile } from "./format.ts";

/** Deeper nesting than any export has; more would only serve to exhaust the stack. */
const depthLimit = 32;

/**
 * Reads an export. @throws IMPORT_INVALID with the line and column of broken JSON or the path of a wrong field, and
 * TOO_LARGE
 */
export function readMemoryFile(json: string): MemoryFile {
  if (json.length > limits.importChars) {
    throw new EbbError("TOO_LARGE", "This file is too large to import.", "Split the export into smaller files.");
  }
  const parsed = parse(json.startsWith("\uFEFF") ? json.slice(1) : json);
  const head = fileHead.safeParse(parsed);
  if (!head.success) {
    throw invalid("This is not an export of Ebb's memories.", "Choose a file that Ebb has exported as JSON.");
  }
  if (head.data.version > formatVersion) {
    throw invalid(
      `This file was exported by a newer Ebb (format ${head.data.version}; this one knows ${formatVersion}).`,
      "Install the newest Ebb, then import it again.",
    );
  }
  const file = memoryFile.safeParse(parsed);
  if (!file.success) throw invalid(describe(file.error.issues), "Mend the file there, or export it again.");
  const twice = firstRepeated(file.data.memories.map(({ id }) => id));
  if (twice !== null) {
    throw invalid(`memories[${twice}].id is the same as that of another memory.`, "Mend the file there.");
  }
  return file.data;
}

function parse(json: string): unknown {
  const deep = tooDeep(json);
  if (deep !== null) throw invalid(`The file is nested too deeply at ${place(json, deep)}.`, "Export it again.");
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    const at = Number(/position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1] ?? json.length);
    throw invalid(`The file is not whole JSON: it breaks off at ${place(json, at)}.`, "Export it again.", error);
  }
}

/** Where brackets first nest deeper than allowed, or null. */
function tooDeep(json: string): number | null {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      depth += 1;
      if (depth > depthLimit) return at;
    } else if (char === "}" || char === "]") depth -= 1;
  }
  return null;
}

function place(json: string, at: number): string {
  const before = json.slice(0, at);
  const line = before.split("\n").length;
  return `line ${line}, column ${at - before.lastIndexOf("\n")}`;
}

function describe(issues: readonly z.core.$ZodIssue[]): string {
  const [first] = issues;
  const path = (first?.path ?? [])
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return `${path === "" ? "The file" : path}: ${first?.message ?? "not as expected"}${more}.`;
}

function firstRepeated(ids: readonly string[]): number | null {
  const seen = new Set<string>();
  for (const [place, id] of ids.entries()) {
    if (seen.has(id)) return place;
    seen.add(id);
  }
  return null;
}

function invalid(message: string, remedy: string, cause?: unknown): EbbError {
  return new EbbError("IMPORT_INVALID", message, `${remedy} Nothing was imported.`, cause);
}
