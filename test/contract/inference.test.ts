import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { EbbError } from "../../app/contract/errors.ts";
import type { LanguageModelState, ReplyPiece } from "../../app/llm/port.ts";
import { forkInference, type InferenceProcess } from "../../main/engine/inference-process.ts";
import type { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { collect, inferenceEntry, request, superviseInference } from "../fixtures/inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-inference-"));
const talker = join(folder, "talker.gguf");
const counter = join(folder, "counter.gguf");
const reply = "You are allergic to peanuts [m1].";

/** Real processes, of which the last one can be killed as if it crashed. */
const started: InferenceProcess[] = [];
const start = (entry = inferenceEntry) => {
  const process = forkInference(entry);
  started.push(process);
  return process;
};
const crash = () => started.at(-1)?.kill();

let model: InferenceSupervisor;

beforeAll(() => {
  writeTinyModel(talker, { reply, name: "Talker" });
  writeTinyModel(counter, { reply: countingReply(400), name: "Counter", ...slow });
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

function reached(status: LanguageModelState["status"]): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (model.state.status !== status) return;
      off();
      resolve();
    };
    const off = model.onChange(check);
    check();
  });
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("It should have failed"),
    (error: EbbError) => error,
  );

describe("one process over many calls", () => {
  beforeAll(() => {
    model = superviseInference({ start: () => start() });
  });
  afterAll(() => model.close());

  test("no process is started before a model is wanted", async () => {
    expect(model.process).toEqual({ status: "stopped" });
    expect(started).toHaveLength(0);
    expect(await failure(collect(model, request("Hello")))).toMatchObject({ code: "MODEL_NOT_LOADED" });
  });

  test("loading tells its progress and what was loaded", async () => {
    const progress: number[] = [];
    const loaded = await model.load(counter, { contextSize: 1024, onProgress: (value) => progress.push(value) });
    expect(loaded).toMatchObject({ path: counter, name: "Counter", contextSize: 1024, backend: "cpu", gpuLayers: 0 });
    expect(progress.length).toBeGreaterThan(0);
    expect(model.state).toEqual({ status: "ready", model: loaded });
    expect(model.process).toEqual({ status: "running" });
  }, 30_000);

  test("a reply streams in pieces, each a frame apart at least", async () => {
    const { text, pieces, summary } = await collect(model, request("Count!", { maxTokens: 60 }));
    expect(text).toBe(countingReply(60));
    expect(pieces.length).toBeGreaterThan(5);
    expect(summary).toMatchObject({ finish: "length", replyTokens: 60, droppedTurns: 0 });
    expect(summary.firstTokenMs).toBeGreaterThan(0);
    expect(summary.tokensPerSecond).toBeGreaterThan(1);
  }, 30_000);

  test("stopping ends the reply at once, with what was said so far, and the next one begins", async () => {
    const stop = new AbortController();
    const pieces: ReplyPiece[] = [];
    let stoppedAt = 0;
    for await (const piece of model.generate(request("Count!", { signal: stop.signal }))) {
      pieces.push(piece);
      if (pieces.length === 4) {
        stoppedAt = performance.now();
        stop.abort();
      }
    }
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
    expect(pieces.at(-1)).toMatchObject({ type: "end", summary: { finish: "aborted" } });
    const text = pieces.map((piece) => (piece.type === "text" ? piece.text : "")).join("");
    expect(countingReply(400).startsWith(text)).toBe(true);
    expect((await collect(model, request("Count!", { maxTokens: 5 }))).text).toBe(countingReply(5));
  }, 30_000);

  test("stopping while the prompt is still being read ends it too", async () => {
    const stop = new AbortController();
    const long = "word ".repeat(120);
    setTimeout(() => stop.abort(), 60);
    const begun = performance.now();
    const { text, summary } = await collect(model, request(long, { signal: stop.signal }));
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(summary.finish).toBe("aborted");
    expect(text).toBe("");
  }, 30_000);

  test("leaving the stream stops the reply in the process", async () => {
    for await (const _ of model.generate(request("Count!"))) break;
    const begun = performance.now();
    await collect(model, request("Count!", { maxTokens: 2 }));
    expect(performance.now() - begun).toBeLessThan(2_000);
  }, 30_000);

  test("a conversation that goes on is read only from where it changed", async () => {
    await model.load(talker);
    const first = await collect(model, request("What am I allergic to?"));
    expect(first.text).toBe(reply);
    const history = [
      { role: "user" as const, text: "What am I allergic to?" },
      { role: "assistant" as const, text: first.text },
      { role: "user" as const, text: "Are you sure?" },
    ];
    const second = await collect(model, request("", { history }));
    expect(second.summary.reusedTokens).toBeGreaterThanOrEqual(first.summary.promptTokens + 5);
    expect(second.text).toBe(reply);
  }, 30_000);

  test.each([0, -1, 1.5, 2e9, Number.NaN])(
    "a context of %s tokens is refused, and the model stays",
    async (contextSize) => {
      expect(await failure(model.load(talker, { contextSize }))).toMatchObject({ code: "INVALID_INPUT" });
      expect((await collect(model, request("And now?"))).text).toBe(reply);
    },
    30_000,
  );

  test.each([
    ["missing", "MODEL_FILE_MISSING", () => join(folder, "none.gguf")],
    ["a folder", "MODEL_FILE_INVALID", () => folder],
    ["a text", "MODEL_FILE_INVALID", () => written("text.gguf", "Dear diary, this is no model.\n".repeat(100))],
    ["empty", "MODEL_FILE_INVALID", () => written("empty.gguf", "")],
    ["cut off", "MODEL_FILE_TRUNCATED", () => cut("cut.gguf")],
    ["of an unknown architecture", "MODEL_UNSUPPORTED", () => renamed("alien.gguf", "llama", "lxxxa")],
  ])(
    "a file that is %s is refused with a remedy, and the model stays",
    async (_, code, make) => {
      const error = await failure(model.load(make()));
      expect(error).toMatchObject({ code });
      expect(error.remedy).toMatch(/\.$/);
      expect(model.state).toMatchObject({ status: "ready", model: { path: talker } });
      expect((await collect(model, request("Still there?"))).text).toBe(reply);
    },
    30_000,
  );

  test("a model that is larger than the memory is refused with a remedy, and the model stays", async () => {
    const huge = join(folder, "huge.gguf");
    writeTinyModel(huge, { reply });
    // Sparse: it takes no room on the disk.
    truncateSync(huge, 3 * totalmem());
    const error = await failure(model.load(huge, { backend: "cpu" }));
    expect(error).toMatchObject({ code: "MODEL_TOO_LARGE", remedy: expect.stringMatching(/smaller/) });
    expect((await collect(model, request("Still there?"))).text).toBe(reply);
  }, 30_000);

  test.each([
    { temperature: 9 },
    { temperature: Number.NaN },
    { temperature: -1 },
    { topP: 0 },
    { topP: 7 },
    { topK: -3 },
    { topK: 2e9 },
    { minP: 1.5 },
    { maxTokens: 0 },
    { maxTokens: -5 },
  ])(
    "sampling with %o is refused, and the process lives",
    async (absurd) => {
      const error = await failure(collect(model, request("Hello", { temperature: 0.5, ...absurd })));
      expect(error).toMatchObject({ code: "INVALID_INPUT" });
      expect(error.remedy).toMatch(/\.$/);
      expect((await collect(model, request("And now?"))).text).toBe(reply);
    },
    30_000,
  );

  test("a file that is deleted while it is in use goes on answering", async () => {
    const passing = join(folder, "passing.gguf");
    writeTinyModel(passing, { reply });
    await model.load(passing);
    rmSync(passing);
    expect((await collect(model, request("Still there?"))).text).toBe(reply);
    expect(await failure(model.load(passing))).toMatchObject({ code: "MODEL_FILE_MISSING" });
    expect((await collect(model, request("And now?"))).text).toBe(reply);
  }, 30_000);

  test("all this took one process", () => expect(started).toHaveLength(1));

  test("unloading ends the process", async () => {
    await model.unload();
    expect(model.state).toEqual({ status: "none" });
    expect(model.process).toEqual({ status: "stopped" });
    await started.at(-1)?.exited;
  }, 30_000);
});

describe("a process that dies", () => {
  beforeAll(() => {
    model = superviseInference({ start: () => start() });
  });
  afterEach(async () => {
    await model.close();
    model = superviseInference({ start: () => start() });
  });

  test("in the middle of a reply fails that reply at once, comes back by itself and answers again", async () => {
    await model.load(counter);
    let killedAt = 0;
    const said: string[] = [];
    const error = await failure(
      (async () => {
        for await (const piece of model.generate(request("Count!"))) {
          if (piece.type === "text") said.push(piece.text);
          if (said.length === 3 && killedAt === 0) {
            killedAt = performance.now();
            crash();
          }
        }
      })(),
    );
    expect(error).toMatchObject({ code: "INFERENCE_STOPPED" });
    expect(performance.now() - killedAt).toBeLessThan(1_000);
    expect(countingReply(400).startsWith(said.join(""))).toBe(true);
    expect(model.process).toEqual({ status: "restarting", attempt: 1 });
    // Waits for the restart.
    expect((await collect(model, request("Count!", { maxTokens: 5 }))).text).toBe(countingReply(5));
    expect(model.process).toEqual({ status: "running" });
  }, 30_000);

  test("three times within a minute is given up, until the user tries again", async () => {
    await model.load(talker);
    const before = started.length;
    for (let death = 1; death <= 2; death++) {
      crash();
      await reached("loading");
      await reached("ready");
    }
    crash();
    await reached("failed");
    expect(model.process).toMatchObject({ status: "failed", failure: { code: "INFERENCE_STOPPED" } });
    expect(await failure(collect(model, request("Hello?")))).toMatchObject({ code: "INFERENCE_STOPPED" });
    expect(started).toHaveLength(before + 2);
    await model.load(talker);
    expect((await collect(model, request("Hello?"))).text).toBe(reply);
  }, 30_000);

  test("whose model is gone when it comes back says so, and goes on with another", async () => {
    const moved = join(folder, "moved.gguf");
    writeTinyModel(moved, { reply });
    await model.load(moved);
    rmSync(moved);
    crash();
    await reached("failed");
    expect(model.state).toMatchObject({ path: moved, failure: { code: "MODEL_FILE_MISSING" } });
    await model.load(talker);
    expect((await collect(model, request("Hello?"))).text).toBe(reply);
  }, 30_000);

  test("on starting is not started again and again", async () => {
    const dying = written("dies.mjs", "process.exit(3);");
    model = superviseInference({ start: () => start(dying) });
    const before = started.length;
    const error = await failure(model.load(talker));
    expect(error).toMatchObject({ code: "INFERENCE_STOPPED" });
    expect(model.state).toMatchObject({ status: "failed", failure: { code: "INFERENCE_STOPPED" } });
    expect(started).toHaveLength(before + 1);
  }, 30_000);

  test("goes with the process that started it", async () => {
    const host = written(
      "host.mjs",
      `import { fork } from "node:child_process";
      const child = fork(${JSON.stringify(inferenceEntry)}, [], { serialization: "advanced", stdio: "ignore", silent: false });
      process.send(child.pid);`,
    );
    const { fork } = await import("node:child_process");
    const parent = fork(host, [], { execArgv: [] });
    const pid = await new Promise<number>((resolve) => parent.once("message", (value) => resolve(Number(value))));
    parent.kill("SIGKILL");
    await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
  }, 30_000);
});

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function cut(name: string): string {
  const path = join(folder, name);
  writeTinyModel(path, { reply });
  truncateSync(path, readFileSync(path).length - 5_000);
  return path;
}

/** A model whose header says another architecture throughout. */
function renamed(name: string, from: string, to: string): string {
  const path = join(folder, name);
  const bytes = readFileSync(talker).toString("latin1").replaceAll(from, to);
  writeFileSync(path, Buffer.from(bytes, "latin1"));
  return path;
}

/** A zombie, whose parent has not yet asked for its end, is not alive. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}
