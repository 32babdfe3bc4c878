import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import type { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { writeTinyModel } from "../fixtures/gguf.ts";
import { request, superviseInference } from "../fixtures/inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-thinking-"));
const thinker = join(folder, "thinker.gguf");
const secretly = join(folder, "secretly.gguf");
const thought = "Consider walruses slowly";
const reply = "It rains tomorrow.";

let model: InferenceSupervisor;

beforeAll(() => {
  writeTinyModel(thinker, { thought, reply, name: "Thinker" });
  writeTinyModel(secretly, { reply: `<think>${thought}</think>${reply}`, name: "Secret thinker" });
  model = superviseInference();
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["has a template that says so", () => thinker],
  ["just does", () => secretly],
])(
  "what a model thinks that %s comes apart from what it says",
  async (_, path) => {
    await model.load(path());
    const heard = { text: "", thought: "" };
    for await (const piece of model.generate(request("Will it rain?"))) {
      if (piece.type !== "end") heard[piece.type] += piece.text;
    }
    expect(heard).toEqual({ text: reply, thought });
  },
  60_000,
);

test("a thought is streamed with the reply, stored nowhere, and in no later prompt", async () => {
  const data = mkdtempSync(join(tmpdir(), "ebb-thinking-engine-"));
  const engine = await openEngine({ folder: data, clock: Date.now, host: "web", languageModel: model, quietMs: 0 });
  onTestFinished(async () => {
    await engine.close();
    rmSync(data, { recursive: true, force: true });
  });
  const { client } = engine;
  await client.model.choose({ path: thinker });
  const ask = async (conversationId: string | null, text: string) => {
    const sent = { messageId: crypto.randomUUID(), conversationId, text, zone: "UTC" };
    const started = await client.chat.send(sent);
    const heard = { text: "", thought: "" };
    for await (const event of await client.chat.follow({ replyId: started.replyId })) {
      if (event.type === "end") expect(event.message).toMatchObject({ text: reply, status: "complete" });
      else heard[event.type] += event.text;
    }
    expect(heard).toEqual({ text: reply, thought });
    return started.conversationId;
  };
  const conversation = await ask(null, "Will it rain?");
  await ask(conversation, "And on Sunday, in Porto where I live?");
  await expect
    .poll(async () => (await client.system.status()).learning, { timeout: 30_000 })
    .toMatchObject({ running: false, pending: 0 });
  const { messages } = await client.conversations.get({ id: conversation });
  expect(messages.map(({ text }) => text).join(" ")).not.toContain("walruses");
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
  expect(contents.some((content) => content.includes(reply))).toBe(true);
  expect(contents.some((content) => content.includes("walruses"))).toBe(false);
}, 90_000);
