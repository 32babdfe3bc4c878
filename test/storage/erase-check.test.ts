import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type MemoryStore, openMemoryStore } from "../../app/memory/store.ts";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import { cleanFile } from "../../app/storage/page-file.ts";
import { MalformedPage, pageCleaner, pageLayout } from "../../app/storage/page-remains.ts";
import { filesContaining, openTestDatabase, type TestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";
import { mulberry32 } from "../fixtures/random.ts";

/** Tells memories, each with a word that nothing else has, and erases most of them, in no order. Returns the words that must be gone. */
function liveThrough({ store, db, addMessage }: TestDatabase, seed: number, rounds: number): string[] {
  const random = mulberry32(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const word = (): string => `zq${Array.from({ length: 14 }, () => letters[below(letters.length)]).join("")}`;
  const living = new Map<string, string[]>();
  const gone: string[] = [];
  let at = 1;
  for (let round = 0; round < rounds; round++) {
    db.transaction(() => {
      for (let count = 0; count < 400; count++) {
        const own = word();
        const text = `I keep ${own} ${"in the shed by the river ".repeat(below(4) * below(12))}and nowhere else.`;
        const id = addMessage({ conversationId: `talk-${below(40)}`, text, at });
        store.memories.insert(memoryOf(text, { id: `m-${id}`, value: `${own} thing` }), changeOf({ at: ++at }));
        store.memories.addEvidence(`m-${id}`, id, text);
        living.set(`m-${id}`, [own]);
      }
      for (const [id, words] of living) {
        if (random() >= 0.1) continue;
        words.push(word());
        store.memories.update(
          id,
          { text: `I keep ${words.at(-1)} in the cellar.` },
          changeOf({ at: ++at, cause: "edited" }),
        );
      }
    })();
    const leaving = [...living.keys()].filter(() => random() < 0.7);
    for (let from = 0; from < leaving.length; ) {
      const some = leaving.slice(from, from + 1 + below(120));
      from += some.length;
      store.erase.memories(some, { sources: true, at: ++at });
      for (const id of some) gone.push(...(living.get(id) ?? []));
      for (const id of some) living.delete(id);
    }
  }
  expect(store.erase.finish()).toBe(true);
  return gone;
}

/** Those of the words that stand anywhere in the files. */
function found(folder: string, words: readonly string[]): string[] {
  const standing = new Set<string>();
  for (const path of filesContaining(folder, "zq")) {
    for (const [hit] of readFileSync(path, "latin1").matchAll(/zq[a-z]{14}/g)) standing.add(hit);
  }
  return words.filter((word) => standing.has(word));
}

function openAgain(folder: string): { store: MemoryStore } {
  const db = connect(layout(folder).database);
  onTestFinished(() => void db.close());
  return { store: openMemoryStore(db, folder, () => "unused") };
}

function check({ store }: { store: MemoryStore }): string {
  for (;;) {
    const step = store.erase.check.step();
    if (step !== "more") return step;
  }
}

test("of thousands of erased memories SQLite leaves some words behind, and the check none, in the database and in backups", async () => {
  const database = openTestDatabase();
  const { store, db, folder } = database;
  db.pragma("synchronous = OFF");
  const early = liveThrough(database, 1, 3);
  await makeBackup(db, folder, Date.UTC(2026, 0, 1));
  const gone = [...early, ...liveThrough(database, 2, 3)];
  expect(gone.length).toBeGreaterThan(1_500);
  expect(found(folder, gone)).not.toEqual([]);
  const rows = () => db.prepare("SELECT id, text FROM memory ORDER BY seq").all();
  const before = rows();

  expect(store.erase.check.isDue()).toBe(true);
  expect(check(database)).toBe("clean");

  expect(found(folder, gone)).toEqual([]);
  expect(store.erase.check.isDue()).toBe(false);
  expect(store.erase.check.step()).toBe("later");
  expect(rows()).toEqual(before);
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
}, 120_000);

test("what was cleaned stays clean when its page is written again", () => {
  const database = openTestDatabase();
  const { db, folder } = database;
  db.pragma("synchronous = OFF");
  const gone = liveThrough(database, 3, 3);
  // All pages are in memory now, as they were before.
  db.prepare("SELECT sum(length(text)) FROM memory").get();
  db.pragma("integrity_check");
  expect(check(database)).toBe("clean");
  db.prepare("UPDATE memory SET use_count = use_count + 1").run();
  db.prepare("UPDATE message SET zone = 'UTC'").run();
  db.prepare("UPDATE evidence SET quote = quote || '.'").run();
  db.pragma("wal_checkpoint(TRUNCATE)");
  expect(found(folder, gone)).toEqual([]);
}, 60_000);

test("a check that was cut off is made by the next run, which knows nothing of what was erased", () => {
  const database = openTestDatabase();
  const { db, folder } = database;
  db.pragma("synchronous = OFF");
  const gone = liveThrough(database, 4, 3);
  expect(database.store.erase.check.step()).toBe("more");
  expect(found(folder, gone)).not.toEqual([]);
  db.close();
  database.store.erase.check.close();
  const next = openAgain(folder);
  expect(next.store.erase.check.isDue()).toBe(true);
  next.store.erase.finish();
  expect(check(next)).toBe("clean");
  expect(found(folder, gone)).toEqual([]);
}, 60_000);

test("what is written, or erased, while the file is looked through is looked at too", () => {
  const database = openTestDatabase();
  const { store, db, folder } = database;
  db.pragma("synchronous = OFF");
  const gone = liveThrough(database, 5, 3);
  const { check: own } = store.erase;
  expect(own.step()).toBe("more");
  gone.push(...liveThrough(database, 6, 1));
  for (let step = own.step(); step !== "clean"; step = own.step()) {
    database.addMessage({ text: "Something said meanwhile." });
    if (own.step() === "clean") break;
  }
  expect(found(folder, gone)).toEqual([]);
  expect(db.pragma("wal_autocheckpoint", { simple: true })).toBe(1_000);
}, 60_000);

test("within a transaction, and while there are traces that have to go first, nothing is claimed", () => {
  const database = openTestDatabase();
  const { store, db } = database;
  store.memories.insert(memoryOf("I like figs."), changeOf());
  store.transaction(() => {
    store.erase.memories(["I like figs."], { sources: true, at: 1 });
    expect(store.erase.check.step()).toBe("later");
  });
  expect(check(database)).toBe("later");
  expect(store.erase.check.isDue()).toBe(true);
  store.erase.finish();
  expect(check(database)).toBe("clean");
  expect(db.prepare("SELECT count(*) FROM setting WHERE key LIKE 'erase.%'").pluck().get()).toBe(0);
});

test("cleaning a file changes no row, and nothing where it is clean", () => {
  const database = openTestDatabase();
  const { db, folder } = database;
  db.pragma("synchronous = OFF");
  liveThrough(database, 7, 2);
  const path = join(folder, "copy");
  copyFileSync(layout(folder).database, path);
  for (const _ of cleanFile(path));
  const once = readFileSync(path);
  for (const _ of cleanFile(path));
  expect(readFileSync(path).equals(once)).toBe(true);
  const copy = connect(path, { readonly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE rootpage > 0 AND type = 'table'").pluck().all();
  expect(copy.pragma("integrity_check", { simple: true })).toBe("ok");
  for (const table of tables as string[]) {
    const all = `SELECT * FROM "${table}"`;
    expect(copy.prepare(all).raw().all(), table).toEqual(db.prepare(all).raw().all());
  }
  copy.close();
}, 60_000);

test("a page that is not as SQLite writes it is refused and not changed", () => {
  const { db, folder } = openTestDatabase();
  db.pragma("wal_checkpoint(TRUNCATE)");
  const bytes = readFileSync(layout(folder).database);
  const shape = pageLayout(bytes);
  const clean = pageCleaner(shape);
  const first = Buffer.from(bytes.subarray(0, shape.pageSize));
  const random = mulberry32(8);
  let refused = 0;
  for (let tries = 0; tries < 20_000; tries++) {
    const page = Buffer.from(first);
    for (let hits = 0; hits < 3; hits++) page[100 + Math.floor(random() * 300)] = Math.floor(random() * 256);
    const given = Buffer.from(page);
    try {
      clean(page, 1);
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedPage);
      refused++;
    }
    expect(page.equals(given)).toBe(true);
  }
  expect(refused).toBeGreaterThan(1_000);
  expect(() => pageLayout(Buffer.alloc(100))).toThrow(MalformedPage);
});
