import { findDate } from "../retain/dates.ts";

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

/**
 * The time that a question is about ("last weekend", "in July", "on May 23, 2023"), or null. A date is taken as past where it
 * may be either; "since", "after" and "before" open the window on their side.
 */
export function timeWindow(question: string, now: number, zone: string): TimeWindow | null {
  const found = findDate(question, now, zone, "past");
  // A time of day alone names no day.
  if (!found || found.precision === "hour") return null;
  const { length, weight, afterwards } = spans[found.precision];
  const end = found.end ?? found.start + length - 1;
  if (/^(?:since|after|from)\b/i.test(found.words)) {
    return { from: found.start, to: Math.max(now, end), weight: spans.year.weight, afterwards: 0 };
  }
  if (/^(?:before|until|till|by)\b/i.test(found.words)) {
    return { from: 0, to: found.start, weight: spans.year.weight, afterwards: 0 };
  }
  return { from: found.start, to: end, weight, afterwards };
}

/** How well something said at `at` (ms) fits the window, 0 to 1. What happened on a day is told on it, or soon after. */
export function fitsWindow({ from, to, weight, afterwards }: TimeWindow, at: number): number {
  if (at < from) return 0;
  if (at <= to) return weight;
  if (at <= to + Math.min(day, afterwards)) return nextDay * weight;
  return at <= to + afterwards ? later * weight : 0;
}
