import { expect, test } from "vitest";
import { explained } from "../../../renderer/features/chat/score-parts.ts";

test("a score is told as shares of the relevance, largest first, then what weighed it", () => {
  expect(explained({ lexical: 1, neighbours: 0, session: 3, person: 0.05, retrievability: 0.964, proof: 0.5 })).toEqual(
    ["the same sitting 74 %", "words in common 25 %", "remembered 96 %"],
  );
});

test("unknown parts, none, and zeros say nothing", () => {
  expect(explained({ lexical: 0, magic: 4 })).toEqual([]);
  expect(explained({})).toEqual([]);
  expect(explained({ strength: 2 })).toEqual(["matters 100 %"]);
});
