import { distinctiveWords } from "./query.ts";

/** What bounds the memories in a prompt; estimated tokens. */
export const packBounds = {
  /** All of them together. */
  tokens: 1_000,
  /** One of them: a long turn is shown by its most telling passage. */
  itemTokens: 240,
  /** Less than this is not worth showing. */
  leastTokens: 24,
  /** Mark, date and line break of one. */
  overhead: 16,
} as const;

/**
 * About how many tokens a language model makes of the text: 4 characters of an alphabet each, or one character of a script that
 * writes words without spaces. Rather too many than too few.
 */
export function estimatedTokens(text: string): number {
  const dense = text.match(
    /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{Extended_Pictographic}]/gu,
  );
  const single = dense?.length ?? 0;
  return Math.ceil(single + (text.length - single) / 4);
}

/**
 * Fits what was recalled into so many tokens, best first: `shown` is the text, or of a long one the passage with most words of the
 * question. What finds no room is in `left`.
 */
export function pack<T extends { text: string }>(
  recalled: readonly T[],
  question: string,
  budget: number = packBounds.tokens,
): { packed: (T & { shown: string })[]; left: T[] } {
  const asked = new Set(distinctiveWords(question));
  const packed: (T & { shown: string })[] = [];
  const left: T[] = [];
  let room = budget;
  for (const item of recalled) {
    const allowed = Math.min(packBounds.itemTokens, room - packBounds.overhead);
    const whole = estimatedTokens(item.text);
    if (whole > allowed && allowed < packBounds.leastTokens) {
      left.push(item);
      continue;
    }
    const shown = whole <= allowed ? item.text : passage(item.text, asked, allowed);
    room -= packBounds.overhead + estimatedTokens(shown);
    packed.push({ ...item, shown });
  }
  return { packed, left };
}

/** Characters of a text that are looked at for its best passage, and of the longest sentence. */
const readChars = 100_000;
const sentence = /[^.!?。！？\n]{1,400}[.!?。！？\n]*/gu;
const ellipsis = "…";

/** The run of sentences within the budget that holds most of the words, the first of equals; never empty for a text. */
function passage(text: string, words: ReadonlySet<string>, tokens: number): string {
  const sentences = (text.slice(0, readChars).match(sentence) ?? [text]).map((part) => ({
    part,
    tokens: estimatedTokens(part),
    found: distinctiveWords(part).filter((word) => words.has(word)),
  }));
  let best = { from: 0, to: 1, hits: -1 };
  for (let from = 0; from < sentences.length; from++) {
    // A passage begins with something that is asked for, or with the text.
    if (from > 0 && sentences[from]?.found.length === 0) continue;
    const hits = new Set<string>();
    let used = 0;
    let to = from;
    for (; to < sentences.length; to++) {
      const next = sentences[to];
      if (!next || (used + next.tokens > tokens && to > from)) break;
      used += next.tokens;
      for (const word of next.found) hits.add(word);
    }
    if (hits.size > best.hits) best = { from, to, hits: hits.size };
  }
  const chosen = sentences
    .slice(best.from, best.to)
    .map(({ part }) => part)
    .join("")
    .trim();
  const fitting = estimatedTokens(chosen) <= tokens ? chosen : chosen.slice(0, tokens);
  const before = best.from > 0 ? ellipsis : "";
  const after = best.to < sentences.length || fitting.length < chosen.length ? ellipsis : "";
  return `${before}${fitting}${after}`;
}
