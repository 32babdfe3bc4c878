import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openEngine } from "../../../app/engine.ts";
import type { LanguageModel } from "../../../app/llm/port.ts";
import { ScriptedModel } from "../../fixtures/scripted-model.ts";

async function open(languageModel: LanguageModel | null = null) {
  const folder = mkdtempSync(join(tmpdir(), "ebb-explain-"));
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel });
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

test("what finds no room in the prompt was crowded out, not offered", async () => {
  const model = new ScriptedModel(() => "[]");
  const { engine, say } = await open(model);
  const rest = "and much else that has little to do with it went on there for as long as anyone can remember. ".repeat(
    12,
  );
  for (let i = 0; i < 8; i++) await say(`The lighthouse of island ${i} was built by keeper ${i} ${rest}`);
  const replyId = await say("Who built the lighthouse?");
  const { considered } = await engine.client.chat.explain({ replyId });
  const offered = considered.filter(({ outcome }) => outcome === "offered");
  expect(offered.length).toBeGreaterThan(2);
  expect(offered.length).toBeLessThan(6);
  expect(considered.filter(({ reason }) => reason === "crowded").length).toBeGreaterThan(2);
  const prompt = model.said.at(-1)?.history.at(-1)?.text ?? "";
  expect(prompt.match(/^\[m\d+\]/gm)).toHaveLength(offered.length);
});

test("a greeting considered nothing, and what is no reply is not explained", async () => {
  const { engine, say } = await open();
  const replyId = await say("Hello!");
  expect(await engine.client.chat.explain({ replyId })).toEqual({ considered: [] });
  await expect(engine.client.chat.explain({ replyId: "none" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});
