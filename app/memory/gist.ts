import { contractions, fillers, kindsOf, numerals, phrasings } from "./phrasings.ts";
import { findContext } from "./retain/context.ts";
import { fold, stem } from "./retain/words.ts";

/** What a sentence says, in whatever words: what it claims, and whether it denies that. */
export type Gist = {
  /** Equal for sentences that claim the same, be it said or denied. */
  key: string;
  /** "@like", "guitar": canonical names of what is said, and the stems of the other telling words. */
  tokens: readonly string[];
  negative: boolean;
};

/** How a sentence stands to one that is known; `excludes`: they contradict each other without naming the same ("I eat steak", "I don't eat meat"). */
export type Likeness = "same" | "contrary" | "excludes";

/** Longer texts are more than one claim. */
const longest = 200;
/** Where one of these stands, the order of the other words matters: "cats more than dogs". */
export const ordering =
  /\b(?:than|over|instead|rather|from|before|after|without|but|except|if|when|while|unless|because|by)\b/;

/** Reads what a sentence of a memory says; null where that can't be told, as where it denies a denial. Depends on nothing else. */
export function gistOf(text: string): Gist | null {
  if (text.length > longest) return null;
  let line = fold(text.replace(/ \([^()]*\)\s*$/, "").replace(/[\s.!?]+$/, ""));
  for (const [pattern, canonical] of contractions) line = line.replace(pattern, canonical);
  const found = findContext(line);
  if (found) line = `${line.slice(0, found.index)} ${line.slice(found.index + found.length)}`.trim();
  for (const [pattern, canonical] of phrasings) line = line.replace(pattern, canonical).replace(/\s+/g, " ").trim();
  const denials = line.split("~").length - 1;
  if (denials > 1) return null;
  const tokens: string[] = found ? [`@${found.context}`] : [];
  for (const word of line.match(/@[a-z]+|[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? []) {
    if (fillers.has(word)) continue;
    const token = word.startsWith("@") ? word : (numerals.get(word) ?? stem(word));
    if (!tokens.includes(token)) tokens.push(token);
  }
  if (tokens.every((token) => token.startsWith("@") && token !== "@smoke")) return null;
  const ordered = ordering.test(line) ? tokens : tokens.toSorted();
  return { key: ordered.join(" "), tokens, negative: denials === 1 };
}

/** How one sentence stands to another, as far as their words show it; null where they say different things. Either way round. */
export function likenessOf(one: Gist, other: Gist): Likeness | null {
  if (one.key === other.key) return one.negative === other.negative ? "same" : "contrary";
  const [yes, no] = one.negative ? [other, one] : [one, other];
  return yes.negative !== no.negative && isOfKind(yes, no) ? "excludes" : null;
}

/** True where what is done is a kind of what is not. */
function isOfKind(yes: Gist, no: Gist): boolean {
  const general = yes.tokens.map((token) => (no.tokens.includes(token) ? token : (kindOf(token) ?? token)));
  return general.toSorted().join(" ") === no.tokens.toSorted().join(" ");
}

/** The kind of which something is, by their stems ("beer" is "alcohol"); null where none is known. */
export function kindOf(token: string): string | null {
  for (const [kind, members] of Object.entries(kindsOf)) if (members.includes(token)) return kind;
  return null;
}
