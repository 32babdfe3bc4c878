import { describe, expect, test } from "vitest";
import { readDenial } from "../../../app/memory/retain/denials.ts";
import { readMessage } from "../../../app/memory/retain/read.ts";

const circumstances = { at: 0, zone: "UTC", previous: [] };

describe("a sentence that only denies", () => {
  test.each([
    "That's wrong.",
    "that is not true",
    "No, that's incorrect!",
    "Sorry, that was a mistake.",
    "No, I don't.",
    "Nope, I'm not.",
    "You're mistaken.",
    "I never said that.",
    "Wrong!",
  ])("says that it was wrong: %s", (text) => {
    expect(readMessage(text, circumstances)).toMatchObject({ denial: "wrong", disputes: true, statements: [] });
  });

  test.each([
    "That's not true any more.",
    "That's no longer true.",
    "It's outdated.",
    "Not anymore.",
    "I don't any more.",
  ])("says that it is over: %s", (text) => {
    expect(readMessage(text, circumstances)).toMatchObject({ denial: "over", disputes: true });
  });

  test.each([
    "That's wrong of him.",
    "It is not true love.",
    "No, I don't like tulips.",
    "I don't live in Lisbon any more.",
    "What's wrong?",
    "That's wrong, isn't it?",
    "No problem.",
    "Not right now.",
    "That's right.",
    `That is wrong ${"very ".repeat(40_000)}`,
  ])("but not: %s", (text) => {
    expect(readMessage(text, circumstances).denial).toBeNull();
    expect(readDenial(text)).toBeNull();
  });

  test("a bare no disputes without denying", () => {
    expect(readMessage("No.", circumstances)).toMatchObject({ denial: null, disputes: true });
    expect(readMessage("Thanks!", circumstances)).toMatchObject({ denial: null, disputes: false });
  });
});
