import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import type { EmbedderPort } from "../../app/embed/port.ts";
import { openEngine } from "../../app/engine.ts";
import { layout } from "../../app/storage/folder.ts";
import { forkInference, type InferenceProcess } from "../../main/engine/inference-process.ts";
import { chatGptChat } from "../fixtures/chats.ts";
import { bundledFolder, embedderInProcess, superviseEmbedder, writeTinyEmbedder } from "../fixtures/embedder.ts";
import { startHostProcess } from "../fixtures/host-process.ts";
import { inferenceEntry } from "../fixtures/inference.ts";
import { connectClient, temporaryFolder } from "../fixtures/web-host.ts";

/** A supervisor whose processes can be killed. */
function killable() {
  const processes: InferenceProcess[] = [];
  const embedder = superviseEmbedder({
    start: () => {
      const started = forkInference(inferenceEntry);
      processes.push(started);
      return started;
    },
  });
  onTestFinished(() => embedder.close());
  return { embedder, processes, kill: () => processes.at(-1)?.kill() };
}

async function open(folder: string, embedder: EmbedderPort) {
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null, embedder });
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= engine.close();
    return closed;
  };
  onTestFinished(close);
  const { embeddings, vault } = engine.session;
  const nearest = async (text: string): Promise<string | undefined> => {
    const query = await embeddings.query(text, 10_000);
    const [best] = query ? vault.store.vectors.nearest("message", query, 1) : [];
    return best && vault.store.search.turns([best.seq])[0]?.text;
  };
  const state = async () => (await engine.client.system.status()).embedder;
  return { engine, api: engine.client, embeddings, nearest, state, close };
}

/** A file of conversations with so many messages, half of them the user's. */
function writeChats(folder: string, count: number): string {
  const path = join(folder, "conversations.json");
  const turns = Array.from({ length: count }, (_, index) => ({
    role: index % 2 === 0 ? ("user" as const) : ("assistant" as const),
    text: `Picture number ${index} of a ${["bridge", "house", "river", "cake"][index % 4]} in town ${index % 97}.`,
  }));
  const chats = [];
  for (let from = 0; from < count; from += 50) {
    chats.push(chatGptChat(`c${from}`, turns.slice(from, from + 50), 1_600_000_000 + from));
  }
  writeFileSync(path, JSON.stringify(chats));
  return path;
}

async function importChats(api: Awaited<ReturnType<typeof open>>["api"], path: string): Promise<void> {
  for await (const event of await api.transfer.importFile({ path })) if (event.type === "done") return;
  throw new Error("the import did not end");
}

const send = (api: Awaited<ReturnType<typeof open>>["api"], text: string) =>
  api.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text });

/** How many texts want a vector, and how many vectors there are, of how many embedders. */
function counts(folder: string) {
  const db = new Database(layout(folder).database, { readonly: true });
  try {
    const count = (sql: string) => db.prepare(sql).pluck().get() as number;
    return {
      texts: count("SELECT (SELECT count(*) FROM message WHERE role <> 'assistant') + (SELECT count(*) FROM memory)"),
      vectors: count("SELECT (SELECT count(*) FROM message_vector) + (SELECT count(*) FROM memory_vector)"),
      embedders: count("SELECT count(*) FROM embedder"),
      due: count("SELECT count(*) FROM vector_due"),
    };
  } finally {
    db.close();
  }
}

test("a process embeds as the embedder itself does", async () => {
  const { embedder } = killable();
  const { id, dim } = await embedder.load(bundledFolder);
  const texts = ["I have a dog called Rex", "", "日本"];
  const here = embedderInProcess();
  await here.load(bundledFolder);
  const vectors = await embedder.embed(id, texts, "passage");
  expect(vectors).toEqual(await here.embed(id, texts, "passage"));
  expect(vectors[1]).toHaveLength(dim);
  expect(await embedder.embed(id, [], "query")).toEqual([]);
});

test("a dead process fails what is pending, and the next one knows the same embedders", async () => {
  const { embedder, kill, processes } = killable();
  const { id } = await embedder.load(bundledFolder);
  const pending = embedder.embed(id, Array<string>(1_000).fill("word ".repeat(200)), "passage");
  kill();
  await expect(pending).rejects.toMatchObject({ code: "EMBEDDER_STOPPED" });
  expect(await embedder.embed(id, ["again"], "query")).toHaveLength(1);
  expect(embedder.process).toEqual({ status: "running" });
  expect(processes).toHaveLength(2);
});

test("three deaths within a minute end it, until somebody tries again", async () => {
  const { embedder, kill } = killable();
  const { id } = await embedder.load(bundledFolder);
  for (let death = 1; death <= 3; death++) {
    await embedder.embed(id, ["word"], "query");
    kill();
    await expect.poll(() => embedder.process.status).not.toBe("running");
    if (death < 3) await expect.poll(() => embedder.process.status).toBe("running");
  }
  expect(embedder.process.status).toBe("failed");
  await expect(embedder.embed(id, ["word"], "query")).rejects.toMatchObject({ code: "EMBEDDER_STOPPED" });
  embedder.retry();
  expect(await embedder.embed(id, ["word"], "query")).toHaveLength(1);
});

test("what is said is found by its meaning, also after the process and Ebb itself ended", async () => {
  const folder = temporaryFolder();
  const { embedder, kill } = killable();
  const first = await open(folder, embedder);
  await send(first.api, "I have a puppy called Rex.");
  await send(first.api, "The stock market fell.");
  await first.embeddings.settled();
  expect(await first.nearest("Which dog do I have?")).toBe("I have a puppy called Rex.");
  kill();
  await send(first.api, "My sister plays the violin.");
  await expect.poll(() => first.nearest("Who makes music in my family?")).toBe("My sister plays the violin.");
  await first.close();
  const again = await open(folder, killable().embedder);
  expect(await again.nearest("Which dog do I have?")).toBe("I have a puppy called Rex.");
  expect(await again.state()).toMatchObject({ status: "ready", inUse: { folder: null, dim: 384 }, next: null });
});

test("a question that takes too long has no vector, and costs no more than it may", async () => {
  const { embedder } = killable();
  const slow: EmbedderPort = {
    bundled: embedder.bundled,
    process: { status: "running" },
    load: (path) => embedder.load(path),
    embed: () => new Promise(() => {}),
    unload: (id) => embedder.unload(id),
    onChange: () => () => {},
    retry: () => {},
    close: () => embedder.close(),
  };
  const { embeddings } = await open(temporaryFolder(), slow);
  const begun = performance.now();
  expect(await embeddings.query("hello", 30)).toBeNull();
  expect(performance.now() - begun).toBeLessThan(500);
});

test("the same question is embedded once", async () => {
  const { embedder } = killable();
  let asked = 0;
  const counting = new Proxy(embedder, {
    get(target, name) {
      if (name === "embed") asked++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { embeddings } = await open(temporaryFolder(), counting);
  const first = await embeddings.query("Where do I live?", 10_000);
  expect(await embeddings.query("Where do I live?", 10_000)).toEqual(first);
  expect(asked).toBe(1);
});

test("5,000 imported messages get their vectors", async () => {
  const folder = temporaryFolder();
  const { api, embeddings, nearest, close } = await open(folder, killable().embedder);
  await importChats(api, writeChats(folder, 5_000));
  await embeddings.settled();
  expect(await nearest("picture 4242 of a river in town")).toMatch(/river/);
  await close();
  const { texts, vectors, embedders, due } = counts(folder);
  expect(texts).toBeGreaterThanOrEqual(2_500);
  expect({ vectors, embedders, due }).toEqual({ vectors: texts, embedders: 1, due: 0 });
});

test("another embedder takes over once it has read everything, and the one before answers until then", async () => {
  const folder = temporaryFolder();
  const { embedder, kill } = killable();
  const { api, engine, embeddings, nearest, state, close } = await open(folder, embedder);
  await importChats(api, writeChats(folder, 2_000));
  await send(api, "I have a puppy called Rex.");
  await embeddings.settled();
  const tiny = writeTinyEmbedder(join(folder, "tiny"));
  const chosen = await api.embedder.choose({ path: join(tiny, "model.onnx") });
  expect(chosen).toMatchObject({ inUse: { dim: 384, folder: null }, next: { name: "tiny", dim: 32, folder: tiny } });
  expect(await nearest("Which dog do I have?")).toBe("I have a puppy called Rex.");
  expect((await state()).inUse?.dim).toBe(384);
  kill();
  await embeddings.settled();
  expect(await state()).toMatchObject({
    status: "ready",
    inUse: { name: "tiny", folder: tiny },
    next: null,
    progress: null,
  });
  const query = await embeddings.query("anything", 10_000);
  expect(query?.values).toHaveLength(32);
  expect(
    engine.session.vault.store.vectors.nearest("message", query ?? { model: 0, values: new Float32Array() }, 3),
  ).toHaveLength(3);
  await api.embedder.restoreBundled();
  await embeddings.settled();
  expect(await nearest("Which dog do I have?")).toBe("I have a puppy called Rex.");
  await close();
  const { texts, vectors, embedders } = counts(folder);
  expect({ vectors, embedders }).toEqual({ vectors: texts, embedders: 1 });
});

test("a broken embedder is refused with a sentence, and all stays as it is", async () => {
  const folder = temporaryFolder();
  const { api, embeddings, nearest, state } = await open(folder, killable().embedder);
  await send(api, "I have a puppy called Rex.");
  await embeddings.settled();
  const before = await state();
  const broken = writeTinyEmbedder(join(folder, "broken"));
  writeFileSync(join(broken, "model.onnx"), "no model");
  await expect(api.embedder.choose({ path: broken })).rejects.toMatchObject({ code: "EMBEDDER_FILE_INVALID" });
  await expect(api.embedder.choose({ path: join(folder, "nothing") })).rejects.toMatchObject({
    code: "EMBEDDER_FILE_MISSING",
  });
  expect(await state()).toEqual(before);
  expect(await nearest("Which dog do I have?")).toBe("I have a puppy called Rex.");
});

test("where the chosen embedder has gone, Ebb says so and goes on by words, and the bundled one can be used again", async () => {
  const folder = temporaryFolder();
  const tiny = writeTinyEmbedder(join(folder, "tiny"));
  const first = await open(folder, killable().embedder);
  await send(first.api, "I have a puppy called Rex.");
  await first.api.embedder.choose({ path: tiny });
  await first.embeddings.settled();
  await first.close();
  rmSync(tiny, { recursive: true });
  const { api, embeddings, nearest, state } = await open(folder, killable().embedder);
  await embeddings.settled();
  expect(await state()).toMatchObject({ status: "failed", failure: { code: "EMBEDDER_FILE_MISSING" } });
  expect(await embeddings.query("dog", 1_000)).toBeNull();
  await send(api, "I also have a cat.");
  await api.embedder.restoreBundled();
  await embeddings.settled();
  expect(await state()).toMatchObject({ status: "ready", inUse: { folder: null }, failure: null });
  expect(await nearest("Which dog do I have?")).toBe("I have a puppy called Rex.");
});

test("Ebb killed in the middle of re-embedding goes on where it was and ends whole", async () => {
  const folder = temporaryFolder();
  const chats = writeChats(folder, 6_000);
  const tiny = writeTinyEmbedder(join(folder, "tiny"), { dim: 256 });
  let host = await startHostProcess(folder);
  onTestFinished(() => host.kill());
  const { api, socket } = await connectClient(host);
  await importChats(api, chats);
  const state = async (of: typeof api) => (await of.system.status()).embedder;
  await expect.poll(async () => (await state(api)).status, { timeout: 30_000 }).toBe("ready");
  await api.embedder.choose({ path: tiny });
  const partly = () => {
    const db = new Database(layout(folder).database, { readonly: true });
    const done = db
      .prepare("SELECT count(*) FROM message_vector WHERE model = (SELECT max(key) FROM embedder)")
      .pluck()
      .get();
    db.close();
    return done as number;
  };
  await expect.poll(partly, { interval: 10 }).toBeGreaterThan(200);
  await host.kill();
  socket.terminate();
  expect(partly()).toBeLessThan(3_000);
  host = await startHostProcess(folder);
  const after = await connectClient(host);
  await expect.poll(async () => (await state(after.api)).inUse?.name, { timeout: 30_000 }).toBe("tiny");
  await expect.poll(() => counts(folder).embedders, { timeout: 30_000 }).toBe(1);
  expect(await state(after.api)).toMatchObject({ status: "ready", next: null, failure: null });
  const { texts, vectors, due } = counts(folder);
  expect({ vectors, due }).toEqual({ vectors: texts, due: 0 });
  after.socket.terminate();
});
