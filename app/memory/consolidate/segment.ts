import { ownWords, sentencesOf } from "../../language/source-text.ts";
import type { EpisodeMessage } from "../../storage/episodes.ts";
import { contentStems } from "../retain/words.ts";

/** A pause (ms) that ends a sitting; what has rested so long is over. */
export const pause = 3_600_000;
/** Messages of a sitting that are cut as one. */
export const blockMessages = 120;
/** Characters of a message that are read. */
export const readChars = 1_500;

/** Messages on each side of a place that are compared, and messages of an episode at the least. */
const side = 4;
const leastMessages = 4;
/** Below this likeness (cosine of their words, 0 to 1) of both sides a place may be a cut; the sides need so many words to tell. */
const apart = 0.08;
const leastWords = 4;
const titleChars = 60;
const summaryChars = 300;

/** How many of the messages, which begin a sitting, belong to it. */
export function blockLength(messages: readonly EpisodeMessage[]): number {
  for (let at = 1; at < Math.min(messages.length, blockMessages); at++) {
    if (isPause(messages[at - 1], messages[at])) return at;
  }
  return Math.min(messages.length, blockMessages);
}

/** True where so much time lies between the two that a new sitting begins. */
export function isPause(
  before: Pick<EpisodeMessage, "createdAt"> | undefined,
  after: Pick<EpisodeMessage, "createdAt"> | undefined,
): boolean {
  return before !== undefined && after !== undefined && Math.abs(after.createdAt - before.createdAt) >= pause;
}

/**
 * Cuts a sitting into runs about one thing: where the words of the messages before and after a place have the least in common, and
 * hardly any (after TextTiling, Hearst 1997). Depends on nothing but these messages.
 */
export function cut<Message extends Pick<EpisodeMessage, "text">>(block: readonly Message[]): Message[][] {
  const words = block.map(({ text }) => countsOf(text));
  const likeness = block.map((_, at) =>
    at < leastMessages || at > block.length - leastMessages ? 1 : likenessAt(words, at),
  );
  const runs: Message[][] = [];
  let from = 0;
  for (let at = leastMessages; at <= block.length - leastMessages; at++) {
    const here = likeness[at] ?? 1;
    const around = likeness.slice(Math.max(0, at - side + 1), at + side);
    // The first of the lowest places around.
    const isLowest =
      around.every((other) => other >= here) && !likeness.slice(Math.max(0, at - side + 1), at).includes(here);
    if (here >= apart || !isLowest || at - from < leastMessages) continue;
    runs.push(block.slice(from, at));
    from = at;
  }
  runs.push(block.slice(from));
  return runs;
}

function countsOf(text: string): ReadonlyMap<string, number> {
  return new Map(contentStems(text).map((word) => [word, 1]));
}

/** The cosine of what is said before and after the place; 1 where too little is said to tell. */
function likenessAt(words: readonly ReadonlyMap<string, number>[], at: number): number {
  const before = sum(words.slice(Math.max(0, at - side), at));
  const after = sum(words.slice(at, at + side));
  if (before.size < leastWords || after.size < leastWords) return 1;
  let dot = 0;
  for (const [word, count] of before) dot += count * (after.get(word) ?? 0);
  return dot / (length(before) * length(after));
}

function sum(maps: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const map of maps) for (const [word, count] of map) all.set(word, (all.get(word) ?? 0) + count);
  return all;
}

function length(counts: ReadonlyMap<string, number>): number {
  return Math.sqrt([...counts.values()].reduce((total, count) => total + count * count, 0));
}

/** A title and a summary in the words of people, never in those of replies; empty where people said nothing telling. */
type Told = { title: string; summary: string };

type Candidate = { text: string; place: number; weight: number };

/** The most telling sentences of what people said in the run: the best as the title, and as many as fit, in their order, as the summary. */
export function tell(messages: readonly Pick<EpisodeMessage, "role" | "text">[]): Told {
  const own = messages.filter(({ role }) => role !== "assistant").map(({ text }) => ownWords(text));
  const spread = sum(own.map(countsOf));
  const candidates: Candidate[] = [];
  for (const text of own) {
    for (const sentence of sentencesOf(text)) {
      const said = tidy(sentence.text);
      const stems = contentStems(said);
      if (stems.length < 2 || said.length > summaryChars) continue;
      const about = stems.reduce((total, word) => total + Math.log1p(spread.get(word) ?? 0), 0);
      const personal = /\b(?:i|my|we|our)\b/i.test(said) ? 1.2 : 1;
      const weight = (about / Math.sqrt(stems.length + 4)) * personal * (sentence.question ? 0.8 : 1);
      candidates.push({ text: said, place: candidates.length, weight });
    }
  }
  const best = candidates.toSorted((a, b) => b.weight - a.weight || a.place - b.place);
  const [first] = best;
  if (!first) return { title: "", summary: "" };
  const kept: Candidate[] = [];
  let room = summaryChars;
  for (const candidate of best) {
    if (candidate.text.length + 1 > room || kept.some(({ text }) => text === candidate.text)) continue;
    kept.push(candidate);
    room -= candidate.text.length + 1;
  }
  const summary = kept
    .toSorted((a, b) => a.place - b.place)
    .map(({ text }) => text)
    .join(" ");
  return { title: shorten(first.text), summary };
}

/** True for an opening that tells what a conversation is about, so that it needs no other title. */
export function isTelling(opening: string): boolean {
  return contentStems(opening.slice(0, readChars)).filter((word) => !pleasantries.has(word)).length >= 2;
}

const pleasantries = new Set(
  contentStems(
    "hello hi hey yo hiya thanks thank please help question ask morning afternoon evening day ebb there ok okay yes sure need want quick test",
  ),
);

function tidy(sentence: string): string {
  return sentence.replaceAll("\uFFFC", " ").replaceAll(/\s+/g, " ").trim();
}

/** Cut at a word, never inside a sign. */
function shorten(text: string): string {
  const line = text.replace(/[.;,:]+$/, "");
  if (line.length <= titleChars) return line;
  const start = line.slice(0, titleChars - 1);
  const space = start.lastIndexOf(" ");
  return `${(space > titleChars / 2 ? start.slice(0, space) : start).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
