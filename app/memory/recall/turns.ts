import type { SearchRepository, Turn } from "../../storage/search.ts";
import { answers, namesSomething } from "./answers.ts";
import type { LexicalMatches, Match } from "./lexical.ts";
import type { Meaning } from "./meaning.ts";
import { ownWords } from "./memories.ts";
import type { Query } from "./query.ts";
import { bounds, type Weights } from "./weights.ts";
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
  const cosines = meaning.of("message", [...turns.values()].filter(isByPerson).map(({ seq }) => seq));
  const sessions = sittings(turns, matches, cosines);
  const bestSession = Math.max(Number.MIN_VALUE, ...[...sessions.values()].map(({ covered }) => covered));
  const bestTurn = Math.max(Number.MIN_VALUE, ...[...matches.values()].map(({ score }) => score));
  const speakers = speakersOf(turns);

  const scored: ScoredTurn[] = [];
  for (const turn of turns.values()) {
    if (!isByPerson(turn) || isExcluded(turn)) continue;
    const around = surroundings(turns, turn, weights);
    const session = sessions.get(sittingOf(turn));
    const previous = turn.previous === null ? undefined : turns.get(turn.previous);
    const asksBefore = previous?.text.includes("?") ? (matches.get(previous.seq)?.score ?? 0) / bestTurn : 0;
    const near = around.reduce((best, { seq, nearness }) => Math.max(best, nearness * (cosines.get(seq) ?? 0)), 0);
    const covered = lexical.full > 0 ? (matches.get(turn.seq)?.score ?? 0) / lexical.full : 0;
    scored.push({
      turn,
      own: ownWords(weights) * covered,
      parts: {
        lexical: (weights.lexical * (matches.get(turn.seq)?.score ?? 0)) / bestTurn,
        neighbours: lexical.full > 0 ? (weights.neighbours * coverage(around, matches)) / lexical.full : 0,
        session:
          (weights.session * (session?.covered ?? 0)) / bestSession +
          weights.sessionMeaning * Math.max(0, (session?.nearness ?? 0) - weights.sessionNoise),
        meaning: weights.meaning * Math.max(0, near - weights.noise),
        person: saidByNamed(turn, query) ? weights.person : 0,
        answer: weights.answer * answers(query.wanted, turn.text) + weights.answering * asksBefore,
        time: query.window ? weights.time * fitsWindow(query.window, turn.createdAt) : 0,
        substance: substance(turn, speakers, weights),
      },
    });
  }
  return scored;
}

/** The turns that may matter, and those around the best of them, by `seq`. */
function gather(
  search: SearchRepository,
  matches: ReadonlyMap<number, Match>,
  meaning: Meaning,
  query: Query,
  weights: Weights,
): Map<number, Turn> {
  const nearest = meaning.nearest("message", bounds.nearest);
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

/** One sitting: what was said in one conversation on one day (UTC). */
function sittingOf(turn: Turn): string {
  return `${turn.conversationId} ${Math.floor(turn.createdAt / day)}`;
}

/** So many of a sitting's nearest turns say how near it is. */
const nearestOfSitting = 3;

/** What each sitting covers of the question's terms, the best of its turns for each, and the mean of its nearest turns. */
function sittings(
  turns: ReadonlyMap<number, Turn>,
  matches: ReadonlyMap<number, Match>,
  cosines: ReadonlyMap<number, number>,
): Map<string, { covered: number; nearness: number }> {
  const found = new Map<string, { parts: number[]; cosines: number[] }>();
  for (const turn of turns.values()) {
    const key = sittingOf(turn);
    const known = found.get(key) ?? { parts: [], cosines: [] };
    matches.get(turn.seq)?.byTerm.forEach((part, term) => {
      known.parts[term] = Math.max(known.parts[term] ?? 0, part);
    });
    const cosine = cosines.get(turn.seq);
    if (cosine !== undefined) known.cosines.push(cosine);
    found.set(key, known);
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return new Map(
    [...found].map(([key, { parts, cosines }]) => {
      const nearest = cosines.sort((a, b) => b - a).slice(0, nearestOfSitting);
      return [key, { covered: sum(parts), nearness: sum(nearest) / Math.max(1, nearest.length) }];
    }),
  );
}

function substance({ text }: Turn, speakers: ReadonlySet<string>, weights: Weights): number {
  const words = Math.min(bounds.wordsCounted, text.split(/\s+/).length);
  const length = Math.max(0, Math.log1p(words) - Math.log1p(weights.fewWords));
  return (
    weights.length * length +
    (namesSomething(text, speakers) ? weights.detail : 0) -
    (text.includes("?") ? weights.asking : 0)
  );
}

function speakersOf(turns: ReadonlyMap<number, Turn>): ReadonlySet<string> {
  const speakers = new Set<string>();
  for (const { speaker } of turns.values()) {
    for (const name of speaker?.toLowerCase().split(/\s+/) ?? []) speakers.add(name);
  }
  return speakers;
}

const isByPerson = (turn: Turn): boolean => turn.role !== "assistant";

function saidByNamed(turn: Turn, query: Query): boolean {
  if (turn.speaker !== null) return query.people.has(turn.speaker.toLowerCase());
  return turn.role === "user" && query.aboutUser && query.people.size === 0;
}
