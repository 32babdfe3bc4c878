import { expect, test } from "vitest";
import { readerVersion } from "../../app/memory/domains/read.ts";
import { addMemory, deleteMemories, eraseDue, undoWindow } from "../../app/memory/library.ts";
import { readTastes } from "../../app/memory/preferences/read.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { filesContaining, openTestDatabase, type TestDatabase } from "../fixtures/database.ts";
import { conversation, start } from "../fixtures/talk.ts";

const tables = ["preference", "memory_topic", "taste_reading"] as const;

const countsOf = ({ db }: TestDatabase): unknown[] =>
  tables.map((table) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

test("a deleted preference leaves no byte, in the database or in its backups", async () => {
  const database = openTestDatabase();
  const { store, db, folder } = database;
  conversation(database, "talk").say("I hate restaurants that serve quillworted samphire.", start);
  expect(db.prepare("SELECT value FROM preference").pluck().get()).toContain("samphir");
  await makeBackup(db, folder, start);
  expect(filesContaining(folder, "samphir").length).toBeGreaterThan(1);
  const [memory] = store.memories.all();
  deleteMemories(store, { ids: [memory?.id ?? ""], sources: true }, start);
  eraseDue(store, start + undoWindow);
  expect(countsOf(database)).toEqual([0, 0, 0]);
  expect(filesContaining(folder, "samphir")).toEqual([]);
  expect(filesContaining(folder, "quillwort")).toEqual([]);
});

test("an edit leaves nothing of what the preference said before in its tables", () => {
  const database = openTestDatabase();
  const { store, db } = database;
  const { memory } = addMemory(store, { text: "I avoid samphire", kind: "preference" }, start);
  store.memories.update(
    memory.id,
    { text: "I love jazz", value: "jazz", predicate: "likes" },
    { changeId: "edit", at: start, cause: "edited", messageId: null },
  );
  expect(db.prepare("SELECT domain, value FROM preference").all()).toEqual([{ domain: "music", value: "jazz" }]);
});

test("memories of an older Ebb are read in slices that go on where they stopped", () => {
  const database = openTestDatabase();
  const { store, db } = database;
  for (let i = 0; i < 5; i++) addMemory(store, { text: `I avoid shellfish number ${i}`, kind: "preference" }, start);
  const whole = countsOf(database);
  for (const table of tables) db.exec(`DELETE FROM ${table}`);
  expect([readTastes(store, 2), readTastes(store, 2), readTastes(store, 2), readTastes(store, 2)]).toEqual([
    2, 2, 1, 0,
  ]);
  expect(countsOf(database)).toEqual(whole);
  db.exec(`UPDATE taste_reading SET reader = ${readerVersion - 1}`);
  expect(readTastes(store, 10)).toBe(5);
});

test("a write that fails takes what was derived with it", () => {
  const database = openTestDatabase();
  const { store } = database;
  expect(() =>
    store.transaction(() => {
      addMemory(store, { text: "I avoid shellfish", kind: "preference" }, start);
      throw new Error("the disk is full");
    }),
  ).toThrow("full");
  expect(countsOf(database)).toEqual([0, 0, 0]);
});

test("what runs beside a turn goes by indexes", () => {
  const { db } = openTestDatabase();
  const plan = (sql: string): string =>
    (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join("\n");
  const byTopic = plan(
    "SELECT memory_seq, weight FROM memory_topic WHERE topic = 'food' ORDER BY memory_seq DESC LIMIT 9",
  );
  expect(byTopic).toMatch(/SEARCH memory_topic USING PRIMARY KEY/);
  expect(byTopic).not.toMatch(/TEMP B-TREE/);
  expect(plan("SELECT * FROM preference WHERE domain = 'a' AND value = 'b' AND scope = ''")).toMatch(
    /INDEX preference_slot/,
  );
});
