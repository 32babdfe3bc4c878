import { fold } from "./words.ts";

/** A word or a sign of a sentence. A contraction yields two that share their place in the message. */
export type Token = {
  /** As written, or the full form of a part of a contraction. */
  text: string;
  lower: string;
  /** Place in the message, UTF-16 units. */
  start: number;
  end: number;
};

const tokenPattern = /\uFFFC+|[\p{L}\p{N}#€$£@+][\p{L}\p{N}\p{M}'’._@/&%+:#°-]*|[,;:()—–-]|\S/gu;

const contractions: Readonly<Record<string, string>> = {
  im: "I am",
  ive: "I have",
  dont: "do not",
  doesnt: "does not",
  didnt: "did not",
  cant: "can not",
  cannot: "can not",
  isnt: "is not",
  wont: "will not",
  gonna: "going to",
  wanna: "want to",
  gotta: "got to",
  "won't": "will not",
  "can't": "can not",
  "shan't": "shall not",
  "ain't": "is not",
  "let's": "let us",
};

const endings: Readonly<Record<string, string>> = { m: "am", re: "are", ve: "have", ll: "will", d: "would" };
const isBefore = new Set([
  "he",
  "she",
  "it",
  "that",
  "there",
  "here",
  "what",
  "who",
  "where",
  "when",
  "how",
  "everything",
]);

/** The tokens of a piece of text that begins at `offset` of its message. */
export function tokenise(text: string, offset: number): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(tokenPattern)) {
    const word = match[0].replace(/(?<=[\p{L}\p{N}])[._:/'’-]+$/u, "");
    const start = offset + match.index;
    const end = start + word.length;
    const push = (part: string): void => {
      tokens.push({ text: part, lower: fold(part), start, end });
    };
    const folded = fold(word);
    const whole = contractions[folded];
    const apostrophe = folded.lastIndexOf("'");
    const ending = apostrophe > 0 ? folded.slice(apostrophe + 1) : "";
    const head = word.slice(0, apostrophe);
    if (whole !== undefined) for (const part of whole.split(" ")) push(part);
    else if (folded.endsWith("n't") && folded.length > 3) {
      push(word.slice(0, -3));
      push("not");
    } else if (endings[ending] !== undefined && /^(?:i|you|we|they|he|she|it|there|who|that)$/.test(fold(head))) {
      push(head);
      push(endings[ending] ?? "");
    } else if (ending === "s" && isBefore.has(fold(head))) {
      push(head);
      push("is");
    } else push(word);
    for (const sign of match[0].slice(word.length).match(/[:]/g) ?? []) {
      tokens.push({ text: sign, lower: sign, start: end, end: end + 1 });
    }
  }
  return tokens;
}

/** The words of tokens as one lower-case line, for patterns. */
export function lineOf(tokens: readonly Token[]): string {
  return tokens.map((token) => token.lower).join(" ");
}

/** The message's own characters from the first token to the last, on one line. */
export function sourceOf(message: string, tokens: readonly Token[]): string {
  const first = tokens[0];
  const last = tokens.at(-1);
  return first && last ? message.slice(first.start, last.end).replaceAll(/\s+/g, " ").trim() : "";
}

/** True for a word that is written like a name. */
export function isCapitalised(token: Token | undefined): boolean {
  return token !== undefined && /^\p{Lu}/u.test(token.text) && token.lower !== "i";
}
