import { writeDoubt } from "../../memory/doubt.ts";
import { safetySlots } from "../../memory/kept.ts";
import type { Outcome } from "../../memory/learn.ts";
import { type AdviceRequest, bearing, onlyAsks, readAdvice } from "../../memory/recall/domain-match.ts";
import type { Recalled } from "../../memory/recall/recall.ts";
import type { PreviousTurn } from "../../memory/retain/reading.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";
import { contextualQuery } from "./follow-up.ts";
import {
  acknowledge,
  answer,
  bearingOn,
  chitChat,
  needsModel,
  nothingKnown,
  reportChoice,
  reportDenial,
  reportForgetting,
} from "./phrases.ts";
import { type Question, readQuestion } from "./question.ts";
import { select } from "./select.ts";

export { contextualQuery } from "./follow-up.ts";

/** What is quoted where suggestions are asked for, and how near a taste must be to it. */
const quoteLimit = 4;
const tasteLimit = 3;
const near = 0.3;
/** The same for one that holds in a circumstance which is not asked about ("at work"). */
const nearElsewhere = 0.45;

/** A turn to be answered from memory alone. */
export type MemoryTurn = {
  text: string;
  /** ms since 1970 (UTC). */
  at: number;
  zone: string;
  /** Best first, as recall gave them for `contextualQuery(text, previous)`. */
  recalled: readonly Recalled[];
  /** What learning made of the message; null where Ebb may not learn. */
  outcome: Outcome | null;
  previous: readonly PreviousTurn[];
};

/**
 * Answers without a language model: says what was learned or forgotten, and answers questions by quoting what the user said,
 * with its date. The same input gives the same reply; nothing is made up. `cited` are the marks of what it quotes.
 */
export function replyFromMemory(turn: MemoryTurn): { text: string; cited: string[] } {
  const { outcome, at, zone } = turn;
  if (outcome?.forgot) return { text: reportForgetting(outcome.forgot), cited: [] };
  if (outcome?.denied) return { text: reportDenial(outcome.denied), cited: [] };
  const settling = remarkOn(outcome);
  if (settling) return { text: settling.text, cited: [] };
  const told = outcome === null ? "" : acknowledge(outcome);
  const asked = contextualQuery(turn.text, turn.previous);
  const read = readQuestion(asked);
  const advice = read.everything ? null : readAdvice(asked);
  // "Suggest a workout" is not answered by what else was to be suggested.
  const question = advice === null ? read : { ...read, stems: read.stems.filter((word) => !onlyAsks(word)) };
  if (!question.asks && !question.everything && (advice === null || told !== "")) {
    if (told !== "") return { text: told, cited: [] };
    const small = chitChat(turn.text);
    return { text: small ?? needsModel(turn.text), cited: [] };
  }
  const candidates = candidatesOf(turn.recalled, at, zone).filter(({ text }) => text.trim() !== turn.text.trim());
  const chosen = select(question, candidates, at);
  const tastes = advice === null ? [] : tastesThatBear(advice, question, turn.recalled, candidates);
  const quoted = tastes.length > 0 ? [...new Set([...chosen, ...tastes])].slice(0, quoteLimit) : chosen;
  if (quoted.length > 0) {
    const said = tastes.length > 0 ? bearingOn(quoted, zone) : answer(quoted, question, zone);
    return { text: told === "" ? said : `${told}\n\n${said}`, cited: [...new Set(quoted.map(({ mark }) => mark))] };
  }
  const rest = chitChat(turn.text) ?? nothingKnown(question, turn.text);
  return { text: told === "" ? rest : told, cited: [] };
}

/** What a denial that may mean several memories is told, and what came of the answer: nothing else is to be said then. */
export function remarkOn(outcome: Outcome | null): { text: string; whole: true } | null {
  if (outcome?.doubt) return { text: writeDoubt(outcome.doubt), whole: true };
  return outcome?.chosen ? { text: reportChoice(outcome.chosen), whole: true } : null;
}

/** The tastes among what was recalled that a request for suggestions had better mind: health and safety first, then as recall has them. */
function tastesThatBear(
  advice: AdviceRequest,
  question: Question,
  recalled: readonly Recalled[],
  candidates: readonly Candidate[],
): Candidate[] {
  const offered = new Set(recalled.filter(({ parts }) => (parts.domain ?? 0) > 0).map(({ mark }) => mark));
  const bears = ({ mark, past, context, text }: Candidate): boolean => {
    const elsewhere = context !== "" && context !== question.context;
    return offered.has(mark) && !past && bearing(advice, text) >= (elsewhere ? nearElsewhere : near);
  };
  const isSafety = ({ predicate }: Candidate): boolean => safetySlots.includes(predicate);
  return candidates
    .filter(bears)
    .toSorted((a, b) => Number(isSafety(b)) - Number(isSafety(a)))
    .slice(0, tasteLimit);
}
