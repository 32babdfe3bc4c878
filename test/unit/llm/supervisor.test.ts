import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RPCHandler } from "@orpc/server/message-port";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { inferenceRouter } from "../../../app/llm/inference-server.ts";
import type { Attempt, Backend, OpenedModel, ReplyPiece, TextGenerator } from "../../../app/llm/port.ts";
import type { InferenceProcess } from "../../../main/engine/inference-process.ts";
import { InferenceSupervisor } from "../../../main/engine/inference-supervisor.ts";
import type { CarrierPort } from "../../../main/transport/carrier.ts";
import { writeTinyModel } from "../../fixtures/gguf.ts";
import { collect, request } from "../../fixtures/inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-supervisor-"));
const [first, second] = [join(folder, "first.gguf"), join(folder, "second.gguf")] as const;
beforeAll(() => {
  for (const path of [first, second]) writeTinyModel(path, {});
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What happens in the process when it is to load; by default, it loads. */
type Behaviour = (path: string, attempt: Attempt, die: () => void) => void;

let loads: string[] = [];
let processes: { die: () => void }[] = [];
let slept: number[] = [];
let clock = 0;
let backends: Backend[] = ["cpu"];
let onLoad: Behaviour = () => {};
let supervisor: InferenceSupervisor;

/** A process in name only: the real router and the real link, over ports in memory. */
function start(): InferenceProcess {
  const [near, far] = [new EventEmitter(), new EventEmitter()];
  let alive = true;
  const exited = Promise.withResolvers<void>();
  const die = () => {
    if (!alive) return;
    alive = false;
    near.emit("close");
    far.emit("close");
    exited.resolve();
  };
  const port = (own: EventEmitter, other: EventEmitter): CarrierPort => ({
    postMessage(data) {
      if (!alive) throw new Error("gone");
      setImmediate(() => alive && other.emit("message", { data }));
    },
    on: (event, listener) => void own.on(event, listener),
  });
  const model: TextGenerator = {
    machine: async () => ({ backends, signature: "fake" }),
    async load(path, attempt): Promise<OpenedModel> {
      loads.push(`${path === first ? "first" : "second"} ${attempt.backend} ${attempt.layerShare}`);
      onLoad(path, attempt, die);
      const { backend, contextSize } = attempt;
      return { path, name: "Fake", bytes: 1, contextSize, backend, gpuLayers: backend === "cpu" ? 0 : 3, layers: 3 };
    },
    // Never stops by itself, as if it computed a token for ever.
    async *generate(): AsyncGenerator<ReplyPiece> {
      yield { type: "text", text: "Well" };
      await new Promise(() => {});
    },
    unload: async () => {},
  };
  new RPCHandler(inferenceRouter(model)).upgrade(port(far, near));
  processes.push({ die });
  return { port: port(near, far), kill: die, exited: exited.promise };
}

const crash = () => processes.at(-1)?.die();
const settled = () => expect.poll(() => supervisor.state.status).not.toBe("loading");

beforeEach(() => {
  [loads, processes, slept, clock, onLoad, backends] = [[], [], [], 0, () => {}, ["cpu"]];
  const sleep = async (ms: number) => void slept.push(ms);
  supervisor = new InferenceSupervisor({ start, now: () => clock, sleep, backoffMs: [100, 900] });
});
afterEach(() => supervisor.close());

test("restarts wait longer each time, and the third death within a minute ends them", async () => {
  await supervisor.load(first);
  crash();
  expect(supervisor.process).toEqual({ status: "restarting", attempt: 1 });
  await settled();
  crash();
  await settled();
  expect(supervisor.process).toEqual({ status: "running" });
  crash();
  expect(supervisor.process).toMatchObject({ status: "failed", failure: { code: "INFERENCE_STOPPED" } });
  expect(slept).toEqual([100, 900]);
  expect(processes).toHaveLength(3);
  await supervisor.load(first);
  expect(supervisor.state).toMatchObject({ status: "ready" });
});

test("a process that dies on coming back is tried with a longer wait, then given up", async () => {
  await supervisor.load(first);
  onLoad = (_path, _options, die) => die();
  crash();
  await settled();
  expect(slept).toEqual([100, 900]);
  expect(supervisor.process).toMatchObject({ status: "failed" });
  expect(processes).toHaveLength(3);
});

test("deaths that are more than a minute apart are forgiven", async () => {
  await supervisor.load(first);
  for (let death = 0; death < 6; death++) {
    clock += 31_000;
    crash();
    await settled();
    expect(supervisor.state).toMatchObject({ status: "ready" });
  }
});

test("a model that kills the process with the GPU runs without it, each attempt in a process of its own", async () => {
  backends = ["vulkan", "cpu"];
  onLoad = (_path, { backend }, die) => {
    if (backend === "vulkan") die();
  };
  const loaded = await supervisor.load(first);
  expect(loads).toEqual(["first vulkan 1", "first vulkan 0.5", "first cpu 0"]);
  expect(processes).toHaveLength(3);
  expect(loaded.notice).toBe("The graphics card could not be used, so the model runs on the processor.");
  // Known from then on.
  await supervisor.load(first, { remembered: loaded.run });
  expect(loads.slice(3)).toEqual(["first cpu 0"]);
  expect(processes).toHaveLength(3);
  await supervisor.load(first, { remembered: { ...loaded.run, machine: "another" } });
  expect(loads.slice(4)[0]).toBe("first vulkan 1");
});

test("after a model that cannot be loaded, the one before is used again", async () => {
  await supervisor.load(first);
  onLoad = (path) => {
    if (path === second) throw new EbbError("MODEL_TOO_LARGE", "Too large.", "Choose a smaller one.");
  };
  await expect(supervisor.load(second)).rejects.toMatchObject({
    code: "MODEL_TOO_LARGE",
    remedy: "Choose a smaller one.",
  });
  expect(supervisor.state).toMatchObject({ status: "ready", model: { path: first } });
});

test("a model that cannot be loaded leaves no process behind if there was none before", async () => {
  onLoad = () => {
    throw new Error("A secret");
  };
  await expect(supervisor.load(first)).rejects.toMatchObject({
    code: "INTERNAL",
    message: "The language model failed.",
  });
  expect(supervisor.state).toMatchObject({ status: "failed", path: first });
  expect(supervisor.process).toEqual({ status: "stopped" });
});

test("a reply whose process does not listen is left within a tenth of a second", async () => {
  await supervisor.load(first);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  const begun = performance.now();
  const { text, summary } = await collect(supervisor, request("Hello", { signal: stop.signal }));
  expect(text).toBe("Well");
  expect(summary.finish).toBe("aborted");
  expect(performance.now() - begun).toBeLessThan(600);
});

test("a reply can be stopped while its model is still being loaded", async () => {
  onLoad = () => {};
  const loading = supervisor.load(first);
  const { summary } = await collect(supervisor, request("Hello", { signal: AbortSignal.abort() }));
  expect(summary.finish).toBe("aborted");
  await loading;
});

test("closing fails the pending reply and starts nothing again", async () => {
  await supervisor.load(first);
  const pending = collect(supervisor, request("Hello"));
  const failed = expect(pending).rejects.toMatchObject({ code: "INFERENCE_STOPPED" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await supervisor.close();
  await failed;
  await expect(supervisor.load(second)).rejects.toMatchObject({ code: "INFERENCE_STOPPED" });
  expect(processes).toHaveLength(1);
});

test("each change is told until one no longer listens", async () => {
  const seen: string[] = [];
  const off = supervisor.onChange(() => seen.push(`${supervisor.process.status} ${supervisor.state.status}`));
  await supervisor.load(first);
  expect(seen).toEqual(["stopped loading", "running loading", "running ready"]);
  off();
  await supervisor.unload();
  expect(seen).toHaveLength(3);
  expect(supervisor.state).toEqual({ status: "none" });
});
