import { createHash } from "node:crypto";
import type { MemoryRow } from "../../storage/memories.ts";
import { gistOf, ordering } from "../gist.ts";
import { relationOf } from "../retain/people.ts";
import { fold, stem, wordsOf } from "../retain/words.ts";

/** Words that may differ between two sentences that say the same. Whatever is not here counts. */
const fillers = new Set(
  "a an the i i'm i'd my me myself am is are be it it's that of in at on to for with as really very just quite so also too actually truly do does".split(
    " ",
  ),
);
/** Words for one and the same in what people say of themselves. */
const synonyms = new Map(Object.entries({ love: "like", enjoy: "like", ador: "like", resid: "live", nam: "name" }));
/** Words that only say again what the predicate of a memory says. */
const sayings = new Set(["like", "live", "name", "work", "have", "own", "favourit"]);
/** Words that change what a sentence says however alike the rest is. */
const hard =
  /^(?:not|no|never|none|nothing|nobody|hardly|barely|stop|quit|avoid|hate|dislike|without|only|up|down|out|off|he|she|they|we|you|his|her|their|our|your|him|them|us|was|were|had|did|will|would|could|should|may|might|used|more|most|less|least|few|all|some|any|each|every|again|before|after|until|since|ago|first|last|next|left|right|new|old|past|have)$/;
/** A sentence with one of these says something else on another day. */
const passing =
  /\b(?:today|yesterday|tomorrow|tonight|now|ago|currently|recently|soon|lately|(?:this|last|next) (?:\w+))\b/i;
const dayMs = 86_400_000;

/** The share of common words from which on two texts, one with a little more detail, may say the same. */
const leastOverlap = 0.8;
/** The cosine that they must have besides. */
const leastCosine = 0.9;

/** What a memory says, ready to be compared. */
export type Reading = {
  /** Two memories with a key in common say the same. */
  keys: string[];
  /** What two memories must share to be compared by their words at all. */
  frame: string;
  /** Its telling words, stemmed, without repeats. */
  tokens: string[];
  /** Those without which, or with others than which, it says something else. */
  hard: ReadonlySet<string>;
};

/** Reads a memory for what it says. Depends on nothing but the row. */
export function readForLikeness(row: MemoryRow): Reading {
  const { tokens, hard } = tokensOf(row.text);
  const frame = [
    row.kind === "event" ? "event" : row.kind === "instruction" ? "instruction" : "",
    row.subject,
    row.context,
    row.neverUse ? "barred" : "",
    dayOf(row),
  ].join("\n");
  const ordered = ordering.test(fold(row.text)) ? tokens.join(" ") : tokens.toSorted().join(" ");
  const keys = tokens.length === 0 ? [] : [hashOf("text", frame, ordered)];
  if (row.predicate !== "note" && row.value !== row.text && !ordering.test(fold(row.text))) {
    const value = tokensOf(row.value).tokens;
    const said = new Set(value);
    const rest = tokens.filter((token) => !said.has(token) && !sayings.has(token) && !namesSlot(token, row.predicate));
    if (value.length > 0) {
      keys.push(hashOf("slot", frame, row.predicate, value.toSorted().join(" "), rest.toSorted().join(" ")));
    }
  }
  const gist = gistOf(row.text);
  if (gist) keys.push(hashOf("gist", frame, gist.negative ? "not" : "", gist.key));
  return { keys, frame, tokens, hard };
}

/**
 * True where one of the texts says what the other says with a little more detail: nearly all words in common, none of the others
 * one that changes the meaning, and much the same meaning as a whole. `cosine` is null where a vector is missing.
 */
export function saysWithDetail(one: Reading, other: Reading, cosine: number | null): boolean {
  if (cosine === null || cosine < leastCosine || one.frame !== other.frame) return false;
  const [short, long] = one.tokens.length <= other.tokens.length ? [one, other] : [other, one];
  // In the same order: what is swapped may say the contrary.
  const known = new Set(short.tokens);
  if (long.tokens.filter((token) => known.has(token)).join(" ") !== short.tokens.join(" ")) return false;
  if (short.tokens.length < leastOverlap * long.tokens.length) return false;
  return long.tokens.every((token) => known.has(token) || !long.hard.has(token));
}

/** The day of which a memory speaks, where it speaks of one. */
function dayOf(row: MemoryRow): string {
  const days = [row.validFrom, row.validTo].map((at) => (at === null ? "" : Math.floor(at / dayMs)));
  const said = row.validFrom === null && (row.kind === "event" || passing.test(row.text));
  return [...days, said ? Math.floor(row.createdAt / dayMs) : ""].join(" ");
}

function tokensOf(text: string): { tokens: string[]; hard: Set<string> } {
  const tokens: string[] = [];
  const hardOnes = new Set<string>();
  const add = (token: string, isHard: boolean): void => {
    if (!tokens.includes(token)) tokens.push(token);
    if (isHard) hardOnes.add(token);
  };
  // Names are hard, and so is what has a figure in it.
  const capitals = new Set((text.match(/(?<=[^.!?\s]\s+)\p{Lu}[\p{L}'’-]*/gu) ?? []).map((word) => fold(word)));
  for (const word of wordsOf(text)) {
    const [plain, negated] = /n't$/.test(word) ? [word.slice(0, -3), true] : [word, word === "cannot"];
    if (negated) add("not", true);
    if (plain === "" || fillers.has(plain)) continue;
    if (/'ve$/.test(plain)) {
      add("have", true);
      continue;
    }
    if (/(?:ed|'d)$/.test(plain) && plain.length > 4 && plain !== "named") add("past", true);
    const stemmed = stem(plain);
    const token = synonyms.get(stemmed) ?? stemmed;
    add(token, hard.test(plain) || /\d/.test(plain) || capitals.has(plain) || relationOf(plain) !== null);
  }
  return { tokens, hard: hardOnes };
}

function namesSlot(token: string, predicate: string): boolean {
  return predicate.split(/\s+/).some((word) => stem(word) === token);
}

function hashOf(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\u0000")).digest("base64url").slice(0, 16);
}
