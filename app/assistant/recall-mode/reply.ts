import type { Outcome } from "../../memory/learn.ts";
import type { Recalled } from "../../memory/recall/recall.ts";
import type { PreviousTurn } from "../../memory/retain/reading.ts";
import { candidatesOf } from "./candidates.ts";
import { contextualQuery } from "./follow-up.ts";
import { acknowledge, answer, chitChat, needsModel, nothingKnown, reportDenial, reportForgetting } from "./phrases.ts";
import { readQuestion } from "./question.ts";
import { select } from "./select.ts";

export { contextualQuery } from "./follow-up.ts";

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
  const told = outcome === null ? "" : acknowledge(outcome);
  const question = readQuestion(contextualQuery(turn.text, turn.previous));
  if (!question.asks && !question.everything) {
    if (told !== "") return { text: told, cited: [] };
    const small = chitChat(turn.text);
    return { text: small ?? needsModel(turn.text), cited: [] };
  }
  const candidates = candidatesOf(turn.recalled, at, zone).filter(({ text }) => text.trim() !== turn.text.trim());
  const chosen = select(question, candidates, at);
  if (chosen.length > 0) {
    const said = answer(chosen, question, zone);
    return { text: told === "" ? said : `${told}\n\n${said}`, cited: [...new Set(chosen.map(({ mark }) => mark))] };
  }
  const rest = chitChat(turn.text) ?? nothingKnown(question, turn.text);
  return { text: told === "" ? rest : told, cited: [] };
}
