import type { Recurrence } from "../../contract/reminders.ts";
import { findDate } from "../../language/dates.ts";
import { addDays, type WallTime, wallTime, weekdayOf } from "../../language/zone.ts";

/** A time of day as it was said. `half`: whether it was said to be before or after noon. */
export type Clock = { hour: number; minute: number; half: "am" | "pm" | "open" };

/** When it comes round, without the time of day. `assumed`: the day was not said. */
export type Rhythm =
  | { every: "day" | "weekday"; assumed: false }
  | { every: "week"; days: number[]; assumed: boolean }
  | { every: "month"; day: number; assumed: boolean };

/** What a few words of a text say about when. */
export type TimePart =
  | { kind: "span"; ms: number }
  | { kind: "date"; date: WallTime; named: "today" | "weekday" | "other" }
  | { kind: "clock"; clock: Clock }
  /** A part of the day; its usual hour. */
  | { kind: "part"; hour: number; today: boolean }
  | { kind: "rhythm"; rhythm: Rhythm }
  /** A repetition that reminders don't have ("every other week"). */
  | { kind: "unknown" };

/** Where in the text it stands: from `start` up to, not including, `end`. */
export type TimeWords = { start: number; end: number; part: TimePart };

type Moment = { now: number; zone: string };
type Finder = readonly [RegExp, (match: RegExpMatchArray, moment: Moment) => TimePart | TimePart[] | null];

const minute = 60_000;
const hour = 60 * minute;
/** Reminders further away than this many days are a slip. */
const mostDays = 36_525;
/** Words about when, beyond which a text is no command. */
const mostFound = 24;
const taken = "\u0001";

const weekdayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const months =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const weekday = "(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?";
const fullWeekday = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const weekdays = `${weekday}(?:(?:\\s*,\\s*(?:and\\s+)?|\\s+and\\s+|\\s*&\\s*)${weekday}\\b)*`;
const partOfDay = "(morning|afternoon|evening|night)";
const hourOfPart: Readonly<Record<string, number>> = {
  morning: 9,
  noon: 12,
  midday: 12,
  lunchtime: 12,
  afternoon: 15,
  evening: 18,
  tonight: 20,
  night: 21,
};

const numbers: Readonly<Record<string, number>> = Object.fromEntries([
  ..."one two three four five six seven eight nine ten eleven twelve"
    .split(" ")
    .map((word, i) => [word, i + 1] as const),
  ...([
    ["a", 1],
    ["an", 1],
    ["fifteen", 15],
    ["twenty", 20],
    ["thirty", 30],
    ["forty", 40],
    ["forty-five", 45],
  ] as const),
  ...([
    ["fifty", 50],
    ["sixty", 60],
    ["ninety", 90],
    ["half an", 0.5],
    ["half a", 0.5],
    ["a half", 0.5],
  ] as const),
  ...([
    ["a couple of", 2],
    ["a few", 3],
    ["a quarter of an", 0.25],
  ] as const),
]);
const numberWords = Object.keys(numbers)
  .sort((a, b) => b.length - a.length)
  .join("|");
const amount = `(?:\\d{1,6}(?:[.,]\\d)?|(?:${numberWords})(?=\\s))`;
const unit = "(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|[smhd](?![a-z]))";
const span = `(${amount}(?:\\s+and a half)?)\\s*(${unit})(?:(?:\\s*,?\\s*(?:and\\s+)?(${amount})\\s*(${unit})(?![a-z]))|(\\s+and a half))?`;

const ordinals: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, last: 31 };
const dayOfMonth = "(\\d{1,2}(?:st|nd|rd|th)|first|last)(?:\\s+day)?";

const rhythm = (said: Rhythm): TimePart => ({ kind: "rhythm", rhythm: said });
const daily = rhythm({ every: "day", assumed: false });
const onWeekdays = rhythm({ every: "weekday", assumed: false });
const monthly = (said: string | undefined): TimePart | null => {
  const day = ordinals[said?.toLowerCase() ?? ""] ?? Number.parseInt(said ?? "", 10);
  return day >= 1 && day <= 31 ? rhythm({ every: "month", day, assumed: false }) : null;
};

/** How often; the first ones win where several stand in the same place. */
const rhythms: readonly Finder[] = [
  [
    /\b(?:every|each)\s+(?:other|second|third|few|couple of|\d+|two|three|four|five|six)\s+(?:\w+)|\b(?:every|each)\s+(?:hour|minute|year|quarter|fortnight|half[ -]hour)\b|\b(?:hourly|yearly|annually|bi-?weekly|fortnightly|quarterly|bi-?monthly)\b|\b(?:first|second|third|fourth|last)\s+\w+day\s+of\s+(?:every|each|the)\s+month\b/gi,
    () => ({ kind: "unknown" }),
  ],
  [
    new RegExp(`\\b(?:on\\s+)?(?:the\\s+)?${dayOfMonth}\\s+of\\s+(?:every|each|the)\\s+month\\b`, "gi"),
    ([, day]) => monthly(day),
  ],
  [/\b(?:at\s+|by\s+)?(?:the\s+)?end\s+of\s+(?:every|each)\s+month\b/gi, () => monthly("last")],
  [
    new RegExp(`\\b(?:(?:every|each)\\s+month|monthly),?\\s+on\\s+(?:the\\s+)?${dayOfMonth}`, "gi"),
    ([, day]) => monthly(day),
  ],
  [
    new RegExp(`\\bon\\s+the\\s+${dayOfMonth},?\\s+(?:(?:of\\s+)?(?:every|each)\\s+month|monthly)\\b`, "gi"),
    ([, day]) => monthly(day),
  ],
  [/\b(?:every|each)\s+(\d{1,2}(?:st|nd|rd|th))(?:\s+of\s+the\s+month)?\b/gi, ([, day]) => monthly(day)],
  [
    /\b(?:(?:every|each)\s+month|monthly)\b/gi,
    (_, { now, zone }) => rhythm({ every: "month", day: wallTime(now, zone).day, assumed: true }),
  ],
  [
    /\b(?:(?:on\s+)?(?:every|each|all)\s+(?:weekday|work(?:ing)?\s?day|business day)s?|(?:on\s+)?(?:weekdays|work(?:ing)?\s?days)|(?:from\s+)?mon(?:day)?s?\s*(?:to|through|-|–)\s*fri(?:day)?s?)\b/gi,
    () => onWeekdays,
  ],
  [
    /\b(?:(?:every|each)\s+weekend|on\s+(?:the\s+)?weekends)\b/gi,
    () => rhythm({ every: "week", days: [6, 7], assumed: false }),
  ],
  [
    new RegExp(`\\b(?:on\\s+)?(?:every|each)\\s+(?:week\\s+on\\s+)?(${weekdays})\\b(?:\\s+${partOfDay}s?\\b)?`, "gi"),
    ([, days, part]) => weekly(days, part),
  ],
  [
    new RegExp(
      `\\b(?:weekly\\s+)?on\\s+(${fullWeekday}s(?:(?:\\s*,\\s*(?:and\\s+)?|\\s+and\\s+)${fullWeekday}s)*)\\b`,
      "gi",
    ),
    ([, days]) => weekly(days, undefined),
  ],
  [new RegExp(`\\bweekly\\s+on\\s+(${weekdays})\\b`, "gi"), ([, days]) => weekly(days, undefined)],
  [
    /\b(?:(?:every|each)\s+week|weekly)\b/gi,
    (_, { now, zone }) => rhythm({ every: "week", days: [weekdayOf(wallTime(now, zone)) + 1], assumed: true }),
  ],
  [
    new RegExp(`\\b(?:every|each)\\s+(?:single\\s+)?(?:${partOfDay}|(day)\\b(?:\\s+in the\\s+${partOfDay})?)\\b`, "gi"),
    ([, part, , later]) => [daily, ...partAt(part ?? later)],
  ],
  [/\b(?:daily|nightly)\b/gi, ([word]) => [daily, ...partAt(/night/i.test(word) ? "night" : undefined)]],
];

/** Lengths of time from now. `loose` ones need no "in" before them. */
const strictSpans: readonly Finder[] = [
  [
    new RegExp(`\\bin\\s+(?:about |around |exactly |another )?${span}(?:'?s?['’]?\\s+time\\b)?(?![a-z])`, "gi"),
    (match, moment) => spanOf(match, moment),
  ],
  [new RegExp(`\\b${span}\\s+from\\s+now\\b`, "gi"), (match, moment) => spanOf(match, moment)],
];
const looseSpans: readonly Finder[] = [
  [
    new RegExp(`\\b(?:for\\s+|by\\s+)?(?:another\\s+)?${span}(?![a-z])`, "gi"),
    (match, moment) => spanOf(match, moment),
  ],
];

const dates: readonly Finder[] = [
  [
    new RegExp(`\\b(?:(?:on|for|by)\\s+)?(?:the\\s+)?day after tomorrow\\b(?:\\s+${partOfDay}\\b)?`, "gi"),
    ([, part], { now, zone }) => [dateOf(addDays(wallTime(now, zone), 2), "other"), ...partAt(part)],
  ],
  [
    new RegExp(`\\b(?:(?:for|by)\\s+)?(today|tomorrow|tmrw|tonight)\\b(?!['’]s)(?:\\s+${partOfDay}\\b)?`, "gi"),
    ([, word = "", part], { now, zone }) => {
      const today = wallTime(now, zone);
      if (/^tom|^tm/i.test(word)) return [dateOf(addDays(today, 1), "other"), ...partAt(part)];
      return [dateOf(today, "today"), ...partAt(/^tonight/i.test(word) ? "tonight" : part)];
    },
  ],
  [
    /\b(?:on\s+|for\s+|by\s+)?((?:19|20)\d\d-\d\d-\d\d|\d{1,2}\/\d{1,2}(?:\/\d{2,4})?)(?![\d/-])/gi,
    ([, words = ""], moment) => resolved(words, moment, "other"),
  ],
  [
    /\b(?:on\s+|for\s+|by\s+)?(?:the\s+)?(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)?(?!\d)/gi,
    ([, day, month, year], moment) => numeric(Number(day), Number(month), year, moment),
  ],
  [
    new RegExp(
      `\\b(?:(?:on|for|by)\\s+)?(?:${weekday},?\\s+)?(?:the\\s+)?(\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?${months}\\b(?:,?\\s+(?:19|20)\\d\\d)?)`,
      "gi",
    ),
    ([, words = ""], moment) => resolved(words, moment, "other"),
  ],
  [
    new RegExp(
      `\\b(?:(?:on|for|by)\\s+)?(?:${weekday},?\\s+)?(${months}\\s+(?:the\\s+)?\\d{1,2}(?:st|nd|rd|th)?(?![\\d:.])(?:,?\\s+(?:19|20)\\d\\d)?)`,
      "gi",
    ),
    ([, words = ""], moment) => resolved(words, moment, "other"),
  ],
  [
    new RegExp(
      `\\b(?:(?:on|by|for)\\s+)?((?:a|one) week (?:from|on|after) (?:next |this )?${fullWeekday}|(?:(?:next|this|coming)\\s+)?${fullWeekday}(?:\\s+(?:next|this)\\s+week|\\s+week)?(?:,?\\s+the\\s+\\d{1,2}(?:st|nd|rd|th))?)\\b(?!['’]s)(?:\\s+${partOfDay}\\b)?`,
      "gi",
    ),
    ([, words = "", part], moment) => named(words, part, moment),
  ],
  [
    new RegExp(
      `\\b(?:on|by|next|this)\\s+(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\\b(?!['’-])(?:\\s+${partOfDay}\\b)?`,
      "gi",
    ),
    ([words, part], moment) => named(words, part, moment),
  ],
  [
    /\b(?:on|by|for)\s+the\s+(\d{1,2}(?:st|nd|rd|th))\b(?!\s+of\b)/gi,
    ([, words = ""], moment) => resolved(`on the ${words}`, moment, "other"),
  ],
  [
    /\b(?:(?:for|by|at|over)\s+)?((?:next|this)\s+weekend|the weekend|next\s+(?:week|month|year))\b(?!['’]s)/gi,
    ([, words = ""], moment) => resolved(words, moment, "other"),
  ],
];

const clockTimes: readonly Finder[] = [
  // One reminder has one time of day.
  [
    /\bat\s+\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]m)?(?:\s*,\s*\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]m)?)*\s+and\s+(?:at\s+)?\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]m)?(?=[\s.!?]*$)/gi,
    () => ({ kind: "unknown" }),
  ],
  [/\b(?:at\s+|by\s+|around\s+)?(noon|midday|lunchtime|midnight)\b/gi, ([, word = ""]) => partNamed(word)],
  [
    /\b(?:at\s+|by\s+|around\s+)?(half|quarter)\s+(past|to)\s+(\d{1,2}|[a-z]{3,6})\b(?:\s*([ap])\.?m\b\.?)?/gi,
    ([, share, side, base, half]) => {
      const wanted = numberOf(base);
      const before = side?.toLowerCase() === "to";
      if (wanted === null || (before && share?.toLowerCase() === "half")) return null;
      const minutes = share?.toLowerCase() === "half" ? 30 : before ? 45 : 15;
      return clockOf(before ? (wanted + 11) % 12 || 12 : wanted, minutes, half);
    },
  ],
  [
    /(?:\b(?:at|by|around|about|for)\s+|@\s*)?\b(\d{1,2})(?::|h)(\d\d)\b(?:\s*([ap])\.?m\b\.?)?(?![:\d])/gi,
    ([, hours, minutes, half]) => clockOf(Number(hours), Number(minutes), half, hours?.startsWith("0")),
  ],
  [
    /(?:\b(?:at|by|around|about)\s+|@\s*)(\d{1,2})\.(\d\d)\b(?:\s*([ap])\.?m\b\.?)?(?![.\d])/gi,
    ([, hours, minutes, half]) => clockOf(Number(hours), Number(minutes), half, hours?.startsWith("0")),
  ],
  [
    /(?:\b(?:at|by|around|about|for)\s+|@\s*)?\b(\d{1,2})(?:\.(\d\d))?\s*([ap])\.?m\b\.?/gi,
    ([, hours, minutes, half]) => clockOf(Number(hours), Number(minutes ?? 0), half),
  ],
  [
    /\b(?:at\s+|by\s+|around\s+|for\s+)?(\d{1,2}|[a-z]{3,6})\s*o['’]?clock\b/gi,
    ([, hours]) => {
      const said = numberOf(hours);
      return said === null ? null : clockOf(said, 0, undefined);
    },
  ],
  [
    /(?:\b(?:at|around|about|by)\s+|@\s*)(\d{1,2})(?![\d:./%°-]|\s*(?:%|percent|people|euros?|dollars?|pounds?|degrees|(?:second|minute|hour|day|week|month|year|mile|meter|metre|kilo\w*|km|m|kg)s?\b|\p{Lu}\p{Ll}+ (?:St|Street|Road|Rd|Ave|Avenue|Lane|Square)\b))/gu,
    ([, hours]) => clockOf(Number(hours), 0, undefined),
  ],
  [
    /\bat\s+(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?:[\s-]+(fifteen|thirty|forty-five))?/gi,
    ([, hours, minutes]) => clockOf(numberOf(hours) ?? 0, minutes ? (numberOf(minutes) ?? 0) : 0, undefined),
  ],
  [
    /\b(in\s+the|this|at|by)\s+(morning|afternoon|evening|night)\b/gi,
    ([, lead = "", word]) => partAt(word, /^this$/i.test(lead)),
  ],
];

/** An hour by itself, for where nothing but a time can stand ("set an alarm for 7"). */
const bareHours: readonly Finder[] = [
  [/\bfor\s+(\d{1,2})(?![\d:./%-])(?!\s+[a-z])/gi, ([, hours]) => clockOf(Number(hours), 0, undefined)],
];

/**
 * The words of a text that say when, in order; `now` in ms. With `loose`, "10 minutes" and "for 7" count without an "in" or "at"
 * before them.
 */
export function findTimeWords(text: string, moment: Moment, loose = false): TimeWords[] {
  let left = text;
  const found: TimeWords[] = [];
  const order = [
    rhythms,
    strictSpans,
    ...(loose ? [looseSpans] : []),
    dates,
    clockTimes,
    ...(loose ? [bareHours] : []),
  ];
  for (const [pattern, read] of order.flat()) {
    for (const match of left.matchAll(pattern)) {
      if (found.length >= mostFound) break;
      const read1 = read(match, moment);
      if (read1 === null) continue;
      const start = match.index;
      const end = start + match[0].length;
      for (const part of Array.isArray(read1) ? read1 : [read1]) found.push({ start, end, part });
      left = left.slice(0, start) + taken.repeat(end - start) + left.slice(end);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

const dateOf = (date: WallTime, named: "today" | "weekday" | "other"): TimePart => ({ kind: "date", date, named });

function partAt(word: string | undefined, today = false): TimePart[] {
  const usual = hourOfPart[word?.toLowerCase() ?? ""];
  return usual === undefined ? [] : [{ kind: "part", hour: usual, today }];
}

/** Noon and midnight are times of their own. */
function partNamed(word: string): TimePart {
  const at = /^midnight/i.test(word) ? 0 : 12;
  return { kind: "clock", clock: { hour: at, minute: 0, half: at === 0 ? "am" : "pm" } };
}

function weekly(words: string | undefined, part: string | undefined): TimePart[] | null {
  const days = [...(words ?? "").toLowerCase().matchAll(/mon|tue|wed|thu|fri|sat|sun/g)].map(
    ([name]) => weekdayNames.indexOf(name) + 1,
  );
  if (days.length === 0) return null;
  return [rhythm({ every: "week", days: [...new Set(days)].sort(), assumed: false }), ...partAt(part)];
}

function named(words: string, part: string | undefined, moment: Moment): TimePart[] | null {
  const bare = !/\b(?:next|this|coming|week|the)\b/i.test(words);
  const found = resolved(
    /^(?:on|by|next|this)\s/i.test(words) ? words : `on ${words}`,
    moment,
    bare ? "weekday" : "other",
  );
  return found && [found, ...partAt(part)];
}

function resolved(words: string, { now, zone }: Moment, named: "weekday" | "other"): TimePart | null {
  const found = findDate(words, now, zone, "future");
  return found && dateOf(wallTime(found.start, zone), named);
}

function numeric(day: number, month: number, year: string | undefined, { now, zone }: Moment): TimePart | null {
  if (day < 1 || day > 31 || month < 1 || month > 12) return null;
  const today = wallTime(now, zone);
  const soon = month * 100 + day >= today.month * 100 + today.day ? today.year : today.year + 1;
  const date = { ...today, year: year === undefined ? soon : Number(year), month, day };
  // The 31st of a short month is no date.
  return addDays(date, 0).day === day ? dateOf(date, "other") : null;
}

function clockOf(said: number, minutes: number, half: string | undefined, padded = false): TimePart | null {
  const noon = half?.toLowerCase();
  if (minutes > 59 || said > (noon ? 12 : 23) || (noon && said === 0)) return null;
  const hours = noon === undefined ? said : (said % 12) + (noon === "p" ? 12 : 0);
  const certain = noon !== undefined || padded || said === 0 || said > 12;
  return {
    kind: "clock",
    clock: { hour: hours, minute: minutes, half: certain ? (hours < 12 ? "am" : "pm") : "open" },
  };
}

function numberOf(word: string | undefined): number | null {
  const said = word?.toLowerCase() ?? "";
  const number = /^\d/.test(said) ? Number(said.replace(",", ".")) : numbers[said];
  return number === undefined || Number.isNaN(number) ? null : number;
}

/** Whole days and more are dates; what is shorter counts by the minute. */
function spanOf(match: RegExpMatchArray, { now, zone }: Moment): TimePart | null {
  const [, first = "", firstUnit = "", second, secondUnit, andHalf] = match;
  const halved = / and a half$/i.test(first) || andHalf !== undefined ? 0.5 : 0;
  const count = (numberOf(first.replace(/\s+and a half$/i, "")) ?? 0) + halved;
  if (count <= 0) return null;
  const name = firstUnit.toLowerCase();
  const shorter = lengthOf(name);
  if (shorter !== null) {
    const more = second && secondUnit ? (numberOf(second) ?? 0) * (lengthOf(secondUnit.toLowerCase()) ?? 0) : 0;
    const ms = Math.round(count * shorter + more);
    return ms > 0 && ms <= mostDays * 24 * hour ? { kind: "span", ms } : null;
  }
  const today = wallTime(now, zone);
  if (/^(?:month|year)/.test(name)) {
    const ahead = Math.round(count * (name.startsWith("year") ? 12 : 1));
    if (ahead < 1 || ahead > (mostDays / 365.25) * 12) return null;
    const firstDay = addDays({ ...today, month: today.month + ahead, day: 1 }, 0);
    const last = addDays({ ...firstDay, month: firstDay.month + 1 }, -1).day;
    return dateOf({ ...firstDay, day: Math.min(today.day, last) }, "other");
  }
  const days = Math.round(count * (name.startsWith("w") ? 7 : 1));
  return days >= 1 && days <= mostDays ? dateOf(addDays(today, days), "other") : null;
}

/** ms of a unit shorter than a day; null for longer ones. */
function lengthOf(name: string): number | null {
  if (/^s/.test(name)) return 1_000;
  if (/^m(?:in|$)/.test(name)) return minute;
  return name.startsWith("h") ? hour : null;
}

/** The recurrence at a time of day. */
export function recurrenceAt(said: Rhythm, at: { hour: number; minute: number }): Recurrence {
  const { assumed: _, ...days } = said;
  return { ...days, hour: at.hour, minute: at.minute };
}
