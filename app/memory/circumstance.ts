import { limits } from "../contract/limits.ts";
import { findDate } from "../language/dates.ts";
import type { MemoryRow } from "../storage/memories.ts";
import { findContext } from "./retain/context.ts";

/** When something holds: in a circumstance ("at work"), from a time on or up to one (ms). */
export type Holds = Partial<Pick<MemoryRow, "context" | "validFrom" | "validTo">>;

const ends = /^(?:before|until|till|up to|only until)\b/i;
const begins = /^(?:since|from|after|starting|as of)\b/i;

/**
 * Reads when something holds from a few words of the user: "at work", "since March 2025", "before I moved". What names no date is a
 * circumstance, in its one spelling where it has one. `at` (ms) and `zone` say when and where it was said.
 */
export function readWhen(words: string, at: number, zone: string): Holds {
  const said = words.trim().replaceAll(/\s+/g, " ");
  const over = ends.test(said);
  if (over || begins.test(said)) {
    const date = findDate(said, at, zone, /^(?:until|till|up to|starting|as of)/i.test(said) ? "future" : "past");
    if (date)
      return over
        ? { validTo: /^before/i.test(said) ? date.start : (date.end ?? date.start) }
        : { validFrom: date.start };
  }
  const found = findContext(said);
  return { context: found && found.length >= said.length - 2 ? found.context : said.toLowerCase() };
}

/** The memory's text with these words in brackets behind it, where there is room. */
export function textWithin(text: string, words: string): string {
  const said = words
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
  const isThere = text.endsWith(`(${said})`);
  return isThere || text.length + said.length + 3 > limits.memoryChars
    ? text
    : `${text.replace(/[\s.]+$/, "")} (${said})`;
}
