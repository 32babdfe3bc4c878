import { type WallTime, weekdayOf } from "./zone.ts";

const months = "January February March April May June July August September October November December".split(" ");

export const weekdays = "Mon Tue Wed Thu Fri Sat Sun".split(" ");

/** "Fri 12 June 2026". */
export function dayLabel(day: WallTime, withWeekday = true): string {
  const named = `${day.day} ${months[day.month - 1]} ${day.year}`;
  return withWeekday ? `${weekdays[weekdayOf(day)]} ${named}` : named;
}

export function monthLabel(day: WallTime): string {
  return `${months[day.month - 1]} ${day.year}`;
}

export function dayMonth(from: WallTime, to: WallTime): string {
  return from.month === to.month ? String(from.day) : `${from.day} ${months[from.month - 1]}`;
}
