import { dayLabel, dayMonth, monthLabel, weekdays } from "./date-labels.ts";
import { addDays, type WallTime, weekdayOf } from "./zone.ts";

/** How exactly a date is given. */
export type Precision = "year" | "month" | "week" | "day" | "time" | "hour";

/** Which way a date without a year or with only a weekday points. */
export type Direction = "past" | "future";

export type Resolved = { from: WallTime; to: WallTime | null; label: string | null; precision: Precision };

type Rule = (match: RegExpExecArray, now: WallTime, direction: Direction) => Resolved | null;

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
export const rules: readonly (readonly [RegExp, Rule])[] = [
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
    /\b(?:a|one) week (?:from|after|on) (?:this |next )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*day\b/i,
    (match, now) => {
      const wanted = weekdays.findIndex((name) => name.toLowerCase() === match[1]?.toLowerCase());
      const coming = wanted - weekdayOf(now);
      return wholeDay(addDays(now, (coming > 0 ? coming : coming + 7) + 7));
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

function weekday(match: RegExpExecArray, now: WallTime, direction: Direction): Resolved | null {
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

function dayOfMonth(day: number, now: WallTime, direction: Direction): Resolved | null {
  if (day < 1 || day > 31) return null;
  let then = { ...now, ...midnight, day };
  if (direction === "future" && day < now.day) then = { ...then, month: now.month + 1 };
  if (direction === "past" && day > now.day) then = { ...then, month: now.month - 1 };
  return wholeDay(addDays(then, 0));
}

function wholeDay(day: WallTime): Resolved {
  const from = { ...day, ...midnight };
  return { from, to: null, label: dayLabel(from), precision: "day" };
}
