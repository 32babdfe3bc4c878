import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gistOf, likenessOf } from "../../../app/memory/gist.ts";
import { openTestMemory } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";
import { pairs, unseenPairs } from "../../fixtures/pairs.ts";
import { tidy } from "../../fixtures/tidy.ts";

const all = [...pairs, ...unseenPairs];

const likeness = (one: string, other: string) => {
  const [first, second] = [gistOf(one), gistOf(other)];
  return first && second ? likenessOf(first, second) : null;
};

describe("what two sentences say", () => {
  test.each([
    ["I don't dislike jazz", "I like jazz"],
    ["I'm not not happy", "I'm happy"],
    ["I used to live in Porto", "I live in Porto"],
    ["I might move to Porto", "I moved to Porto"],
    ["I have to walk the dog", "I have a dog"],
    ["I drive to work", "I have work"],
    ["I fly from Rome to Oslo", "I fly from Oslo to Rome"],
    ["I drink tea because I like it", "I drink tea"],
    ["My dog is called Bruno", "My dog likes Bruno"],
    ["I eat steak", "I don't eat fish"],
    ["I don't eat steak", "I eat meat"],
    ["", "I like jazz"],
    ["🦖", "🦕"],
    ["我喜欢茶", "我不喜欢茶"],
  ])("is not compared where words don't show it: %j, %j", (one, other) => {
    expect([likeness(one, other), likeness(other, one)]).toEqual([null, null]);
  });

  test("is the same either way round, and of any text in no time", () => {
    const word = fc.oneof(
      fc.constantFrom(
        ..."i my not never no have am like hate a dog called is @like ~ @ ( ) allergy where live home".split(" "),
      ),
      fc.string({ unit: "binary" }),
    );
    const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(likeness(one, other)).toBe(likeness(other, one));
        const gist = gistOf(one);
        if (gist) expect(likeness(one, one)).toBe("same");
      }),
      { numRuns: 20_000 },
    );
    const began = performance.now();
    for (const long of ["is my ", "i have a ", "not ", "(", "make me ill ", "a called "]) gistOf(long.repeat(50_000));
    for (const long of ["is my ", "i have a ", "not ", "(", "my b ", "a called "])
      gistOf(long.repeat(30).slice(0, 200));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe("tidying up", () => {
  const tidied = (one: string, other: string): string[] => {
    const { store } = openTestMemory();
    for (const text of [one, other]) store.memories.insert(memoryOf(text), changeOf({ changeId: text }));
    tidy(store, 0);
    return store.memories.all().map(({ text }) => text);
  };

  test("merges no two that differ, however near: allergies, names, days, numbers, sides, tastes", () => {
    for (const [known, told, relation] of all) {
      if (relation === "same") continue;
      expect(tidied(known, told), `${known} | ${told}`).toEqual([known, told]);
    }
  });

  test("merges most of what says the same in other words, in either order, without a vector", () => {
    const same = all.filter(([, , relation]) => relation === "same");
    const merged = same.filter(([known, told]) => tidied(known, told).length === 1);
    const reversed = same.filter(([known, told]) => tidied(told, known).length === 1);
    expect(merged).toEqual(reversed);
    expect(merged.length / same.length).toBeGreaterThan(0.9);
  });
});
