import { expect, test } from "vitest";
import { probeMemory } from "../../main/engine/hardware-probe.ts";
import { forkInference, type InferenceProcess } from "../../main/engine/inference-process.ts";
import { inferenceEntry } from "../fixtures/inference.ts";

test("the machine's memory is told, and a graphics card's where there is one; the processes that were asked have ended", async () => {
  const started: InferenceProcess[] = [];
  const { ramBytes, gpu } = await probeMemory(() => {
    const process = forkInference(inferenceEntry);
    started.push(process);
    return process;
  });
  expect(ramBytes).toBeGreaterThan(500_000_000);
  if (gpu) {
    expect(gpu.totalBytes).toBeGreaterThan(0);
    expect(gpu.freeBytes).toBeLessThanOrEqual(gpu.totalBytes);
    expect(["cuda", "vulkan", "metal"]).toContain(gpu.backend);
  }
  expect(started.length).toBeGreaterThan(0);
  await Promise.all(started.map(({ exited }) => exited));
});

test("a driver that brings the process down costs the graphics card, and nothing else", async () => {
  const { ramBytes, gpu } = await probeMemory(() => {
    const process = forkInference(inferenceEntry);
    process.kill();
    return process;
  });
  expect(ramBytes).toBeGreaterThan(500_000_000);
  expect(gpu).toBe(null);
});
