import fc from "fast-check";
import { expect, test } from "vitest";
import { type Direction, findDate } from "../../../app/language/dates.ts";
import { instant } from "../../../app/memory/transfer/format.ts";

const words = fc.constantFrom(
  ...`next last this coming on in at by until since for over during every the a monday tues Friday sat sundays weekend week
  weeks month months year years day days hours ago from now today tonight tomorrow yesterday noon midnight morning evening
  january Feb mar may 31 30 29 0 1st 2nd 3rd 32nd 12 13 24 25 60 99 1066 1799 1800 1970 2024 2026 9999 10000 99999 999999999 7am
  7:30 25:61 3/4 31/02/2025 2025-02-30 2026-13-45 0000-00-00 1e9 -5 '99 christmas easter fortnight quarter half decade
  century birthday , . : / - – two five hundred thousand million`.split(/\s+/),
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(words, { minLength: 1, maxLength: 8 }).map((list) => list.join(" ")) },
  fc.array(words, { maxLength: 6 }).map((list) => list.join("")),
  fc.tuple(words, fc.string({ unit: "binary", maxLength: 60 }), words).map((list) => list.join(" ")),
);
const moment = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });
const zone = fc.oneof(
  fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "+14:00", "-12:00"),
  fc.string({ maxLength: 8 }),
);
const direction = fc.constantFrom<Direction>("past", "future");

test("whatever a text says, its date is one that can be kept, and stands where it is said to stand", () => {
  fc.assert(
    fc.property(text, moment, zone, direction, (said, at, where, tense) => {
      const found = findDate(said, at, where, tense);
      if (found === null) return;
      const { words: read, index, start, end, label } = found;
      expect(instant.safeParse(start).success).toBe(true);
      if (end !== null) {
        expect(instant.safeParse(end).success).toBe(true);
        expect(end).toBeGreaterThanOrEqual(start);
      }
      expect(said.slice(index, index + read.length)).toBe(read);
      expect(label ?? "").not.toMatch(/NaN|undefined|Invalid/);
    }),
    { numRuns: 20_000 },
  );
});

test("a long text of nothing but dates takes no longer than a short one", () => {
  for (const part of ["next Friday ", "1/2/3/4/", "in 5 days ", "from Monday to ", "12:34:56 ", "the 3rd of "]) {
    const long = part.repeat(20_000);
    const start = performance.now();
    findDate(long, 0, "UTC", "future");
    expect(performance.now() - start).toBeLessThan(1_000);
  }
});

test("a span over the end of a year ends in the next one, and one that runs backwards has no end", () => {
  const at = Date.UTC(2026, 10, 1);
  const over = findDate("from December 28 to January 3", at, "UTC", "future");
  expect([over?.start, over?.end]).toEqual([Date.UTC(2026, 11, 28), Date.UTC(2027, 0, 4) - 1]);
  expect(findDate("25 - 5 March", at, "UTC", "future")?.end ?? null).toBeNull();
});
