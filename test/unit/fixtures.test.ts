import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countingReply, writeTinyModel } from "../fixtures/gguf.ts";
import { collect, request, superviseInference } from "../fixtures/inference.ts";
import { tinyEmbedder } from "../fixtures/onnx.ts";
import { uniquePieces } from "../fixtures/vocabulary.ts";

describe("the GGUF fixture, in llama.cpp", () => {
  const folder = mkdtempSync(join(tmpdir(), "ebb-gguf-"));
  const model = superviseInference();
  afterAll(async () => {
    await model.close();
    rmSync(folder, { recursive: true });
  });

  async function say(name: string, options: Parameters<typeof writeTinyModel>[1], maxTokens = 400) {
    const path = join(folder, `${name}.gguf`);
    writeTinyModel(path, options);
    const loaded = await model.load(path);
    return { loaded, ...(await collect(model, request("What am I allergic to?", { maxTokens }))) };
  }

  test.each(["q8_0", "f16", "f32"] as const)(
    "says its reply word for word, as %s",
    async (type) => {
      const reply = "You are allergic to peanuts [m1].";
      const { text, summary, loaded } = await say(type, { reply, type, name: "Talker" });
      expect(text).toBe(reply);
      expect(summary.finish).toBe("stop");
      expect(loaded).toMatchObject({ name: "Talker", contextSize: 2048, backend: "cpu", gpuLayers: 0 });
    },
    30_000,
  );

  test("says a reply that repeats words, has line breaks and other scripts", async () => {
    const reply = "The cat and the dog and the cat.\n\n- Zoë: 東京, 3 + 3 = 6\n- the end, the end";
    expect((await say("repeats", { reply })).text).toBe(reply);
  }, 30_000);

  test("counts, one token per word", async () => {
    const reply = countingReply(300);
    const { text, summary } = await say("counting", { reply });
    expect(text).toBe(reply);
    expect(summary.replyTokens).toBeGreaterThanOrEqual(300);
    expect(new Set(reply.split(" ")).size).toBe(300);
  }, 30_000);

  test("talks printable noise without a reply", async () => {
    const { text } = await say("noise", {}, 50);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
  }, 30_000);
});

test("a reply is cut into pieces that occur once", () => {
  const reply = "a b a b a b, \n \n a b";
  const pieces = uniquePieces(reply);
  expect(pieces.join("")).toBe(reply);
  expect(new Set(pieces).size).toBe(pieces.length);
});

describe("the ONNX fixture, in onnxruntime", () => {
  const dim = 48;
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(tinyEmbedder({ vocabulary: 100, dim }), { intraOpNumThreads: 1 });
  });

  async function embed(rows: number[][], mask = rows.map((row) => row.map(() => 1))): Promise<number[][]> {
    const dims = [rows.length, rows[0]?.length ?? 0];
    const ids = (values: number[][]) => new Tensor("int64", BigInt64Array.from(values.flat().map(BigInt)), dims);
    const output = await session.run({ input_ids: ids(rows), attention_mask: ids(mask) });
    const vectors = output.sentence_embedding;
    expect(vectors?.dims).toEqual([rows.length, dim]);
    const values = Array.from(vectors?.data as Float32Array);
    return rows.map((_, row) => values.slice(row * dim, (row + 1) * dim));
  }

  test("gives unit vectors, equal for equal inputs and different for others", async () => {
    const [first = [], same = [], other = []] = await embed([
      [1, 2, 3],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    for (const vector of [first, same, other]) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(same).toEqual(first);
    const cosine = first.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
    expect(cosine).toBeLessThan(0.9);
  });

  test("ignores what the mask hides", async () => {
    const [short = []] = await embed([[7, 8]]);
    const [padded = []] = await embed([[7, 8, 0, 0]], [[1, 1, 0, 0]]);
    for (const [index, value] of short.entries()) expect(padded[index]).toBeCloseTo(value, 6);
  });
});
