import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import type { EbbError } from "../../app/contract/errors.ts";
import { openEngine } from "../../app/engine.ts";
import { forkInference, type InferenceProcess } from "../../main/engine/inference-process.ts";
import type { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { collect, inferenceEntry, request, superviseInference } from "../fixtures/inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-sleep-"));
const talker = join(folder, "talker.gguf");
const counter = join(folder, "counter.gguf");
const reply = "Good morning.";

const started: InferenceProcess[] = [];
let model: InferenceSupervisor;

beforeAll(() => {
  writeTinyModel(talker, { reply, name: "Talker" });
  writeTinyModel(counter, { reply: countingReply(400), name: "Counter", ...slow });
});
afterEach(() => model.close());
afterAll(() => rmSync(folder, { recursive: true }));

function supervise(): InferenceSupervisor {
  model = superviseInference({
    start: () => {
      const process = forkInference(inferenceEntry);
      started.push(process);
      return process;
    },
  });
  return model;
}

const asleep = () => expect.poll(() => model.state.status, { timeout: 20_000, interval: 10 }).toBe("asleep");
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("It should have failed"),
    (error: EbbError) => error,
  );

test("a model that nobody asks ends its process, and the next question wakes it and is answered", async () => {
  await supervise().load(talker);
  model.sleepAfter(300);
  await asleep();
  await started.at(-1)?.exited;
  expect(model.process).toEqual({ status: "stopped" });
  expect(model.state).toMatchObject({ model: { path: talker, name: "Talker" } });
  const seen: unknown[] = [];
  const off = model.onChange(() => seen.push(model.state.status === "loading" && model.state.waking));
  expect((await collect(model, request("Hello?"))).text).toBe(reply);
  off();
  expect(seen).toContain(true);
  await asleep();
}, 60_000);

test("what reads in the background does not wake it", async () => {
  await supervise().load(talker);
  model.sleepAfter(200);
  await asleep();
  const count = started.length;
  const error = await failure(collect(model, request("Read this.", { beside: "background" })));
  expect(error).toMatchObject({ code: "MODEL_NOT_LOADED" });
  expect(started).toHaveLength(count);
  expect(model.state).toMatchObject({ status: "asleep" });
}, 60_000);

test("what reads in the background puts sleep off, but not for ever", async () => {
  await supervise().load(counter);
  const begun = performance.now();
  model.sleepAfter(500);
  const reading = collect(model, request("Count!", { beside: "background", maxTokens: 900 }));
  const { summary } = await reading;
  expect(summary.finish).toBe("aborted");
  expect(performance.now() - begun).toBeGreaterThan(1_000);
  await asleep();
}, 60_000);

test("a reply that takes long is not cut, and without a limit the model stays awake", async () => {
  await supervise().load(counter);
  model.sleepAfter(100);
  const { text } = await collect(model, request("Count!", { maxTokens: 40 }));
  expect(text).toBe(countingReply(40));
  model.sleepAfter(0);
  if (model.state.status === "asleep") await collect(model, request("Count!", { maxTokens: 1 }));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(model.state.status).toBe("ready");
}, 60_000);

test("a model whose file went away in its sleep is said to be missing, and another takes its place", async () => {
  const gone = join(folder, "gone.gguf");
  writeTinyModel(gone, { reply });
  await supervise().load(gone);
  model.sleepAfter(100);
  await asleep();
  rmSync(gone);
  expect(await failure(collect(model, request("Hello?")))).toMatchObject({ code: "MODEL_FILE_MISSING" });
  model.sleepAfter(0);
  await model.load(talker);
  expect((await collect(model, request("Hello?"))).text).toBe(reply);
}, 60_000);

test("choosing a file that is no model leaves a sleeping one asleep, and stopping to use it ends that", async () => {
  await supervise().load(talker);
  model.sleepAfter(100);
  await asleep();
  expect(await failure(model.load(folder))).toMatchObject({ code: "MODEL_FILE_INVALID" });
  expect(model.state).toMatchObject({ status: "asleep" });
  await model.unload();
  expect(model.state).toEqual({ status: "none" });
}, 60_000);

test("a chat with a sleeping model is answered by it, and it keeps to what the user has set", async () => {
  const data = mkdtempSync(join(tmpdir(), "ebb-sleep-engine-"));
  const engine = await openEngine({
    folder: data,
    clock: Date.now,
    host: "web",
    languageModel: supervise(),
    quietMs: 50,
  });
  onTestFinished(async () => {
    await engine.close();
    rmSync(data, { recursive: true, force: true });
  });
  const { client } = engine;
  expect((await client.system.settings()).unloadAfterMinutes).toBe(15);
  await client.model.choose({ path: talker });
  model.sleepAfter(300);
  await asleep();
  expect(await client.model.state()).toMatchObject({ status: "asleep", file: { name: "Talker" }, notice: null });
  const { replyId } = await client.chat.send({
    messageId: crypto.randomUUID(),
    conversationId: null,
    text: "Hello there!",
    zone: "UTC",
  });
  let last: unknown;
  for await (const event of await client.chat.follow({ replyId })) if (event.type === "end") last = event.message;
  expect(last).toMatchObject({ text: reply, model: "Talker", status: "complete" });
  // The message is read in the background meanwhile, which must not keep it awake.
  await asleep();
  expect(await client.system.configure({ unloadAfterMinutes: 0 })).toMatchObject({ unloadAfterMinutes: 0 });
  await expect(client.system.configure({ unloadAfterMinutes: -1 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
}, 90_000);
