import type { Contribution } from "../../storage/preferences.ts";
import { knownFor, readTopics, type TopicVector, topicVector } from "../domains/read.ts";
import { slotsOf, standsAlone } from "../preferences/slots.ts";
import { wordsOf } from "../retain/words.ts";
import type { MemoryStore } from "../store.ts";

/** A request for suggestions, read without a language model. */
export type AdviceRequest = {
  topics: TopicVector;
  /** What it is about, for an embedder: without the words that only ask, with what its places are known for. */
  about: string;
};

/** What bounds the work of one request. */
const bounds = { chars: 1_000, topics: 12, onTopic: 200, candidates: 80 } as const;

/** Less than this is chance: a word that stands in many domains. */
const least = 0.1;

/** Its own words count so many times as much as those that its places bring. */
const ownWords = 2;

const asksForAdvice =
  /\b(?:recommend\w*|suggest\w*|advi[cs]e|ideas?|tips|options|inspiration|must-(?:see|try|do|read|watch|have|visit)|worth [a-z]+ing|(?:what|which|where|how|who)\b[^.?!]{0,80}\b(?:should|could|might|can|would) (?:i|we|you)\b|(?:should|could|might|would|can) (?:i|we) (?:try|get|buy|eat|cook|make|order|visit|see|do|watch|read|listen|play|wear|choose|pick|go|take|use|learn|consider|look|book|plan|prepare|study|start|give)|(?:what|which) (?:are|is|would be|might be|could be) (?:some|the best|a good|good|the top|your)|any (?:good|nice|great|fun|other)|(?:best|good|great|better|right) (?:way|ways|place|places|options?|approach)|(?:make|give|write|draw up) me an?|(?:what|which|where)\b[^.?!]{0,60}(?<!\b(?:my|his|her|their|our) )\b(?:good|best|great|nice|fun|ideal|suitable)\b(?! friends?\b)|how (?:do|can) i (?:improve|find|choose|learn|deal|fix|make|cook|stop|start|prepare|study|train|clean|build|reduce|manage|organi[sz]e|decorate|stay|keep)|help me (?:find|choose|pick|plan|decide|with|get|create|prepare)|(?:i'm|i am|we're|we are) (?:looking|searching|shopping|hoping) (?:for|to)|plan (?:a|an|my|our|me))\b/i;

const askingWords = new Set(
  `a about advice all am an and any are as at be best buy by can check choose consider considering could do during enjoy explore exploring for
  from get give go going good great have help highly how i idea ideas if in interested is it like ll look looking m make me might month months
  more most must my need new next of on option options or our out plan planning please popular provide rated re recommend recommendation
  recommendations recommended s should so some something soon suggest suggestion suggestions suitable that the their there these they this
  those tip tips to top try trying unique upcoming us ve visit want was way ways we week what when where which while who will with would year
  you your d t don`.split(/\s+/),
);

/** True for a word or stem of a request that says nothing of what it is about. */
export const onlyAsks = (word: string): boolean => askingWords.has(word);

/** The request for suggestions that a text makes, or null where it makes none or tells no domain. Any text is safe. */
export function readAdvice(text: string): AdviceRequest | null {
  const read = text.slice(0, bounds.chars).replaceAll("’", "'");
  if (!asksForAdvice.test(read)) return null;
  const topics = topicVector(readTopics(read));
  if (topics.size === 0) return null;
  const own = wordsOf(read).filter((word) => !onlyAsks(word) && word.length > 1);
  return { topics, about: [...Array<string[]>(ownWords).fill(own).flat(), ...knownFor(read)].join(" ") };
}

/** What of a question an embedder is to compare: all of it, or what a request for suggestions is about. */
export function meaningText(question: string): string {
  return readAdvice(question)?.about || question;
}

/**
 * How near memories (by `seq`) are to what is asked for, above 0 and at most 1: a third by the domain, the rest by its aspects. Only
 * the best, and of tastes only those that may be applied unasked. `now` in ms.
 */
export function matchDomains(store: MemoryStore, { topics }: AdviceRequest, now: number): Map<number, number> {
  const asked = [...topics].sort((a, b) => b[1] - a[1]).slice(0, bounds.topics);
  const scores = new Map<number, number>();
  for (const [topic, share] of asked) {
    for (const [seq, weight] of store.preferences.onTopic(topic, bounds.onTopic)) {
      scores.set(seq, (scores.get(seq) ?? 0) + share * weight);
    }
  }
  const best = [...scores]
    .filter(([, score]) => score >= least)
    .sort((a, b) => b[1] - a[1] || b[0] - a[0])
    .slice(0, bounds.candidates);
  const doubtful = store.preferences.doubtful(
    best.map(([seq]) => seq),
    { ...standsAlone, now },
  );
  const unsure = doubtful.length === 0 ? new Set() : hypotheses(store.preferences.sharingSlotsOf(doubtful), now);
  return new Map(best.filter(([seq]) => !unsure.has(seq)).map(([seq, score]) => [seq, Math.min(1, score)]));
}

/** How near a text is to what is asked for, 0 to 1. */
export function bearing({ topics }: AdviceRequest, text: string): number {
  let sum = 0;
  for (const [topic, weight] of topicVector(readTopics(text))) sum += weight * (topics.get(topic) ?? 0);
  return Math.min(1, sum);
}

/** The memories (by `seq`) of slots that are not sure enough to be applied. */
function hypotheses(contributions: readonly Contribution[], now: number): ReadonlySet<number> {
  const applied = new Set(
    slotsOf(contributions, now)
      .filter((slot) => slot.applied)
      .flatMap(({ members }) => members.map(({ seq }) => seq)),
  );
  return new Set(contributions.map(({ seq }) => seq).filter((seq) => !applied.has(seq)));
}
