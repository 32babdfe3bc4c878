import { expect, test } from "vitest";
import { PaceOfReplies } from "../../../app/llm/pace-of-replies.ts";
import { emptySummary } from "../../../app/llm/port.ts";

const reply = (firstTokenMs: number | null, tokensPerSecond: number | null) => ({
  ...emptySummary,
  firstTokenMs,
  tokensPerSecond,
});

test("the pace is the median of the last ten replies that came to a word", () => {
  const pace = new PaceOfReplies();
  expect(pace.recent).toBeNull();
  pace.note(reply(null, null));
  expect(pace.recent).toBeNull();
  pace.note(reply(900, null));
  expect(pace.recent).toEqual({ replies: 1, firstTokenMs: 900, tokensPerSecond: null });
  for (let i = 1; i <= 11; i++) pace.note(reply(100 * i, 10 + i));
  expect(pace.recent).toEqual({ replies: 10, firstTokenMs: 700, tokensPerSecond: 17 });
  pace.forget();
  expect(pace.recent).toBeNull();
});
