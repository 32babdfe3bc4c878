import { describe, expect, test } from "vitest";
import { agrees } from "../../../app/memory/agreement.ts";

describe("values agree", () => {
  test.each([
    ["nurse", "a nurse in Leeds"],
    ["horror films", "horror film"],
    ["peanuts", "Peanut"],
    ["Porto", "porto"],
    ["no pork", "no pork"],
    ["dog", "dog Bruno"],
    ["tea", "green tea"],
    ["run", "run every morning"],
    ["one brother", "brother"],
  ])("%s, %s", (one, other) => {
    expect(agrees(one, other)).toBe(true);
    expect(agrees(other, one)).toBe(true);
  });

  test.each([
    ["nurse", "ward manager"],
    ["Porto", "Lisbon"],
    ["vegetarian", "not vegetarian"],
    ["pork", "no pork"],
    ["use bullet points", "no more bullet points"],
    ["hiking", "hiking boots"],
    ["tea", "tea towels"],
    ["one brother", "two brothers"],
    ["learn Greek", "want to learn Greek"],
  ])("but not %s, %s", (one, other) => {
    expect(agrees(one, other)).toBe(false);
    expect(agrees(other, one)).toBe(false);
  });
});
