import type { Schedule, SnoozeFor } from "../../contract/reminders.ts";
import { addDays, instantOf, wallTime } from "../../language/zone.ts";
import type { ReminderChange, ReminderRow } from "../../storage/reminders.ts";
import { lastOccurrence, nextOccurrence } from "./recurrence.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** One that rings more than this (ms) after it was due is late. */
export const lateAfter = minute;
/** Nobody snoozes for longer (ms): what is put off further was so by a clock that was set back since. */
const longestSnooze = 62 * day;
const morning = 9;

/** What its time makes of one that is due at `now` (ms). What was due before it came here moves on to its next time without ringing. */
export function ring(row: ReminderRow, now: number): ReminderChange {
  const { recurrence, zone, ringsAt, arrivedAt, snoozedUntil } = row;
  const nextAt = recurrence && nextOccurrence(recurrence, now, zone);
  const first = ringsAt ?? now;
  if (first < arrivedAt) return { nextAt, snoozedUntil: null };
  // Of several that were missed, the latest counts; a snoozed one is due when its pause is over.
  const dueAt = recurrence && snoozedUntil !== first ? lastOccurrence(recurrence, first, now, zone) : first;
  return { state: "ringing", nextAt, snoozedUntil: null, dueAt, firedAt: now };
}

/** What an answer at `now` (ms) makes of it: it waits for its next time, or is over. Null where there is nothing to answer. */
export function answer(row: ReminderRow, now: number): ReminderChange | null {
  if (row.state === "ringing" && row.nextAt !== null) return { state: "waiting", snoozedUntil: null };
  if (row.state === "done" || row.recurrence) return null;
  return { state: "done", snoozedUntil: null, endedAt: now };
}

/**
 * Puts the clock right after it was set: a next time that the rule does not give at `now` (ms), and a pause that nobody asked for.
 * Null where all is as it should be.
 */
export function corrected(row: ReminderRow, now: number): ReminderChange | null {
  if (row.snoozedUntil !== null && row.snoozedUntil > now + longestSnooze) return { snoozedUntil: now };
  if (!row.recurrence || row.nextAt === null || row.nextAt <= now) return null;
  // What it has rung for does not come a second time because the clock was set back a little.
  const after = row.dueAt !== null && row.dueAt <= now + hour ? Math.max(now, row.dueAt) : now;
  const nextAt = nextOccurrence(row.recurrence, after, row.zone);
  return nextAt === row.nextAt ? null : { nextAt };
}

/** What taking an answer back makes of one that is done: it rings, or waits where it was done before its time. */
export function reopened(row: ReminderRow): ReminderChange {
  return { state: row.nextAt === null ? "ringing" : "waiting", endedAt: null };
}

/** The end (ms) of a pause that begins at `now` (ms). */
export function snoozeEnd(pause: SnoozeFor, now: number, zone: string): number {
  if (pause === "10 minutes") return now + 10 * minute;
  if (pause === "1 hour") return now + hour;
  // In the small hours, tomorrow morning is the one that comes.
  const today = wallTime(now, zone);
  const ahead = today.hour < 5 ? 0 : 1;
  return instantOf({ ...addDays(today, ahead), hour: morning, minute: 0 }, zone);
}

/** When a reminder of that schedule rings after `now` (ms). */
export function firstOf(schedule: Schedule, now: number, zone: string): Pick<ReminderRow, "nextAt" | "recurrence"> {
  if (schedule.every === "once") return { nextAt: schedule.at, recurrence: null };
  return { nextAt: nextOccurrence(schedule, now, zone), recurrence: schedule };
}
