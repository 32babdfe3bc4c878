import { describe, expect, test } from "vitest";
import { attribution } from "../../../app/assistant/attribution.ts";

const recalled = [
  { mark: "m1", text: "I'm allergic to peanuts" },
  { mark: "m2", text: "My sister Mara is a nurse in Leeds" },
  { mark: "m3", text: "I live in Porto" },
];

describe("a reply draws on", () => {
  test("what it cites, alone or in a list, and on no mark that it was not given", () => {
    expect(attribution("You live there [m3]. Both [m1, m2] matter [m9].", recalled)).toEqual(
      new Set(["m1", "m2", "m3"]),
    );
    expect(attribution("See [M1].", recalled)).toEqual(new Set(["m1"]));
  });

  test("what it plainly uses without a mark", () => {
    expect(attribution("Since Mara is a nurse in Leeds, ask your sister.", recalled)).toEqual(new Set(["m2"]));
    expect(attribution("Avoid peanuts, you are allergic to them.", recalled)).toEqual(new Set(["m1"]));
  });

  test("nothing for words that any text has", () => {
    expect(attribution("I live for good weather. My advice: rest.", recalled)).toEqual(new Set());
    expect(attribution("", recalled)).toEqual(new Set());
    expect(attribution("anything", [])).toEqual(new Set());
  });
});
