import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OnnxEmbedder } from "../../../app/embed/onnx.ts";
import { bundledFolder, writeTinyEmbedder } from "../../fixtures/embedder.ts";
import { temporaryFolder } from "../../fixtures/web-host.ts";

const cosine = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  [...(a ?? [])].reduce((sum, value, at) => sum + value * (b?.[at] ?? 0), 0);

test("the bundled embedder finds what means the same nearer than what does not", async () => {
  const embedder = new OnnxEmbedder();
  const { id, ...bundled } = await embedder.load(bundledFolder);
  expect(bundled).toEqual({ name: "memory-embed-static-en-384", dim: 384, scanDim: 128 });
  const [dog, puppy, market] = await embedder.embed(
    id,
    ["I have a dog called Rex", "my pet is a puppy", "the stock market fell"],
    "passage",
  );
  expect(cosine(dog, dog)).toBeCloseTo(1, 5);
  expect(cosine(dog, puppy)).toBeGreaterThan(cosine(dog, market) + 0.2);
});

test("a text gets the same vector alone and among others of any length", async () => {
  const embedder = new OnnxEmbedder();
  const { id } = await embedder.load(bundledFolder);
  const texts = Array.from(
    { length: 200 },
    (_, index) => "a walk by the sea ".repeat((index * 37) % 23).trim() + index,
  );
  const together = await embedder.embed(id, texts, "passage");
  for (const at of [0, 1, 57, 199]) {
    const [alone] = await embedder.embed(id, [texts[at] ?? ""], "passage");
    expect(cosine(alone, together[at])).toBeCloseTo(1, 4);
  }
});

test("a text without words gets zeros, and hostile ones get finite numbers", async () => {
  const embedder = new OnnxEmbedder();
  const { id } = await embedder.load(bundledFolder);
  const texts = [
    "",
    " \n\t",
    "\u0000",
    "🦊🦊",
    "漢字",
    "مرحبا",
    "\ud800",
    "x".repeat(200_000),
    "[PAD] [CLS]",
    "a".repeat(39),
  ];
  const vectors = await embedder.embed(id, texts, "passage");
  expect(vectors).toHaveLength(texts.length);
  expect(vectors[0]?.every((value) => value === 0)).toBe(true);
  expect(vectors[1]?.every((value) => value === 0)).toBe(true);
  for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true);
});

test("what lies beyond the model's length changes nothing", async () => {
  const embedder = new OnnxEmbedder();
  const folder = writeTinyEmbedder(join(temporaryFolder(), "short"), {
    config: { max_length: 8, add_special_tokens: true },
  });
  const { id } = await embedder.load(folder);
  const [cut, longer] = await embedder.embed(
    id,
    ["dog cat tea dog cat tea", "dog cat tea dog cat tea coffee the"],
    "passage",
  );
  expect(cosine(cut, longer)).toBeCloseTo(1, 5);
});

test("an embedder as on Hugging Face works: token types, vectors of tokens, special tokens, weights in onnx/", async () => {
  const folder = writeTinyEmbedder(join(temporaryFolder(), "bert"), { bert: true, dim: 48 });
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({ model_type: "bert", hidden_size: 48, max_position_embeddings: 64, pad_token_id: 0 }),
  );
  mkdirSync(join(folder, "onnx"));
  renameSync(join(folder, "model.onnx"), join(folder, "onnx", "model.onnx"));
  const mean = new OnnxEmbedder();
  const loaded = await mean.load(folder);
  expect(loaded).toMatchObject({ name: "bert", dim: 48, scanDim: 48 });
  const [alone] = await mean.embed(loaded.id, ["dog tea"], "passage");
  const [among] = await mean.embed(loaded.id, ["dog tea", "the coffee cat the coffee cat"], "passage");
  // Padding must not be counted in.
  expect(cosine(alone, among)).toBeCloseTo(1, 5);

  mkdirSync(join(folder, "1_Pooling"));
  writeFileSync(join(folder, "1_Pooling", "config.json"), JSON.stringify({ pooling_mode_cls_token: true }));
  const cls = await mean.load(folder);
  expect(cls.id).not.toBe(loaded.id);
  const [first, other] = await mean.embed(cls.id, ["dog tea", "coffee"], "passage");
  // The first token is always [CLS], whose vector in this model knows nothing of the others.
  expect(cosine(first, other)).toBeCloseTo(1, 5);
});

test("questions and passages get the prefixes that the files ask for", async () => {
  const embedder = new OnnxEmbedder();
  const folder = join(temporaryFolder(), "prefixed");
  writeTinyEmbedder(folder, { config: { query_prefix: "cat ", passage_prefix: "dog ", add_special_tokens: false } });
  const { id } = await embedder.load(folder);
  const [query] = await embedder.embed(id, ["tea"], "query");
  const [same] = await embedder.embed(id, ["tea"], "passage");
  expect(cosine(query, same)).toBeLessThan(0.99);
});

test("the id changes with the weights and with how they are used, and not with the place", async () => {
  const embedder = new OnnxEmbedder();
  const root = temporaryFolder();
  const id = async (name: string, options: Parameters<typeof writeTinyEmbedder>[1]) =>
    (await embedder.load(writeTinyEmbedder(join(root, name), options))).id;
  const first = await id("a", {});
  expect(await id("b", {})).toBe(first);
  expect(await id("c", { seed: 2 })).not.toBe(first);
  expect(await id("d", { config: { query_prefix: "query: " } })).not.toBe(first);
});

const broken: [what: string, code: string, breakIt: (folder: string) => void][] = [
  ["no model", "EMBEDDER_FILE_MISSING", (folder) => rmSync(join(folder, "model.onnx"))],
  ["no tokenizer", "EMBEDDER_FILE_MISSING", (folder) => rmSync(join(folder, "tokenizer.json"))],
  ["no config", "EMBEDDER_FILE_MISSING", (folder) => rmSync(join(folder, "config.json"))],
  ["half a model", "EMBEDDER_FILE_INVALID", (folder) => truncateSync(join(folder, "model.onnx"), 2_000)],
  ["an empty model", "EMBEDDER_FILE_INVALID", (folder) => truncateSync(join(folder, "model.onnx"), 0)],
  [
    "a foreign model",
    "EMBEDDER_FILE_INVALID",
    (folder) => writeFileSync(join(folder, "model.onnx"), "GGUF".repeat(999)),
  ],
  [
    "a tokenizer that is not JSON",
    "EMBEDDER_FILE_INVALID",
    (folder) => writeFileSync(join(folder, "tokenizer.json"), "{"),
  ],
  [
    "a tokenizer of an unknown kind",
    "EMBEDDER_FILE_INVALID",
    (folder) => writeFileSync(join(folder, "tokenizer.json"), JSON.stringify({ model: { type: "Odd", vocab: {} } })),
  ],
  [
    "a config with nonsense",
    "EMBEDDER_FILE_INVALID",
    (folder) => writeFileSync(join(folder, "config.json"), '{"dim":"x"}'),
  ],
  [
    "a config of another model",
    "EMBEDDER_FILE_INVALID",
    (folder) => writeFileSync(join(folder, "config.json"), '{"dim":64}'),
  ],
];
test.each(broken)("%s is refused with %s", async (_what, code, breakIt) => {
  const folder = writeTinyEmbedder(join(temporaryFolder(), "broken"));
  breakIt(folder);
  const embedder = new OnnxEmbedder();
  await expect(embedder.load(folder)).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\w/) });
});

test("a model whose tokenizer belongs to another one is refused or fails on the text, and goes on", async () => {
  const folder = writeTinyEmbedder(join(temporaryFolder(), "mismatch"), {
    vocabulary: 78,
    config: { add_special_tokens: false },
  });
  const embedder = new OnnxEmbedder();
  const { id } = await embedder.load(folder);
  // "coffee" has an id that the table of this model does not reach.
  await expect(embedder.embed(id, ["coffee"], "passage")).rejects.toMatchObject({ code: "EMBEDDER_FAILED" });
  await expect(embedder.embed(id, ["abc"], "passage")).resolves.toHaveLength(1);
});

test("an embedder that is not loaded any more says so", async () => {
  const embedder = new OnnxEmbedder();
  const { id } = await embedder.load(writeTinyEmbedder(join(temporaryFolder(), "gone")));
  await embedder.unload(id);
  await expect(embedder.embed(id, ["dog"], "query")).rejects.toMatchObject({ code: "EMBEDDER_NOT_LOADED" });
});
