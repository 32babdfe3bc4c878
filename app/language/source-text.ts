/** What stands for text that is not the speaker's own: quotations, code, texts to work on. Keeps all offsets. */
const maskChar = "\uFFFC";

/** Only so many characters of a message are read for facts; what follows in a longer one is hardly about its author. */
const readChars = 8_000;
/** A longer "sentence" is a paste, a list or an attack; its beginning says whether it matters. */
const sentenceChars = 500;
/** Sentences that are read of one text. */
export const sentenceLimit = 120;

/** One sentence of a message: `text` is the source from `start` to `end`, masked. */
export type Sentence = { text: string; start: number; end: number; question: boolean };

const quotations = [
  /```[\s\S]*?(?:```|$)/g,
  /`[^`\n]{1,300}`/g,
  /^[ \t]*>.*$/gm,
  /“[^”]{0,3000}(?:”|$)/g,
  /«[^»]{0,3000}(?:»|$)/g,
  /"[^"]{0,3000}(?:"|$)/g,
  /(?<=^|[\s(:])['‘][^'’‘\n]{2,500}['’](?=[\s.,!?;:)]|$)/g,
];

/** Names and titles stand in quotation marks too: "my cat is called 'Miso'". */
const namesBefore =
  /\b(?:called|named|name|nickname|nicknamed|is|are|titled|book|film|movie|song|show|game|band|me)\s*$/i;
const said =
  /\b(?:wrote|writes|written|said|says|posted|tweeted|texted|messaged|emailed|replied|answered|asked|commented|announced|reads|quotes?|quoted|goes)\b[^.!?:\n]{0,60}:/gi;
const work =
  /\b(?:translate|summari[sz]e|rewrite|rephrase|reword|proofread|edit|correct|shorten|polish|improve|paraphrase|explain|analy[sz]e|reply to|respond to|spell-?check|tl;?dr)\b[^.!?\n]{0,120}(?::|\n)/i;

/** The part of a message that is read, with everything masked that its author quotes or hands over to be worked on. */
export function ownWords(message: string): string {
  let text = message.slice(0, readChars);
  for (const pattern of quotations) {
    text = text.replace(pattern, (quoted, ...rest) => {
      const offset = rest.find((part): part is number => typeof part === "number") ?? 0;
      return isName(quoted, text.slice(Math.max(0, offset - 40), offset))
        ? ` ${quoted.slice(1, -1)} `
        : maskChar.repeat(quoted.length);
    });
  }
  const given = work.exec(text);
  if (given) text = maskFrom(text, given.index + given[0].length, text.length);
  for (const match of text.matchAll(said)) {
    const from = match.index + match[0].length;
    const paragraph = text.indexOf("\n\n", from);
    text = maskFrom(text, from, paragraph < 0 ? text.length : paragraph);
  }
  return text;
}

function isName(quoted: string, before: string): boolean {
  if (/^[`>]/.test(quoted.trimStart()) || quoted.length > 42) return false;
  return quoted.trim().split(/\s+/).length <= 4 && namesBefore.test(before) && !/[.!?]['"”’]$/.test(quoted);
}

function maskFrom(text: string, from: number, to: number): string {
  return text.slice(0, from) + maskChar.repeat(to - from) + text.slice(to);
}

const abbreviations = new Set(
  "dr mr mrs ms st prof jr sr vs etc e.g i.e eg ie approx no a.m p.m am pm ca dept fig vol".split(" "),
);

/** The sentences of a masked text, in order. A line break ends one unless the line goes on in lower case. */
export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  const push = (end: number, question: boolean): void => {
    const raw = text.slice(start, end);
    const lead = raw.length - raw.replace(/^[\s\uFFFC]*(?:[-*•]\s+|\d{1,2}[.)]\s+)?/, "").length;
    const from = start + lead;
    const to = Math.min(start + raw.trimEnd().length, from + sentenceChars);
    if (to > from) sentences.push({ text: text.slice(from, to), start: from, end: to, question });
    start = end;
  };
  for (let i = 0; i < text.length && sentences.length < sentenceLimit; i++) {
    const char = text[i] ?? "";
    if (char === "\n") {
      if (!/^\s*\p{Ll}/u.test(text.slice(i + 1, i + 40)) || /^\s*\n/.test(text.slice(i + 1, i + 40)))
        push(i + 1, false);
    } else if (char === "!" || char === "?" || char === "…" || char === ";" || char === "。" || char === "？") {
      let end = i + 1;
      while (/[!?.…)"'”’]/.test(text[end] ?? "")) end++;
      push(end, /[?？]/.test(text.slice(i, end)));
      i = end - 1;
    } else if (
      char === "." &&
      /^\.*(?:\s|$|[)"'”’\uFFFC])/.test(text.slice(i + 1, i + 8)) &&
      !isAbbreviation(text, i)
    ) {
      let end = i + 1;
      while (/[.)"'”’]/.test(text[end] ?? "")) end++;
      push(end, false);
      i = end - 1;
    }
  }
  if (sentences.length < sentenceLimit && start < text.length) push(text.length, false);
  return sentences;
}

function isAbbreviation(text: string, dot: number): boolean {
  const before = /[\p{L}.]{1,8}$/u.exec(text.slice(Math.max(0, dot - 8), dot))?.[0] ?? "";
  if (/^\p{Lu}$/u.test(before) && before !== "I") return true;
  if (!abbreviations.has(before.toLowerCase())) return false;
  // "at 7 a.m." may end the sentence: it does where a capital follows.
  return (
    !/^(?:a\.?m|p\.?m|etc|st|no)$/i.test(before) || !/^\s+\p{Lu}/u.test(text.slice(dot + 1, dot + 4)) || before === "St"
  );
}
