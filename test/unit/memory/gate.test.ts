import { describe, expect, test } from "vitest";
import { gate } from "../../../app/memory/gate.ts";

describe("recall is spared for", () => {
  test.each([
    "Hi!",
    "Good morning, Ebb",
    "thanks a lot :)",
    "ok great, thank you!",
    "👍",
    "17 * 23 =",
    "What is 12 + 30?",
    "Translate this into French: the cat sat on the mat",
    "Summarise the following text:\nOnce upon a time ...",
    "",
  ])("%s", (text) => {
    expect(gate(text)).toBe(false);
  });
});

describe("recall is worth it for", () => {
  test.each([
    "Where do I live?",
    "Hi, when is my dentist appointment?",
    "Thanks! And what does my sister do?",
    "Suggest something for dinner",
    "Translate my address into English: ...",
    "Who is vegan?",
    "我住在哪里？",
  ])("%s", (text) => {
    expect(gate(text)).toBe(true);
  });

  test("a long pleasantry, decided at once", () => {
    expect(gate(`${"goodbye ".repeat(49)}why`)).toBe(true);
  });
});
