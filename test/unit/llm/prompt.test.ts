import { describe, expect, test } from "vitest";
import type { ChatTurn } from "../../../app/llm/port.ts";
import { chooseContextSize, fitHistory, withEarlier } from "../../../app/llm/prompt.ts";

/** `exchanges` questions and answers of ten tokens each, and a last question. */
function conversation(exchanges: number): ChatTurn[] {
  const turns = Array.from({ length: exchanges }, (_, index): ChatTurn[] => [
    { role: "user", text: `question ${index}` },
    { role: "assistant", text: `answer ${index}` },
  ]).flat();
  return [...turns, { role: "user", text: "last" }];
}

const tenEach = (turns: readonly ChatTurn[]) => turns.length * 10;

describe("the context size", () => {
  test("is what was asked for, 8,192 by default, and no more than the model was trained on", () => {
    expect(chooseContextSize(undefined, 131_072)).toBe(8_192);
    expect(chooseContextSize(4_096, 131_072)).toBe(4_096);
    expect(chooseContextSize(undefined, 2_048)).toBe(2_048);
  });

  test.each([0, -5, 2e9, 3.5, Number.NaN, Number.POSITIVE_INFINITY])("is never %s", (size) => {
    expect(() => chooseContextSize(size, 2_048)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});

describe("fitting a conversation", () => {
  test("keeps all that fits, and leaves the reply its tokens", () => {
    expect(fitHistory(conversation(3), 200, 40, tenEach)).toEqual({
      turns: conversation(3),
      droppedTurns: 0,
      promptTokens: 70,
      replyTokens: 40,
    });
  });

  test("drops whole exchanges from the beginning", () => {
    const { turns, droppedTurns, promptTokens } = fitHistory(conversation(10), 152, 30, tenEach);
    expect(droppedTurns).toBe(10);
    expect(turns).toEqual(conversation(10).slice(10));
    expect(turns[0]?.role).toBe("user");
    expect(promptTokens).toBe(110);
  });

  test("gives a long reply what the prompt leaves", () => {
    expect(fitHistory(conversation(1), 200, 5_000, tenEach)).toMatchObject({ droppedTurns: 0, replyTokens: 168 });
  });

  test("refuses a last message that is too long by itself", () => {
    const all = conversation(2);
    expect(() => fitHistory(all, 200, 50, (turns) => turns.length * 1_000)).toThrow(
      expect.objectContaining({ code: "CONTEXT_OVERFLOW" }),
    );
  });

  test("keeps the beginning of the prompt over several turns of a conversation that has outgrown it", () => {
    const cuts = Array.from(
      { length: 40 },
      (_, more) => fitHistory(conversation(60 + more), 802, 100, tenEach).droppedTurns,
    );
    expect(new Set(cuts).size).toBeLessThanOrEqual(6);
    for (const [index, cut] of cuts.slice(1).entries()) expect(cut).toBeGreaterThanOrEqual(cuts[index] ?? 0);
  });

  test("measures little more than fits of a conversation of any length", () => {
    let measured = 0;
    fitHistory(conversation(100_000), 1_002, 100, (turns) => {
      measured += turns.length;
      return turns.length * 10;
    });
    expect(measured).toBeLessThan(2_000);
  });
});

describe("what stands for turns that do not fit", () => {
  const history = conversation(10);
  const earlier = [
    { from: 0, text: "I sail a boat." },
    { from: 4, text: "It leaks at the bow." },
    { from: 12, text: "I paint at night." },
  ];

  test("is put before the first turn that is kept, as far as it tells of turns that are not", () => {
    const [first, ...rest] = withEarlier(history, history.slice(8), earlier, 8_192);
    expect(first?.text).toBe(
      "<earlier>\nThe first 8 turns of this conversation are left out. What was said in them, in short:\n" +
        "- I sail a boat.\n- It leaks at the bow.\n</earlier>\n\nquestion 4",
    );
    expect(rest).toEqual(history.slice(9));
  });

  test("is nothing where all of it fits, or where nothing is known", () => {
    expect(withEarlier(history, history, earlier, 8_192)).toEqual(history);
    expect(withEarlier(history, history.slice(8), undefined, 8_192)).toEqual(history.slice(8));
  });

  test("says at least how much is missing, and tells the newest where not all of it has room", () => {
    const [none] = withEarlier(history, history.slice(8), [], 8_192);
    expect(none?.text).toContain("The first 8 turns of this conversation are left out.\n</earlier>");
    const [some] = withEarlier(history, history.slice(8), earlier, 64);
    expect(some?.text).toContain("It leaks at the bow.");
    expect(some?.text).not.toContain("I sail a boat.");
  });
});
