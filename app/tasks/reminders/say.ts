import type { Recurrence } from "../../contract/reminders.ts";
import { addDays, type WallTime, wallTime, weekdayOf } from "../../language/zone.ts";
import type { ReminderCommand } from "./read.ts";
import type { Assumed } from "./when.ts";

type Added = Extract<ReminderCommand, { kind: "add" }>;
type Asked = Extract<ReminderCommand, { kind: "ask" }>;

const weekdays = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const months = "January February March April May June July August September October November December".split(" ");

/** "I'll remind you tomorrow, Sunday 22 November, at 09:00: call mum." `now` in ms. */
export function confirmation({ what, at, recurrence, zone, assumed }: Added, now: number): string {
  const when = recurrence
    ? `${rhythmWords(recurrence)}, first ${dayWords(at, now, zone)}`
    : `${dayWords(at, now, zone)} at ${clockWords(at, zone)}`;
  const notes = assumed.map((part) => assumptions[part]).filter((note) => note !== null);
  return [`I'll remind you ${when}: ${sentence(what)}`, ...notes].join(" ");
}

const assumptions: Readonly<Record<Assumed, string | null>> = {
  time: "You named no exact time, so tell me if another suits you better.",
  day: "You named no day, so I took today's.",
  afternoon: "I took that for the afternoon.",
  text: null,
};

/** What is to be asked where a reminder lacks something. */
export function question({ what, missing }: Asked): string {
  switch (missing) {
    case "when":
      return what === null ? "When should I remind you?" : `When should I remind you: ${what}?`;
    case "what":
      return "What should I remind you of?";
    case "past":
      return "That time has passed already. When should I remind you?";
    case "unknown":
      return "I can remind you once, every day, on weekdays, on days of the week or once a month, at one time of day. When should it be?";
  }
}

/** "today", "tomorrow, Sunday 22 November", or the date, with its year where that is not this one. */
export function dayWords(at: number, now: number, zone: string): string {
  const day = wallTime(at, zone);
  const today = wallTime(now, zone);
  if (isSame(day, today)) return "today";
  const year = day.year === today.year ? "" : ` ${day.year}`;
  const date = `${weekdays[weekdayOf(day)]} ${day.day} ${months[day.month - 1]}${year}`;
  return isSame(day, addDays(today, 1)) ? `tomorrow, ${date},` : `on ${date}`;
}

/** "09:00". */
export function clockWords(at: number, zone: string): string {
  const { hour, minute } = wallTime(at, zone);
  return twoDigits(hour, minute);
}

/** "every weekday at 08:30". */
export function rhythmWords(recurrence: Recurrence): string {
  const time = twoDigits(recurrence.hour, recurrence.minute);
  switch (recurrence.every) {
    case "day":
      return `every day at ${time}`;
    case "weekday":
      return `every weekday at ${time}`;
    case "week":
      return `every ${listed(recurrence.days.map((day) => weekdays[day - 1] ?? ""))} at ${time}`;
    case "month":
      return `on the ${ordinal(recurrence.day)} of every month at ${time}`;
  }
}

/** The words as a sentence's end. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

const isSame = (a: WallTime, b: WallTime): boolean => a.year === b.year && a.month === b.month && a.day === b.day;

const twoDigits = (hour: number, minute: number): string =>
  `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;

/** "Monday, Wednesday and Friday". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function ordinal(n: number): string {
  const tens = n % 100;
  const suffix = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${suffix}`;
}
