import fc from "fast-check";
import { expect, test } from "vitest";
import { estimatedTokens, pack, packBounds } from "../../../app/memory/recall/pack.ts";

const textOf = (text: string) => ({ text });

test("what fits is shown whole and in order", () => {
  const { packed, left } = pack([textOf("I live in Porto"), textOf("I work at Siemens")], "Where do I live?");
  expect(packed.map(({ shown }) => shown)).toEqual(["I live in Porto", "I work at Siemens"]);
  expect(left).toEqual([]);
});

test("a long turn is shown by the passage that holds most of what is asked for", () => {
  const filler = "The weather was nothing special and we talked about this and that for a while. ".repeat(60);
  const long = `${filler}My landlord is called Ferreira and the rent is 900 euros. ${filler}`;
  const { packed } = pack([textOf(long)], "What is my landlord called, and what is the rent?");
  expect(packed[0]?.shown).toContain("Ferreira and the rent is 900 euros");
  expect(packed[0]?.shown.startsWith("…")).toBe(true);
  expect(estimatedTokens(packed[0]?.shown ?? "")).toBeLessThanOrEqual(packBounds.itemTokens + 2);
});

test("what finds no room is left, and a short one after it may still find some", () => {
  const long = "word ".repeat(300);
  const { packed, left } = pack(Array.from({ length: 12 }, () => textOf(long)).concat(textOf("I'm Ana")), "word");
  const used = packed.reduce((sum, { shown }) => sum + estimatedTokens(shown) + packBounds.overhead, 0);
  expect(used).toBeLessThanOrEqual(packBounds.tokens + 2 * packed.length);
  expect(packed.length + left.length).toBe(13);
  expect(left.length).toBeGreaterThan(0);
});

test("a text of a script without spaces counts a token a character", () => {
  expect(estimatedTokens("我住在北京")).toBe(5);
  expect(estimatedTokens("I live in Beijing")).toBe(5);
});

test("never more than the budget, whatever the texts", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 3_000 }), fc.string({ maxLength: 5_000 }));
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 12 }), fc.string(), (texts, question) => {
      const { packed, left } = pack(texts.map(textOf), question);
      const used = packed.reduce((sum, { shown }) => sum + estimatedTokens(shown) + packBounds.overhead, 0);
      // Two marks of what was left out may come on top of each.
      expect(used).toBeLessThanOrEqual(packBounds.tokens + 2 * packed.length);
      expect(packed.length + left.length).toBe(texts.length);
    }),
    { numRuns: 2_000 },
  );
});
