import { pieceRanges, unindexedRanges } from "./migrations/0012-scripts.ts";

type Ranges = readonly (readonly [from: number, to: number])[];

const classOf = (ranges: Ranges): string =>
  ranges.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join("");
const pieced = classOf(pieceRanges);
const anyPieced = new RegExp(`[${pieced}]`, "u");
/** Characters that the index leaves out, as the inside of a class of a regular expression. */
export const unindexedClass = `\\0${classOf(unindexedRanges)}`;
const unindexed = new RegExp(`[${unindexedClass}]`, "gu");
const emoji =
  "\\p{Regional_Indicator}{2}|\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\u{200d}\\p{Extended_Pictographic}|[\\u{e0020}-\\u{e007f}])*|\\p{Emoji_Modifier}";
const parts = new RegExp(`${emoji}|[\\p{L}\\p{M}\\p{N}]+`, "gu");
/** A stretch of letters of such scripts, or an emoji. */
const stretches = new RegExp(`${emoji}|(?:(?=[${pieced}])[\\p{L}\\p{M}\\p{N}])+`, "gu");
/** Scripts whose words are told apart by the reader. */
const run =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}ー]+$/u;
const runWithMarks =
  /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Javanese}\p{Script=Balinese}]/u;
/** The article, with what may stand before it; not where hardly a word is left. */
const arabicArticle = /^(?:[وف]?[بك]?ال|[وف]?لل)(?=.{3})/u;

/** True where the text is indexed by its pieces: it has letters of scripts such as Chinese or Arabic, or emoji. */
export const isPieced = (text: string): boolean => anyPieced.test(text);

/** The text as the index of pieces has it: lower-cased, Latin letters without accents, without what that leaves out. */
export const asIndexed = (text: string): string =>
  text
    .toWellFormed()
    .replace(unindexed, "")
    .toLowerCase()
    .replace(/\p{Script=Latin}[\u0300-\u036f]*/gu, (letter) => letter.normalize("NFD").charAt(0));

/** The words and emoji of a text, as they are looked for in the index of pieces. */
export const partsOf = (text: string): string[] => asIndexed(text).match(parts) ?? [];

/** The emoji of a text that can be looked for. */
export const emojiOf = (text: string): string[] =>
  partsOf(text).filter((part) => isPieced(part) && !/[\p{L}\p{N}]/u.test(part));

/**
 * What the text's stretches of such scripts come to as search terms, a list for each: pairs of characters where a reader tells the
 * words apart (of a script that writes vowels as marks, threes), else the word, without an Arabic article; an emoji as it is.
 */
export function piecesOf(text: string): string[][] {
  return (asIndexed(text).match(stretches) ?? []).map((stretch) => {
    if (run.test(stretch)) return overlapping(stretch, 2);
    if (runWithMarks.test(stretch)) return overlapping(stretch, 3);
    return [stretch.replace(arabicArticle, "")];
  });
}

/** The text without its stretches of such scripts. */
export const withoutPieces = (text: string): string => text.toWellFormed().replace(stretches, " ");

/** The words of a text that have letters of such scripts and others, and the given ones among them. */
export function gluedWords(text: string, letters: string): string[] {
  const words = text.toWellFormed().match(/[^\s\p{P}]+/gu) ?? [];
  return words.filter((word) => isPieced(word) && asIndexed(word).includes(letters));
}

function overlapping(text: string, size: number): string[] {
  const characters = [...text];
  if (characters.length <= size) return [text];
  return Array.from({ length: characters.length - size + 1 }, (_, at) => characters.slice(at, at + size).join(""));
}
