import { describe, expect, test } from "vitest";
import { type Direction, findDate } from "../../../app/language/dates.ts";

/** Monday, 1 June 2026, 10:00 UTC. */
const at = Date.parse("2026-06-01T10:00:00Z");

const found = (text: string, direction: Direction, now = at, zone = "UTC") => findDate(text, now, zone, direction);

describe("dates are reckoned from the moment of the message", () => {
  test.each<[text: string, direction: Direction, start: string, label: string | null]>([
    ["next Friday at 7am", "future", "2026-06-12T07:00:00Z", "Fri 12 June 2026"],
    ["this Friday", "future", "2026-06-05T00:00:00Z", "Fri 5 June 2026"],
    ["on Friday", "future", "2026-06-05T00:00:00Z", "Fri 5 June 2026"],
    ["on Friday", "past", "2026-05-29T00:00:00Z", "Fri 29 May 2026"],
    ["at 5pm on Thursday", "future", "2026-06-04T17:00:00Z", "Thu 4 June 2026"],
    ["last weekend", "past", "2026-05-30T00:00:00Z", "30–31 May 2026"],
    ["next week", "future", "2026-06-08T00:00:00Z", "week of Mon 8 June 2026"],
    ["the day after tomorrow", "future", "2026-06-03T00:00:00Z", "Wed 3 June 2026"],
    ["a week from Friday", "future", "2026-06-12T00:00:00Z", "Fri 12 June 2026"],
    ["on the 12th", "future", "2026-06-12T00:00:00Z", "Fri 12 June 2026"],
    ["March 3rd", "future", "2027-03-03T00:00:00Z", "Wed 3 March 2027"],
    ["March 3rd", "past", "2026-03-03T00:00:00Z", "Tue 3 March 2026"],
    ["in May", "future", "2027-05-01T00:00:00Z", "May 2027"],
    ["since 2019", "past", "2019-01-01T00:00:00Z", null],
    ["for three years", "past", "2023-06-01T00:00:00Z", "since 2023"],
    ["two days ago", "past", "2026-05-30T00:00:00Z", "Sat 30 May 2026"],
    ["3-5 June", "future", "2026-06-03T00:00:00Z", "3–5 June 2026"],
    ["on 14 February 1990", "past", "1990-02-14T00:00:00Z", null],
  ])("%s, to the %s", (text, direction, start, label) => {
    expect(found(text, direction)).toMatchObject({ start: Date.parse(start), label });
  });

  test("in the user's own zone", () => {
    const late = Date.parse("2026-03-31T22:30:00+02:00");
    expect(found("tomorrow at 8am", "future", late, "+02:00")?.start).toBe(Date.parse("2026-04-01T08:00:00+02:00"));
    expect(found("tomorrow", "future", late, "Pacific/Auckland")?.label).toBe("Thu 2 April 2026");
  });

  test("across a change of the clocks", () => {
    const before = Date.parse("2026-03-27T12:00:00Z");
    expect(found("next Monday at 9am", "future", before, "Europe/Paris")?.start).toBe(
      Date.parse("2026-03-30T09:00:00+02:00"),
    );
  });

  test("a zone that nobody knows counts as UTC", () => {
    expect(found("tomorrow", "future", at, "Nowhere/Land")?.start).toBe(Date.parse("2026-06-02T00:00:00Z"));
  });

  test.each([
    "every Monday",
    "the sun is bright",
    "I may go",
    "march on",
    "1.83 m tall",
    "two cats",
    "twice a day",
    "the year of the storm",
  ])("no date: %s", (text) => {
    expect(found(text, "future")).toBeNull();
  });
});
