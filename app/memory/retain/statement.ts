import type { How, Statement } from "./reading.ts";
import { bare, type Clause, type Draft } from "./rules/draft.ts";

/** Days that come back every year need no year. */
export const comesRound = /\b(?:birthday|anniversary|name day|born)\b/i;

const endedStates =
  /^(?:home|work|job|workplace|diet|medication|has|pet|car|drives|lives with|marital status|studies|trait|working hours|religion|drinks|eats|likes)$/;
const stateVerbs = /^(?:live|reside|work|be|have|own|drive|teach|manage|like|drink|eat|play|smoke|take)$/;

/** The statement that a rule's draft comes to, with the clause's words, times and circumstance. `at` in ms. */
export function toStatement(
  draft: Draft,
  { subject, phrase, date, context }: Clause,
  { text, quote, how, at }: { text: string; quote: string; how: How; at: number },
): Statement {
  const denied = draft.negated ?? phrase.negated;
  const past = phrase.tense === "past" && !phrase.perfect;
  const over =
    !denied &&
    ((phrase.ended && phrase.tense === "past") ||
      (past &&
        endedStates.test(draft.predicate) &&
        stateVerbs.test(phrase.verb) &&
        draft.kind !== "event" &&
        !/^(?:diagnosed|born|promoted|hired|appointed|raised)\b/.test(draft.value)));
  const until = date !== null && /^(?:until|till)\b/i.test(date.words);
  const validFrom =
    date === null || comesRound.test(text) || until || (draft.kind !== "event" && date.precision === "hour")
      ? null
      : date.start;
  const spanEnd = date?.end !== null && date !== null && draft.kind === "event" ? date.end : null;
  return {
    kind: draft.kind,
    text: draft.text ?? text,
    subject: draft.subject ?? (subject.key === "" ? "user" : subject.key),
    predicate: draft.predicate,
    value: denied ? `not ${bare(draft.value)}` : draft.value,
    context: draft.contextual === false ? "" : context,
    quote,
    validFrom,
    validTo: over
      ? Math.min(at, until || (date?.end ?? null) !== null ? (date?.end ?? at) : at)
      : until
        ? (date?.end ?? null)
        : spanEnd,
    single: draft.single ?? false,
    importance: draft.importance,
    safety: (draft.safety ?? false) && !denied && !over,
    how: how === "remember" ? "remember" : how === "aside" ? "aside" : (draft.how ?? how),
    negated: denied,
    correction: false,
    instead: draft.instead ?? null,
  };
}
