import { fullDate, fullMoment, shortDate } from "./format.ts";

const date = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d))?$/;

/** A value as people write it: dates by the user's own habits, all else as it is. */
export function shownValue(value: string): string {
  const at = dateOf(value);
  if (at === null) return value;
  return value.includes(":") ? fullMoment(at) : fullDate(at);
}

/** When a goal is due, in words, and whether that has passed. */
export function dueWords(due: string, now: number): { text: string; late: boolean } {
  const at = dateOf(due);
  if (at === null) return { text: `due ${due}`, late: false };
  const end = due.includes(":") ? at : new Date(at).setHours(24, 0, 0, 0);
  return { text: `due ${shortDate(at, now)}`, late: end <= now };
}

/** Local time (ms) of a value that is a date, at midnight where it has no time. */
function dateOf(value: string): number | null {
  const [, year, month, day, hour = "0", minute = "0"] = date.exec(value) ?? [];
  if (year === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)).getTime();
}
