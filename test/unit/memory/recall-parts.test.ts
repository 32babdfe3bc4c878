import fc from "fast-check";
import { expect, test } from "vitest";
import { answers, answersWanted, namesSomething } from "../../../app/memory/recall/answers.ts";
import { recall } from "../../../app/memory/recall/recall.ts";
import { varied } from "../../../app/memory/recall/variety.ts";
import { fitsWindow, timeWindow } from "../../../app/memory/recall/window.ts";
import { openTestDatabase } from "../../fixtures/database.ts";

const day = 86_400_000;
/** A Wednesday. */
const now = Date.UTC(2026, 5, 17, 12);
const on = (month: number, date: number, year = 2026) => Date.UTC(year, month - 1, date, 15);

test.each([
  ["What did I do last weekend?", on(6, 13), on(6, 10)],
  ["What happened on May 23, 2026?", on(5, 23), on(5, 21)],
  ["Where was I yesterday?", on(6, 16), on(6, 15)],
  ["What did I read in March?", on(3, 20), on(1, 20)],
  ["What have I done since May 1?", on(6, 1), on(4, 20)],
  ["Where did I live before 2020?", on(6, 1, 2018), on(6, 1, 2021)],
])("%s is about its time", (question, inside, outside) => {
  const window = timeWindow(question, now, "UTC");
  if (!window) throw new Error("no window was read");
  expect(fitsWindow(window, inside)).toBeGreaterThan(0);
  expect(fitsWindow(window, outside)).toBe(0);
});

test("what is told the day after counts less than on the day, and more than a week later", () => {
  const window = timeWindow("What happened on June 1, 2026?", now, "UTC");
  if (!window) throw new Error("no window was read");
  const [same, next, week, month] = [0, 1, 6, 30].map((days) => fitsWindow(window, on(6, 1) + days * day));
  expect(same).toBeGreaterThan(next ?? 0);
  expect(next).toBeGreaterThan(week ?? 0);
  expect(week).toBeGreaterThan(month ?? 0);
  expect(month).toBe(0);
});

test("a question without a time has no window, whatever it is", () => {
  for (const question of ["What is my job?", "Who may I ask?", "", "at 7", "every Friday?"])
    expect(timeWindow(question, now, "UTC")).toBeNull();
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(Date.UTC(2200, 0)), (text, at) => {
      const window = timeWindow(text, at, "UTC");
      if (window) expect(window.to).toBeGreaterThanOrEqual(window.from);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["When did Ann leave?", "We left two weeks ago", "She left the house"],
  ["How many cats do I have?", "I have three cats", "I have cats"],
  ["Where did we eat?", "We ate in Lisbon", "We ate fish"],
  ["What is the band called?", "We went to hear Radiohead", "We went to hear them"],
  ["Why did she quit?", "She quit because of the noise", "She quit the choir"],
])("%s wants an answer of its kind", (question, told, other) => {
  const wanted = answersWanted(question);
  expect(answers(wanted, told)).toBeGreaterThan(answers(wanted, other));
});

test("a proper name counts, the speakers' own and the beginning of a sentence don't", () => {
  const speakers = new Set(["ann"]);
  expect(namesSomething("We saw the Douro from there", speakers)).toBe(true);
  expect(namesSomething("Thanks, Ann, and so did I", speakers)).toBe(false);
  expect(namesSomething("Great. So be it", speakers)).toBe(false);
});

test("of results that say the same, the second comes after those that say something else", () => {
  const results = [
    { text: "I play the cello on Mondays", score: 1 },
    { text: "On Mondays I play the cello", score: 0.9 },
    { text: "My teacher lives in Leeds", score: 0.6 },
  ];
  expect(varied(results, 3, 0.5).map(({ text }) => text)).toEqual([
    "I play the cello on Mondays",
    "My teacher lives in Leeds",
    "On Mondays I play the cello",
  ]);
  expect(varied(results, 3, 0).map(({ score }) => score)).toEqual([1, 0.9, 0.6]);
});

test("varied results are the same results", () => {
  const items = fc.array(
    fc.record({ text: fc.lorem({ maxCount: 6 }), score: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  fc.assert(
    fc.property(
      items,
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (some, limit, cost) => {
        const best = [...some].sort((a, b) => b.score - a.score);
        const shown = varied(best, limit, cost);
        expect(shown.toSorted((a, b) => b.score - a.score)).toEqual(best);
        expect(shown[0]).toEqual(best[0]);
      },
    ),
  );
});

test("an irregular form finds the other", () => {
  const database = openTestDatabase();
  const went = database.addMessage({ text: "We went to Skye", conversationId: "a" });
  database.addMessage({ text: "We stayed at the hotel", conversationId: "b" });
  const [first] = recall(database.store, { text: "Where did we go?", now, limit: 3 });
  expect(first?.id).toBe(went);
});

test("what was said at the time that is asked about is found without a word in common", () => {
  const database = openTestDatabase();
  const hike = database.addMessage({
    text: "The view from the ridge was splendid",
    at: on(6, 13),
    conversationId: "a",
  });
  database.addMessage({ text: "The soup was too salty", at: on(4, 2), conversationId: "b" });
  const found = recall(database.store, { text: "What did I do last weekend?", now, limit: 3 });
  expect(found.map(({ id }) => id)).toEqual([hike]);
});
