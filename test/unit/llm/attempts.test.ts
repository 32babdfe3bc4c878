import { expect, test } from "vitest";
import { attemptsAfter, attemptsFor, noticeOf } from "../../../app/llm/attempts.ts";
import type { Attempt, Backend } from "../../../app/llm/port.ts";

const machines: Backend[][] = [
  [],
  ["cpu"],
  ["vulkan", "cpu"],
  ["cuda", "vulkan", "cpu"],
  ["metal", "cpu"],
  ["cuda", "cuda", "cpu"],
];
const sizes = [64, 512, 2_048, 2_049, 8_192, 131_072, 1_048_576];

test("no attempt is made twice, each is weaker than the one before, and the processor comes last", () => {
  for (const backends of machines) {
    for (const size of sizes) {
      const attempts = attemptsFor(backends, size, null);
      expect(new Set(attempts.map((attempt) => JSON.stringify(attempt))).size).toBe(attempts.length);
      expect(attempts.at(-1)?.backend).toBe("cpu");
      expect(attempts[0].contextSize).toBe(size);
      for (const [index, attempt] of attempts.entries()) {
        const before = attempts[index - 1];
        if (before?.backend !== attempt.backend) continue;
        expect(attempt.layerShare).toBeLessThanOrEqual(before.layerShare);
        expect(attempt.contextSize).toBeLessThanOrEqual(before.contextSize);
      }
    }
  }
});

test("a GPU is tried as asked, with fewer layers, with a smaller context, and then the next one", () => {
  const told = attemptsFor(["cuda", "vulkan", "cpu"], 8_192, null).map(
    ({ backend, layerShare, contextSize }) => `${backend} ${layerShare} ${contextSize}`,
  );
  expect(told).toEqual([
    "cuda 1 8192",
    "cuda 0.5 8192",
    "cuda 0.5 2048",
    "vulkan 1 8192",
    "vulkan 0.5 8192",
    "vulkan 0.5 2048",
    "cpu 0 8192",
    "cpu 0 2048",
  ]);
});

test("a machine that is to use the processor only tries nothing else", () => {
  expect(attemptsFor(["cpu"], 8_192, null).every(({ backend }) => backend === "cpu")).toBe(true);
});

test("what ran before is begun with, and only weaker attempts follow; what is no attempt any more is ignored", () => {
  const ran: Attempt = { backend: "cuda", layerShare: 0.5, contextSize: 2_048 };
  const attempts = attemptsFor(["cuda", "vulkan", "cpu"], 8_192, ran);
  expect(attempts[0]).toEqual(ran);
  expect(attempts).toHaveLength(6);
  expect(attemptsFor(["cuda", "cpu"], 8_192, { ...ran, contextSize: 999 })).toEqual(
    attemptsFor(["cuda", "cpu"], 8_192, null),
  );
  expect(attemptsFor(["cpu"], 8_192, ran)[0].backend).toBe("cpu");
});

test("what a failure leaves to be tried depends on what failed", () => {
  const [first, ...rest] = attemptsFor(["cuda", "vulkan", "cpu"], 8_192, null);
  const left = (code: Parameters<typeof attemptsAfter>[2]) => attemptsAfter(first, rest, code).map((a) => a.backend);
  expect(left("INFERENCE_STOPPED")[0]).toBe("cuda");
  expect(left("MODEL_TOO_LARGE")[0]).toBe("cuda");
  expect(left("BACKEND_UNAVAILABLE")[0]).toBe("vulkan");
  expect(left("MODEL_UNSUPPORTED")).toEqual(["cpu", "cpu"]);
  for (const code of ["MODEL_FILE_MISSING", "MODEL_FILE_INVALID", "MODEL_FILE_TRUNCATED", "INVALID_INPUT"] as const) {
    expect(left(code)).toEqual([]);
  }
  const cpu = { backend: "cpu", layerShare: 0, contextSize: 8_192 } as const;
  expect(attemptsAfter(cpu, [{ ...cpu, contextSize: 2_048 }], "MODEL_UNSUPPORTED")).toEqual([]);
});

const wanted: Attempt = { backend: "cuda", layerShare: 1, contextSize: 8_192 };
const whole = { backend: "cuda", gpuLayers: 33, layers: 33, contextSize: 8_192 } as const;

test.each([
  [whole, null, null],
  [
    { ...whole, gpuLayers: 12 },
    null,
    "The graphics card had too little memory for all of it: 12 of 33 layers run on it.",
  ],
  [
    { ...whole, gpuLayers: 16 },
    "INFERENCE_STOPPED",
    "The graphics card failed with all of it: 16 of 33 layers run on it.",
  ],
  [{ ...whole, backend: "vulkan" }, "BACKEND_UNAVAILABLE", "CUDA could not be used, so it runs on Vulkan."],
  [
    { ...whole, backend: "cpu", gpuLayers: 0 },
    "INFERENCE_STOPPED",
    "The graphics card could not be used, so the model runs on the processor.",
  ],
  [
    { ...whole, backend: "cpu", gpuLayers: 0, contextSize: 2_048 },
    "MODEL_TOO_LARGE",
    "The graphics card had too little memory, so the model runs on the processor. It reads 2,048 tokens at once instead of 8,192.",
  ],
] as const)("the notice about %o after %s says: %s", (outcome, cause, said) => {
  expect(noticeOf(wanted, outcome, cause)).toBe(said);
});

test("a machine without a GPU lacks nothing", () => {
  const cpu = { backend: "cpu", gpuLayers: 0, layers: 33, contextSize: 8_192 } as const;
  expect(noticeOf({ ...wanted, backend: "cpu", layerShare: 0 }, cpu, null)).toBeNull();
});
