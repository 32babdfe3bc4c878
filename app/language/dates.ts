import { parse } from "chrono-node/en";
import { dayLabel, dayMonth, monthLabel } from "./date-labels.ts";
import { type Direction, type Precision, type Resolved, rules } from "./date-rules.ts";
import { earliestDate, latestDate } from "./life-span.ts";
import { addDays, instantOf, offsetMinutes, type WallTime, wallTime } from "./zone.ts";

export type { Direction } from "./date-rules.ts";

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
  precision: Precision;
};

const hasDateWord =
  /\b(?:\d{1,4}(?:st|nd|rd|th)?|this morning|last night|to(?:day|night|morrow)|yesterday|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|week(?:end)?s?|months?|years?|days?|fortnight|ago|noon|midnight|christmas|easter|new year)\b/i;

const prepositions =
  /(?:^|[\s,(])((?:(?:some time|early|late|mid|around|about|by|until|till|before|after|since|from|starting|on|in|at|this|coming|for|over|during)\s+(?:the\s+)?)+)$/i;

const textLimit = 300;

const [firstYear, lastYear] = [earliestDate, latestDate].map((at) => new Date(at).getUTCFullYear()) as [number, number];

/**
 * The first date in the text, resolved against the moment it was said at. "Next Friday" is the Friday of next week, "this
 * Friday" that of this week; a bare "on Friday" or "March 3rd" is the last or the coming one as the tense says.
 */
export function findDate(text: string, at: number, zone: string, direction: Direction): FoundDate | null {
  const read = text.slice(0, textLimit);
  if (!hasDateWord.test(read)) return null;
  const now = wallTime(at, zone);
  const found = bySpecialRule(read, now, zone, direction) ?? byChrono(read, at, now, zone, direction);
  return found && isOfALife(found) ? found : null;
}

/** "In 900000 days" is read too, and is no date that anything could be kept by. */
function isOfALife({ start, end }: FoundDate): boolean {
  return start >= earliestDate && start <= latestDate && (end === null || (end >= start && end <= latestDate));
}

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
    // "1.83 m" is a length, not a time.
    if (/^[\d.,]+ ?(?:m|s|h|min|sec|hrs?)$/i.test(candidate.text)) return false;
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
  const last = end?.isCertain("day")
    ? { year: from.year, month: end.get("month") ?? from.month, day: end.get("day") ?? from.day, hour: 0, minute: 0 }
    : null;
  const to = last && endOfSpan(from, last);
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

/** The end in the year in which it comes after the beginning; null for one that makes no sense ("25 to 5 March"). */
function endOfSpan(from: WallTime, to: WallTime): WallTime | null {
  if (to.month > from.month || (to.month === from.month && to.day >= from.day)) return to;
  return to.month < from.month ? { ...to, year: to.year + 1 } : null;
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
  { from, to, label, precision }: Resolved,
  zone: string,
): FoundDate | null {
  // Clocks know no such years ("the last 99999 years").
  if (![from, to ?? from].every(({ year }) => year >= firstYear && year <= lastYear)) return null;
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
