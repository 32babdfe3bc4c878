import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GenerateRequest } from "../../app/llm/port.ts";
import type { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { collect, request, superviseInference } from "../fixtures/inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-queue-"));
const counter = join(folder, "counter.gguf");

let model: InferenceSupervisor;

beforeAll(async () => {
  writeTinyModel(counter, { reply: countingReply(400), name: "Counter", ...slow });
  model = superviseInference();
  await model.load(counter);
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

const ask = (more: Partial<GenerateRequest> = {}) => collect(model, request("Count!", { maxTokens: 6, ...more }));
const soon = () => new Promise((resolve) => setTimeout(resolve, 60));

test("a chat that comes later goes before what a turn waits for, and what nobody waits for ends", async () => {
  const order: string[] = [];
  const named = (name: string, asked: Promise<{ summary: { finish: string } }>) =>
    asked.then(({ summary }) => void order.push(`${name} ${summary.finish}`));
  const first = named("first chat", ask({ maxTokens: 12 }));
  await soon();
  const all = [
    first,
    named("background", ask({ beside: "background" })),
    named("aside", ask({ beside: "aside" })),
    named("second chat", ask()),
  ];
  await Promise.all(all);
  expect(order).toEqual(["background aborted", "first chat length", "second chat length", "aside length"]);
}, 60_000);

test("two conversations take turns", async () => {
  const order: string[] = [];
  const talk = async (name: string) => {
    for (let turn = 0; turn < 3; turn++) {
      await ask({ maxTokens: 3 });
      order.push(name);
    }
  };
  await Promise.all([talk("a"), talk("b")]);
  expect(order.join("")).toBe("ababab");
}, 60_000);

test("a reply that waits for its turn is stopped at once, and never begins", async () => {
  const first = ask({ maxTokens: 40 });
  await soon();
  const stop = new AbortController();
  const waiting = ask({ signal: stop.signal });
  await soon();
  const begun = performance.now();
  stop.abort();
  const { text, summary } = await waiting;
  expect(performance.now() - begun).toBeLessThan(100);
  expect({ text, finish: summary.finish, promptTokens: summary.promptTokens }).toEqual({
    text: "",
    finish: "aborted",
    promptTokens: 0,
  });
  expect((await first).text).toBe(countingReply(40));
}, 60_000);

test("what reads in the background gives way within a fifth of a second", async () => {
  for (const head of [0, 40, 300]) {
    const background = ask({ beside: "background", maxTokens: 400 });
    await new Promise((resolve) => setTimeout(resolve, head));
    const begun = performance.now();
    const chat = ask({ maxTokens: 2 });
    expect((await background).summary.finish).toBe("aborted");
    expect(performance.now() - begun).toBeLessThan(200);
    expect((await chat).text).toBe(countingReply(2));
  }
}, 60_000);

test("a conversation that outgrew the context is answered from its end, and says how much was told in short", async () => {
  const talker = join(folder, "talker.gguf");
  writeTinyModel(talker, { reply: "Yes.", context: 1_024 });
  await model.load(talker);
  const history = Array.from({ length: 80 }, (_, index) => [
    { role: "user" as const, text: `The sea number ${index} is wide and blue.` },
    { role: "assistant" as const, text: "Indeed." },
  ]).flat();
  const asked = [...history, { role: "user" as const, text: "Is it?" }];
  const told = await ask({ history: asked, earlier: [{ from: 0, text: "The sea is wide." }] });
  expect(told.summary.droppedTurns).toBeGreaterThan(10);
  expect(told.text).toBe("Yes.");
  const without = await ask({ history: asked.slice(told.summary.droppedTurns) });
  expect(without.summary.droppedTurns).toBe(0);
  // The note itself, of about a token a byte.
  expect(told.summary.promptTokens - without.summary.promptTokens).toBeGreaterThan(60);
}, 60_000);
