import type { Recurrence } from "../../contract/reminders.ts";
import { addDays, instantOf, type WallTime, wallTime, weekdayOf } from "../../language/zone.ts";

const day = 86_400_000;
/** A week, and the days at its ends that a change of zone may take away. */
const daysAhead = 9;
const monthsAhead = 2;

/**
 * The first moment strictly after `after` (ms) at which it comes round in the zone; ms. A time that the clocks skip that day is the moment at
 * which they jump past it, one that they show twice comes once. An unknown zone counts as UTC.
 */
export function nextOccurrence(recurrence: Recurrence, after: number, zone: string): number {
  const { hour, minute } = recurrence;
  for (const date of datesFrom(recurrence, wallTime(after, zone))) {
    const at = instantOf({ ...date, hour, minute }, zone);
    if (at > after) return at;
  }
  throw new Error("A recurrence without a next time");
}

/** The last moment up to and including `now` (ms) at which it came round, not before `since`; `since` itself where there is none later. */
export function lastOccurrence(recurrence: Recurrence, since: number, now: number, zone: string): number {
  // Nothing recurs less often than once in 31 days and a change of clocks.
  let last = since;
  let next = nextOccurrence(recurrence, Math.max(since, now - 33 * day), zone);
  while (next <= now) {
    last = next;
    next = nextOccurrence(recurrence, last, zone);
  }
  return last;
}

/** The dates at which it comes round, from the one before the day given, in order. */
function* datesFrom(recurrence: Recurrence, from: WallTime): Generator<WallTime> {
  if (recurrence.every === "month") {
    for (let ahead = -1; ahead <= monthsAhead; ahead++) {
      const first = addDays({ ...from, month: from.month + ahead, day: 1 }, 0);
      const last = addDays({ ...first, month: first.month + 1 }, -1).day;
      yield { ...first, day: Math.min(recurrence.day, last) };
    }
    return;
  }
  for (let ahead = -1; ahead <= daysAhead; ahead++) {
    const date = addDays(from, ahead);
    if (isOn(recurrence, weekdayOf(date) + 1)) yield date;
  }
}

/** `weekday` counts from 1 for Monday. */
function isOn(recurrence: Exclude<Recurrence, { every: "month" }>, weekday: number): boolean {
  if (recurrence.every === "week") return recurrence.days.includes(weekday);
  return recurrence.every === "day" || weekday <= 5;
}
