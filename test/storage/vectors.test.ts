import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openMemoryStore } from "../../app/memory/store.ts";
import { cosineOf, decodeVector, encodeVector } from "../../app/storage/vector-codes.ts";
import { fastest, portable, VectorScan } from "../../app/storage/vector-scan.ts";
import type { DueText, VectorRepository } from "../../app/storage/vectors.ts";
import { openTestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";
import { mulberry32 } from "../fixtures/random.ts";

const dim = 16;

/** A unit vector that depends on the text alone. */
function vectorOf(text: string): Float32Array {
  const random = mulberry32([...text].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0), 7));
  const values = Float32Array.from({ length: dim }, () => random() - 0.5);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

const embedded = (due: readonly DueText[]) => due.map((each) => ({ ...each, vector: vectorOf(each.text) }));

function embedAll(vectors: VectorRepository, key: number, limit = 256): void {
  for (let due = vectors.due(key, limit, 1e6); due.length > 0; due = vectors.due(key, limit, 1e6)) {
    vectors.store(key, embedded(due));
  }
}

function openWithEmbedder(id = "one") {
  const test = openTestDatabase();
  const { vectors } = test.store;
  const { key } = vectors.add({ id, folder: null, dim, scanDim: 8 }, "serving");
  const query = (text: string) => ({ model: key, values: vectorOf(text) });
  const seqOf = (messageId: string) =>
    test.db.prepare("SELECT seq FROM message WHERE id = ?").pluck().get(messageId) as number;
  return { ...test, vectors, key, query, seqOf };
}

describe("stored vectors", () => {
  test("keep their direction within half a hundredth, whatever their length", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 64 }),
        (given) => {
          const length = Math.hypot(...given);
          fc.pre(length > 1e-3);
          const data = encodeVector(Float32Array.from(given));
          expect(data).not.toBeNull();
          if (!data) return;
          const unit = Float32Array.from(given, (value) => value / length);
          expect(Math.abs(cosineOf(unit, decodeVector(data)) - 1)).toBeLessThan(0.005);
        },
      ),
    );
  });

  test("are none for zeros and for what is not finite", () => {
    expect(encodeVector(new Float32Array(4))).toBeNull();
    expect(encodeVector(new Float32Array([1, Number.POSITIVE_INFINITY]))).toBeNull();
    expect(encodeVector(new Float32Array([Number.NaN, Number.NaN]))).toBeNull();
  });
});

describe("the scan", () => {
  test("finds the same with usearch and without, in the order of the cosines", () => {
    expect(fastest()).not.toBe(portable);
    const random = mulberry32(3);
    const scan = new VectorScan(dim);
    const stored = Array.from({ length: 3_000 }, () => Float32Array.from({ length: dim }, () => random() - 0.5));
    stored.forEach((values, seq) => {
      const data = encodeVector(values);
      if (data) scan.add(seq, decodeVector(data));
    });
    const query = vectorOf("question");
    const found = scan.nearest(query, 50);
    expect(found).toEqual(scan.nearest(query, 50, portable));
    const lengths = (values: Float32Array) => Math.hypot(...values);
    const cosine = (values: Float32Array) =>
      values.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0) / lengths(values);
    const exact = stored
      .map((values, seq) => ({ seq, score: cosine(values) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 50);
    const wanted = new Set(exact.map(({ seq }) => seq));
    expect(found.filter(({ seq }) => wanted.has(seq)).length).toBeGreaterThanOrEqual(47);
    expect(found[0]?.seq).toBe(exact[0]?.seq);
  });

  test("loses what is taken out and nothing else", () => {
    const scan = new VectorScan(dim);
    for (let seq = 0; seq < 700; seq++) scan.add(seq, decodeVector(encodeVector(vectorOf(`text ${seq}`)) as Buffer));
    const gone = new Set([0, 1, 350, 698, 699]);
    const places = scan.nearest(vectorOf("x"), 700).flatMap(({ seq, place }) => (gone.has(seq) ? [place] : []));
    scan.remove(places);
    const left = scan.nearest(vectorOf("x"), 700).map(({ seq }) => seq);
    expect(left.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 700 }, (_, seq) => seq).filter((seq) => !gone.has(seq)),
    );
  });
});

describe("vectors of texts", () => {
  test("are made of what people said and of memories, and not of replies", () => {
    const { vectors, key, addMessage, store, query, seqOf } = openWithEmbedder();
    addMessage({ id: "said", text: "I live in Lisbon" });
    addMessage({ id: "reply", text: "Lisbon is lovely", role: "assistant" });
    addMessage({ id: "other", text: "So do I", role: "other", speaker: "Mara" });
    store.memories.insert(memoryOf("lives in Lisbon"), changeOf());
    expect(vectors.due(key, 10, 1_000).map(({ kind, text }) => [kind, text])).toEqual([
      ["memory", "lives in Lisbon"],
      ["message", "I live in Lisbon"],
      ["message", "Mara: So do I"],
    ]);
    embedAll(vectors, key, 1);
    expect(vectors.due(key, 10, 1_000)).toEqual([]);
    const [best] = vectors.nearest("message", query("Mara: So do I"), 5);
    expect(best?.seq).toBe(seqOf("other"));
    expect(best?.cosine).toBeGreaterThan(0.99);
    expect(vectors.nearest("message", query("x"), 5)).toHaveLength(2);
    expect(vectors.nearest("memory", query("lives in Lisbon"), 5)).toHaveLength(1);
    const cosines = vectors.cosines("message", query("I live in Lisbon"), [seqOf("said"), seqOf("reply"), 999]);
    expect([...cosines.keys()]).toEqual([seqOf("said")]);
    const { done, total } = vectors.progress(key);
    expect(done).toBe(total);
  });

  test("what is added later, also behind many replies, becomes due", () => {
    const { vectors, key, addMessage } = openWithEmbedder();
    embedAll(vectors, key);
    for (let index = 0; index < 50; index++) addMessage({ text: `reply ${index}`, role: "assistant" });
    addMessage({ text: "at last" });
    expect(vectors.due(key, 10, 1_000).map(({ text }) => text)).toEqual(["at last"]);
  });

  test("a text that changes loses its vector at once and is due again", () => {
    const { db, vectors, key, addMessage, query, seqOf } = openWithEmbedder();
    addMessage({ id: "a", text: "old words" });
    embedAll(vectors, key);
    vectors.nearest("message", query("old words"), 1);
    db.prepare("UPDATE message SET text = 'new words' WHERE id = 'a'").run();
    expect(vectors.nearest("message", query("old words"), 1)).toEqual([]);
    expect(vectors.cosines("message", query("old words"), [seqOf("a")]).size).toBe(0);
    embedAll(vectors, key);
    expect(vectors.nearest("message", query("new words"), 1)[0]?.cosine).toBeGreaterThan(0.99);
  });

  test("a text that changes while it is being embedded gets no vector of its old words", () => {
    const { db, vectors, key, addMessage, query } = openWithEmbedder();
    addMessage({ id: "a", text: "old words" });
    addMessage({ id: "b", text: "going away" });
    addMessage({ id: "c", text: "erased meanwhile" });
    const due = vectors.due(key, 10, 1_000);
    db.prepare("UPDATE message SET text = 'new words' WHERE id = 'a'").run();
    db.prepare("DELETE FROM message WHERE id = 'b'").run();
    db.prepare("UPDATE message SET text = '(erased)' WHERE id = 'c'").run();
    vectors.store(key, embedded(due));
    expect(vectors.nearest("message", query("old words"), 10)).toEqual([]);
    expect(vectors.due(key, 10, 1_000).map(({ text }) => text)).toEqual(["new words", "(erased)"]);
    embedAll(vectors, key);
    expect(vectors.nearest("message", query("new words"), 10)).toHaveLength(1);
  });

  test("a row that takes the number of a deleted one is embedded", () => {
    const { db, vectors, key, addMessage, query, seqOf } = openWithEmbedder();
    addMessage({ id: "a", text: "first" });
    embedAll(vectors, key);
    db.prepare("DELETE FROM message WHERE id = 'a'").run();
    addMessage({ id: "b", text: "second" });
    expect(seqOf("b")).toBe(1);
    expect(vectors.cosines("message", query("first"), [1]).size).toBe(0);
    embedAll(vectors, key);
    expect(vectors.nearest("message", query("second"), 1)[0]?.cosine).toBeGreaterThan(0.99);
  });

  test("go with their text to the last byte, from the backups' tables too", () => {
    const { db, folder, store, vectors, key, addMessage } = openWithEmbedder();
    for (let index = 0; index < 30; index++) addMessage({ text: `Filler number ${index}.` });
    addMessage({ id: "secret", text: "My pin is 4711 today." });
    addMessage({ id: "twin", conversationId: "whole", text: "The whole of it goes." });
    store.memories.insert(memoryOf("pin is 4711"), changeOf());
    embedAll(vectors, key);
    const bytes = (text: string) => encodeVector(vectorOf(text)) as Buffer;
    const files = () => ["ebb.db", "ebb.db-wal"].map((name) => readFileSync(join(folder, name)));
    const stands = (text: string) => files().some((file) => file.includes(bytes(text).subarray(4)));
    expect([stands("My pin is 4711 today."), stands("pin is 4711"), stands("The whole of it goes.")]).toEqual([
      true,
      true,
      true,
    ]);
    store.erase.memories(["pin is 4711"], {
      sources: true,
      at: 1,
      passages: [{ messageId: "secret", quote: "My pin is 4711 today." }],
    });
    store.erase.conversation("whole", 1);
    expect(db.prepare("SELECT text FROM message WHERE id = 'secret'").pluck().get()).toBe("(erased)");
    expect([stands("My pin is 4711 today."), stands("pin is 4711"), stands("The whole of it goes.")]).toEqual([
      false,
      false,
      false,
    ]);
    embedAll(vectors, key);
    expect(stands("(erased)")).toBe(false);
    expect(stands("Filler number 3.")).toBe(true);
  });
});

describe("another embedder", () => {
  test("has its own vectors, takes over, and the old ones go a part at a time", () => {
    const { db, vectors, key, addMessage, query } = openWithEmbedder();
    for (let index = 0; index < 25; index++) addMessage({ text: `text ${index}` });
    embedAll(vectors, key);
    const next = vectors.add({ id: "two", folder: "/two", dim: 4, scanDim: 4 }, "coming");
    expect(vectors.progress(next.key)).toEqual({ done: 0, total: 25 });
    const due = vectors.due(next.key, 100, 1e6);
    vectors.store(
      next.key,
      due.map((each) => ({ ...each, vector: vectorOf(each.text).slice(0, 4) })),
    );
    addMessage({ id: "new", text: "said meanwhile" });
    expect(vectors.due(key, 10, 1e6)).toHaveLength(1);
    expect(vectors.due(next.key, 10, 1e6)).toHaveLength(1);
    expect(vectors.nearest("message", query("text 3"), 1)[0]?.cosine).toBeGreaterThan(0.99);
    vectors.serve(next.key);
    expect(vectors.nearest("message", query("text 3"), 1)).toEqual([]);
    expect(vectors.embedders().map(({ id, role }) => [id, role])).toEqual([
      ["one", "leaving"],
      ["two", "serving"],
    ]);
    let steps = 0;
    while (vectors.clear(10)) steps++;
    expect(steps).toBeGreaterThan(2);
    expect(vectors.embedders().map(({ id }) => id)).toEqual(["two"]);
    expect(db.prepare("SELECT count(*) FROM message_vector").pluck().get()).toBe(25);
    expect(vectors.add({ id: "three", folder: null, dim, scanDim: dim }, "coming").key).toBeGreaterThan(next.key);
  });

  test("that is still coming makes room for a third", () => {
    const { vectors } = openWithEmbedder();
    vectors.add({ id: "two", folder: "/two", dim, scanDim: dim }, "coming");
    vectors.add({ id: "three", folder: "/three", dim, scanDim: dim }, "coming");
    expect(vectors.embedders().map(({ role }) => role)).toEqual(["serving", "leaving", "coming"]);
  });
});

test("a store that is opened again finds what was stored, and more than a search reads at once", () => {
  const { db, folder, vectors, key, addMessage, query } = openWithEmbedder();
  db.transaction(() => {
    for (let index = 0; index < 300; index++) addMessage({ text: `text ${index}` });
  })();
  embedAll(vectors, key);
  const again = openMemoryStore(db, folder, () => "id").vectors;
  expect(again.nearest("message", query("text 299"), 1)[0]?.cosine).toBeGreaterThan(0.99);
  const slowly = openMemoryStore(db, folder, () => "id").vectors;
  let parts = 0;
  while (slowly.read(key, 100)) parts++;
  expect(parts).toBeGreaterThanOrEqual(3);
  expect(slowly.nearest("message", query("text 299"), 1)[0]?.cosine).toBeGreaterThan(0.99);
});

test("beyond 20,000 vectors the leading dimensions find the candidates, and the rows still decide", () => {
  const { db, vectors, key, query } = openWithEmbedder();
  const put = db.prepare("INSERT INTO message_vector (model, seq, data) VALUES (?, ?, ?)");
  const add = (from: number, to: number) =>
    db.transaction(() => {
      for (let seq = from; seq <= to; seq++) put.run(key, seq, encodeVector(vectorOf(`text ${seq}`)));
    })();
  add(1, 19_990);
  expect(vectors.nearest("message", query("text 77"), 3)[0]?.seq).toBe(77);
  expect(vectors.nearest("message", query("text 20050"), 1)[0]?.seq).not.toBe(20_050);
  const again = openMemoryStore(db, "", () => "id").vectors;
  add(19_991, 20_100);
  while (again.read(key, 5_000));
  expect(again.nearest("message", query("text 20050"), 1)[0]?.seq).toBe(20_050);
  expect(again.nearest("message", query("text 77"), 1)[0]?.cosine).toBeGreaterThan(0.99);
});
