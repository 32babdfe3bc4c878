import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { EbbError } from "../../app/contract/errors.ts";
import { forkInference } from "../../main/engine/inference-process.ts";
import type { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { writeTinyModel } from "../fixtures/gguf.ts";
import { collect, request, superviseInference } from "../fixtures/inference.ts";
import { prepare, type Trouble, troubledEntry } from "../fixtures/troubled-inference.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-fallback-"));
const talker = join(folder, "talker.gguf");
const reply = "The tide comes in twice a day.";
const log = join(folder, "loads.txt");

let model: InferenceSupervisor;

beforeAll(() => writeTinyModel(talker, { reply, context: 4_096 }));
afterEach(async () => {
  await model.close();
  rmSync(log, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Processes of a machine with a GPU, and with this trouble. */
function begin(trouble: Omit<Trouble, "log" | "backends"> = {}): InferenceSupervisor {
  prepare({ backends: ["cuda", "vulkan", "cpu"], ...trouble, log });
  model = superviseInference({ start: () => forkInference(troubledEntry) });
  return model;
}

/** The attempts that were made, and in how many processes. */
function loads(): { attempts: string[]; processes: number } {
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const attempts = lines.map((line) => line.slice(line.indexOf(" ") + 1));
  return { attempts, processes: new Set(lines.map((line) => line.split(" ")[0])).size };
}

const options = { contextSize: 4_096 };
const says = async () => (await collect(model, request("Tell me of the sea."))).text;

const restarted = () =>
  expect.poll(() => `${model.process.status} ${model.state.status}`, { timeout: 20_000 }).toBe("running ready");

/** The process dies, or fails, at the first question. */
const askAndFail = () =>
  says().then(
    () => expect.unreachable("It should have failed"),
    (error: EbbError) => error,
  );

describe("loading", () => {
  test("a backend that is not there costs one attempt, one that dies is tried with less, each in a fresh process", async () => {
    const loaded = await begin({
      loading: [
        { backend: "cuda", how: "BACKEND_UNAVAILABLE" },
        { backend: "vulkan", layerShare: 1, how: "dies" },
      ],
    }).load(talker, options);
    expect(loads()).toEqual({ attempts: ["cuda 1 4096", "vulkan 1 4096", "vulkan 0.5 4096"], processes: 3 });
    expect(loaded).toMatchObject({ backend: "vulkan", gpuLayers: 1, contextSize: 4_096 });
    expect(loaded.notice).toMatch(/^CUDA could not be used, so it runs on Vulkan\..* 1 of \d+ layers run on it\.$/);
    expect(await says()).toBe(reply);
  }, 60_000);

  test("where every GPU has too little memory or brings the process down, the processor runs it, and the user is told", async () => {
    const loaded = await begin({
      loading: [
        { backend: "cuda", how: "MODEL_TOO_LARGE" },
        { backend: "vulkan", how: "dies" },
      ],
    }).load(talker, options);
    expect(loads().attempts).toEqual([
      "cuda 1 4096",
      "cuda 0.5 4096",
      "cuda 0.5 2048",
      "vulkan 1 4096",
      "vulkan 0.5 4096",
      "vulkan 0.5 2048",
      "cpu 0 4096",
    ]);
    expect(loads().processes).toBe(7);
    expect(loaded).toMatchObject({ backend: "cpu", gpuLayers: 0 });
    expect(loaded.notice).toBe("The graphics card could not be used, so the model runs on the processor.");
    expect(await says()).toBe(reply);
  }, 60_000);

  test("the processor has a smaller context where the memory is short", async () => {
    const loaded = await begin({
      loading: [
        { backend: "cuda", how: "BACKEND_UNAVAILABLE" },
        { backend: "vulkan", how: "BACKEND_UNAVAILABLE" },
        { backend: "cpu", contextSize: 4_096, how: "MODEL_TOO_LARGE" },
      ],
    }).load(talker, options);
    expect(loaded.contextSize).toBe(2_048);
    expect(loaded.notice).toContain("It reads 2,048 tokens at once instead of 4,096.");
  }, 60_000);

  test("a model that brings every process down is refused with a remedy", async () => {
    const trouble = { loading: [{ how: "dies" as const }] };
    const error = await begin(trouble)
      .load(talker, options)
      .catch((failure: EbbError) => failure);
    expect(error).toMatchObject({ code: "MODEL_UNSUPPORTED", remedy: expect.stringMatching(/\.$/) });
    expect(loads()).toMatchObject({ processes: 8 });
    expect(model.state).toMatchObject({ status: "failed" });
  }, 60_000);

  test("with `cpu` no GPU is tried", async () => {
    const loaded = await begin().load(talker, { ...options, backend: "cpu" });
    expect(loads().attempts).toEqual(["cpu 0 4096"]);
    expect(loaded.notice).toBeNull();
  }, 60_000);

  test("what ran is tried first the next time, unless the machine is another or it fails", async () => {
    const loading = [{ backend: "cuda" as const, how: "dies" as const }];
    const { run } = await begin({ loading }).load(talker, options);
    expect(run.attempt.backend).toBe("vulkan");
    await model.close();
    rmSync(log);
    const again = await begin({ loading }).load(talker, { ...options, remembered: run });
    expect(loads().attempts).toEqual(["vulkan 1 4096"]);
    expect(again.notice).toBe("CUDA could not be used, so it runs on Vulkan.");
    await model.close();
    rmSync(log);
    await begin({ signature: "a new card" }).load(talker, { ...options, remembered: run });
    expect(loads().attempts).toEqual(["cuda 1 4096"]);
    await model.close();
    rmSync(log);
    await begin({ loading: [{ backend: "vulkan", how: "BACKEND_UNAVAILABLE" }] }).load(talker, {
      ...options,
      remembered: run,
    });
    expect(loads().attempts).toEqual(["vulkan 1 4096", "cpu 0 4096"]);
  }, 60_000);
});

describe("writing", () => {
  test("a process that dies twice in the same way comes back in a weaker one, with a notice", async () => {
    const loaded = await begin({
      writing: [{ backend: "cuda", layerShare: 1, how: "dies", pieces: 1 }],
    }).load(talker, options);
    expect(loaded.notice).toBeNull();
    expect(await askAndFail()).toMatchObject({ code: "INFERENCE_STOPPED" });
    await restarted();
    expect(loads().attempts).toEqual(["cuda 1 4096", "cuda 1 4096"]);
    await askAndFail();
    await restarted();
    expect(loads().attempts.at(-1)).toBe("cuda 0.5 4096");
    expect(model.state).toMatchObject({
      model: { notice: expect.stringContaining("The graphics card failed with all") },
    });
    expect(await says()).toBe(reply);
  }, 60_000);

  test("one that runs out of memory while it writes is started anew, and in a weaker way after the second time", async () => {
    await begin({ writing: [{ backend: "cuda", how: "fails", pieces: 1 }] }).load(talker, options);
    for (let time = 0; time < 6; time++) {
      expect(await askAndFail()).toMatchObject({ code: "INTERNAL" });
      await restarted();
    }
    expect(model.state).toMatchObject({ model: { backend: "vulkan" } });
    expect(loads().processes).toBe(7);
    expect(await says()).toBe(reply);
  }, 90_000);

  test("one that dies in every way is given up in the end", async () => {
    await begin({ writing: [{ how: "dies", pieces: 1 }] }).load(talker, { contextSize: 512, backend: "cpu" });
    for (let time = 0; time < 3; time++) {
      await askAndFail();
      await expect.poll(() => model.state.status, { timeout: 20_000 }).toMatch(/ready|failed/);
    }
    expect(model.state).toMatchObject({ status: "failed", failure: { code: "INFERENCE_STOPPED" } });
  }, 60_000);
});
