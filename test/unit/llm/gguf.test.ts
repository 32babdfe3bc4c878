import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { inspectGguf } from "../../../app/llm/gguf.ts";
import { tinyModel } from "../../fixtures/gguf.ts";
import { encodeGguf, encodeTensor, meta } from "../../fixtures/gguf-container.ts";
import { mulberry32 } from "../../fixtures/random.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-header-"));
afterAll(() => rmSync(folder, { recursive: true }));

const valid = tinyModel({ reply: "Hello there.", name: "Tiny" });

function file(bytes: Buffer | string): string {
  const path = join(folder, "model.gguf");
  writeFileSync(path, bytes);
  return path;
}

async function refusal(path: string): Promise<EbbError> {
  try {
    await inspectGguf(path);
  } catch (error) {
    if (error instanceof EbbError) return error;
    throw error;
  }
  throw new Error("It was accepted");
}

const metadata = {
  "general.architecture": meta.string("llama"),
  "llama.context_length": meta.u32(512),
  "llama.embedding_length": meta.u32(32),
  "llama.block_count": meta.u32(1),
  "tokenizer.ggml.tokens": meta.strings(["a", "b"]),
};
const tensor = { name: "t", dims: [32], type: "f32" as const, data: encodeTensor(new Float32Array(32), "f32") };

function u32(value: number): Buffer {
  return Buffer.from(Uint32Array.of(value).buffer);
}

function u64(value: bigint): Buffer {
  return Buffer.from(BigUint64Array.of(value).buffer);
}

function start(version: number, tensors: bigint, entries: bigint): Buffer {
  return Buffer.concat([Buffer.from("GGUF"), u32(version), u64(tensors), u64(entries)]);
}

test("a model's header is read", async () => {
  const path = file(valid);
  expect(await inspectGguf(path)).toMatchObject({
    path,
    name: "Tiny",
    bytes: valid.length,
    architecture: "llama",
    contextLength: 2048,
    vocabularySize: expect.any(Number),
    layers: 2,
    embeddingLength: 64,
    heads: 4,
    kvHeads: 2,
    hasChatTemplate: true,
  });
});

test("a model without a name is called as its file", async () => {
  expect(await inspectGguf(file(encodeGguf(metadata, [tensor])))).toMatchObject({
    name: "model",
    hasChatTemplate: false,
  });
});

describe("what is no model is refused with a code, a sentence and a remedy", () => {
  const long = 2n ** 60n;
  const text = (value: string) => Buffer.concat([u64(BigInt(value.length)), Buffer.from(value)]);
  test.each<[string, string, Buffer | string]>([
    ["empty", "MODEL_FILE_INVALID", ""],
    ["one byte", "MODEL_FILE_INVALID", "G"],
    ["a text", "MODEL_FILE_INVALID", "Once upon a time there was a file.\n".repeat(1_000)],
    ["only the magic", "MODEL_FILE_TRUNCATED", "GGUF"],
    ["version 1", "MODEL_UNSUPPORTED", start(1, 1n, 1n)],
    ["big-endian", "MODEL_UNSUPPORTED", start(0x03000000, 1n, 1n)],
    ["without weights", "MODEL_FILE_INVALID", encodeGguf(metadata, [])],
    ["without architecture", "MODEL_FILE_INVALID", encodeGguf({}, [tensor])],
    ["2^60 metadata entries", "MODEL_FILE_INVALID", start(3, 1n, long)],
    ["2^60 tensors", "MODEL_FILE_INVALID", start(3, long, 1n)],
    ["a key of 2^60 bytes", "MODEL_FILE_INVALID", Buffer.concat([start(3, 1n, 1n), u64(long)])],
    [
      "a key of 40,000 bytes that are not there",
      "MODEL_FILE_TRUNCATED",
      Buffer.concat([start(3, 1n, 1n), u64(40_000n)]),
    ],
    [
      "an array of 2^60 items",
      "MODEL_FILE_INVALID",
      Buffer.concat([start(3, 1n, 1n), text("k"), u32(9), u32(4), u64(long)]),
    ],
    [
      "an array of 2^23 texts that are not there",
      "MODEL_FILE_TRUNCATED",
      Buffer.concat([start(3, 1n, 1n), text("k"), u32(9), u32(8), u64(2n ** 23n)]),
    ],
    ["an array of arrays", "MODEL_FILE_INVALID", Buffer.concat([start(3, 1n, 1n), text("k"), u32(9), u32(9), u64(1n)])],
    ["an unknown value type", "MODEL_FILE_INVALID", Buffer.concat([start(3, 1n, 1n), text("k"), u32(99)])],
    ["no context", "MODEL_FILE_INVALID", encodeGguf({ ...metadata, "llama.context_length": meta.u32(0) }, [tensor])],
    [
      "a text as context",
      "MODEL_FILE_INVALID",
      encodeGguf({ ...metadata, "llama.context_length": meta.string("x") }, [tensor]),
    ],
    [
      "4 billion layers",
      "MODEL_FILE_INVALID",
      encodeGguf({ ...metadata, "llama.block_count": meta.u32(4e9) }, [tensor]),
    ],
    ["alignment 0", "MODEL_FILE_INVALID", encodeGguf({ ...metadata, "general.alignment": meta.u32(0) }, [tensor])],
    ["alignment 3", "MODEL_FILE_INVALID", encodeGguf({ ...metadata, "general.alignment": meta.u32(3) }, [tensor])],
    [
      "an embedder",
      "MODEL_UNSUPPORTED",
      encodeGguf({ ...metadata, "general.architecture": meta.string("bert") }, [tensor]),
    ],
    ["an adapter", "MODEL_UNSUPPORTED", encodeGguf({ ...metadata, "general.type": meta.string("adapter") }, [tensor])],
    ["a part", "MODEL_UNSUPPORTED", encodeGguf({ ...metadata, "split.count": meta.u32(2) }, [tensor])],
    ["no vocabulary", "MODEL_UNSUPPORTED", encodeGguf({ "general.architecture": meta.string("llama") }, [tensor])],
    ["a tensor of 2^50 rows", "MODEL_FILE_TRUNCATED", encodeGguf(metadata, [{ ...tensor, dims: [32, 2 ** 45] }])],
    [
      "a tensor past all counting",
      "MODEL_FILE_INVALID",
      encodeGguf(metadata, [{ ...tensor, dims: [2 ** 40, 2 ** 40] }]),
    ],
    ["a tensor of five dimensions", "MODEL_FILE_INVALID", encodeGguf(metadata, [{ ...tensor, dims: [1, 1, 1, 1, 1] }])],
    ["weights cut off", "MODEL_FILE_TRUNCATED", valid.subarray(0, valid.length - 1_000)],
  ])("%s: %s", async (_, code, bytes) => {
    const error = await refusal(file(bytes));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(/^.*"model\.gguf".*\.$/);
    expect(error.remedy).toMatch(/^[A-Z].*\.$/);
  });

  test("a missing file, a file below a file, a folder", async () => {
    expect(await refusal(join(folder, "none.gguf"))).toMatchObject({ code: "MODEL_FILE_MISSING" });
    expect(await refusal(join(file("x"), "none.gguf"))).toMatchObject({ code: "MODEL_FILE_MISSING" });
    const inner = join(folder, "folder.gguf");
    mkdirSync(inner);
    expect(await refusal(inner)).toMatchObject({ code: "MODEL_FILE_INVALID" });
    expect(await refusal(`${inner}\0`)).toMatchObject({ code: "MODEL_FILE_UNREADABLE" });
  });

  test.skipIf(process.platform === "win32")("a pipe does not make it wait", async () => {
    const pipe = join(folder, "pipe.gguf");
    execFileSync("mkfifo", [pipe]);
    expect(await refusal(pipe)).toMatchObject({ code: "MODEL_FILE_INVALID" });
  });
});

describe("damaged files", () => {
  async function outcome(bytes: Buffer): Promise<string> {
    try {
      await inspectGguf(file(bytes));
      return "accepted";
    } catch (error) {
      // Anything else is a fault of the reader.
      if (!(error instanceof EbbError)) throw error;
      return error.code;
    }
  }

  test("any cut is noticed", async () => {
    const random = mulberry32(7);
    for (let round = 0; round < 150; round++) {
      const length = Math.floor(random() * (valid.length - 32));
      expect(await outcome(valid.subarray(0, length))).toMatch(/^MODEL_FILE_(TRUNCATED|INVALID)$/);
    }
  }, 30_000);

  test("any change of bytes ends in a typed refusal or a sound header, quickly and without much memory", async () => {
    const random = mulberry32(11);
    const header = 12_000;
    const memory = process.memoryUsage().rss;
    const begun = performance.now();
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(valid);
      for (let change = 0; change <= round % 4; change++) {
        const place = Math.floor(random() * header);
        const kind = random();
        if (kind < 0.4) bytes[place] = Math.floor(random() * 256);
        else if (kind < 0.7) bytes.writeBigUInt64LE(2n ** BigInt(Math.floor(random() * 64)), place);
        else bytes.fill(0xff, place, place + 8);
      }
      await outcome(bytes);
    }
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(process.memoryUsage().rss - memory).toBeLessThan(400 * 1024 * 1024);
  }, 30_000);
});
