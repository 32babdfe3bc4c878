import { expect, test } from "vitest";
import { firstPace, paceAfter } from "../../../app/llm/llama-lane.ts";

/** The sizes of the parts that a prompt is read in, where a part of so many tokens takes so many ms. */
function sizes(ms: (tokens: number) => number, parts = 12): number[] {
  let pace = firstPace;
  return Array.from({ length: parts }, () => {
    const { size } = pace;
    pace = paceAfter(pace, size, ms(size));
    return size;
  });
}

test("parts grow on a fast machine and shrink on a slow one, until each takes about 50 ms", () => {
  expect(sizes((tokens) => tokens / 100).at(-1)).toBe(512);
  expect(sizes((tokens) => tokens * 1.5).at(-1)).toBe(32);
  expect(sizes((tokens) => tokens * 100).at(-1)).toBe(16);
});

test("parts do not shrink to where each token takes much longer", () => {
  // As measured on a deep model: 144 ms for 64 tokens, 700 ms for 16.
  const measured = sizes((tokens) => tokens * (tokens < 32 ? 44 : 2.25));
  expect(measured).toEqual([64, 32, 16, 32, 32, 32, 32, 32, 32, 32, 32, 32]);
});

test("one part that took long by chance does not stay in the way", () => {
  let part = 0;
  expect(sizes((tokens) => (part++ === 2 ? 400 : tokens / 4)).at(-1)).toBeGreaterThanOrEqual(64);
});
