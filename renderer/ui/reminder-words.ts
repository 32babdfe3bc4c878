import type { Recurrence, Reminder } from "../../app/contract/index.ts";
import { clockTime, daysAgo, fullDate } from "./format.ts";

/** The user's zone, by whose clocks reminders go. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const longWeekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const weekdayAndDate = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/** A Monday, from which the names of weekdays are taken. */
const monday = new Date(2024, 0, 1);

/** The name of a weekday, from 1 for Monday to 7 for Sunday, in the user's language. */
export function weekdayName(day: number): string {
  return longWeekday.format(new Date(monday.getFullYear(), monday.getMonth(), monday.getDate() + day - 1));
}

/** "Today", "Tomorrow", "Monday 23 November", with its year where that is not this one. */
export function dayName(at: number, now: number): string {
  const ahead = -daysAgo(at, now);
  if (ahead === 0) return "Today";
  if (ahead === 1) return "Tomorrow";
  if (ahead === -1) return "Yesterday";
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? weekdayAndDate.format(at) : fullDate(at);
}

/** "Every weekday", "Every Monday and Friday", "Monthly, on day 31 or the last". */
export function recurrenceWords(recurrence: Recurrence): string {
  switch (recurrence.every) {
    case "day":
      return "Every day";
    case "weekday":
      return "Every weekday";
    case "week":
      return `Every ${new Intl.ListFormat(undefined).format(recurrence.days.map(weekdayName))}`;
    case "month":
      return recurrence.day > 28
        ? `Every month, on day ${recurrence.day} or the last one`
        : `Every month, on day ${recurrence.day}`;
  }
}

/** When one that rings was due: "Due at 09:00", "Late: was due yesterday at 09:00". */
export function dueWords({ dueAt, late }: Pick<Reminder, "dueAt" | "late">, now: number): string {
  if (dueAt === null) return "";
  const day = dayName(dueAt, now);
  const named = day === "Today" ? "" : `${/^(?:Yesterday|Tomorrow)$/.test(day) ? day.toLowerCase() : `on ${day}`} `;
  return late ? `Late: was due ${named}at ${clockTime(dueAt)}` : `Due ${named}at ${clockTime(dueAt)}`;
}
