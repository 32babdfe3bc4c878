const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const dayOfThisYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const dayMs = 86_400_000;

/** Whole days between the calendar days of two instants: 0 today, 1 yesterday. */
export function daysAgo(at: number, now: number): number {
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / dayMs);
}

/** A date as short as it can be understood: "today", "yesterday", "4 Mar", "4 Mar 2024". */
export function shortDate(at: number, now: number): string {
  const days = daysAgo(at, now);
  if (days === 0) return "today";
  if (days === 1) return "yesterday";
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dayOfThisYear.format(at) : day.format(at);
}

export const fullDate = (at: number): string => day.format(at);
export const fullMoment = (at: number): string => moment.format(at);
export const clockTime = (at: number): string => clock.format(at);

/** A file's size in decimal units, as file managers show it. */
export function fileSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString()} ${n === 1 ? one : many}`;
