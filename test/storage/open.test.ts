import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listBackups, makeBackup } from "../../app/storage/backup.ts";
import { findFaults, mendFaults } from "../../app/storage/check.ts";
import type { Db } from "../../app/storage/connection.ts";
import { messageRepository } from "../../app/storage/messages.ts";
import { migrations } from "../../app/storage/migrations/index.ts";
import { openDatabase, quarantine, restoreNewestBackup } from "../../app/storage/open.ts";

const newestVersion = migrations.at(-1)?.version ?? 0;

const now = Date.parse("2026-03-01T10:00:00Z");
let folder: string;
let open: Db[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebb-open-"));
  open = [];
});

afterEach(() => {
  for (const db of open) db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openHere(
  ...args: Partial<Parameters<typeof openDatabase>>
): Promise<Awaited<ReturnType<typeof openDatabase>>> {
  const [where = folder, at = now, steps] = args;
  const opened = await openDatabase(where, at, steps);
  open.push(opened.db);
  return opened;
}

function say(db: Db, text: string): void {
  const messages = messageRepository(db);
  const id = `c${messages.conversationCount()}`;
  messages.createConversation({ id, title: "t", origin: "chat", createdAt: now, updatedAt: now });
  messages.insert({
    id: `m-${id}`,
    conversationId: id,
    parentId: null,
    role: "user",
    speaker: null,
    text,
    status: "complete",
    createdAt: now,
    zone: null,
    model: null,
    failure: null,
  });
}

const said = (db: Db): unknown[] => db.prepare("SELECT text FROM message ORDER BY seq").pluck().all();
const database = (): string => join(folder, "ebb.db");
const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("a new data folder", () => {
  test("gets a database with the settings that the promises rest on", async () => {
    const { db, readOnly } = await openHere();
    expect(readOnly).toBeNull();
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(db.pragma("synchronous", { simple: true })).toBe(2);
    expect(db.pragma("secure_delete", { simple: true })).toBe(1);
    expect(db.pragma("foreign_keys", { simple: true })).toBe(1);
    expect(db.pragma("user_version", { simple: true })).toBe(newestVersion);
    const tables = db.pragma("table_list") as { name: string; type: string; strict: number }[];
    const own = tables.filter((table) => table.type === "table" && !/^sqlite_/.test(table.name));
    expect(own.length).toBeGreaterThan(8);
    expect(own.filter((table) => table.strict !== 1)).toEqual([]);
    const secure = db.prepare("SELECT v FROM message_fts_config WHERE k = 'secure-delete'").pluck().get();
    expect(Number(secure)).toBe(1);
  });

  test("is for its owner only", async () => {
    const inner = join(folder, "inner");
    await openHere(inner);
    expect(statSync(inner).mode & 0o077).toBe(0);
  });

  test("that is a file is refused with a remedy", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "mine");
    await expect(openDatabase(path, now)).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE", remedy: /EBB_HOME/ });
    expect(readFileSync(path, "utf8")).toBe("mine");
  });
});

describe("migrations", () => {
  const next = { version: newestVersion + 1, name: "next", sql: "CREATE TABLE later (x TEXT) STRICT" };

  test("are preceded by a verified backup of the old schema", async () => {
    const { db } = await openHere();
    say(db, "before");
    db.close();
    const { db: migrated } = await openHere(folder, now + 1, [...migrations, next]);
    expect(migrated.pragma("user_version", { simple: true })).toBe(next.version);
    expect(said(migrated)).toEqual(["before"]);
    const [backup] = listBackups(folder);
    const copy = new Database(backup?.path ?? "", { readonly: true });
    open.push(copy);
    expect(copy.pragma("user_version", { simple: true })).toBe(newestVersion);
    expect(said(copy)).toEqual(["before"]);
  });

  test("keep what was said before there was quick-ask, as chats", async () => {
    const { db } = await openHere(folder, now, migrations.slice(0, 1));
    const conversation = db.prepare(
      "INSERT INTO conversation (id, title, created_at, updated_at) VALUES (?, 't', ?, ?)",
    );
    const message = db.prepare(`INSERT INTO message (id, conversation_id, role, text, status, created_at)
      VALUES (?, ?, 'user', ?, 'complete', ?)`);
    for (const id of ["a", "b"]) {
      conversation.run(id, now, now);
      message.run(`m-${id}`, id, `said in ${id}`, now);
    }
    db.close();
    const { db: migrated } = await openHere(folder, now + 1);
    expect(said(migrated)).toEqual(["said in a", "said in b"]);
    const messages = messageRepository(migrated);
    expect(messages.conversations(10, 0)).toMatchObject([{ origin: "chat" }, { origin: "chat" }]);
    expect(messages.quickQuestions(10)).toEqual([]);
    const foreign = { id: "c", title: "t", origin: "elsewhere" as "chat", createdAt: now, updatedAt: now };
    expect(() => messages.createConversation(foreign)).toThrow(/CHECK/);
    const [backup] = listBackups(folder);
    const copy = new Database(backup?.path ?? "", { readonly: true });
    open.push(copy);
    expect(copy.pragma("user_version", { simple: true })).toBe(1);
  });

  test("that fail leave the old schema and everything in it", async () => {
    const { db } = await openHere();
    say(db, "kept");
    db.close();
    const broken = { ...next, sql: "CREATE TABLE later (x TEXT) STRICT; CREATE TABLE later (x TEXT) STRICT" };
    await expect(openDatabase(folder, now, [...migrations, broken])).rejects.toThrow();
    const { db: again } = await openHere();
    expect(again.pragma("user_version", { simple: true })).toBe(newestVersion);
    expect(said(again)).toEqual(["kept"]);
  });
});

describe("a file that is not this program's to write", () => {
  test("from a newer Ebb opens for reading only and keeps every byte", async () => {
    const { db } = await openHere();
    say(db, "from tomorrow");
    db.pragma("user_version = 99");
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const before = digest(database());
    const newer = await openHere();
    expect(newer.readOnly).toMatchObject({ code: "STORAGE_NEWER" });
    expect(said(newer.db)).toEqual(["from tomorrow"]);
    expect(() => say(newer.db, "no")).toThrow(/readonly/);
    newer.db.close();
    expect(digest(database())).toBe(before);
  });

  test("of another program is refused untouched", async () => {
    const foreign = new Database(database());
    foreign.exec("CREATE TABLE recipes (name TEXT)");
    foreign.close();
    const before = digest(database());
    await expect(openDatabase(folder, now)).rejects.toMatchObject({ code: "STORAGE_FOREIGN" });
    expect(digest(database())).toBe(before);
    expect(readdirSync(folder)).toEqual(["ebb.db"]);
  });

  test("that is no database at all is refused untouched", async () => {
    writeFileSync(database(), "my notes\n".repeat(1_000));
    const before = digest(database());
    await expect(openDatabase(folder, now)).rejects.toMatchObject({ code: "STORAGE_DAMAGED" });
    expect(digest(database())).toBe(before);
  });
});

describe("a damaged database", () => {
  async function damaged(): Promise<void> {
    const { db } = await openHere();
    for (let i = 0; i < 200; i += 1) say(db, `turn ${i} ${"word ".repeat(50)}`);
    await makeBackup(db, folder, now);
    say(db, "after the backup");
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    truncateSync(database(), Math.floor(statSync(database()).size / 2));
  }

  test("is noticed by the check", async () => {
    await damaged();
    expect(findFaults(database())).not.toEqual([]);
    const opened = await openHere().catch((error: unknown) => error);
    if (opened instanceof Error) expect(opened).toMatchObject({ code: "STORAGE_DAMAGED" });
    else expect(mendFaults(open.at(-1) as Db, findFaults(database()))).toBe(false);
  });

  test("is set aside whole when the newest backup takes its place", async () => {
    await damaged();
    const bytes = digest(database());
    restoreNewestBackup(folder, now + 5);
    const { db } = await openHere();
    expect(said(db)).toHaveLength(200);
    const [place = ""] = readdirSync(join(folder, "quarantine"));
    expect(digest(join(folder, "quarantine", place, "ebb.db"))).toBe(bytes);
  });

  test("is never overwritten by starting afresh", async () => {
    await damaged();
    const bytes = digest(database());
    const place = quarantine(folder, now);
    expect(existsSync(database())).toBe(false);
    expect(digest(join(place ?? "", "ebb.db"))).toBe(bytes);
  });

  test("whose newest backup is damaged too is restored from the one before", async () => {
    await damaged();
    writeFileSync(join(folder, "backups", "ebb-2026-03-02T10-00-00-000Z.db"), "SQLite format 3\0 but no more");
    restoreNewestBackup(folder, now + 5);
    const { db } = await openHere();
    expect(said(db)).toHaveLength(200);
  });

  test("that lost all its bytes is not taken for a new one while there are backups", async () => {
    await damaged();
    truncateSync(database(), 0);
    await expect(openDatabase(folder, now)).rejects.toMatchObject({ code: "STORAGE_DAMAGED" });
  });
});

describe("full-text tables", () => {
  const find = (db: Db, word: string): number =>
    db.prepare("SELECT count(*) FROM message_fts WHERE message_fts MATCH ?").pluck().get(word) as number;

  test("are rebuilt at the start where they differ from their base table", async () => {
    const { db } = await openHere();
    say(db, "the lighthouse");
    say(db, "the harbour");
    db.exec("INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', 1, 'the lighthouse')");
    expect(find(db, "lighthouse")).toBe(0);
    db.close();
    const { db: again } = await openHere();
    expect(find(again, "lighthouse")).toBe(1);
    expect(find(again, "harbour")).toBe(1);
  });

  test("are mended where the check finds them at fault, and nothing else is", async () => {
    const { db } = await openHere();
    for (let i = 0; i < 50; i += 1) say(db, `harbour ${i}`);
    expect(findFaults(database())).toEqual([]);
    db.unsafeMode(true);
    db.exec("UPDATE message_fts_data SET block = zeroblob(8) WHERE id > 1000");
    db.unsafeMode(false);
    const faults = findFaults(database());
    expect(faults.join()).toMatch(/fts5/i);
    expect(mendFaults(db, faults)).toBe(true);
    expect(find(db, "harbour")).toBe(50);
    expect(mendFaults(db, ["Tree 2 page 3: btreeInitPage() returns error code 11"])).toBe(false);
  });

  test("leave no byte of a deleted message in the file", async () => {
    const { db } = await openHere();
    say(db, "keep this");
    say(db, "xylophonesecret");
    db.prepare("DELETE FROM message WHERE text = 'xylophonesecret'").run();
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name)).includes("xylophonesecret")).toBe(false);
  });
});
