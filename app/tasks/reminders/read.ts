import { limits } from "../../contract/limits.ts";
import type { Recurrence } from "../../contract/reminders.ts";
import { ownWords, type Sentence, sentencesOf } from "../../language/source-text.ts";
import { readAboutReminders } from "./commands.ts";
import { findTimeWords, type TimeWords } from "./time-words.ts";
import { type Assumed, groupsOf, type NoTime, saysDay, type TimeGroup, whenOf } from "./when.ts";

/** What a text asks of reminders. Times are ms. */
export type ReminderCommand =
  | {
      kind: "add";
      what: string;
      /** The first time. */
      at: number;
      recurrence: Recurrence | null;
      zone: string;
      assumed: readonly Assumed[];
    }
  /** A reminder that lacks something: `missing` says what to ask for, `what` is what is known of it. */
  | { kind: "ask"; what: string | null; missing: "when" | "what" | NoTime }
  /** Puts off what rings; `until` is null where no time was said. */
  | { kind: "snooze"; until: number | null }
  /** `about` is null for the last one, or where `all` are meant. */
  | { kind: "cancel"; about: string | null; all: boolean }
  | { kind: "list" };

export type ReadOptions = {
  /** When it was said; ms. */
  now: number;
  /** IANA name of the user's zone. */
  zone: string;
  /** What the reminder is about for which Ebb has just asked when, if it has: then a time alone is the answer. */
  asked?: string | null;
};

const likely =
  /\b(?:remind|reminded|reminding|reminders?|snooze|alarms?|timer|wake me|nudge me|ping me|alert me|notify me)\b/i;
/** A command stands early in a message. */
const sentencesRead = 12;

const polite =
  "please|kindly|hey|hi|hello|ok|okay|ebb|so|and|also|oh|well|now|then|actually|yes|yeah|sure|thanks|great|alright|just|too";
const asking =
  "(?:can|could|would|will) you|i(?:['’]d| would) (?:like|love)(?: for)?(?: you)?(?: to)?|i (?:want|need)(?: you)?(?: to)?|you (?:can|could|should|must)|make sure (?:to|you)|be sure to|(?:do not|don['’]?t) forget to|let['’]?s|(?:can|could|may) i(?: please)?(?: have| get)?|to be able to";
const before = new RegExp(`^(?:[\\s,!.:;–—-]+|\\b(?:${asking}|${polite}|from|starting|at|on|in)\\b)*$`, "i");
const skipped = /^(?:[\s,]+|\b(?:again|please|then|also|just)\b)+/i;
const marker = /^(?:[\s,]*(?:[:–—]|-(?=\s)|\b(?:to|about|that|of|for)\b(?:\s+(?:the fact )?that\b)?))\s*/i;
/** "Remind me what ..." asks for something that was said. */
const recalls =
  /^(?:again\s+)?(?:of\s+)?(?:what|who|whom|whose|where|when|which|why|how|if|whether|once|as soon as|next time)\b/i;
const verbs =
  /\b(remind (?:me|us)|(?:to )?be reminded|wake me(?: up)?|(?:ping|nudge|alert|notify) me|(?:(?:set|create|add|make|schedule|put|give me|get|have)(?: up| in)?(?: me)?\s+)?(?:(?:an?|another|my|the)\s+)?(?:(?:new|quick)\s+)?((?:(?:recurring|daily|nightly|weekly|monthly)\s+)?)(reminder|alarm|timer))\b(?!['’]s)/i;
/** A table booked for eight is booked at another time. */
const arranges = /^\s*(?:book|reserve|schedule|arrange|order|make|buy|plan|sign up|confirm)\b/i;
const duty = /^i(?:['’]ve| have| need| must)?(?: got)?(?: to)?\s+/i;
const goesOn = /^(?:it|this|that|so|them|those|these)$/i;
const tail = /^[\s,.!?…)\]]*(?:\b(?:please|thanks|thank you|ok|okay|will you|would you|can you)\b[\s,.!?…]*)*$/i;

/**
 * The first command about reminders in a text, or null. Questions about what was said ("remind me what ..."), quotations, and what
 * somebody else was told are none. English.
 */
export function readReminder(text: string, options: ReadOptions): ReminderCommand | null {
  const { asked = null } = options;
  if (asked === null && !likely.test(text.slice(0, 2_000))) return null;
  const sentences = sentencesOf(ownWords(text)).slice(0, sentencesRead);
  for (const [place, sentence] of sentences.entries()) {
    const command =
      readAboutReminders(sentence.text, options) ?? readAdd(text, sentence, sentences[place - 1], options);
    if (command) return command;
  }
  return asked === null ? null : readAnswer(sentences, asked, options);
}

/**
 * A reminder out of words that can be nothing else, such as those of a field: "remind me to" may be left out.
 */
export function readReminderWords(words: string, options: Omit<ReadOptions, "asked">): ReminderCommand {
  const text = words.trim();
  const command = readReminder(text, options);
  if (command?.kind === "add" || command?.kind === "ask") return command;
  return readContent(text, text, [], { ...options, purpose: "reminder" });
}

/** "Tomorrow at nine", said when Ebb has asked for the time. */
function readAnswer(sentences: readonly Sentence[], asked: string, options: ReadOptions): ReminderCommand | null {
  const [only, ...more] = sentences;
  if (!only || more.length > 0) return null;
  const words = findTimeWords(only.text, options, true);
  if (words.length === 0 || !before.test(without(only.text, words).replace(/[?]/g, ""))) return null;
  return commandOf(asked, groupsOf(only.text, words)[0], options, false);
}

type Purpose = "remind" | "reminder" | "alarm" | "timer";

function readAdd(
  text: string,
  sentence: Sentence,
  previous: Sentence | undefined,
  options: ReadOptions,
): ReminderCommand | null {
  const said = sentence.text;
  const verb = verbs.exec(said);
  if (!verb) return null;
  const [call, , often = "", thing] = verb;
  const purpose = purposeOf(call, thing);
  const lead = said.slice(0, verb.index);
  const leading = findTimeWords(lead, options);
  if (!before.test(without(lead, leading))) return null;
  // "Reminder ..." alone is a heading, or talk about one.
  if (
    thing &&
    /^\W*(?:(?:an?|the|my)\s+)?(?:new |quick )?\w*\s*(?:reminder|alarm|timer)$/i.test(call) &&
    !isHeading(said, verb)
  ) {
    return null;
  }
  const rest = said.slice(verb.index + call.length);
  const loose = purpose !== "remind";
  const following = findTimeWords(rest, options, loose);
  const walked = walk(rest, following);
  const opening = [
    ...leading.map(({ part }) => part),
    ...findTimeWords(often, options).map(({ part }) => part),
    ...walked.parts,
  ];
  const marked = marker.exec(rest.slice(walked.end));
  const word = marked?.[0].toLowerCase().trim() ?? "";
  const from = walked.end + (marked?.[0].length ?? 0);
  const content = rest.slice(from);
  if (recalls.test(content.trim()) && word !== "to") return null;
  const at = sentence.start + verb.index + call.length + from;
  const original = text.slice(at, at + content.length);
  if (words(content) === "") return bare(text, previous, opening, purpose, options);
  if (purpose === "remind" && marked === null && opening.length === 0) {
    // "Remind me my dentist's name": asked for, not to be reminded of later.
    if (/^\s*(?:the|my|our|your|his|her|their|an?)\b/i.test(content)) return null;
    // "On 31 February, to ...": a time that is none is asked for.
    const unreadable = /^.{1,60}?\bto\s+(\S.*)$/i.exec(original);
    if (unreadable) return commandOf(tidy(unreadable[1] ?? ""), undefined, options, false);
  }
  const command = readContent(original, content, opening, {
    ...options,
    purpose,
    previous: previous && textOf(text, previous),
  });
  // What is told "about" or "of" something without a time may as well be asked for now.
  if (command.kind === "ask" && command.missing === "when" && !isOrder(purpose, word)) return null;
  return command;
}

const isOrder = (purpose: Purpose, word: string): boolean =>
  word === "to" || ((purpose === "reminder" || purpose === "alarm") && word !== "");

/** "Reminder: dentist on Friday" is one; so is "I need a reminder to ...". */
function isHeading(said: string, verb: RegExpExecArray): boolean {
  return (
    /^\s*[:–—-]/.test(said.slice(verb.index + verb[0].length)) ||
    /\b(?:need|want|like|love|have|get)\b/i.test(said.slice(0, verb.index))
  );
}

function purposeOf(call: string, thing: string | undefined): Purpose {
  if (/^wake/i.test(call)) return "alarm";
  const named = thing?.toLowerCase();
  return named === "alarm" || named === "timer" || named === "reminder" ? named : "remind";
}

/** Times that stand right at the beginning, before what it is about. */
function walk(rest: string, found: readonly TimeWords[]): { end: number; parts: TimeWords["part"][] } {
  const parts: TimeWords["part"][] = [];
  let end = 0;
  for (const group of groupsOf(rest, found)) {
    const gap = rest.slice(end, group.start);
    if (gap.replace(skipped, "").trim() !== "") break;
    parts.push(...group.parts);
    end = group.end;
  }
  end += skipped.exec(rest.slice(end))?.[0].length ?? 0;
  return { end, parts };
}

/** A command that says nothing about what: it goes on about the sentence before, if there is one. */
function bare(
  text: string,
  previous: Sentence | undefined,
  opening: TimeWords["part"][],
  purpose: Purpose,
  options: ReadOptions,
): ReminderCommand | null {
  const group = opening.length > 0 ? { start: 0, end: 0, parts: opening } : undefined;
  if (previous && !previous.question) {
    const before = textOf(text, previous).replace(duty, "");
    // "I have a meeting at three. Remind me." has its time there.
    if (!group)
      return purpose === "remind" || purpose === "reminder"
        ? readContent(before, before, [], { ...options, purpose })
        : null;
    return commandOf(tidy(before), group, options, false);
  }
  if (!group) return purpose === "remind" ? null : { kind: "ask", what: nameOf(purpose), missing: "when" };
  const what = nameOf(purpose);
  return commandOf(what ?? "Reminder", group, { ...options, early: purpose === "alarm" }, what === null);
}

function nameOf(purpose: Purpose): string | null {
  if (purpose === "alarm") return "Alarm";
  return purpose === "timer" ? "Timer" : null;
}

type ContentOptions = ReadOptions & { purpose: Purpose; previous?: string | undefined };

/** What it is about, and when where that was not said before it. `masked` is the text without what its author quotes. */
function readContent(
  text: string,
  masked: string,
  opening: TimeWords["part"][],
  options: ContentOptions,
): ReminderCommand {
  const { purpose, previous } = options;
  const early = purpose === "alarm";
  const groups = groupsOf(masked, findTimeWords(masked, options, purpose !== "remind"));
  const ending = endingOf(masked, groups, purpose);
  const said = { start: 0, end: 0, parts: opening };
  const opens = opening.length > 0;
  const both = opens && ending && belongTogether(said, ending, masked);
  const group = both ? { ...ending, parts: [...opening, ...ending.parts] } : opens ? said : ending;
  const used = opens && !both ? null : ending;
  const own = tidy(used ? `${text.slice(0, used.start)} ${text.slice(used.end)}` : text);
  const what = goesOn.test(own) && previous ? tidy(previous.replace(duty, "")) : own;
  if (what === "" || goesOn.test(what)) {
    const name = nameOf(purpose);
    if (name !== null && group) return commandOf(name, group, { ...options, early }, false);
    return { kind: "ask", what: null, missing: "what" };
  }
  return commandOf(what, group, { ...options, early }, false);
}

/** "At six, call mum tomorrow" has its day at the end, "every weekday, stretch at three" its time. */
function belongTogether(opening: TimeGroup, ending: TimeGroup, content: string): boolean {
  const saysTime = ({ parts }: TimeGroup): boolean => parts.some(({ kind }) => kind === "clock" || kind === "part");
  if (!saysDay(opening)) return saysDay(ending) && !saysTime(ending);
  const isSpan = opening.parts.some(({ kind }) => kind === "span");
  return !isSpan && !saysTime(opening) && !saysDay(ending) && !arranges.test(content);
}

/** The words that say when: those at the end, or else the first ones that are no part of something else. */
function endingOf(text: string, groups: readonly TimeGroup[], purpose: Purpose): TimeGroup | undefined {
  const free = groups.filter(({ start, end }) => {
    if (/^['’]s\b/.test(text.slice(end, end + 3))) return false;
    // What is done "for tomorrow" is hardly done then.
    return purpose !== "remind" || !/\bfor\s*$/i.test(text.slice(Math.max(0, start - 6), start));
  });
  const open = free.filter(({ start }) => !(purpose === "remind" && /^for\b/i.test(text.slice(start, start + 4))));
  return open.findLast(({ end }) => tail.test(text.slice(end))) ?? open[0];
}

function commandOf(
  what: string,
  group: TimeGroup | undefined,
  { now, zone, early = false }: ReadOptions & { early?: boolean },
  assumedText: boolean,
): ReminderCommand {
  const text = what.slice(0, limits.reminderChars).toWellFormed();
  if (!group) return { kind: "ask", what: text, missing: "when" };
  const when = whenOf(group.parts, { now, zone, early });
  if (typeof when === "string") return { kind: "ask", what: text, missing: when };
  const assumed: Assumed[] = assumedText ? [...when.assumed, "text"] : when.assumed;
  return { kind: "add", what: text, at: when.at, recurrence: when.recurrence, zone, assumed };
}

const textOf = (text: string, { start, end }: Sentence): string => text.slice(start, end);

/** The text with what was found taken out. */
function without(text: string, found: readonly TimeWords[]): string {
  let rest = "";
  let from = 0;
  for (const { start, end } of found) {
    if (start > from) rest += `${text.slice(from, start)} `;
    from = Math.max(from, end);
  }
  return rest + text.slice(from);
}

const words = (text: string): string => (text.match(/[\p{L}\p{N}\uFFFC\p{Extended_Pictographic}]+/gu) ?? []).join("");

/** What is left of a sentence, as a reminder says it. */
function tidy(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/^[\s,;:–—-]*(?:\b(?:to|about|that)\b\s+)?/i, "")
    .replace(/[\s,;:–—-]*\b(?:please|thanks|thank you)\b[\s.!?]*$/i, "")
    .replace(/(?:[\s,;:–—-]|\b(?:at|on|by|around|and)\b)*[.!?…\s]*$/i, "")
    .trim();
}
