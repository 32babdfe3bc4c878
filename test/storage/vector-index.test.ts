import { fork } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { Indexing, type IndexWork } from "../../app/indexing.ts";
import { openMemoryStore } from "../../app/memory/store.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { layout } from "../../app/storage/folder.ts";
import { blankEntries, emptyGraph, indexPath, isWhole, readHead } from "../../app/storage/index-file.ts";
import { restoreNewestBackup } from "../../app/storage/open.ts";
import { encodeVector } from "../../app/storage/vector-codes.ts";
import type { VectorKind } from "../../app/storage/vectors.ts";
import { indexInThread } from "../../main/engine/index-thread.ts";
import { openTestDatabase, type TestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";
import { mulberry32 } from "../fixtures/random.ts";

const dim = 48;
const total = 3_000;
/** Files are built from this number on, so that a test does not need as many texts as a life. */
const above = { vectors: 500, share: 0.2 };
const entry = join(import.meta.dirname, "../../main/engine/index-worker.ts");
const inThread: IndexWork = (task, cancelled) => indexInThread(entry, task, cancelled);

const centres = Array.from({ length: 40 }, (_, number) => numbers(number + 1, 1));

function numbers(seed: number, width: number): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({ length: dim }, () => (random() + random() + random() - 1.5) * width);
}

/** A unit vector near one of 40 centres, that depends on the text alone. */
function vectorOf(text: string): Float32Array {
  const seed = [...text].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0), 7);
  const apart = numbers(seed, 0.6);
  const values = (centres[Math.abs(seed) % centres.length] as Float32Array).map(
    (value, at) => value + (apart[at] ?? 0),
  );
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

const codesOf = (text: string) => (encodeVector(vectorOf(text)) as Buffer).subarray(4);

type Given = Awaited<ReturnType<typeof openIndexed>>;

/** `total` messages ("text 1", "text 2" ...) of conversations of 100, and a file of their vectors. */
async function openIndexed(work: IndexWork = inThread) {
  const given = openTestDatabase();
  const key = given.store.vectors.add({ id: "one", folder: null, dim, scanDim: 16 }, "serving").key;
  given.db.transaction(() => {
    for (let number = 1; number <= total; number++) {
      given.addMessage({ id: `m${number}`, conversationId: `c${Math.floor(number / 100)}`, text: `text ${number}` });
    }
  })();
  embedAll(given, key);
  return open(given, key, work);
}

/** What works on the database, as after a start. */
async function open({ db, folder, addMessage }: TestDatabase, key: number, work: IndexWork = inThread) {
  const store = openMemoryStore(db, folder, () => "id");
  let clock = 0;
  const indexing = new Indexing({ vectors: store.vectors, work, above, now: () => clock, onDone: () => {} });
  onTestFinished(() => indexing.close());
  const given = { db, folder, addMessage, store, key, indexing, pass: (ms: number) => (clock += ms) };
  await settle(given);
  return given;
}

/** Lets the indexing do what there is to do, and takes the rest into memory. */
async function settle({ store: { vectors }, indexing, key }: Pick<Given, "store" | "indexing" | "key">) {
  for (let round = 0; round < 4; round++) {
    indexing.step(key);
    await indexing.idle();
    while (vectors.read(key, 1_000));
  }
}

function embedAll({ store: { vectors } }: Pick<TestDatabase, "store">, key: number): void {
  for (let due = vectors.due(key, 512, 1e6); due.length > 0; due = vectors.due(key, 512, 1e6)) {
    vectors.store(
      key,
      due.map((each) => ({ ...each, vector: vectorOf(each.text) })),
    );
  }
}

const files = (folder: string) =>
  existsSync(layout(folder).vectors) ? readdirSync(layout(folder).vectors).sort() : [];
const pathOf = ({ folder }: { folder: string }) => join(layout(folder).vectors, files(folder)[0] ?? "none");
const find = ({ store, key }: Given, text: string, limit = 1, kind: VectorKind = "message") =>
  store.vectors.nearest(kind, { model: key, values: vectorOf(text) }, limit);
const seqOf = ({ db }: Given, id: string) => db.prepare("SELECT seq FROM message WHERE id = ?").pluck().get(id);

/** How many of the true nearest 50 are found, of 1, over 40 questions. */
function recallAt50(given: Given): number {
  const rows = given.db.prepare<[], { seq: number; text: string }>("SELECT seq, text FROM message").all();
  const stored = rows.map(({ seq, text }) => ({ seq, vector: vectorOf(text) }));
  let hits = 0;
  for (let question = 0; question < 40; question++) {
    const values = vectorOf(`question ${question}`);
    const exact = stored
      .map(({ seq, vector }) => ({ seq, score: vector.reduce((sum, value, at) => sum + value * (values[at] ?? 0), 0) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 50);
    const found = new Set(find(given, `question ${question}`, 50).map(({ seq }) => seq));
    hits += exact.filter(({ seq }) => found.has(seq)).length;
  }
  return hits / (40 * 50);
}

/** The bytes by which usearch keeps the vector of that text: scaled to one length. */
function filedCodesOf(text: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "ebb-test-"));
  const path = join(folder, "one");
  const graph = emptyGraph(dim);
  graph?.add(new BigUint64Array(1), new Int8Array(codesOf(text)), 1);
  graph?.save(path);
  const codes = readFileSync(path).subarray(8, 8 + dim);
  rmSync(folder, { recursive: true });
  return codes;
}

/** The files of the data folder, at any depth, in which the vector of that text stands. */
function filesWith(folder: string, text: string): string[] {
  const wanted = [codesOf(text), filedCodesOf(text)];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .filter((item) => {
      const bytes = readFileSync(join(item.parentPath, item.name));
      return wanted.some((codes) => bytes.includes(codes));
    })
    .map((item) => item.name);
}

describe("a file of vectors", () => {
  test("finds what comparing all finds, and nothing of it is held in memory", async () => {
    const given = await openIndexed();
    expect(files(given.folder)).toHaveLength(1);
    const cover = given.store.vectors.indexes.cover("message", given.key);
    expect(cover).toMatchObject({ upTo: total, count: total, index: { upTo: total } });
    expect(given.store.vectors.unindexed(given.key, { vectors: 0, share: 0 })).toBeNull();
    expect(recallAt50(given)).toBeGreaterThanOrEqual(0.95);
    const [best] = find(given, "text 1234");
    expect(best?.seq).toBe(1_234);
    expect(best?.cosine).toBeGreaterThan(0.99);
    expect(find(given, "text 1234", 5_000).length).toBeGreaterThan(2_900);
  });

  test("is not built below its number, nor without anybody to check it", async () => {
    const given = openTestDatabase();
    const { key } = given.store.vectors.add({ id: "one", folder: null, dim, scanDim: dim }, "serving");
    for (let number = 0; number < above.vectors; number++) given.addMessage({ text: `text ${number}` });
    embedAll(given, key);
    const few = await open(given, key);
    expect(files(given.folder)).toEqual([]);
    given.addMessage({ text: "one more" });
    embedAll(few, key);
    await settle(few);
    expect(files(given.folder)).toHaveLength(1);
    const alone = openMemoryStore(given.db, given.folder, () => "id").vectors;
    while (alone.read(key, 1_000));
    expect(alone.nearest("message", { model: key, values: vectorOf("text 7") }, 1)[0]?.cosine).toBeGreaterThan(0.99);
    expect(alone.unindexed(key, { vectors: above.vectors, share: 0 })?.kind).toBe("message");
  });

  test("is one for each table", async () => {
    const given = await openIndexed();
    given.db.transaction(() => {
      for (let number = 0; number < 600; number++) {
        given.store.memories.insert(memoryOf(`memory ${number}`), changeOf());
      }
    })();
    embedAll(given, given.key);
    await settle(given);
    expect(files(given.folder).map((name) => name.replace(/-.*/, ""))).toEqual(["memory", "message"]);
    expect(find(given, "memory 77", 1, "memory")[0]?.cosine).toBeGreaterThan(0.99);
    expect(find(given, "text 77")[0]?.seq).toBe(77);
  });

  test("does not hide what is added, changed or deleted after it was built, in this run and in the next", async () => {
    const given = await openIndexed();
    given.db.prepare("UPDATE message SET text = 'changed to this' WHERE id = 'm10'").run();
    given.db.prepare("DELETE FROM message WHERE id = 'm20'").run();
    given.addMessage({ id: "new", text: "entirely new" });
    const wait = find(given, "text 10", 50).map(({ seq }) => seq);
    expect(wait).not.toContain(10);
    embedAll(given, given.key);
    for (const now of [given, await open(given, given.key)]) {
      expect(files(given.folder)).toHaveLength(1);
      expect(now.store.vectors.indexes.cover("message", given.key)?.upTo).toBe(total);
      expect(find(now, "changed to this")[0]).toMatchObject({ seq: 10 });
      expect(find(now, "changed to this")[0]?.cosine).toBeGreaterThan(0.99);
      expect(find(now, "entirely new")[0]?.seq).toBe(seqOf(given, "new"));
      expect(find(now, "text 20", 50).map(({ seq }) => seq)).not.toContain(20);
      expect(recallAt50(now)).toBeGreaterThanOrEqual(0.95);
      const seqs = find(now, "changed to this", 50).map(({ seq }) => seq);
      expect(new Set(seqs).size).toBe(seqs.length);
      await given.indexing.close();
    }
  });

  test("is built anew where many have come, and where many have gone", async () => {
    const given = await openIndexed();
    const first = files(given.folder);
    for (let number = 0; number < 650; number++) given.addMessage({ text: `later ${number}` });
    embedAll(given, given.key);
    await settle(given);
    const second = files(given.folder);
    expect(second).toHaveLength(1);
    expect(second).not.toEqual(first);
    expect(given.store.vectors.indexes.cover("message", given.key)?.count).toBe(total + 650);
    given.db.prepare("DELETE FROM message WHERE seq <= 1000").run();
    await settle(given);
    expect(files(given.folder)).not.toEqual(second);
    expect(given.store.vectors.indexes.cover("message", given.key)?.count).toBe(total - 350);
    expect(recallAt50(given)).toBeGreaterThanOrEqual(0.95);
  });

  test("goes when another embedder takes over", async () => {
    const given = await openIndexed();
    const first = files(given.folder);
    const next = given.store.vectors.add({ id: "two", folder: "/two", dim, scanDim: dim }, "coming");
    embedAll(given, next.key);
    await settle(given);
    expect(files(given.folder)).toEqual(first);
    given.store.vectors.serve(next.key);
    await settle({ ...given, key: next.key });
    expect(files(given.folder)).toEqual([expect.stringContaining(`message-${next.key}-`)]);
    expect(find({ ...given, key: next.key }, "text 5")[0]?.seq).toBe(5);
    expect(find(given, "text 5")).toEqual([]);
    while (given.store.vectors.clear(1_000));
    expect(given.db.prepare("SELECT count(*) FROM vector_index").pluck().get()).toBe(1);
  });
});

describe("a file that can't be trusted is deleted and built again:", () => {
  const damage: Record<string, (path: string) => void> = {
    "a flipped byte in the middle": (path) => {
      const bytes = readFileSync(path);
      const middle = bytes.length >> 1;
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 0x40, middle);
      writeFileSync(path, bytes);
    },
    "cut short": (path) => truncateSync(path, 50_000),
    empty: (path) => truncateSync(path, 0),
    "bytes behind its end": (path) => appendFileSync(path, "more"),
    "not ours": (path) => writeFileSync(path, "SQLite format 3\0".repeat(9_000)),
  };
  for (const [name, spoil] of Object.entries(damage)) {
    test(name, async () => {
      const given = await openIndexed();
      await given.indexing.close();
      const [before] = files(given.folder);
      spoil(pathOf(given));
      const again = await open(given, given.key);
      expect(files(given.folder)).toHaveLength(1);
      expect(files(given.folder)).not.toContain(before);
      expect(find(again, "text 1234")[0]?.seq).toBe(1_234);
    });
  }

  test("missing, beside files that nobody knows", async () => {
    const given = await openIndexed();
    await given.indexing.close();
    const { vectors } = layout(given.folder);
    const [name = ""] = files(given.folder);
    writeFileSync(join(vectors, "message-1-old.index.part"), codesOf("text 1"));
    writeFileSync(join(vectors, "other.index"), readFileSync(join(vectors, name)));
    truncateSync(join(vectors, name), 0);
    mkdirSync(join(vectors, "folder"));
    const again = await open(given, given.key);
    expect(files(given.folder)).toEqual([expect.stringMatching(/^message-1-[0-9a-f-]{36}\.index$/)]);
    expect(files(given.folder)).not.toContain(name);
    expect(find(again, "text 1234")[0]?.seq).toBe(1_234);
  });

  test("of another state of the database", async () => {
    const given = await openIndexed();
    await makeBackup(given.db, given.folder, 1);
    await given.indexing.close();
    const [before = ""] = files(given.folder);
    // An older copy of the database knows nothing of what was overwritten.
    blankEntries(pathOf(given), [5, 6]);
    expect(isWhole(pathOf(given))).toBe(true);
    expect(readHead(pathOf(given))?.blanked).toBe(2);
    const again = await open(given, given.key);
    expect(files(given.folder)).not.toContain(before);
    expect(find(again, "text 5")[0]?.seq).toBe(5);
    restoreNewestBackup(given.folder, 2);
    expect(files(given.folder)).toEqual([]);
  });

  test("and memory serves until then", async () => {
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const given = await openIndexed();
    await given.indexing.close();
    truncateSync(pathOf(given), 9);
    const store = openMemoryStore(given.db, given.folder, () => "id");
    const slow: IndexWork = async (task, cancelled) => {
      if (task.work === "build") {
        begun.resolve();
        await go.promise;
      }
      return inThread(task, cancelled);
    };
    const indexing = new Indexing({ vectors: store.vectors, work: slow, above, onDone: () => {} });
    const again = { ...given, store, indexing };
    const settled = settle(again);
    await begun.promise;
    expect(find(again, "text 1234")[0]?.seq).toBe(1_234);
    given.addMessage({ id: "meanwhile", text: "said meanwhile" });
    given.db.prepare("DELETE FROM message WHERE id = 'm30'").run();
    embedAll(again, given.key);
    go.resolve();
    await settled;
    expect(store.vectors.indexes.cover("message", given.key)?.index).not.toBeNull();
    expect(find(again, "said meanwhile")[0]?.seq).toBe(seqOf(given, "meanwhile"));
    expect(filesWith(given.folder, "text 30").filter((name) => name.includes("index"))).toEqual([]);
    await indexing.close();
  });
});

describe("what is erased", () => {
  test("stands in no file of the folder any more, and the rest is found as before", async () => {
    const given = await openIndexed();
    expect(filesWith(given.folder, "text 150")).toContain(files(given.folder)[0]);
    const before = files(given.folder);
    given.store.erase.conversation("c1", 1);
    given.store.erase.memories([], { sources: true, at: 1, passages: [{ messageId: "m5", quote: "text 5" }] });
    for (const text of ["text 100", "text 150", "text 199", "text 5"]) {
      expect(filesWith(given.folder, text), text).toEqual([]);
    }
    expect(files(given.folder)).toEqual(before);
    expect(find(given, "text 150", 50).every(({ seq }) => seq < 100 || seq > 199)).toBe(true);
    expect(recallAt50(given)).toBeGreaterThanOrEqual(0.95);
    await given.indexing.close();
    const again = await open(given, given.key);
    expect(files(given.folder)).toEqual(before);
    expect(isWhole(pathOf(given))).toBe(true);
    expect(recallAt50(again)).toBeGreaterThanOrEqual(0.95);
  });

  test("goes from the file at the next start, where the end came between", async () => {
    const given = await openIndexed();
    await given.indexing.close();
    given.db.prepare("DELETE FROM conversation WHERE id = 'c2'").run();
    // What was taken over by another file is left by a crash just then.
    writeFileSync(join(layout(given.folder).vectors, "message-1-before.index"), filedCodesOf("text 222"));
    expect(filesWith(given.folder, "text 222")).toContain(files(given.folder)[0]);
    openMemoryStore(given.db, given.folder, () => "id").erase.finish();
    expect(filesWith(given.folder, "text 222")).toEqual([]);
  });

  test.each<[string, (path: string) => void]>([
    ["it is cut short", (path) => truncateSync(path, 60_000)],
    [
      "its rows are not to be told",
      (path) => {
        const bytes = readFileSync(path);
        bytes.fill(0, readHead(path)?.graph, (readHead(path)?.graph ?? 0) + 8 * total);
        writeFileSync(path, bytes);
      },
    ],
  ])("takes the file along where %s", async (_, spoil) => {
    const given = await openIndexed();
    spoil(pathOf(given));
    given.store.erase.conversation("c1", 1);
    expect(files(given.folder)).toEqual([]);
    expect(filesWith(given.folder, "text 150")).toEqual([]);
    while (given.store.vectors.read(given.key, 1_000));
    expect(find(given, "text 1234")[0]?.seq).toBe(1_234);
    await settle(given);
    expect(files(given.folder)).toHaveLength(1);
  });

  test("is in no draft either, which is given up", async () => {
    const drafted = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const given = openTestDatabase();
    const { key } = given.store.vectors.add({ id: "one", folder: null, dim, scanDim: 16 }, "serving");
    for (let number = 1; number <= 600; number++) given.addMessage({ id: `m${number}`, text: `text ${number}` });
    embedAll(given, key);
    const late: IndexWork = async (task, cancelled) => {
      const result = await inThread(task, cancelled);
      drafted.resolve();
      await go.promise;
      return result;
    };
    const opening = open(given, key, late);
    onTestFinished(() => go.resolve());
    await drafted.promise;
    expect(filesWith(given.folder, "text 7")).toContainEqual(expect.stringMatching(/\.part$/));
    given.store.erase.memories([], { sources: true, at: 1, passages: [{ messageId: "m7", quote: "text 7" }] });
    expect(filesWith(given.folder, "text 7")).toEqual([]);
    go.resolve();
    await opening;
    // Built again at once.
    expect(files(given.folder)).toEqual([expect.stringMatching(/\.index$/)]);
    expect(filesWith(given.folder, "text 7")).toEqual([]);
  });
});

describe("a build", () => {
  test.each(["begun", "drafted"])("that is killed when it has %s leaves a folder that is put right", async (moment) => {
    const given = openTestDatabase();
    const { key } = given.store.vectors.add({ id: "one", folder: null, dim, scanDim: 16 }, "serving");
    given.db.transaction(() => {
      for (let number = 1; number <= total; number++) given.addMessage({ id: `m${number}`, text: `text ${number}` });
    })();
    embedAll(given, key);
    const script = join(import.meta.dirname, "../fixtures/index-process.ts");
    const child = fork(script, [given.folder, String(key), String(dim)], { execArgv: [] });
    const exited = once(child, "exit");
    for (;;) {
      const [told] = await once(child, "message");
      if (told === moment) break;
    }
    await delay(20);
    child.kill("SIGKILL");
    expect(await exited).toEqual([null, "SIGKILL"]);
    expect(given.db.prepare("SELECT count(*) FROM vector_index").pluck().get()).toBe(1);
    const opened = await open(given, key);
    expect(files(given.folder)).toEqual([expect.stringMatching(/\.index$/)]);
    expect(given.db.prepare("SELECT count(*) FROM vector_index").pluck().get()).toBe(1);
    expect(find(opened, "text 1234")[0]?.seq).toBe(1_234);
  });

  test("ends at once when Ebb does, and leaves nothing", async () => {
    const given = await openIndexed();
    await given.indexing.close();
    given.db.exec("DELETE FROM vector_index");
    const store = openMemoryStore(given.db, given.folder, () => "id");
    const indexing = new Indexing({ vectors: store.vectors, work: inThread, above, onDone: () => {} });
    while (store.vectors.read(given.key, 1_000));
    indexing.step(given.key);
    indexing.step(given.key);
    expect(given.db.prepare("SELECT count(*) FROM vector_index WHERE count IS NULL").pluck().get()).toBe(1);
    await indexing.close();
    expect(files(given.folder)).toEqual([]);
    expect(given.db.prepare("SELECT count(*) FROM vector_index").pluck().get()).toBe(0);
  });

  test("that fails, as on a full disk, is tried again after a rest, and memory serves", async () => {
    let tries = 0;
    const given = await openIndexed(async () => {
      tries++;
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    });
    expect(tries).toBe(1);
    expect(files(given.folder)).toEqual([]);
    expect(find(given, "text 1234")[0]?.seq).toBe(1_234);
    given.pass(3_600_000);
    await settle(given);
    expect(tries).toBe(2);
    expect(given.indexing.unsupported).toBe(false);
  });

  test("whose draft is gone changes nothing", async () => {
    const given = await openIndexed();
    const { indexes } = given.store.vectors;
    const task = indexes.begin("message", given.key, dim);
    expect(existsSync(indexPath(given.folder, task.name).draft)).toBe(false);
    expect(indexes.built(task, { count: 5 })).toBe(false);
    expect(find(given, "text 1234")[0]?.seq).toBe(1_234);
  });
});
