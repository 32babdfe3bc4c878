import { bare, type Clause, type Draft, type Rule } from "./draft.ts";

/** Verbs of what one has planned, with the noun under which it is remembered. */
const plans: Readonly<Record<string, string>> = {
  fly: "flight",
  travel: "trip",
  go: "trip",
  visit: "visit",
  meet: "meeting",
  see: "appointment",
  move: "move",
  start: "start",
  begin: "start",
  attend: "attendance",
  run: "run",
  host: "party",
  celebrate: "celebration",
  return: "return",
  leave: "departure",
  arrive: "arrival",
  come: "visit",
};

/**
 * Something to come at a time that is told ("I'm flying to Oslo on Friday", "I have to renew my passport by March"). Its
 * slot holds the verb's noun and where or whom, so that a changed date replaces the old one and another trip does not.
 */
export const plan: Rule = ({ phrase, rest, date }) => {
  if (!date) return null;
  const planned =
    phrase.tense === "future" ||
    phrase.progressive ||
    phrase.modal === "must" ||
    (phrase.tense === "present" && phrase.verb in plans);
  if (
    !planned ||
    (phrase.modal !== null && phrase.modal !== "must" && phrase.modal !== "will") ||
    phrase.tense === "past"
  )
    return null;
  const noun = plans[phrase.verb];
  const what = bare(rest);
  if (what === "" && !noun) return null;
  const predicate = `${noun ?? phrase.verb} ${what}`.trim().toLowerCase();
  if (predicate.length > 80) return null;
  return [
    {
      kind: "event",
      predicate,
      value: `${what} ${date.words}`.trim(),
      importance: 0.6,
      single: true,
      negated: phrase.negated,
    },
  ];
};

/** Something that happened: kept with its day, as a passing remark unless it is a milestone. */
export const happening: Rule = ({ phrase, rest, date, subject }) => {
  if (phrase.tense !== "past" && !phrase.perfect) return null;
  if (phrase.modal !== null || phrase.negated || subject.type === "other") return null;
  if (passing.test(phrase.verb)) return null;
  const what = bare(rest);
  if (what === "" && !date && !milestone.test(phrase.verb)) return null;
  if (/^(?:it|that|this|what|how|you|to you|about)\b/i.test(what) && what.split(" ").length < 3) return null;
  const big = milestone.test(phrase.verb);
  return [
    {
      kind: "event",
      predicate: phrase.verb,
      value: `${what}${date ? ` ${date.words}` : ""}`.trim(),
      importance: big ? 0.55 : 0.2,
      how: big || (date && date.precision !== "day" && date.precision !== "time") ? "stated" : "aside",
    },
  ];
};

const milestone =
  /^(?:graduate|win|publish|die|pass|marry|adopt|retire|climb|complete|found|cofound|launch|break|recover|quit|finish|divorce|lose)$/;
/** Verbs of talk and thought, and those that tell nothing without the talk around them. */
const passing =
  /^(?:say|tell|ask|think|know|mean|forget|remember|want|need|wish|hope|try|mention|reply|claim|wonder|dream|imagine|pretend|assume|guess|suppose|hear|read|decide|call|describe|explain|argue|admit|deny|insist|be|do|feel|look|seem|rather|like|send|paste|write|suggest|recommend|notice|realise|realize|believe|agree|use)$/;

/** "The concert is on the 12th", "my exam is on Friday": a thing whose date is what counts. */
export function dated(noun: string, { date, rest }: Clause): Draft[] | null {
  if (!date) return null;
  const what = bare(rest);
  return [
    {
      kind: "event",
      predicate: noun,
      value: `${what} ${date.words}`.trim(),
      importance: 0.6,
      single: true,
    },
  ];
}
