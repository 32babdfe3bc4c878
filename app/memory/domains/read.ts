import { stem, wordsOf } from "../retain/words.ts";
import { type Domain, lexicon } from "./lexicon.ts";
import { places } from "./places.ts";

/** Counts up whenever the tables or the reading change: what was read by an older one is read again. */
export const readerVersion = 1;

/** How much a text is about each domain, and about each aspect ("food/seafood"); every weight is above 0. */
export type Topics = { domains: ReadonlyMap<Domain, number>; aspects: ReadonlyMap<string, number> };

/** Domains and aspects as one sparse vector of length 1: the dot product of two says how near their texts are, 0 to 1. */
export type TopicVector = ReadonlyMap<string, number>;

const weights = {
  /** A word that tells the domain by itself counts so many times as much as another. */
  telling: 2.5,
  /** What a place is known for is a hint only: all of it together counts as so much of a word, as the length of a vector. */
  place: 0.7,
  /** What any talk of the domain names tells less than an aspect. */
  general: 0.7,
  /** Parts of the dot product that the domain and the aspects have. */
  domain: 1 / 3,
  aspect: 2 / 3,
};
/** Words of the longest phrase, and of a text that are read. */
const phraseWords = 3;
const readWords = 200;
const readChars = 2_000;

/** A word's share in one aspect. */
type Share = { domain: Domain; aspect: string; weight: number };

/** The key of a word or phrase: stems joined by spaces, so that "sports cars" is "sport car". */
function keyOf(phrase: string): string {
  return stemsOf(phrase).join(" ");
}

function stemsOf(text: string): string[] {
  return wordsOf(text.replaceAll(/[_-]/g, " ")).map(stem);
}

const shares = sharesOfWords();
const known = new Map(Object.entries(places).map(([place, words]) => [keyOf(place), words.split(" ").map(keyOf)]));

function sharesOfWords(): ReadonlyMap<string, readonly Share[]> {
  const found = new Map<string, Map<string, Share>>();
  for (const [domain, aspects] of Object.entries(lexicon) as [Domain, Record<string, string>][]) {
    for (const [name, words] of Object.entries(aspects)) {
      const aspect = `${domain}/${name}`;
      for (const word of words.split(/\s+/)) {
        const key = keyOf(word.replace(/\+$/, ""));
        const its = found.get(key) ?? new Map<string, Share>();
        const weight = Math.max(word.endsWith("+") ? weights.telling : 1, its.get(aspect)?.weight ?? 0);
        found.set(key, its.set(aspect, { domain, aspect, weight }));
      }
    }
  }
  return new Map(
    [...found].map(([key, its]) => {
      // A word of many domains says little about any of them.
      const count = new Set([...its.values()].map(({ domain }) => domain)).size;
      return [key, [...its.values()].map((share) => ({ ...share, weight: share.weight / count }))];
    }),
  );
}

/** The domains and aspects of life that a text is about, by its words; empty where none tells. Any text is safe. */
export function readTopics(text: string): Topics {
  const domains = new Map<Domain, number>();
  const aspects = new Map<string, number>();
  const counted = new Set<string>();
  const count = (key: string, factor: number): void => {
    if (counted.has(key)) return;
    counted.add(key);
    const best = new Map<Domain, number>();
    for (const { domain, aspect, weight } of shares.get(key) ?? []) {
      best.set(domain, Math.max(best.get(domain) ?? 0, factor * weight));
      aspects.set(aspect, (aspects.get(aspect) ?? 0) + factor * weight);
    }
    for (const [domain, weight] of best) domains.set(domain, (domains.get(domain) ?? 0) + weight);
  };
  for (const key of keysIn(text)) {
    count(key, 1);
    const brought = known.get(key) ?? [];
    for (const word of brought) count(word, weights.place / Math.sqrt(brought.length));
  }
  return { domains, aspects };
}

/** The domain that a text is most about, or null where nothing tells. */
export function mainDomain(text: string): Domain | null {
  return strongest(readTopics(text).domains);
}

/** The key of the greatest weight, the first where several have it; null where there is none. */
export function strongest<Key extends string>(weights: ReadonlyMap<Key, number>): Key | null {
  let best: Key | null = null;
  let most = 0;
  for (const [key, weight] of weights) {
    if (weight <= most) continue;
    best = key;
    most = weight;
  }
  return best;
}

/** The vector of what a text is about; empty where nothing tells. */
export function topicVector({ domains, aspects }: Topics): TopicVector {
  const vector = new Map<string, number>();
  const add = (parts: readonly (readonly [string, number])[], share: number): void => {
    const length = Math.sqrt(parts.reduce((sum, [, weight]) => sum + weight * weight, 0));
    for (const [topic, weight] of parts) vector.set(topic, (Math.sqrt(share) * weight) / length);
  };
  add([...domains], weights.domain);
  // Roots, so that a word said twice in other words does not drown the rest.
  const damped = [...aspects].map(
    ([aspect, weight]) => [aspect, Math.sqrt(weight) * (aspect.endsWith("/general") ? weights.general : 1)] as const,
  );
  add(damped, weights.aspect);
  return vector;
}

/** What the places of a text are known for, in stemmed words; none where it names no place. */
export function knownFor(text: string): string[] {
  return [...new Set(keysIn(text).flatMap((key) => known.get(key) ?? []))];
}

/** The words and phrases of a text that the tables know, the longest first where they overlap. */
function keysIn(text: string): string[] {
  // To book a flight has nothing to do with books.
  const read = text.slice(0, readChars).replaceAll(/\b(to|i|we|you) book(?= |$|[?.!,])/gi, "$1 reserve");
  const stems = stemsOf(read).slice(0, readWords);
  const isKnown = (key: string): boolean => shares.has(key) || known.has(key);
  const found: string[] = [];
  for (let from = 0; from < stems.length; ) {
    let length = Math.min(phraseWords, stems.length - from);
    while (length > 1 && !isKnown(stems.slice(from, from + length).join(" "))) length--;
    const key = stems.slice(from, from + length).join(" ");
    if (isKnown(key)) found.push(key);
    from += length;
  }
  return found;
}
