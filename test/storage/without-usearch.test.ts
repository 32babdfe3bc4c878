import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Indexing } from "../../app/indexing.ts";
import { openMemoryStore } from "../../app/memory/store.ts";
import { layout } from "../../app/storage/folder.ts";
import { workOnIndex } from "../../app/storage/index-build.ts";
import { fastest, portable } from "../../app/storage/vector-scan.ts";
import { openTestDatabase } from "../fixtures/database.ts";
import { mulberry32 } from "../fixtures/random.ts";

// As on a platform that usearch brings no binary for.
vi.mock("../../app/storage/usearch.ts", () => ({ usearch: () => null }));

const dim = 24;

function vectorOf(text: string): Float32Array {
  const random = mulberry32([...text].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0), 7));
  const values = Float32Array.from({ length: dim }, () => random() - 0.5);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

test("without usearch all vectors are compared in memory, and the state says so once an index is wanted", async () => {
  expect(fastest()).toBe(portable);
  const { db, folder, addMessage, store } = openTestDatabase();
  const { key } = store.vectors.add({ id: "one", folder: null, dim, scanDim: 16 }, "serving");
  const indexing = new Indexing({
    vectors: store.vectors,
    work: async (task) => workOnIndex(task),
    above: { vectors: 300, share: 0.2 },
    onDone: () => {},
  });
  const addUpTo = (from: number, to: number) => {
    for (let number = from; number <= to; number++) addMessage({ id: `m${number}`, text: `text ${number}` });
    const due = store.vectors.due(key, 1_000, 1e6);
    store.vectors.store(
      key,
      due.map((each) => ({ ...each, vector: vectorOf(each.text) })),
    );
    while (store.vectors.read(key, 1_000));
    indexing.step(key);
  };
  addUpTo(1, 300);
  expect(indexing.unsupported).toBe(false);
  addUpTo(301, 320);
  expect(indexing.unsupported).toBe(true);
  await indexing.idle();
  expect(existsSync(layout(folder).vectors)).toBe(false);
  const query = { model: key, values: vectorOf("text 123") };
  expect(store.vectors.nearest("message", query, 1)[0]?.seq).toBe(123);
  await indexing.close();

  // A folder that came from another machine, with a file that can't be used here.
  mkdirSync(layout(folder).vectors);
  writeFileSync(join(layout(folder).vectors, "message-1-there.index"), "of another machine");
  db.prepare(
    "INSERT INTO vector_index (name, model, kind, up_to, count) VALUES ('message-1-there', ?, 'message', 320, 320)",
  ).run(key);
  const again = openMemoryStore(db, folder, () => "id").vectors;
  const work = async (task: Parameters<typeof workOnIndex>[0]) => workOnIndex(task);
  const here = new Indexing({ vectors: again, work, onDone: () => {} });
  here.step(key);
  await here.idle();
  expect(readdirSync(layout(folder).vectors)).toEqual([]);
  expect(again.nearest("message", query, 1)[0]?.seq).toBe(123);
  await here.close();
});
