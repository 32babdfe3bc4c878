import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { catalogFile, shapeOfEntry, shippedCatalog } from "../../../app/llm/catalog.ts";
import {
  cacheBytesOf,
  fitOf,
  gpuBudget,
  type Memory,
  type ModelShape,
  neededBytes,
  ramBudget,
  recommend,
  runsWell,
} from "../../../app/llm/fit.ts";
import { inspectGguf } from "../../../app/llm/gguf.ts";
import type { MetadataValue } from "../../../app/llm/gguf-reader.ts";
import { shapeOf } from "../../../app/llm/gguf-shape.ts";
import { tinyModel } from "../../fixtures/gguf.ts";

const gib = 1024 ** 3;
const computer = (ramGib: number): Memory => ({ ramBytes: ramGib * gib, gpu: null });
const withGpu = (ramGib: number, gpuGib: number, freeGib = gpuGib, unified = false): Memory => ({
  ramBytes: ramGib * gib,
  gpu: {
    name: "Card",
    backend: unified ? "metal" : "cuda",
    totalBytes: gpuGib * gib,
    freeBytes: Math.min(gpuGib, freeGib) * gib,
    unified,
  },
});
const shapes = new Map(shippedCatalog().map((entry) => [entry.id, shapeOfEntry(entry)]));
const shapeNamed = (id: string): ModelShape => shapes.get(id) ?? expect.fail(`no ${id}`);
const judged = (memory: Memory) =>
  shippedCatalog().map((entry) => {
    const shape = shapeOfEntry(entry);
    return { id: entry.id, shape, fit: fitOf(shape, memory) };
  });

const rank = { no: 0, cpu: 1, partly: 2, gpu: 3 } as const;
const anyShape = fc
  .record({
    weightBytes: fc.integer({ min: 1e7, max: 4e10 }),
    layers: fc.integer({ min: 1, max: 128 }),
    sliding: fc.double({ min: 0, max: 1, noNaN: true }),
    window: fc.integer({ min: 0, max: 8_192 }),
    kvHeads: fc.integer({ min: 1, max: 64 }),
    keyLength: fc.integer({ min: 16, max: 512 }),
    valueLength: fc.integer({ min: 16, max: 512 }),
    heads: fc.integer({ min: 1, max: 128 }),
    embeddingLength: fc.integer({ min: 64, max: 16_384 }),
    vocabularySize: fc.integer({ min: 100, max: 300_000 }),
    contextLength: fc.integer({ min: 64, max: 1_048_576 }),
  })
  .map(({ sliding, ...rest }): ModelShape => {
    const slidingLayers = Math.floor(rest.layers * sliding);
    return { ...rest, slidingLayers, fullLayers: rest.layers - slidingLayers };
  });
const anyMemory = fc
  .record({
    ram: fc.integer({ min: 1, max: 256 }),
    gpu: fc.option(fc.integer({ min: 1, max: 160 })),
    free: fc.double({ min: 0, max: 1, noNaN: true }),
    unified: fc.boolean(),
  })
  .map(({ ram, gpu, free, unified }) => (gpu === null ? computer(ram) : withGpu(ram, gpu, gpu * free, unified)));

describe("whether a model fits", () => {
  test("what is said to fit does, with the margin left free", () => {
    fc.assert(
      fc.property(anyShape, anyMemory, (shape, memory) => {
        const { verdict, contextTokens, neededBytes: needed, availableBytes, gpuLayers } = fitOf(shape, memory);
        expect(needed).toBe(Math.round(neededBytes(shape, contextTokens)));
        expect(contextTokens).toBeGreaterThan(0);
        expect(contextTokens).toBeLessThanOrEqual(Math.min(shape.contextLength, 32_768));
        expect(gpuLayers).toBeLessThanOrEqual(shape.layers);
        if (verdict === "no") return;
        expect(needed).toBeLessThanOrEqual(availableBytes + 1);
        const most = verdict === "gpu" ? gpuBudget(memory) : ramBudget(memory) + gpuBudget(memory);
        expect(needed).toBeLessThanOrEqual(most + 1);
        if (memory.gpu && verdict === "gpu") expect(needed).toBeLessThan(memory.gpu.freeBytes);
        if (verdict === "cpu") expect(gpuLayers).toBe(0);
      }),
    );
  });

  test("more memory never makes it worse", () => {
    fc.assert(
      fc.property(anyShape, anyMemory, fc.integer({ min: 0, max: 64 }), (shape, memory, more) => {
        const before = fitOf(shape, memory);
        const after = fitOf(shape, { ...memory, ramBytes: memory.ramBytes + more * gib });
        expect(rank[after.verdict]).toBeGreaterThanOrEqual(rank[before.verdict]);
        if (after.verdict === before.verdict) expect(after.contextTokens).toBeGreaterThanOrEqual(before.contextTokens);
        if (!memory.gpu) return;
        const { gpu } = memory;
        const wider = { ...memory, gpu: { ...gpu, freeBytes: gpu.freeBytes + more * gib } };
        expect(rank[fitOf(shape, wider).verdict]).toBeGreaterThanOrEqual(rank[before.verdict]);
      }),
    );
  });

  test("more context never needs less, nor does a larger model", () => {
    fc.assert(
      fc.property(
        anyShape,
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 1e5 }),
        (shape, tokens, more) => {
          expect(neededBytes(shape, tokens + more)).toBeGreaterThanOrEqual(neededBytes(shape, tokens));
          const larger = { ...shape, weightBytes: shape.weightBytes + more };
          expect(neededBytes(larger, tokens)).toBe(neededBytes(shape, tokens) + more);
        },
      ),
    );
  });

  test("a window keeps the cache small, whatever the context", () => {
    const gemma = shapeNamed("gemma-3-12b");
    const whole = { ...gemma, fullLayers: gemma.layers, slidingLayers: 0 };
    expect(cacheBytesOf(gemma, 32_768)).toBeLessThan(cacheBytesOf(whole, 32_768) / 3);
    // 34 layers of 8 heads of 128 keys and 128 values of 2 bytes, as others have measured it.
    expect(cacheBytesOf(shapeNamed("ministral-3-8b"), 1_024)).toBe(139_264 * 1_024);
  });

  test("known machines come to what one would say of them", () => {
    const verdicts = (memory: Memory) => Object.fromEntries(judged(memory).map(({ id, fit }) => [id, fit.verdict]));
    expect(verdicts(computer(8))).toMatchObject({ "qwen3-4b-2507": "cpu", "qwen3.5-9b": "no", "llama-3.2-1b": "cpu" });
    expect(verdicts(withGpu(16, 8))).toMatchObject({ "qwen3.5-9b": "gpu", "ministral-3-14b": "partly" });
    expect(verdicts(withGpu(64, 24))).toMatchObject({ "ministral-3-14b": "gpu", "phi-4": "gpu" });
    expect(verdicts(withGpu(8, 5.3, 5.3, true))).toMatchObject({ "qwen3-4b-2507": "gpu", "phi-4": "no" });
    expect(verdicts(computer(2))).toMatchObject({ "llama-3.2-1b": "no" });
  });
});

describe("what is recommended", () => {
  test("always fits, and runs well where anything does", () => {
    fc.assert(
      fc.property(anyMemory, (memory) => {
        const all = judged(memory);
        const best = recommend(all);
        if (best === null) {
          expect(all.every(({ fit }) => fit.verdict === "no")).toBe(true);
          return;
        }
        expect(best.fit.verdict).not.toBe("no");
        if (all.some(({ shape, fit }) => runsWell(shape, fit))) expect(runsWell(best.shape, best.fit)).toBe(true);
      }),
    );
  });

  test("is what one would choose by hand", () => {
    const choice = (memory: Memory) => recommend(judged(memory))?.id ?? null;
    expect(choice(computer(16))).toBe("qwen3-4b-2507");
    expect(choice(computer(8))).toBe("qwen3-4b-2507");
    expect(choice(computer(4))).toMatch(/1b|2b/);
    expect(choice(withGpu(16, 8))).toBe("qwen3.5-9b");
    expect(choice(withGpu(64, 24))).toBe("ministral-3-14b");
    expect(choice(computer(1))).toBe(null);
  });
});

describe("the catalog", () => {
  test("has a dozen models of each size and family, each with what is known of it", () => {
    const models = shippedCatalog();
    expect(models.length).toBeGreaterThanOrEqual(12);
    expect(new Set(models.map(({ family }) => family))).toEqual(
      new Set(["Qwen", "Llama", "Gemma", "Mistral", "Phi", "SmolLM"]),
    );
    const billions = models.map(({ parameters }) => Number.parseFloat(parameters));
    expect(Math.min(...billions)).toBe(1);
    expect(Math.max(...billions)).toBe(14);
    expect(models.every(({ sha256, revision }) => sha256 === null || revision !== "main")).toBe(true);
    // A file of four to six bits a weight: a slip of a digit would show.
    for (const { bytes, parameters, id } of models) {
      const bits = (bytes * 8) / (Number.parseFloat(parameters) * 1e9);
      expect(bits, id).toBeGreaterThan(4);
      expect(bits, id).toBeLessThan(7);
    }
  });

  test("that says what can't be is refused", () => {
    const [first] = shippedCatalog();
    const models = [...shippedCatalog()];
    const taken = (change: object) =>
      catalogFile.safeParse({ note: "", models: [{ ...first, ...change }, ...models.slice(1)] });
    expect(taken({}).success).toBe(true);
    for (const change of [
      { sha256: null },
      { verified: "header" },
      { sha256: "abc" },
      { bytes: 0 },
      { revision: "latest" },
      { file: "../x.gguf" },
      { licenceUrl: "http://example.org" },
      { id: models[1]?.id },
      { extra: 1 },
    ]) {
      expect(taken(change).success, JSON.stringify(change)).toBe(false);
    }
  });
});

describe("a file's own header", () => {
  test("gives the estimate that node-llama-cpp makes, or a little more", async () => {
    const { getLlama, GgufInsights, readGgufFileInfo } = await import("node-llama-cpp");
    const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false });
    onTestFinished(() => llama.dispose());
    const folder = mkdtempSync(join(tmpdir(), "ebb-fit-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const options of [
      { layers: 12, hidden: 256, heads: 8, kvHeads: 4, context: 32_768 },
      { layers: 40, hidden: 128, heads: 4, kvHeads: 1, context: 8_192 },
    ]) {
      const path = join(folder, "model.gguf");
      writeFileSync(path, tinyModel(options));
      const { shape } = await inspectGguf(path);
      const insights = await GgufInsights.from(await readGgufFileInfo(path), llama);
      for (const contextSize of [1_024, 4_096, 8_192]) {
        const { cpuRam } = insights.estimateContextResourceRequirements({
          contextSize,
          modelGpuLayers: 0,
          sequences: 1,
        });
        const mine = neededBytes(shape, contextSize) - shape.weightBytes;
        expect(mine).toBeGreaterThanOrEqual(cpuRam * 0.98);
        // Beyond the process itself, no more than a quarter too much.
        expect(mine - 200 * 1024 ** 2).toBeLessThanOrEqual(cpuRam * 1.25);
      }
    }
  });

  test("names its quantisation and its heads", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ebb-fit-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "model.gguf");
    writeFileSync(path, tinyModel({ hidden: 64, heads: 4, kvHeads: 2, layers: 3, context: 2_048 }));
    const { shape, quantisation } = await inspectGguf(path);
    expect(quantisation).toBe("Q8_0");
    expect(shape).toMatchObject({
      layers: 3,
      fullLayers: 3,
      slidingLayers: 0,
      kvHeads: 2,
      keyLength: 16,
      valueLength: 16,
      heads: 4,
    });
    expect(fitOf(shape, computer(8))).toMatchObject({ verdict: "cpu", contextTokens: 2_048 });
  });
});

describe("layers of all kinds", () => {
  const basics = {
    architecture: "gemma4",
    layers: 42,
    embeddingLength: 2_560,
    contextLength: 131_072,
    heads: 8,
    weightBytes: 5_000_000_000,
    vocabularySize: 262_144,
  };
  const shapeWith = (values: Record<string, MetadataValue>, more: Partial<typeof basics> = {}): ModelShape =>
    shapeOf(
      (key) => values[key],
      { ...basics, ...more },
      (key) => {
        const value = values[key];
        return typeof value === "number" ? value : null;
      },
    );

  test("are counted by the list in the file, without those that share another's cache", () => {
    const pattern = Array.from({ length: 42 }, (_, layer) => (layer % 6 === 5 ? 0 : 1));
    const shape = shapeWith({
      "attention.sliding_window": 512,
      "attention.sliding_window_pattern": { length: 42, numbers: pattern },
      "attention.shared_kv_layers": 18,
      "attention.head_count_kv": 2,
      "attention.key_length": 512,
      "attention.value_length": 512,
    });
    expect(shape).toMatchObject({ fullLayers: 4, slidingLayers: 20, window: 512 });
    const entry = shippedCatalog().find(({ id }) => id === "gemma-4-e4b");
    expect(entry?.shape).toMatchObject({ fullLayers: 4, slidingLayers: 20, window: 512 });
  });

  test("are counted by an interval, or by what the architecture is known for, and else as whole", () => {
    expect(shapeWith({ full_attention_interval: 4 }, { layers: 32 })).toMatchObject({
      fullLayers: 8,
      slidingLayers: 0,
    });
    const window = { "attention.sliding_window": 1_024 };
    expect(shapeWith(window, { architecture: "gemma3", layers: 48 })).toMatchObject({
      fullLayers: 8,
      slidingLayers: 40,
    });
    expect(shapeWith(window, { architecture: "unheard-of" })).toMatchObject({ fullLayers: 42, slidingLayers: 0 });
    // A window as long as the context is none.
    expect(shapeWith({ "attention.sliding_window": 131_072 }, { architecture: "gemma3" }).slidingLayers).toBe(0);
  });
});
