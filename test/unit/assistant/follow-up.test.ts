import { expect, test } from "vitest";
import { contextualQuery } from "../../../app/assistant/recall-mode/reply.ts";

const after = (...said: string[]) =>
  said.flatMap((text, at) => [
    { role: "user" as const, text, at },
    { role: "assistant" as const, text: "All right.", at },
  ]);

test.each([
  ["And in the morning?", "What do I drink at work?", "What do I drink in the morning?"],
  ["What's my favourite colour?", "What is my sister's name", "What's my favourite colour?"],
  ["What's my favourite colour?", "Thanks!", "What's my favourite colour?"],
  ["And tea?", "I bought a lamp.", "And tea?"],
])("%s after %s means %s", (text, before, meant) => {
  expect(contextualQuery(text, after(before))).toBe(meant);
});
