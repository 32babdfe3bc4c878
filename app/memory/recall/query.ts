import { wordsOf } from "../../storage/redact.ts";
import { emojiOf } from "../../storage/scripts.ts";
import type { SearchRepository } from "../../storage/search.ts";
import { answersWanted } from "./answers.ts";
import { bounds } from "./weights.ts";
import { type TimeWindow, timeWindow } from "./window.ts";

/** What a question asks for, read without a language model. */
export type Query = {
  /** Distinct search terms (folded and stemmed) that tell one text from another, in the order of the question. */
  terms: string[];
  /** Lower-cased words of the question, stop words included. */
  words: ReadonlySet<string>;
  /** Lower-cased names of speakers that the question mentions. */
  people: ReadonlySet<string>;
  /** The terms that those names come to. */
  names: ReadonlySet<string>;
  /** True where it is about the one who asks. */
  aboutUser: boolean;
  /** True where it asks how things were, so that superseded memories may answer. */
  past: boolean;
  /** How many results are wanted. */
  depth: number;
  /** The kinds of answer that it wants. */
  wanted: ReturnType<typeof answersWanted>;
  /** The time that it is about, or null. */
  window: TimeWindow | null;
};

const stopWords = new Set(
  `a about above after again all also am an and any anyone anything are as at be because been before being below between both
  but by can could did do does doing done don down during each earlier ever every few for from further get gets getting got had has
  have having he her here hers herself him himself his how however i if in into is it its itself just know let like ll
  may maybe me might more most much must my myself no nor not now nowadays of off oh ok okay on once one only or other our ours
  ourselves out over own please previously re really s said say says same shall she should so some somebody someone something still
  such t tell than that the their theirs them themselves then there these they thing things this those though through to
  too under until up upon us ve very was we well were what when where which while who whom whose why will with would yes
  yet you your yours yourself`.split(/\s+/),
);

/** True for a word that stands in any question. */
export const isStopWord = (word: string): boolean => stopWords.has(word);

const userWords = new Set(["i", "me", "my", "mine", "myself", "we", "us", "our", "ours"]);

const pastWords =
  /\b(?:before|previous(?:ly)?|former(?:ly)?|earlier|used to|in the past|originally|back then|at first|until (?:then|recently)|no longer|history|changed?|old(?:er)?)\b/i;

/** The lower-cased words of a text that tell it from others, in order. */
export function distinctiveWords(text: string): string[] {
  return wordsOf(text).filter((word) => !stopWords.has(word));
}

/**
 * Reads a question of any length and content, asked at `now` (ms) in the zone; only its beginning counts where it is very long.
 */
export function readQuery(text: string, search: SearchRepository, now: number, zone: string): Omit<Query, "depth"> {
  const read = text.slice(0, bounds.questionChars);
  const inOrder = wordsOf(read).slice(0, bounds.questionWords);
  const words = new Set(inOrder);
  const people = new Set<string>();
  for (const speaker of search.speakers()) {
    const name = speaker.toLowerCase();
    const [first] = name.split(/\s+/);
    if (words.has(name) || (first !== undefined && words.has(first))) people.add(name);
  }
  const telling = [...inOrder.filter((word) => !stopWords.has(word)), ...emojiOf(read)];
  return {
    terms: [...new Set(search.terms(telling.join(" ")))].slice(0, bounds.questionWords),
    words,
    people,
    names: new Set(search.terms([...people].join(" "))),
    aboutUser: inOrder.some((word) => userWords.has(word)),
    past: pastWords.test(read),
    wanted: answersWanted(read),
    window: timeWindow(read, now, zone),
  };
}
