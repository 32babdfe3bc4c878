import { findDate } from "../../language/dates.ts";
import { instantOf } from "../../language/zone.ts";

/** A span of time that a question names; ms since 1970 (UTC). */
export type TimeWindow = {
  from: number;
  to: number;
  /** How much it tells to lie in it, 0 to 1: a day more than a year. */
  weight: number;
  /** People tell of a day for so long after it, ms. */
  afterwards: number;
};

const day = 86_400_000;
/** Lengths in ms, and what it tells to lie in one. */
const spans = {
  time: { length: day, weight: 1, afterwards: 9 * day },
  day: { length: day, weight: 1, afterwards: 9 * day },
  week: { length: 7 * day, weight: 0.8, afterwards: 9 * day },
  month: { length: 31 * day, weight: 0.7, afterwards: 10 * day },
  year: { length: 366 * day, weight: 0.3, afterwards: 0 },
} as const;

/** Share of its weight that a day keeps for what is said the day after, and later. */
const nextDay = 0.8;
const later = 0.5;

/** A year by itself, which is a date only after one of these words. */
const bareYear = /\b(in|during|since|after|from|before|until|till|by) ((?:19|20)\d\d)\b(?![-/.]\d)/i;

/**
 * The time that a question is about ("last weekend", "in July", "on May 23, 2023"), or null. A date is taken as past where it
 * may be either; "since", "after" and "before" open the window on their side.
 */
export function timeWindow(question: string, now: number, zone: string): TimeWindow | null {
  const found = findDate(question, now, zone, "past");
  // A time of day alone names no day.
  if (found && found.precision !== "hour") {
    const { length, weight, afterwards } = spans[found.precision];
    const end = found.end ?? found.start + length - 1;
    return openEnded(found.words, found.start, end, now) ?? { from: found.start, to: end, weight, afterwards };
  }
  const [, word = "", digits] = bareYear.exec(question) ?? [];
  if (digits === undefined) return null;
  const year = { month: 1, day: 1, hour: 0, minute: 0 };
  const from = instantOf({ ...year, year: Number(digits) }, zone);
  const to = instantOf({ ...year, year: Number(digits) + 1 }, zone) - 1;
  return openEnded(word, from, to, now) ?? { from, to, weight: spans.year.weight, afterwards: 0 };
}

/** The window that such a word before a date opens on one side; null for other words. */
function openEnded(words: string, from: number, to: number, now: number): TimeWindow | null {
  const { weight } = spans.year;
  if (/^(?:since|after|from)\b/i.test(words)) return { from, to: Math.max(now, to), weight, afterwards: 0 };
  if (/^(?:before|until|till|by)\b/i.test(words)) return { from: Math.min(0, from), to: from, weight, afterwards: 0 };
  return null;
}

/** How well something said at `at` (ms) fits the window, 0 to 1. What happened on a day is told on it, or soon after. */
export function fitsWindow({ from, to, weight, afterwards }: TimeWindow, at: number): number {
  if (at < from) return 0;
  if (at <= to) return weight;
  if (at <= to + Math.min(day, afterwards)) return nextDay * weight;
  return at <= to + afterwards ? later * weight : 0;
}
