import { unindexedClass } from "./scripts.ts";

/** Characters of a text that are shown around what was found in it. */
const before = 24;
const after = 60;

/** The passage of the text around the first of the parts, each marked with U+0002 and U+0003; null where none stands there. */
export function excerptOf(text: string, parts: readonly string[]): string | null {
  if (parts.length === 0) return null;
  const between = `[${unindexedClass}]*`;
  const patterns = parts.map((part) => [...part].map((character) => RegExp.escape(character)).join(between));
  const found = new RegExp(patterns.join("|"), "giu");
  const first = found.exec(text);
  if (!first) return null;
  const start = onCharacter(text, Math.max(0, first.index - before));
  const end = onCharacter(text, Math.max(first.index + first[0].length, first.index + after));
  const passage = text.slice(start, end).replace(found, (match) => `\u0002${match}\u0003`);
  return `${start > 0 ? "…" : ""}${passage}${end < text.length ? "…" : ""}`;
}

/** The place, moved out of a surrogate pair. */
function onCharacter(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) ? at + 1 : at;
}
