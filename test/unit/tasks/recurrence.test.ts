import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recurrence } from "../../../app/contract/index.ts";
import { instantOf, type WallTime, wallTime, weekdayOf } from "../../../app/language/zone.ts";
import { lastOccurrence, nextOccurrence } from "../../../app/tasks/reminders/recurrence.ts";

const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number): string => new Date(ms).toISOString().replace(":00.000Z", "Z");
const daily = (hour: number, minute = 0): Recurrence => ({ every: "day", hour, minute });

/** The times after `from`, one after another. */
function following(recurrence: Recurrence, from: string, zone: string, count: number): string[] {
  const times: string[] = [];
  for (let last = at(from); times.length < count; ) {
    last = nextOccurrence(recurrence, last, zone);
    times.push(iso(last));
  }
  return times;
}

describe("when the clocks change", () => {
  test("a time that Berlin's clocks skip rings as they jump past it, and one that they show twice rings once", () => {
    expect(following(daily(2, 30), "2026-03-27T12:00Z", "Europe/Berlin", 3)).toEqual([
      "2026-03-28T01:30Z",
      "2026-03-29T01:00Z",
      "2026-03-30T00:30Z",
    ]);
    expect(following(daily(2, 30), "2026-10-24T12:00Z", "Europe/Berlin", 2)).toEqual([
      "2026-10-25T00:30Z",
      "2026-10-26T01:30Z",
    ]);
  });

  test("the same in New York", () => {
    expect(following(daily(2, 15), "2026-03-07T12:00Z", "America/New_York", 2)).toEqual([
      "2026-03-08T07:00Z",
      "2026-03-09T06:15Z",
    ]);
    expect(following(daily(1, 30), "2026-10-31T12:00Z", "America/New_York", 2)).toEqual([
      "2026-11-01T05:30Z",
      "2026-11-02T06:30Z",
    ]);
  });

  test("nine in the morning stays nine in the morning", () => {
    expect(following(daily(9), "2026-03-28T00:00Z", "Europe/Berlin", 2)).toEqual([
      "2026-03-28T08:00Z",
      "2026-03-29T07:00Z",
    ]);
    expect(following(daily(9), "2026-10-31T00:00Z", "America/New_York", 2)).toEqual([
      "2026-10-31T13:00Z",
      "2026-11-01T14:00Z",
    ]);
  });

  test("India changes no clocks, and is half an hour beside the others", () => {
    expect(following(daily(9), "2026-03-28T00:00Z", "Asia/Kolkata", 3)).toEqual([
      "2026-03-28T03:30Z",
      "2026-03-29T03:30Z",
      "2026-03-30T03:30Z",
    ]);
  });

  test("a change of half an hour, at midnight, or of a whole day is a change like any other", () => {
    expect(iso(instantOf({ year: 2026, month: 10, day: 4, hour: 2, minute: 10 }, "Australia/Lord_Howe"))).toBe(
      "2026-10-03T15:30Z",
    );
    expect(iso(instantOf({ year: 2026, month: 9, day: 6, hour: 0, minute: 20 }, "America/Santiago"))).toBe(
      "2026-09-06T04:00Z",
    );
    expect(iso(instantOf({ year: 2011, month: 12, day: 30, hour: 9, minute: 0 }, "Pacific/Apia"))).toBe(
      "2011-12-30T10:00Z",
    );
  });
});

test("weekdays leave the weekend out, and days of the week come in their order", () => {
  const weekday: Recurrence = { every: "weekday", hour: 8, minute: 30 };
  expect(following(weekday, "2026-11-20T12:00Z", "UTC", 3)).toEqual([
    "2026-11-23T08:30Z",
    "2026-11-24T08:30Z",
    "2026-11-25T08:30Z",
  ]);
  const week: Recurrence = { every: "week", days: [5, 1], hour: 10, minute: 0 };
  expect(following(week, "2026-11-20T10:00Z", "UTC", 3)).toEqual([
    "2026-11-23T10:00Z",
    "2026-11-27T10:00Z",
    "2026-11-30T10:00Z",
  ]);
});

test("day 31 is the last one of a month that has fewer", () => {
  const monthly: Recurrence = { every: "month", day: 31, hour: 18, minute: 0 };
  expect(following(monthly, "2027-12-31T18:00Z", "UTC", 4)).toEqual([
    "2028-01-31T18:00Z",
    "2028-02-29T18:00Z",
    "2028-03-31T18:00Z",
    "2028-04-30T18:00Z",
  ]);
});

test("of many that were missed, the last one counts", () => {
  const now = at("2026-11-25T12:00Z");
  expect(iso(lastOccurrence(daily(9), at("2026-11-20T09:00Z"), now, "UTC"))).toBe("2026-11-25T09:00Z");
  expect(iso(lastOccurrence(daily(9), at("2020-01-01T09:00Z"), now, "UTC"))).toBe("2026-11-25T09:00Z");
  expect(iso(lastOccurrence(daily(13), at("2026-11-25T13:00Z"), now, "UTC"))).toBe("2026-11-25T13:00Z");
});

const clock = { hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) };
const recurrence: fc.Arbitrary<Recurrence> = fc.oneof(
  fc.record({ every: fc.constant("day" as const), ...clock }),
  fc.record({ every: fc.constant("weekday" as const), ...clock }),
  fc.record({
    every: fc.constant("week" as const),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    ...clock,
  }),
  fc.record({ every: fc.constant("month" as const), day: fc.integer({ min: 1, max: 31 }), ...clock }),
);
const zones = fc.constantFrom(
  ..."Europe/Berlin America/New_York Asia/Kolkata America/St_Johns Australia/Lord_Howe Pacific/Apia Africa/Casablanca America/Santiago UTC no/where".split(
    " ",
  ),
);
const hour = 3_600_000;
const asUtc = ({ year, month, day, hour, minute }: WallTime): number => Date.UTC(year, month - 1, day, hour, minute);
const longestGap = { day: 26 * hour, weekday: 74 * hour, week: 170 * hour, month: 31 * 24 * hour + 2 * hour };

test("whatever comes round, its next time is later, soon enough, on a day that was asked for and at the time that was", () => {
  fc.assert(
    fc.property(
      recurrence,
      fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2060, 0, 1) }),
      zones,
      (rule, after, zone) => {
        const next = nextOccurrence(rule, after, zone);
        expect(next).toBeGreaterThan(after);
        expect(next - after).toBeLessThanOrEqual(longestGap[rule.every]);
        const wall = wallTime(next, zone);
        const shown = asUtc(wall);
        const asked = asUtc({ ...wall, hour: rule.hour, minute: rule.minute });
        // Only where the clocks have just jumped past it.
        if (shown !== asked) {
          expect(asked).toBeGreaterThan(asUtc(wallTime(next - 60_000, zone)));
          expect(asked).toBeLessThan(shown);
        }
        const weekday = weekdayOf(wall) + 1;
        if (rule.every === "weekday") expect(weekday).toBeLessThanOrEqual(5);
        if (rule.every === "week") expect(rule.days).toContain(weekday);
        if (rule.every === "month") {
          const last = new Date(Date.UTC(wall.year, wall.month, 0)).getUTCDate();
          expect(wall.day).toBe(Math.min(rule.day, last));
        }
        // Nothing lies between: from just before it, it is the next one too.
        expect(nextOccurrence(rule, next - 1, zone)).toBe(next);
        expect(nextOccurrence(rule, next, zone)).toBeGreaterThan(next);
      },
    ),
    { numRuns: 20_000 },
  );
});
