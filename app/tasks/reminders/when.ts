import type { Recurrence } from "../../contract/reminders.ts";
import { addDays, instantOf, type WallTime, wallTime } from "../../language/zone.ts";
import { nextOccurrence } from "./recurrence.ts";
import { type Clock, recurrenceAt, type TimePart, type TimeWords } from "./time-words.ts";

/** What was not said, or could be meant otherwise, and was taken as it mostly is. */
export type Assumed = "time" | "day" | "afternoon" | "text";

/** When to remind: `at` (ms) is the first time. */
export type When = { at: number; recurrence: Recurrence | null; assumed: Assumed[] };

/** Why no time comes of the words: it is over, or reminders don't repeat like that. */
export type NoTime = "past" | "unknown";

/** Words of a text that say one time together. */
export type TimeGroup = { start: number; end: number; parts: TimePart[] };

const usualHour = 9;
const hour = 3_600_000;
/** A reminder for today without a time comes an hour from now at the earliest, and not after this hour. */
const lastHourToday = 22;
/** Said without "am", hours up to this one are taken for the afternoon. */
const lastAfternoonHour = 6;

const between = /^(?:[\s,]|\b(?:at|on|in|the|and|by|around|starting|from|of|for)\b)*$/i;

/** Brings words together that stand side by side, as long as they say different things. */
export function groupsOf(text: string, words: readonly TimeWords[]): TimeGroup[] {
  const groups: TimeGroup[] = [];
  for (const { start, end, part } of words) {
    const last = groups.at(-1);
    const joins = last && (start < last.end || between.test(text.slice(last.end, start))) && fits(last.parts, part);
    if (joins) {
      last.end = Math.max(end, last.end);
      last.parts.push(part);
    } else groups.push({ start, end, parts: [part] });
  }
  return groups;
}

/** True where a time may say this too. */
function fits(parts: readonly TimePart[], part: TimePart): boolean {
  if (parts.some(({ kind }) => kind === part.kind || kind === "span") || part.kind === "span") return false;
  const days = (kind: TimePart["kind"]): boolean => kind === "date" || kind === "rhythm" || kind === "unknown";
  return !days(part.kind) || !parts.some(({ kind }) => days(kind));
}

/** True for words that name a day, or a length of time, and not only a time of day. */
export const saysDay = ({ parts }: TimeGroup): boolean => parts.some(({ kind }) => kind !== "clock" && kind !== "part");

/**
 * What the words come to at `now` (ms) in the zone. A missing time of day is nine in the morning, a missing day the next on which
 * the time is still to come. `early`: small hours are the morning's, as for an alarm.
 */
export function whenOf(
  parts: readonly TimePart[],
  { now, zone, early = false }: { now: number; zone: string; early?: boolean },
): When | NoTime {
  const of = <Kind extends TimePart["kind"]>(kind: Kind) =>
    parts.find((part): part is Extract<TimePart, { kind: Kind }> => part.kind === kind);
  if (of("unknown")) return "unknown";
  const span = of("span");
  if (span) return { at: now + span.ms, recurrence: null, assumed: [] };
  const part = of("part");
  const said = of("clock")?.clock;
  const { assumed, ...time } = timeOf(said, part?.hour, early);

  const rhythm = of("rhythm")?.rhythm;
  if (rhythm) {
    const recurrence = recurrenceAt(rhythm, time);
    const at = nextOccurrence(recurrence, now, zone);
    return { at, recurrence, assumed: [...assumed, ...(rhythm.assumed ? (["day"] as const) : [])] };
  }
  const once = (date: WallTime, at = time): number => instantOf({ ...date, ...at }, zone);
  const today = wallTime(now, zone);
  const day = of("date");
  if (!day) {
    const at = once(today);
    const next = at > now ? at : once(addDays(today, 1));
    return { at: next, recurrence: null, assumed };
  }
  // "On Saturday at six", said on a Saturday at noon, is today.
  if (day.named === "weekday" && said && isSameDay(addDays(today, 7), day.date) && once(today) > now) {
    return { at: once(today), recurrence: null, assumed };
  }
  const at = once(day.date);
  if (at > now) return { at, recurrence: null, assumed };
  if (day.named !== "today") return "past";
  if (said?.half === "open" && time.hour < 12) {
    const later = once(today, { ...time, hour: time.hour + 12 });
    if (later > now) return { at: later, recurrence: null, assumed };
  }
  if (said || part) return "past";
  const soon = nextFullHour(now + hour, zone);
  const onThatDay = isSameDay(wallTime(soon, zone), today) && wallTime(soon, zone).hour <= lastHourToday;
  return onThatDay ? { at: soon, recurrence: null, assumed: ["time"] } : "past";
}

/** The time of day, and what of it was taken as usual. */
function timeOf(
  clock: Clock | undefined,
  part: number | undefined,
  early: boolean,
): { hour: number; minute: number; assumed: Assumed[] } {
  if (!clock) return { hour: part ?? usualHour, minute: 0, assumed: ["time"] };
  const { hour, minute, half } = clock;
  if (half !== "open" || hour === 12) return { hour, minute, assumed: [] };
  // "At night" goes on after midnight.
  if (part !== undefined && part > 12 && !(part >= 21 && hour < 5)) return { hour: hour + 12, minute, assumed: [] };
  if (part !== undefined || early || hour > lastAfternoonHour) return { hour, minute, assumed: [] };
  return { hour: hour + 12, minute, assumed: ["afternoon"] };
}

function nextFullHour(at: number, zone: string): number {
  const wall = wallTime(at, zone);
  const full = instantOf({ ...wall, minute: 0 }, zone);
  return full >= at ? full : full + hour;
}

const isSameDay = (a: WallTime, b: WallTime): boolean => a.year === b.year && a.month === b.month && a.day === b.day;
