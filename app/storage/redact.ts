/** What stands in the place of a text that has been erased as a whole. */
export const erasedMark = "(erased)";

/** A stretch of a text: from `start` up to, not including, `end` (UTF-16 units). */
export type Span = { start: number; end: number };

const word = /[\p{L}\p{M}\p{N}]+/gu;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const sentenceEnd = /[.!?…]+["'”’)\]]*(?=\s|$)|[。！？]+|\n+/gu;

/** True where words of the text aren't separated by spaces, so that a full-text index can't find a part of it. */
export function isUnspaced(text: string): boolean {
  return unspaced.test(text);
}

/** The words of a text, lower-cased, without punctuation and marks of formatting. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(word) ?? [];
}

/** The sentences (or lines) of a text, in order; together they cover all of it. */
export function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    spans.push({ start, end });
    start = end;
  }
  if (start < text.length) spans.push({ start, end: text.length });
  return spans;
}

/**
 * Where the phrase stands in the text, whatever the case, spacing, punctuation and formatting between its words. A phrase
 * without words (an emoji) or whose words aren't separated by spaces is looked for as it is.
 */
export function findPhrase(text: string, phrase: string): Span[] {
  const wanted = wordsOf(phrase);
  if (wanted.length === 0 || isUnspaced(phrase)) return findLiteral(text, phrase.trim());
  const words = [...text.matchAll(word)].map((match) => ({
    word: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
  const spans: Span[] = [];
  for (let at = 0; at + wanted.length <= words.length; at++) {
    const first = words[at];
    const last = words[at + wanted.length - 1];
    if (first && last && wanted.every((part, offset) => words[at + offset]?.word === part)) {
      spans.push({ start: first.start, end: last.end });
    }
  }
  return spans;
}

function findLiteral(text: string, literal: string): Span[] {
  const spans: Span[] = [];
  if (literal === "") return spans;
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length)) {
    spans.push({ start: at, end: at + literal.length });
  }
  return spans;
}

/** Widens each span to the whole sentences that it touches. */
export function toSentences(text: string, spans: readonly Span[]): Span[] {
  return sentencesOf(text).filter((sentence) => spans.some((span) => overlap(span, sentence)));
}

export function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

/**
 * The sentences that say much the same as the phrase: at least `share` (0 to 1) of its longer words stand in them, by
 * their first five letters so that "hinted" and "hints" count as one.
 */
export function similarSentences(text: string, phrase: string, share: number): Span[] {
  const wanted = new Set(
    wordsOf(phrase)
      .filter((word) => word.length >= 4)
      .map(head),
  );
  if (wanted.size < 2) return [];
  return sentencesOf(text).filter(({ start, end }) => {
    const said = new Set(wordsOf(text.slice(start, end)).map(head));
    return wanted.intersection(said).size >= share * wanted.size;
  });
}

function head(word: string): string {
  return word.slice(0, 5);
}

/** The text without the spans; `erasedMark` where no word is left. */
export function without(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let rest = "";
  let from = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start > from) rest += text.slice(from, span.start);
    from = Math.max(from, span.end);
  }
  rest += text.slice(from);
  const tidy = rest
    .replace(/[ \t]{2,}/g, " ")
    .replace(/ +([.,;:!?])/g, "$1")
    .trim();
  return wordsOf(tidy).length === 0 ? erasedMark : tidy;
}
