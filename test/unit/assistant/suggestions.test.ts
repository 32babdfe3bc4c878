import { expect, onTestFinished, test } from "vitest";
import { openEngine } from "../../../app/engine.ts";
import { temporaryFolder } from "../../fixtures/web-host.ts";

/** Ebb without a chat model, talked to in a new conversation each time. */
async function withoutModel() {
  let now = Date.parse("2026-01-05T09:00:00Z");
  const engine = await openEngine({ folder: temporaryFolder(), clock: () => now, host: "web", languageModel: null });
  onTestFinished(() => engine.close());
  return async (text: string): Promise<string> => {
    now += 1_000;
    const sent = { messageId: crypto.randomUUID(), conversationId: null, text, zone: "UTC" };
    const { replyId } = await engine.client.chat.send(sent);
    for await (const event of await engine.client.chat.follow({ replyId }))
      if (event.type === "end") return event.message.text;
    return "";
  };
}

test("where suggestions are asked for, it says what it can't do and quotes the tastes that bear on them", async () => {
  const say = await withoutModel();
  await say("I don't eat seafood.");
  await say("I love jazz.");
  await say("I'm afraid of heights.");
  const reply = await say("Can you recommend a restaurant in Lisbon?");
  expect(reply).toBe(
    "I can't look anything up or suggest anything without a chat model, but I remember:\n- “I don't eat seafood” (5 January 2026)",
  );
  const trip = await say("Any ideas for a trip to the Alps?");
  expect(trip).toContain("I'm afraid of heights");
  expect(trip).not.toContain("jazz");
});

test("health and safety come first, and what holds elsewhere only where it is close", async () => {
  const say = await withoutModel();
  await say("At work I drink green tea.");
  await say("I love pasta.");
  await say("I'm allergic to shellfish.");
  const lines = (await say("What should I cook tonight?")).split("\n");
  expect(lines[1]).toContain("allergic to shellfish");
  expect(lines.join()).toContain("pasta");
  expect(lines.join()).not.toContain("green tea");
  expect(await say("What should I drink at work?")).toContain("green tea");
});

test("a request that nothing known bears on is answered as before, and an order to suggest is no answer", async () => {
  const say = await withoutModel();
  await say("Always suggest vegetarian recipes.");
  const reply = await say("Suggest a workout for me.");
  expect(reply).not.toContain("vegetarian");
  expect(reply).toContain("chat model");
});
