import { findDate } from "../../language/dates.ts";
import type { Circumstances, PreviousTurn, Statement } from "./reading.ts";
import { bare } from "./rules/draft.ts";

const moved =
  /^(?:it|that|this) (?:is|was|has been|got|has|had)(?: now| just| actually)* (?:been )?(?:moved|rescheduled|postponed|changed|pushed back|brought forward|shifted|delayed)(?: back| forward)? (?:to|until|till|for) (.+)$/i;
const theyMoved =
  /^(?:they|she|he|we|i) (?:have |has |had )?(?:just )?(?:moved|rescheduled|postponed|changed|pushed|shifted|brought) it (?:back |forward )?(?:to|until|till|for) (.+)$/i;
const elliptical =
  /^(?:it|that|he|she|they|this|there|his name|her name|the name|the date|the time|the place|the address) (?:is|was|are|were|will be|should be|should have been|takes place|starts|happens|would be)(?: actually| really| now| in fact)* (.+)$/i;
const meant =
  /^(?:make (?:it|that)|i (?:actually |really )?meant(?: to say)?|i mean|should be|to say|it should (?:be|read)|change (?:it|that) to|rather) (.+)$/i;
const clockTime =
  /\b(?:at )?\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m\.?|p\.m\.?|o'clock)\b|\bat \d{1,2}(?:[:.]\d\d)?\b|\b\d{1,2}:\d\d\b/i;

/** What an earlier turn states, given those before it. */
export type ReadTurn = (turn: PreviousTurn, before: readonly PreviousTurn[]) => Statement[];

/** True where the sentence may set right something said before, or tell that it has changed. */
export function isCorrection(corrective: boolean, line: string): boolean {
  if (corrective) return true;
  if (/^not [^,]{1,40}, [^,]{1,40}$/i.test(line) || /^[^,]{1,40}, not [^,]{1,40}$/i.test(line)) {
    return isFragment(line.replace(/^not |, not /i, " ").trim());
  }
  return moved.test(line) || theyMoved.test(line) || /^(?:not .+ but .+|i meant .+)$/i.test(line);
}

/**
 * Reads a correction that makes sense only with what came before ("it's on March 5th", "Tuesday, not Monday"): the statement
 * that it corrects with the new value in its place, or null. `earlier` are the statements of the same message, and
 * `readTurn` reads those of the turns before.
 */
export function readCorrection(
  line: string,
  quote: string,
  circumstances: Circumstances,
  earlier: readonly Statement[],
  readTurn: ReadTurn,
): Statement | null {
  const sentence = line.replace(/[\s.!]+$/, "");
  const change = moved.exec(sentence) ?? theyMoved.exec(sentence);
  const core = change?.[1] ?? elliptical.exec(sentence)?.[1] ?? meant.exec(sentence)?.[1] ?? sentence;
  // A whole sentence of its own is read as one.
  if (core === sentence && /^(?:i|we|my|our) /i.test(sentence)) return null;
  const swap = swapOf(core) ?? swapOf(sentence);
  if (core === sentence && !swap && !isFragment(sentence)) return null;
  const value = swap?.value ?? core;
  if (
    !change &&
    !swap &&
    /^(?:that|going to|not|so|very|too|because|what|how|why|a (?:bit|lot)|fine|ok|okay|good|great|wrong|right|true|the (?:same|case))\b/i.test(
      value,
    )
  )
    return null;
  const target = targetOf(circumstances, earlier, { wrong: swap?.wrong ?? null, value }, readTurn);
  return target ? corrected(target, bare(value), change !== null, quote, circumstances) : null;
}

/** "Y, not X", "not X but Y", "Y instead of X": what is right and what was wrong. */
function swapOf(text: string): { value: string; wrong: string } | null {
  const right = /^(.+?),? (?:and )?(?:not|instead of|rather than) (.+)$/i.exec(text);
  if (right && !/\b(?:is|am|are|do|does|did|can|will|was)$/i.test(right[1] ?? ""))
    return { value: right[1] ?? "", wrong: bare(right[2] ?? "") };
  const wrong =
    /^not (.+?),? (?:but(?: rather)?|,) ?(?:it is |it was )?(.+)$/i.exec(text) ?? /^not (.+?), (.+)$/i.exec(text);
  return wrong ? { value: wrong[2] ?? "", wrong: bare(wrong[1] ?? "") } : null;
}

/** A few words without a verb of their own: "Tuesday", "at 8am", "the blue one". */
function isFragment(line: string): boolean {
  const words = line.split(/\s+/);
  return (
    words.length <= 6 &&
    !/\b(?:i|we|you|my|is|am|are|was|were|do|does|did|have|has|can|will|would|thanks|thank|please|forget|never|problem|worries|need|idea|way|one|more)\b/i.test(
      line,
    )
  );
}

function targetOf(
  { previous }: Circumstances,
  earlier: readonly Statement[],
  { wrong, value }: { wrong: string | null; value: string },
  readTurn: ReadTurn,
): Statement | null {
  const fits = (statement: Statement): boolean => {
    if (wrong !== null)
      return (
        statement.text.toLowerCase().includes(wrong.toLowerCase()) ||
        statement.value.toLowerCase().includes(wrong.toLowerCase())
      );
    return isDate(value) || clockTime.test(value) ? isDate(statement.text) || clockTime.test(statement.text) : true;
  };
  const mine = earlier.findLast(fits);
  if (mine) return mine;
  const said = previous
    .filter((turn) => turn.role === "user")
    .slice(-4)
    .reverse();
  for (const [place, turn] of said.entries()) {
    // Without a hint what is wrong, only what was said just now can be meant.
    const before = previous.slice(0, previous.indexOf(turn));
    const statements = readTurn(turn, place < 2 ? before : []);
    const found = statements.findLast(fits);
    if (found) return found;
    if (statements.length > 0 && wrong === null && place > 1) return null;
  }
  return null;
}

function isDate(text: string): boolean {
  return findDate(text, 0, "UTC", "future") !== null;
}

function corrected(
  target: Statement,
  value: string,
  change: boolean,
  quote: string,
  { at, zone }: Circumstances,
): Statement | null {
  const base = target.text.replace(/ \([^()]*\)$/, "");
  const direction = target.validFrom !== null && target.validFrom < at ? "past" : "future";
  const newDate = findDate(value, at, zone, direction);
  const oldDate = findDate(base, at, zone, direction);
  let text: string;
  let newValue = value;
  let label = "";
  let validFrom = target.validFrom;
  if (newDate && oldDate && newDate.precision !== "hour") {
    const timeKept =
      newDate.precision !== "time" && oldDate.precision === "time" ? (clockTime.exec(oldDate.words)?.[0] ?? "") : "";
    const words = withPreposition(newDate.words, oldDate.words) + (timeKept === "" ? "" : ` ${timeKept}`);
    text = base.replace(oldDate.words, words);
    newValue = target.value.includes(oldDate.words) ? target.value.replace(oldDate.words, words) : words;
    label = newDate.label ? ` (${newDate.label})` : "";
    validFrom = newDate.start;
  } else if (clockTime.test(value) && clockTime.test(base)) {
    const words = clockTime.exec(value)?.[0] ?? value;
    const inBase = clockTime.exec(base)?.[0] ?? "";
    const replacement = /^at /i.test(inBase) && !/^at /i.test(words) ? `at ${words}` : words;
    text = base.replace(clockTime, replacement);
    newValue = target.value.replace(clockTime, replacement);
    const moment = findDate(text, at, zone, direction);
    label = / \([^()]*\)$/.exec(target.text)?.[0] ?? "";
    validFrom = moment?.start ?? validFrom;
  } else {
    const old = target.value.replace(/^not /, "");
    const index = base.toLowerCase().lastIndexOf(old.toLowerCase());
    if (index < 0 || old === "") return null;
    text = base.slice(0, index) + value + base.slice(index + old.length);
    label = / \([^()]*\)$/.exec(target.text)?.[0] ?? "";
  }
  const wasNamed = target.value.toLowerCase();
  return {
    ...target,
    subject: target.subject.endsWith(` ${wasNamed}`)
      ? target.subject.replace(wasNamed, newValue.toLowerCase())
      : target.subject,
    text: text + label,
    value: newValue,
    quote,
    validFrom,
    how: target.how === "aside" ? "stated" : target.how,
    correction: !change,
    instead: target.value,
  };
}

/** "March 5th" takes the "on" of the date that it replaces. */
function withPreposition(words: string, old: string): string {
  const before = /^(?:on|in|at|by|until|from)\b/i;
  const lead = before.exec(old)?.[0];
  return lead && !before.test(words) && !/^(?:next|this|last|to(?:day|morrow|night)|yesterday)\b/i.test(words)
    ? `${lead} ${words}`
    : words;
}
