import { expect, test } from "vitest";
import { earlierTurns } from "../../../app/assistant/earlier.ts";

const turn = (role: "user" | "assistant", text: string, createdAt: number) => ({ role, text, createdAt });

/** Sittings an hour and more apart, each about one thing. */
const about = (subject: string, at: number, exchanges = 3) =>
  Array.from({ length: exchanges }, (_, index) => [
    turn("user", `My ${subject} needs care, because the ${subject} number ${index} broke again.`, at + index),
    turn("assistant", `I would look at the ${subject} first.`, at + index),
  ]).flat();
const hour = 3_600_000;

test("each sitting is told in the words of the user, with the turn that it begins at", () => {
  const told = earlierTurns([...about("sailing boat", 0), ...about("violin", 2 * hour), ...about("oven", 4 * hour)]);
  expect(told.map(({ from }) => from)).toEqual([0, 6, 12]);
  expect(told[0]?.text).toContain("sailing boat");
  expect(told[1]?.text).toContain("violin");
  expect(told.map(({ text }) => text).join()).not.toContain("I would look");
});

test("what is told of old turns stays the same as the conversation goes on", () => {
  const turns = Array.from({ length: 80 }, (_, index) => about(`thing${index}`, index * 2 * hour)).flat();
  const early = earlierTurns(turns.slice(0, 360)).filter(({ from }) => from < 300);
  expect(early.length).toBeGreaterThan(20);
  for (const more of [362, 400, 420, 470]) {
    const later = new Map(earlierTurns(turns.slice(0, more)).map(({ from, text }) => [from, text]));
    for (const { from, text } of early) if (from >= 240) expect(later.get(from)).toBe(text);
  }
});

test("a very long conversation is not told from its beginning, and takes no time to speak of", () => {
  const turns = Array.from({ length: 2_000 }, (_, index) => about(`thing${index}`, index * 2 * hour)).flat();
  const told = earlierTurns(turns);
  expect(told[0]?.from).toBeGreaterThan(11_000);
  expect(told.at(-1)?.from).toBe(turns.length - 6);
});

test("nothing is told of nothing, and of what says nothing", () => {
  expect(earlierTurns([])).toEqual([]);
  expect(earlierTurns([turn("user", "ok", 0), turn("assistant", "Yes.", 1)])).toEqual([]);
});
