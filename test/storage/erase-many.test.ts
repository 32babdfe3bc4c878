import { expect, test } from "vitest";
import { deleteMemories, eraseDue, erasingDue } from "../../app/memory/library.ts";
import { openMemoryStore } from "../../app/memory/store.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect, type Db } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import { filesContaining, openTestDatabase, type TestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";

const count = 300;
/** Words that stand nowhere else, of either kind of index. */
const words = ["quokkaberg", "貘族花园"];
const textOf = (n: number): string => `I keep ${n} jars of ${words[0]}${n} in the cellar, 在${words[1]}${n}里`;

/** Many memories with the words that they came from, one that stays, and a backup with all of it. */
async function tellMany({ db, folder, store, addMessage }: TestDatabase): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const messageId = addMessage({ conversationId: `c${n % 7}`, text: textOf(n) });
    const { id } = store.memories.insert(memoryOf(textOf(n), { id: `m${n}` }), changeOf({ messageId }));
    store.memories.addEvidence(id, messageId, textOf(n));
    ids.push(id);
  }
  addMessage({ id: "kept", text: "The roof has a leak 屋顶漏水了" });
  store.memories.insert(memoryOf("The roof has a leak 屋顶漏水了", { id: "kept" }), changeOf());
  await makeBackup(db, folder, 5);
  return ids;
}

function expectGone({ folder }: TestDatabase, db: Db): void {
  for (const word of words) expect(filesContaining(folder, word), word).toEqual([]);
  for (const index of ["message_fts", "memory_fts", "message_pieces", "memory_pieces"]) {
    db.prepare(`INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)`).run();
    expect(db.prepare(`SELECT v FROM ${index}_config WHERE k = 'secure-delete'`).pluck().get()).toBe(1);
  }
  const store = openMemoryStore(db, folder, () => "new");
  expect(store.search.memories("roof", { status: "all", limit: 9, offset: 0 }).total).toBe(1);
  expect(store.search.memories("漏水", { status: "all", limit: 9, offset: 0 }).total).toBe(1);
  expect(store.search.conversations("屋顶", { limit: 9, offset: 0 }).total).toBe(1);
}

test("many memories go at once, with their words, from every file", async () => {
  const database = openTestDatabase();
  const ids = await tellMany(database);
  deleteMemories(database.store, { ids, sources: true }, 10);
  expect(eraseDue(database.store, Number.MAX_SAFE_INTEGER)).toBe(count);
  expectGone(database, database.db);
});

test("wherever erasing many is cut short, the next start goes on with it", async () => {
  const database = openTestDatabase();
  const ids = await tellMany(database);
  deleteMemories(database.store, { ids, sources: true }, 10);
  // As a crash leaves it: nothing in this process's memory tells how far it had come.
  let db = database.db;
  for (let steps = 1; ; steps++) {
    const erasing = erasingDue(
      openMemoryStore(db, database.folder, () => "new"),
      Number.MAX_SAFE_INTEGER,
    );
    let done = false;
    for (let step = 0; step < steps && !done; step++) done = erasing.next().done === true;
    if (done) break;
    if (db !== database.db) db.close();
    db = connect(layout(database.folder).database);
  }
  expectGone(database, db);
  if (db !== database.db) db.close();
});

test("an erasure while another is under way is finished with it", async () => {
  const database = openTestDatabase();
  const ids = await tellMany(database);
  deleteMemories(database.store, { ids: ids.slice(0, 200), sources: true }, 10);
  const erasing = erasingDue(database.store, Number.MAX_SAFE_INTEGER);
  for (let step = 0; step < 8; step++) erasing.next();
  database.store.erase.memories(ids.slice(200), { sources: true, at: 20 });
  for (const _ of erasing) {
    // To its end.
  }
  expectGone(database, database.db);
});

test("a long conversation goes whole, and leaves no trace in the indexes", () => {
  const database = openTestDatabase();
  const { db, store, addMessage } = database;
  for (let n = 0; n < count; n++) addMessage({ conversationId: "long", text: textOf(n) });
  addMessage({ text: "The roof has a leak 屋顶漏水了" });
  store.memories.insert(memoryOf("The roof has a leak 屋顶漏水了", { id: "kept" }), changeOf());
  expect(store.erase.conversation("long", 1).messages).toBe(count);
  expectGone(database, db);
});
