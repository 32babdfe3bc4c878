import type { SearchRepository, Turn } from "../../storage/search.ts";
import type { Match } from "./lexical.ts";
import type { Query } from "./query.ts";
import { bounds, type Weights } from "./weights.ts";

/** A turn with the parts of its relevance. All parts are on the scale of the lexical scores. */
export type ScoredTurn = { turn: Turn; parts: TurnParts };
export type TurnParts = { lexical: number; neighbours: number; session: number; person: number };

const day = 86_400_000;

/**
 * Turns of people (never Ebb's own replies) that match by themselves, through the turns around them, or through their
 * session. `matches` are the lexical scores of messages by `seq`.
 */
export function scoreTurns(
  search: SearchRepository,
  matches: ReadonlyMap<number, Match>,
  query: Query,
  weights: Weights,
  isExcluded: (turn: Turn) => boolean,
): ScoredTurn[] {
  const turns = withNeighbours(search, matches, Math.max(weights.before.length, weights.after.length));
  const lexical = (seq: number) => matches.get(seq)?.score ?? 0;
  const around = (turn: Turn, side: "previous" | "next", shares: readonly number[]): number => {
    let sum = 0;
    let seq = turn[side];
    for (const share of shares) {
      if (seq === null) break;
      sum += share * lexical(seq);
      seq = turns.get(seq)?.[side] ?? null;
    }
    return sum;
  };
  const sessions = sessionScores(turns, matches);
  const bestSession = Math.max(0, ...sessions.values());
  const bestTurn = Math.max(0, ...[...matches.values()].map((match) => match.score));

  const scored: ScoredTurn[] = [];
  for (const turn of turns.values()) {
    if (turn.role === "assistant" || isExcluded(turn)) continue;
    const session = bestSession > 0 ? (sessions.get(sessionOf(turn)) ?? 0) / bestSession : 0;
    scored.push({
      turn,
      parts: {
        lexical: lexical(turn.seq),
        neighbours: around(turn, "previous", weights.before) + around(turn, "next", weights.after),
        session: weights.session * session * bestTurn,
        person: saidByNamed(turn, query) ? weights.person * bestTurn : 0,
      },
    });
  }
  return scored;
}

/** The matching turns and those up to `reach` places before or after one of the best, by `seq`. */
function withNeighbours(
  search: SearchRepository,
  matches: ReadonlyMap<number, Match>,
  reach: number,
): Map<number, Turn> {
  const turns = new Map(search.turns([...matches.keys()]).map((turn) => [turn.seq, turn]));
  const best = [...matches].sort((a, b) => b[1].score - a[1].score).slice(0, bounds.surrounded);
  let edge = best.map(([seq]) => turns.get(seq)).filter((turn) => turn !== undefined);
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

/** One sitting: what was said in one conversation on one day (UTC). */
function sessionOf(turn: Turn): string {
  return `${turn.conversationId} ${Math.floor(turn.createdAt / day)}`;
}

/** How much of the question each session covers: for each term, the best of its turns. */
function sessionScores(turns: ReadonlyMap<number, Turn>, matches: ReadonlyMap<number, Match>): Map<string, number> {
  const best = new Map<string, number[]>();
  for (const [seq, { byTerm }] of matches) {
    const turn = turns.get(seq);
    if (!turn) continue;
    const session = sessionOf(turn);
    const known = best.get(session);
    best.set(session, known ? known.map((part, term) => Math.max(part, byTerm[term] ?? 0)) : [...byTerm]);
  }
  return new Map([...best].map(([session, parts]) => [session, parts.reduce((sum, part) => sum + part, 0)]));
}

function saidByNamed(turn: Turn, query: Query): boolean {
  if (turn.speaker !== null) return query.people.has(turn.speaker.toLowerCase());
  return turn.role === "user" && query.aboutUser && query.people.size === 0;
}
