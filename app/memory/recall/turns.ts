import type { SearchRepository, Turn } from "../../storage/search.ts";
import { answers, namesSomething } from "./answers.ts";
import type { LexicalMatches, Match } from "./lexical.ts";
import type { Meaning } from "./meaning.ts";
import { ownWords } from "./memories.ts";
import type { Query } from "./query.ts";
import { bounds, looked, type Weights } from "./weights.ts";
import { fitsWindow } from "./window.ts";

/** A turn with the parts of its relevance: their sum is about 1 to 2 for one that covers the question. */
export type ScoredTurn = {
  turn: Turn;
  parts: TurnParts;
  /** What its own words are worth by themselves, on the scale of a memory's. */
  own: number;
};
export type TurnParts = {
  /** The question's words in it, and in the turns around it. */
  lexical: number;
  neighbours: number;
  /** How much of the question its sitting covers, by words and by meaning. */
  session: number;
  /** How near in meaning it is, or a turn around it. */
  meaning: number;
  /** It is said by the person whom the question names. */
  person: number;
  /** It looks like the kind of answer that is wanted, or follows a question that is like the one asked. */
  answer: number;
  /** It lies in the time that the question names. */
  time: number;
  /** It is long enough to tell something, names something, and does not only ask. May be negative. */
  substance: number;
};

const day = 86_400_000;

/**
 * Turns of people (never Ebb's own replies) that match by themselves, through the turns around them, through their sitting, or by
 * the time at which they were said.
 */
export function scoreTurns(
  search: SearchRepository,
  lexical: Pick<LexicalMatches, "message" | "full">,
  meaning: Meaning,
  query: Query,
  weights: Weights,
  isExcluded: (turn: Turn) => boolean,
): ScoredTurn[] {
  const matches = lexical.message;
  const turns = gather(search, matches, meaning, query, weights);
  const sittings = sittingsOf(turns.values());
  const covered = new Map([...sittings].map(([key, its]) => [key, coverage(its.map(whole), matches)]));
  const bestSitting = Math.max(Number.MIN_VALUE, ...covered.values());
  const bestTurn = Math.max(Number.MIN_VALUE, ...[...matches.values()].map(({ score }) => score));
  const byWords: Rough[] = [];
  for (const turn of turns.values()) {
    if (!isByPerson(turn) || isExcluded(turn)) continue;
    const around = surroundings(turns, turn, weights);
    const previous = turn.previous === null ? undefined : turns.get(turn.previous);
    const asksBefore = previous?.text.includes("?") ? (matches.get(previous.seq)?.score ?? 0) / bestTurn : 0;
    const parts = {
      lexical: (weights.lexical * (matches.get(turn.seq)?.score ?? 0)) / bestTurn,
      neighbours: lexical.full > 0 ? (weights.neighbours * coverage(around, matches)) / lexical.full : 0,
      session: (weights.session * (covered.get(sittingOf(turn)) ?? 0)) / bestSitting,
      person: saidByNamed(turn, query) ? weights.person : 0,
      answer: weights.answering * asksBefore,
      time: query.window ? weights.time * fitsWindow(query.window, turn.createdAt) : 0,
    };
    byWords.push({ turn, around, parts });
  }

  // What takes longer is looked at only where it may still matter.
  const wanted = Math.max(bounds.merged, looked.merged * query.depth);
  const best = mostPromising(byWords, wanted, meaning.known("message"), weights);
  const cosines = meaning.of(
    "message",
    best.map(({ turn }) => turn.seq),
  );
  const nearness = new Map([...sittings].map(([key, its]) => [key, nearnessOf(its, cosines)]));
  const speakers = speakersOf(turns.values());
  return best.map(({ turn, around, parts }) => {
    const nearSitting = Math.max(0, (nearness.get(sittingOf(turn)) ?? 0) - weights.sessionNoise);
    return {
      turn,
      own: lexical.full > 0 ? (ownWords(weights) * (matches.get(turn.seq)?.score ?? 0)) / lexical.full : 0,
      parts: {
        ...parts,
        session: parts.session + weights.sessionMeaning * nearSitting,
        meaning: weights.meaning * Math.max(0, nearest(around, cosines) - weights.noise),
        answer: parts.answer + weights.answer * answers(query.wanted, turn.text),
        substance: substance(turn, speakers, weights),
      },
    };
  });
}

/** A turn as far as its words tell. */
type Rough = {
  turn: Turn;
  around: Around[];
  parts: Omit<TurnParts, "meaning" | "substance">;
};

/** Those that may come first once all is known of them. */
function mostPromising(
  turns: readonly Rough[],
  limit: number,
  cosines: ReadonlyMap<number, number>,
  weights: Weights,
): Rough[] {
  if (turns.length <= limit) return [...turns];
  return turns
    .map((rough) => {
      const { lexical, neighbours, session, person, answer, time } = rough.parts;
      const near = weights.meaning * Math.max(0, nearest(rough.around, cosines) - weights.noise);
      return { rough, promise: lexical + neighbours + session + person + answer + time + near };
    })
    .sort((a, b) => b.promise - a.promise)
    .slice(0, limit)
    .map(({ rough }) => rough);
}

/** The cosine of the turn, or what that of one around it counts for. */
function nearest(around: readonly Around[], cosines: ReadonlyMap<number, number>): number {
  return around.reduce((best, { seq, nearness }) => Math.max(best, nearness * (cosines.get(seq) ?? 0)), 0);
}

/** The turns that may matter, and those around the best of them, by `seq`. */
function gather(
  search: SearchRepository,
  matches: ReadonlyMap<number, Match>,
  meaning: Meaning,
  query: Query,
  weights: Weights,
): Map<number, Turn> {
  const nearest = meaning.nearest("message", Math.max(bounds.nearest, looked.nearest * query.depth));
  const seqs = new Set([...matches.keys(), ...nearest]);
  if (query.window) {
    for (const seq of search.turnsBetween(query.window.from, query.window.to, bounds.inWindow)) seqs.add(seq);
  }
  const turns = new Map(search.turns([...seqs]).map((turn) => [turn.seq, turn]));
  const best = [...matches].sort((a, b) => b[1].score - a[1].score).slice(0, bounds.surrounded);
  const central = new Set([...best.map(([seq]) => seq), ...nearest.slice(0, bounds.surrounded)]);
  let edge = [...central].map((seq) => turns.get(seq)).filter((turn) => turn !== undefined);
  const reach = Math.max(weights.before.length, weights.after.length);
  for (let step = 0; step < reach; step++) {
    const missing = new Set<number>();
    for (const { previous, next } of edge) {
      if (previous !== null && !turns.has(previous)) missing.add(previous);
      if (next !== null && !turns.has(next)) missing.add(next);
    }
    edge = search.turns([...missing]);
    for (const turn of edge) turns.set(turn.seq, turn);
  }
  return turns;
}

/** A turn seen from another: how much of what it says counts there. */
type Around = { seq: number; share: number; nearness: number };

/** The turn itself and those around it that are known. */
function surroundings(turns: ReadonlyMap<number, Turn>, turn: Turn, weights: Weights): Around[] {
  const around: Around[] = [{ seq: turn.seq, share: 1, nearness: 1 }];
  const walk = (side: "previous" | "next", shares: readonly number[]): void => {
    let seq = turn[side];
    for (const [step, share] of shares.entries()) {
      const known = seq === null ? undefined : turns.get(seq);
      if (!known || sittingOf(known) !== sittingOf(turn)) break;
      around.push({ seq: known.seq, share, nearness: weights.nearness[step] ?? 0 });
      seq = known[side];
    }
  };
  walk("previous", weights.before);
  walk("next", weights.after);
  return around;
}

/** How much of the question the turns together cover: for each term, the best of them. */
function coverage(around: readonly Around[], matches: ReadonlyMap<number, Match>): number {
  const best: number[] = [];
  for (const { seq, share } of around) {
    matches.get(seq)?.byTerm.forEach((part, term) => {
      best[term] = Math.max(best[term] ?? 0, share * part);
    });
  }
  return best.reduce((sum, part) => sum + part, 0);
}

const whole = ({ seq }: Turn): Around => ({ seq, share: 1, nearness: 1 });

/** One sitting: what was said in one conversation on one day (UTC). */
function sittingOf(turn: Turn): string {
  return `${turn.conversationId} ${Math.floor(turn.createdAt / day)}`;
}

function sittingsOf(turns: Iterable<Turn>): Map<string, Turn[]> {
  const sittings = new Map<string, Turn[]>();
  for (const turn of turns) {
    const key = sittingOf(turn);
    const known = sittings.get(key);
    if (known) known.push(turn);
    else sittings.set(key, [turn]);
  }
  return sittings;
}

/** So many of a sitting's nearest turns say how near it is. */
const nearestOfSitting = 3;

/** The mean cosine of a sitting's nearest turns. */
function nearnessOf(turns: readonly Turn[], cosines: ReadonlyMap<number, number>): number {
  const known = turns.map(({ seq }) => cosines.get(seq)).filter((cosine) => cosine !== undefined);
  const best = known.sort((a, b) => b - a).slice(0, nearestOfSitting);
  return best.reduce((sum, cosine) => sum + cosine, 0) / Math.max(1, best.length);
}

/** Characters of an English word in talk, with the space after it. */
const charsOfWord = 5.3;

function substance({ text }: Turn, speakers: ReadonlySet<string>, weights: Weights): number {
  // Counting words would cost more than it tells.
  const words = Math.min(bounds.wordsCounted, text.length / charsOfWord);
  const length = Math.max(0, Math.log1p(words) - Math.log1p(weights.fewWords));
  return (
    weights.length * length +
    (namesSomething(text, speakers) ? weights.detail : 0) -
    (text.includes("?") ? weights.asking : 0)
  );
}

function speakersOf(turns: Iterable<Turn>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { speaker } of turns) if (speaker !== null) names.add(speaker);
  return new Set([...names].flatMap((name) => name.toLowerCase().split(/\s+/)));
}

const isByPerson = (turn: Turn): boolean => turn.role !== "assistant";

function saidByNamed(turn: Turn, query: Query): boolean {
  if (turn.speaker !== null) return query.people.has(turn.speaker.toLowerCase());
  return turn.role === "user" && query.aboutUser && query.people.size === 0;
}
