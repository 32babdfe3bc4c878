import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { EbbError } from "../../app/contract/errors.ts";
import { openEngine } from "../../app/engine.ts";
import type { JsonSchema } from "../../app/llm/json-schema.ts";
import { answerSchema, parseAnswer } from "../../app/memory/slow/candidate.ts";
import type { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { collect, request, superviseInference } from "../fixtures/inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-grammar-"));
const noise = join(folder, "noise.gguf");
const counter = join(folder, "counter.gguf");

let model: InferenceSupervisor;

beforeAll(async () => {
  writeTinyModel(noise, { name: "Noise" });
  writeTinyModel(counter, { reply: countingReply(400), name: "Counter", ...slow, context: 4096 });
  model = superviseInference();
  await model.load(noise);
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

/** Lists of at least one entry can't be asked for, so that objects are what shows the shape. */
const person: JsonSchema = {
  type: "object",
  properties: {
    name: { type: "string", maxLength: 12 },
    age: { type: "integer" },
    likes: { type: "array", items: { enum: ["tea", "coffee"] }, maxItems: 2 },
    home: { type: "object", properties: { known: { type: "boolean" } } },
  },
};

describe("a reply under a schema", () => {
  test("is JSON of that shape, though the model itself says only noise", async () => {
    const free = await collect(model, request("Who are you?", { maxTokens: 60 }));
    expect(() => JSON.parse(free.text)).toThrow();
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { text, summary } = await collect(
        model,
        request("Who are you?", { schema: person, temperature: 0.9, seed, maxTokens: 900 }),
      );
      if (summary.finish === "length") continue;
      const value = JSON.parse(text) as Record<string, unknown>;
      expect(Object.keys(value)).toEqual(["name", "age", "likes", "home"]);
      expect(value).toMatchObject({ name: expect.any(String), home: { known: expect.any(Boolean) } });
      // llama.cpp's grammar lets an exponent through, which noise makes use of.
      expect(typeof value.age).toBe("number");
      expect(["tea", "coffee"]).toEqual(expect.arrayContaining(value.likes as string[]));
      expect(String(value.name).length).toBeLessThanOrEqual(12);
    }
  }, 60_000);

  test("for learning is one that the parser takes, however often it is asked", async () => {
    let parsed = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const asked = request("Messages:\n[1] I live in Porto.", {
        schema: answerSchema,
        temperature: seed === 1 ? 0 : 1,
        seed,
      });
      const { text, summary } = await collect(model, { ...asked, maxTokens: 1_800, beside: "background" });
      if (summary.finish === "length") continue;
      expect(parseAnswer(text), text).not.toBeNull();
      parsed++;
    }
    expect(parsed).toBeGreaterThan(0);
  }, 120_000);

  test.each<[string, unknown]>([
    ["of no type", {}],
    ["of an unknown type", { type: "banana" }],
    ["a text", "object"],
    ["an endless text", { type: "string" }],
    ["with no choice", { enum: [] }],
    [
      "as deep as a well",
      Array.from({ length: 40 }).reduce((items) => ({ type: "array", maxItems: 1, items }), { type: "null" }),
    ],
  ])("%s is refused with a sentence, and the model stays", async (_, schema) => {
    const error = await collect(model, request("Hello", { schema: schema as JsonSchema })).then(
      () => expect.unreachable("It should have failed"),
      (failure: EbbError) => failure,
    );
    expect(error).toMatchObject({ code: "INVALID_INPUT" });
    expect(error.remedy).toMatch(/\.$/);
    expect((await collect(model, request("Hello", { maxTokens: 3 }))).summary.replyTokens).toBe(3);
  });
});

describe("work beside the chat", () => {
  const chat = request("Tell me a long story about the sea.", { maxTokens: 8 });
  const reading = { schema: answerSchema, maxTokens: 200, beside: "background" } as const;

  test.each(["aside", "background"] as const)("%s leaves the model's memory of the chat alone", async (beside) => {
    await collect(model, chat);
    await collect(model, request("Messages:\n[1] I live in Porto.", { ...reading, beside }));
    const after = await collect(model, chat);
    expect(after.summary.reusedTokens).toBe(after.summary.promptTokens - 1);
    await collect(model, request("Messages:\n[1] I live in Porto.", { ...reading, beside: undefined }));
    const spoiled = await collect(model, chat);
    expect(spoiled.summary.reusedTokens).toBeLessThan(after.summary.reusedTokens / 2);
  });

  test("in the background ends within 100 ms of being told to, and by itself where a reply is asked for", async () => {
    await model.load(counter);
    const messages = `Messages:\n${Array.from({ length: 12 }, (_, i) => `[${i + 1}] I have a number ${i}.`).join("\n")}`;
    for (const head of [0, 60, 400]) {
      const stop = new AbortController();
      const background = collect(
        model,
        request(messages, { maxTokens: 900, beside: "background", signal: stop.signal }),
      );
      await new Promise((resolve) => setTimeout(resolve, head));
      const begun = performance.now();
      stop.abort();
      expect((await background).summary.finish).toBe("aborted");
      expect(performance.now() - begun).toBeLessThan(150);
      // Without a word from the engine it gives way as well.
      const second = collect(model, request(messages, { maxTokens: 900, beside: "background" }));
      await new Promise((resolve) => setTimeout(resolve, head));
      const reply = collect(model, request("Count!", { maxTokens: 2 }));
      expect((await second).summary.finish).toBe("aborted");
      expect((await reply).text).toBe(countingReply(2));
    }
  }, 60_000);
});

describe("an engine over the real model", () => {
  const open = async (file: string) => {
    const data = mkdtempSync(join(tmpdir(), "ebb-grammar-engine-"));
    const languageModel = superviseInference();
    const engine = await openEngine({ folder: data, clock: Date.now, host: "web", languageModel, quietMs: 0 });
    onTestFinished(async () => {
      await engine.close();
      rmSync(data, { recursive: true, force: true });
    });
    await engine.client.model.choose({ path: file });
    const send = (text: string) =>
      engine.client.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text, zone: "UTC" });
    const learning = async () => (await engine.client.system.status()).learning;
    return { client: engine.client, send, learning };
  };

  test("learns nothing from a model that says only noise, and comes to an end", async () => {
    const { client, send, learning } = await open(noise);
    await send("The heating in my flat in Porto broke, and my knee hurts.");
    await expect.poll(learning, { timeout: 60_000 }).toMatchObject({ running: false, pending: 0, failed: 0 });
    expect((await client.memories.list({ status: "all" })).items.filter(({ trust }) => trust === "inferred")).toEqual(
      [],
    );
  }, 90_000);

  test("answers a message that comes while it reads, and reads on afterwards", async () => {
    const { client, send, learning } = await open(counter);
    const opening = await send("The heating in my flat broke.");
    await client.chat.stop({ replyId: opening.replyId });
    await expect.poll(learning, { timeout: 20_000, interval: 20 }).toMatchObject({ running: true });
    const begun = performance.now();
    const { replyId } = await send("Count for me, please!");
    await expect
      .poll(learning, { timeout: 1_000, interval: 5 })
      .toMatchObject({ running: false, pending: 2, failed: 0 });
    console.log(`reading ended ${Math.round(performance.now() - begun)} ms after a message was sent`);
    for await (const event of await client.chat.follow({ replyId })) {
      if (event.type === "text") await client.chat.stop({ replyId });
      if (event.type === "end") expect(event.message.text).toMatch(/^one/);
    }
    await expect.poll(learning, { timeout: 20_000, interval: 20 }).toMatchObject({ running: true });
  }, 90_000);
});
