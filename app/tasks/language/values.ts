import { findDate } from "../../language/dates.ts";
import { wallTime } from "../../language/zone.ts";

/** When and where something is said: ms since 1970 (UTC), IANA zone. */
export type Said = { at: number; zone: string };

const isoDate = /^\d{4}-\d\d-\d\d$/;
const time = /^\d{1,2}:\d\d$/;
const saidTime = /^(?:at )?(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|o'clock|h)?$/i;

/**
 * The value that words such as "15 June" or "3 pm" stand for, written as constraints compare it: a date as YYYY-MM-DD, with
 * its time where one is named, a time as HH:MM. Other words stay as they are. `before` is the value that it replaces, which
 * tells a time from a number.
 */
export function readValue(words: string, said: Said, before: string | null = null): string {
  const text = words.trim().replaceAll(/\s+/g, " ");
  if (isoDate.test(text)) return text;
  const clock = clockValue(text, before !== null && time.test(before));
  if (clock) return clock;
  const found = findDate(text, said.at, said.zone, "future");
  const whole = found && found.words.trim().length >= text.length - 4;
  return whole ? (dateValue(found, said.zone) ?? text) : text;
}

/** "3 pm" or "15:00" as HH:MM; a bare "15" only where it `mayBe` a time. */
function clockValue(text: string, mayBe: boolean): string | null {
  const [, hours, minutes, half] = saidTime.exec(text) ?? [];
  if (hours === undefined || (minutes === undefined && half === undefined && !mayBe)) return null;
  const isHalf = /^[ap]/i.test(half ?? "");
  const hour = isHalf ? (Number(hours) % 12) + (/^p/i.test(half ?? "") ? 12 : 0) : Number(hours);
  return hour < 24 && Number(minutes ?? 0) < 60 ? `${pad(hour)}:${minutes ?? "00"}` : null;
}

/** A found date as a value; null where it is a month or a year, which are no day. */
export function dateValue(
  { start, precision }: Pick<NonNullable<ReturnType<typeof findDate>>, "start" | "precision">,
  zone: string,
): string | null {
  if (precision !== "day" && precision !== "time") return null;
  const { year, month, day, hour, minute } = wallTime(start, zone);
  const date = `${year}-${pad(month)}-${pad(day)}`;
  return precision === "time" ? `${date} ${pad(hour)}:${pad(minute)}` : date;
}

const pad = (part: number): string => String(part).padStart(2, "0");
