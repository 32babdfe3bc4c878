import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openEngine } from "../../../app/engine.ts";

async function open() {
  const folder = mkdtempSync(join(tmpdir(), "ebb-explain-"));
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null });
  onTestFinished(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { chat } = engine.client;
  const say = async (text: string): Promise<string> => {
    const { replyId } = await chat.send({ messageId: crypto.randomUUID(), conversationId: null, text });
    for await (const event of await chat.follow({ replyId })) if (event.type === "end") break;
    return replyId;
  };
  return { engine, say };
}

test("a turn notes what it used, what it was offered and what it left out", async () => {
  const { engine, say } = await open();
  await say("I'm allergic to peanuts.");
  await say("I love walking by the sea.");
  const replyId = await say("What am I allergic to?");
  const { considered } = await engine.client.chat.explain({ replyId });
  expect(considered[0]).toMatchObject({
    source: "memory",
    text: "I'm allergic to peanuts",
    outcome: "used",
    reason: null,
  });
  expect(considered[0]?.parts).toMatchObject({ lexical: expect.any(Number), retrievability: expect.any(Number) });
  expect(considered.map(({ outcome }) => outcome)).toEqual(
    [...considered.map(({ outcome }) => outcome)].sort(
      (a, b) => ["used", "offered", "rejected"].indexOf(a) - ["used", "offered", "rejected"].indexOf(b),
    ),
  );
});

test("a greeting considered nothing, and what is no reply is not explained", async () => {
  const { engine, say } = await open();
  const replyId = await say("Hello!");
  expect(await engine.client.chat.explain({ replyId })).toEqual({ considered: [] });
  await expect(engine.client.chat.explain({ replyId: "none" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
