import { parse } from "chrono-node/en";
import { addDays, instantOf, offsetMinutes, type WallTime, wallTime, weekdayOf } from "./zone.ts";

/** A date or time found in a text. Times are ms since 1970 (UTC). */
export type FoundDate = {
  /** The words, with a preposition before them if there is one, and where they stand in the text. */
  words: string;
  index: number;
  start: number;
  /** The end of a span ("this weekend", "until Friday"), or null. */
  end: number | null;
  /** What the words mean, spelled out ("Fri 12 June 2026"), or null where they say it themselves or come round each year. */
  label: string | null;
  precision: "year" | "month" | "week" | "day" | "time" | "hour";
};

/** Which way a date without a year or with only a weekday points. */
export type Direction = "past" | "future";

const months = "January February March April May June July August September October November December".split(" ");
const weekdays = "Mon Tue Wed Thu Fri Sat Sun".split(" ");
const hasDateWord =
  /\b(?:\d{1,4}(?:st|nd|rd|th)?|this morning|last night|to(?:day|night|morrow)|yesterday|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|week(?:end)?s?|months?|years?|days?|fortnight|ago|noon|midnight|christmas|easter|new year)\b/i;
const weekdayName = /\b(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?s?\b/i;
const prepositions =
  /(?:^|[\s,(])((?:(?:some time|early|late|mid|around|about|by|until|till|before|after|since|from|starting|on|in|at|this|coming|for|over|during)\s+(?:the\s+)?)+)$/i;
const textLimit = 300;

/**
 * The first date in the text, resolved against the moment it was said at. "Next Friday" is the Friday of next week, "this
 * Friday" that of this week; a bare "on Friday" or "March 3rd" is the last or the coming one as the tense says.
 */
export function findDate(text: string, at: number, zone: string, direction: Direction): FoundDate | null {
  const read = text.slice(0, textLimit);
  if (!hasDateWord.test(read)) return null;
  const now = wallTime(at, zone);
  return bySpecialRule(read, now, zone, direction) ?? byChrono(read, at, now, zone, direction);
}

type Rule = (match: RegExpExecArray, now: WallTime, direction: Direction) => Omit<Resolved, "words" | "index"> | null;
type Resolved = { from: WallTime; to: WallTime | null; label: string | null; precision: FoundDate["precision"] };

const midnight = { hour: 0, minute: 0 };
const units: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
};

/** What chrono reads otherwise or not at all. */
const rules: readonly (readonly [RegExp, Rule])[] = [
  [/\b(?:the )?day after tomorrow\b/i, (_, now) => wholeDay(addDays(now, 2))],
  [/\b(?:the )?day before yesterday\b/i, (_, now) => wholeDay(addDays(now, -2))],
  [
    /\b(this|next|last|the|over the|at the|past)\s+(?:coming |past )?weekend\b/i,
    (match, now, direction) => {
      const word = (match[1] ?? "").toLowerCase();
      const saturday = 5 - weekdayOf(now);
      const back = word === "last" || word === "past" || (word !== "this" && word !== "next" && direction === "past");
      // On a weekend "last weekend" is the one before; on a weekday it is the one just gone.
      const shift = word === "next" ? 7 : back ? -7 : 0;
      const from = { ...addDays(now, saturday + shift), ...midnight };
      const to = addDays(from, 1);
      return { from, to, label: `${dayMonth(from, to)}–${dayLabel(to, false)}`, precision: "day" };
    },
  ],
  [
    /\b(next|last|this)\s+(week|month|year|fortnight)\b/i,
    (match, now) => {
      const shift = match[1]?.toLowerCase() === "next" ? 1 : match[1]?.toLowerCase() === "last" ? -1 : 0;
      const unit = match[2]?.toLowerCase();
      if (unit === "year") {
        const from = { year: now.year + shift, month: 1, day: 1, ...midnight };
        return { from, to: { ...from, month: 12, day: 31 }, label: String(from.year), precision: "year" };
      }
      if (unit === "month") {
        const from = addDays({ ...now, month: now.month + shift, day: 1, ...midnight }, 0);
        return {
          from,
          to: addDays({ ...from, month: from.month + 1 }, -1),
          label: monthLabel(from),
          precision: "month",
        };
      }
      const from = { ...addDays(now, shift * (unit === "fortnight" ? 14 : 7) - weekdayOf(now)), ...midnight };
      return { from, to: addDays(from, 6), label: `week of ${dayLabel(from)}`, precision: "week" };
    },
  ],
  [
    /\b(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?,? the (\d{1,2})(?:st|nd|rd|th)\b/i,
    (match, now, direction) => dayOfMonth(Number(match[2]), now, direction),
  ],
  [
    /\b(?:(next|this|last|coming|past)\s+)?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?:\s+(next|this|last)\s+week|\s+week)?\b(?!s)(?!,?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))(?!,?\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?\b(?!\s*(?:am|pm|:|o'clock)))/i,
    (match, now, direction) => weekday(match, now, direction),
  ],
  [
    /\b(?:on |by |until |before |after )the (\d{1,2})(?:st|nd|rd|th)\b(?! of)/i,
    (match, now, direction) => dayOfMonth(Number(match[1]), now, direction),
  ],
  [
    /\b(?:from|between) ((?:19|20)\d\d) (?:to|until|till|and|-|–) ((?:19|20)\d\d)\b/i,
    (match) => {
      const from = { year: Number(match[1]), month: 1, day: 1, ...midnight };
      return { from, to: { ...from, year: Number(match[2]), month: 12, day: 31 }, label: null, precision: "year" };
    },
  ],
  [
    /\b(?:in|since|from|until|till|back in|around)\s+((?:19|20)\d\d)\b/i,
    (match) => {
      const from = { year: Number(match[1]), month: 1, day: 1, ...midnight };
      return { from, to: null, label: null, precision: "year" };
    },
  ],
  [
    /\bfor (?:the (?:last|past) )?(?:about |over |almost |nearly |more than )?(\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve) (day|week|month|year)s?(?: now)?\b/i,
    (match, now, direction) => {
      if (direction === "future") return null;
      const count = units[(match[1] ?? "").toLowerCase()] ?? Number(match[1]);
      const unit = (match[2] ?? "").toLowerCase();
      const from = { ...now, ...midnight };
      if (unit === "year")
        return {
          from: { ...from, year: from.year - count },
          to: null,
          label: `since ${from.year - count}`,
          precision: "year",
        };
      if (unit === "month") {
        const then = addDays({ ...from, month: from.month - count, day: 1 }, 0);
        return { from: then, to: null, label: `since ${monthLabel(then)}`, precision: "month" };
      }
      const then = addDays(from, -count * (unit === "week" ? 7 : 1));
      return { from: then, to: null, label: `since ${dayLabel(then)}`, precision: "day" };
    },
  ],
];

function bySpecialRule(text: string, now: WallTime, zone: string, direction: Direction): FoundDate | null {
  for (const [pattern, rule] of rules) {
    const match = pattern.exec(text);
    if (!match) continue;
    // "every Friday" and "on Fridays" are no dates.
    if (/\b(?:every|each|most|on all)\s+(?:\w+\s+)?$/i.test(text.slice(Math.max(0, match.index - 14), match.index)))
      continue;
    const resolved = rule(match, now, direction);
    if (!resolved) continue;
    const time = timeAfter(text, match.index + match[0].length) ?? timeBefore(text, match.index);
    const withTime = time && resolved.precision === "day" && resolved.to === null;
    const from = withTime ? { ...resolved.from, hour: time.hour, minute: time.minute } : resolved.from;
    const start = withTime ? Math.min(match.index, time.index) : match.index;
    const end = withTime
      ? Math.max(match.index + match[0].length, time.index + time.length)
      : match.index + match[0].length;
    return found(
      text,
      start,
      end,
      {
        ...resolved,
        from,
        precision: withTime ? "time" : resolved.precision,
      },
      zone,
    );
  }
  return null;
}

function weekday(match: RegExpExecArray, now: WallTime, direction: Direction): Omit<Resolved, "words"> | null {
  const lead = (match[1] ?? match[3] ?? "").toLowerCase();
  const wanted = weekdays.findIndex((name) => name.toLowerCase() === (match[2] ?? "").slice(0, 3).toLowerCase());
  // "sun" and "sat" are words of their own where nothing makes them days.
  if (/^(?:sun|sat|wed|mon|fri|thu)$/i.test(match[0])) return null;
  const today = weekdayOf(now);
  const inThisWeek = wanted - today;
  let shift: number;
  if (lead === "next") shift = inThisWeek + 7;
  else if (lead === "last" || lead === "past")
    shift = match[3] ? inThisWeek - 7 : inThisWeek < 0 ? inThisWeek : inThisWeek - 7;
  else if (lead === "this") shift = inThisWeek;
  else if (lead === "coming" || direction === "future") shift = inThisWeek > 0 ? inThisWeek : inThisWeek + 7;
  else shift = inThisWeek < 0 ? inThisWeek : inThisWeek - 7;
  // Said on the day itself, a bare weekday without a tense to the contrary is today's only with a time still to come.
  if (/ week$/i.test(match[0]) && !match[3]) shift += 7;
  return wholeDay(addDays(now, shift));
}

function dayOfMonth(day: number, now: WallTime, direction: Direction): Omit<Resolved, "words"> | null {
  if (day < 1 || day > 31) return null;
  let then = { ...now, ...midnight, day };
  if (direction === "future" && day < now.day) then = { ...then, month: now.month + 1 };
  if (direction === "past" && day > now.day) then = { ...then, month: now.month - 1 };
  return wholeDay(addDays(then, 0));
}

function wholeDay(day: WallTime): Omit<Resolved, "words"> {
  const from = { ...day, ...midnight };
  return { from, to: null, label: dayLabel(from), precision: "day" };
}

const clock =
  /^(?:,?\s*(?:at|around|about|from|@)?\s*)(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|a\.m\.?|p\.m\.?|o'clock)?(?![\d/.-])/i;

function timeAfter(text: string, from: number): { hour: number; minute: number; index: number; length: number } | null {
  const match = clock.exec(text.slice(from, from + 24));
  if (!match || (!match[3] && !match[2] && !/\bat|@|around|about/i.test(match[0]))) return null;
  return asTime(match[1], match[2], match[3], from, match[0].length);
}

function timeBefore(text: string, to: number): { hour: number; minute: number; index: number; length: number } | null {
  const before = text.slice(Math.max(0, to - 20), to);
  const match =
    /(?:at|around|about|@)\s*(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|a\.m\.?|p\.m\.?|o'clock)?,?\s+(?:on\s+)?$/i.exec(before);
  return match && asTime(match[1], match[2], match[3], to - before.length + match.index, match[0].length);
}

function asTime(
  hours: string | undefined,
  minutes: string | undefined,
  half: string | undefined,
  index: number,
  length: number,
) {
  let hour = Number(hours);
  const minute = Number(minutes ?? 0);
  if (/^p/i.test(half ?? "") && hour < 12) hour += 12;
  if (/^a/i.test(half ?? "") && hour === 12) hour = 0;
  return hour > 23 || minute > 59 ? null : { hour, minute, index, length };
}

function byChrono(text: string, at: number, now: WallTime, zone: string, direction: Direction): FoundDate | null {
  const reference = { instant: new Date(at), timezone: offsetMinutes(at, zone) };
  const result = parse(text, reference, { forwardDate: direction === "future" }).find((candidate) => {
    const before = text.slice(Math.max(0, candidate.index - 14), candidate.index);
    if (/\b(?:every|each|most)\s+(?:\w+\s+)?$/i.test(before)) return false;
    // "may", "march", "sun", "second" alone are words, and a bare number is no date.
    if (
      /^(?:may|march|sun|sat|mar|second|(?:the|this|an?|one|two|\d+) (?:years?|days?|weeks?|months?|minutes?|seconds?)|\d{1,2}|\d{1,2}\.\d{1,2}|an? (?:minute|second|(?:the|this) (?:year|day|week|month|minute|second)|moment))$/i.test(
        candidate.text,
      )
    ) {
      return (
        /^(?:may|march)$/i.test(candidate.text) && /\b(?:in|since|until|by|this|next|last|every|for)\s+$/i.test(before)
      );
    }
    return true;
  });
  if (!result) return null;
  const { start } = result;
  const from: WallTime = {
    year: start.get("year") ?? now.year,
    month: start.get("month") ?? now.month,
    day: start.get("day") ?? now.day,
    hour: start.isCertain("hour") ? (start.get("hour") ?? 0) : 0,
    minute: start.isCertain("hour") ? (start.get("minute") ?? 0) : 0,
  };
  const hasDay = start.isCertain("day") || start.isCertain("weekday");
  const hasYear = start.isCertain("year") && new RegExp(`\\b${start.get("year")}\\b`).test(result.text);
  if (!start.isCertain("year") && start.isCertain("month")) from.year = nearestYear(from, now, direction);
  const end = result.end;
  const to = end?.isCertain("day")
    ? { year: from.year, month: end.get("month") ?? from.month, day: end.get("day") ?? from.day, hour: 0, minute: 0 }
    : null;
  const clockOnly = !hasDay && !start.isCertain("month") && start.isCertain("hour");
  const precision = clockOnly
    ? "hour"
    : !hasDay && start.isCertain("month")
      ? "month"
      : !hasDay && start.isCertain("year")
        ? "year"
        : start.isCertain("hour")
          ? "time"
          : "day";
  const spelled = precision === "month" ? monthLabel(from) : precision === "year" ? String(from.year) : dayLabel(from);
  const span = to && precision === "day" ? `${dayMonth(from, to)}–${dayLabel(to, false)}` : spelled;
  const label = hasYear || clockOnly ? null : span;
  return found(text, result.index, result.index + result.text.length, { from, to, label, precision }, zone);
}

/** The year that makes the day the next one to come, or the last one that was. */
function nearestYear(day: WallTime, now: WallTime, direction: Direction): number {
  const key = day.month * 100 + day.day;
  const today = now.month * 100 + now.day;
  if (direction === "future") return key >= today ? now.year : now.year + 1;
  return key <= today ? now.year : now.year - 1;
}

function found(
  text: string,
  start: number,
  end: number,
  { from, to, label, precision }: Omit<Resolved, "words">,
  zone: string,
): FoundDate {
  const before = prepositions.exec(text.slice(0, start));
  const index = before ? start - (before[1]?.length ?? 0) : start;
  const words = text.slice(index, end);
  const until = /^(?:until|till|by)\b/i.test(words);
  return {
    words,
    index,
    start: instantOf(from, zone),
    end: to || until ? instantOf(addDays(to ?? { ...from, hour: 0, minute: 0 }, 1), zone) - 1 : null,
    label,
    precision,
  };
}

/** "Fri 12 June 2026". */
export function dayLabel(day: WallTime, withWeekday = true): string {
  const named = `${day.day} ${months[day.month - 1]} ${day.year}`;
  return withWeekday ? `${weekdays[weekdayOf(day)]} ${named}` : named;
}

function monthLabel(day: WallTime): string {
  return `${months[day.month - 1]} ${day.year}`;
}

function dayMonth(from: WallTime, to: WallTime): string {
  return from.month === to.month ? String(from.day) : `${from.day} ${months[from.month - 1]}`;
}

/** True where the text names a weekday without any other date. */
export function namesWeekday(text: string): boolean {
  return weekdayName.test(text);
}
