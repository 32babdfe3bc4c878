import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import type { NewMemory } from "../../app/storage/memories.ts";
import { erasedMark } from "../../app/storage/redact.ts";
import { filesContaining, openTestDatabase, type TestDatabase } from "../fixtures/database.ts";
import { memoryOf } from "../fixtures/memory.ts";

const secret = "the year of the great storm";
const said = `My bank PIN hint is ${secret}.`;

const memory = (id: string, given: Partial<NewMemory> = {}): NewMemory =>
  memoryOf(said, { id, predicate: "bank pin hint", value: secret, confidence: 1, ...given });

const learned = (messageId: string | null = null) => ({
  changeId: `change-${messageId}`,
  at: 1,
  cause: "learned" as const,
  messageId,
});

/** A memory with everything that can hang on it, and its words in every place that can hold them. */
function tellSecret({ store, addMessage }: TestDatabase): { memoryId: string; messageId: string; replies: string[] } {
  const messageId = addMessage({
    text: `Hello there. ${said} What is for lunch?`,
    title: `Hello there. My bank PIN hint…`,
  });
  store.memories.insert(memory("m"), learned(messageId));
  store.memories.addEvidence("m", messageId, said.slice(0, -1));
  store.memories.addReview({ memoryId: "m", at: 1, grade: "good", reason: "stated", stability: 2, difficulty: 2 });
  store.memories.update("m", { text: `PIN hint: ${secret}` }, { ...learned(), cause: "edited", changeId: "edit" });
  const noted = addMessage({
    role: "assistant",
    parentId: messageId,
    text: `Noted: **your bank PIN hint** is ${secret.toUpperCase()}. Anything else?`,
  });
  addMessage({ id: "question", conversationId: "later", text: "What is my bank PIN hint?" });
  const answer = addMessage({
    role: "assistant",
    conversationId: "later",
    parentId: "question",
    text: `It is the year in which that great storm came. Shall I go on?`,
  });
  store.recallLog.write(
    answer,
    [{ source: "memory", id: "m", version: 1, mark: "m1", score: 1, parts: { lexical: 1 }, cited: true }],
    [],
  );
  addMessage({ conversationId: "named", title: `About ${secret}`, text: `So: ${secret}, you see. Fine.` });
  return { memoryId: "m", messageId, replies: [noted, answer] };
}

test("erasing a memory with its sources leaves no byte of it in any file of the folder", async () => {
  const database = openTestDatabase();
  const { store, db, folder, addMessage } = database;
  for (let i = 0; i < 400; i++)
    addMessage({ conversationId: "filler", text: `Filler number ${i} about a storm and a great day ${"x".repeat(i)}` });
  const { memoryId, messageId, replies } = tellSecret(database);
  await makeBackup(db, folder, Date.UTC(2026, 0, 1));
  expect(filesContaining(folder, "great storm").length).toBeGreaterThan(1);

  const erased = store.erase.memories([memoryId], { sources: true, at: 10 });

  expect(erased).toEqual({ memories: 1, messages: 4 });
  expect(filesContaining(folder, "great storm")).toEqual([]);
  const text = (id: string) => db.prepare("SELECT text FROM message WHERE id = ?").pluck().get(id);
  expect(text(messageId)).toBe("Hello there. What is for lunch?");
  expect(replies.map(text)).toEqual(["Anything else?", "Shall I go on?"]);
  expect(text("question")).toBe("What is my bank PIN hint?");
  expect(db.prepare("SELECT title FROM conversation ORDER BY seq").pluck().all()).toEqual([
    "Talk",
    "Hello there. What is for lunch?",
    "Talk",
    "Fine.",
  ]);
  for (const table of ["memory", "memory_revision", "evidence", "review_log", "recall_log"]) {
    expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  }
});

test("without its sources only the memory goes", () => {
  const database = openTestDatabase();
  const { memoryId, messageId } = tellSecret(database);
  expect(database.store.erase.memories([memoryId], { sources: false, at: 10 })).toEqual({ memories: 1, messages: 0 });
  expect(database.store.memories.get(memoryId)).toBeUndefined();
  expect(database.db.prepare("SELECT text FROM message WHERE id = ?").pluck().get(messageId)).toContain(secret);
});

test("a message of which nothing else is left shows that it was erased, and is found no more", () => {
  const database = openTestDatabase();
  const { store, addMessage, db } = database;
  const id = addMessage({ text: said });
  store.memories.insert(memory("m"), learned(id));
  store.memories.addEvidence("m", id, said);
  store.erase.memories(["m"], { sources: true, at: 10 });
  expect(db.prepare("SELECT text FROM message WHERE id = ?").pluck().get(id)).toBe(erasedMark);
  expect(store.search.turnsWithAll(["erased"])).toEqual([]);
});

test("what another memory rests on in the same sentence stays", () => {
  const { store, addMessage, db } = openTestDatabase();
  const id = addMessage({ text: "I live in Porto and work from home most days." });
  store.memories.insert(memory("home", { text: "I live in Porto", value: "Porto" }), learned(id));
  store.memories.insert(memory("work", { text: "I work from home", value: "from home" }), learned(id));
  store.memories.addEvidence("home", id, "I live in Porto");
  store.memories.addEvidence("work", id, "work from home most days");
  store.erase.memories(["home"], { sources: true, at: 10 });
  expect(db.prepare("SELECT text FROM message WHERE id = ?").pluck().get(id)).toBe("and work from home most days.");
  expect(store.memories.evidenceOf(["work"]).get("work")?.length).toBe(1);
});

test("a short value is not hunted down in texts that have nothing to do with the memory", () => {
  const { store, addMessage, db } = openTestDatabase();
  const source = addMessage({ text: "I live in Porto." });
  const other = addMessage({ conversationId: "trip", text: "A weekend in Porto would be nice." });
  store.memories.insert(memory("home", { text: "I live in Porto.", value: "Porto" }), learned(source));
  store.memories.addEvidence("home", source, "I live in Porto.");
  store.erase.memories(["home"], { sources: true, at: 10 });
  expect(db.prepare("SELECT text FROM message WHERE id = ?").pluck().get(other)).toContain("Porto");
});

test("an erased statement is known again by its tombstone, which does not hold it", () => {
  const { store, folder } = openTestDatabase();
  const statement = { text: "I like figs.", subject: "user", predicate: "likes", value: "figs", context: "" };
  expect(store.erase.erasedAt(statement)).toBeNull();
  store.memories.insert(memory("m", statement), learned());
  store.erase.memories(["m"], { sources: true, at: 77 });
  expect(store.erase.erasedAt(statement)).toBe(77);
  expect(store.erase.erasedAt({ ...statement, text: "Figs, I like them" })).toBe(77);
  expect(store.erase.erasedAt({ ...statement, text: "Plums are fine", value: "plums" })).toBeNull();
  expect(filesContaining(folder, "figs")).toEqual([]);
});

test("inside a transaction the tables are clean at once and backups and log wait for finish", async () => {
  const database = openTestDatabase();
  const { store, db, folder } = database;
  const { memoryId } = tellSecret(database);
  await makeBackup(db, folder, Date.UTC(2026, 0, 1));
  store.transaction(() => {
    store.erase.memories([memoryId], { sources: true, at: 10 });
    expect(store.search.turnsWithAll(["storm"])).toEqual([]);
    expect(store.erase.finish()).toBe(false);
  });
  expect(filesContaining(folder, "great storm")).not.toEqual([]);
  expect(store.erase.finish()).toBe(true);
  expect(filesContaining(folder, "great storm")).toEqual([]);
});

test("an erasure that is rolled back has erased nothing", () => {
  const database = openTestDatabase();
  const { memoryId } = tellSecret(database);
  expect(() =>
    database.store.transaction(() => {
      database.store.erase.memories([memoryId], { sources: true, at: 10 });
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(database.store.memories.get(memoryId)?.text).toContain(secret);
});

test("a backup that can't be cleaned is deleted; a clean one still opens", async () => {
  const database = openTestDatabase();
  const { store, db, folder } = database;
  const { memoryId } = tellSecret(database);
  const good = await makeBackup(db, folder, Date.UTC(2026, 0, 1));
  mkdirSync(layout(folder).backups, { recursive: true });
  writeFileSync(join(layout(folder).backups, "ebb-2025-01-01T00-00-00-000Z.db"), `not a database: ${secret}`);
  store.erase.memories([memoryId], { sources: true, at: 10 });
  expect(readdirSync(layout(folder).backups).map((name) => join(layout(folder).backups, name))).toEqual([good.path]);
  const copy = connect(good.path, { readonly: true });
  expect(copy.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(copy.prepare("SELECT count(*) FROM memory").pluck().get()).toBe(0);
  copy.close();
});

test("a damaged file set aside is cleaned where it opens, deleted where the words can be read, and else kept", async () => {
  const database = openTestDatabase();
  const { store, db, folder } = database;
  const { memoryId } = tellSecret(database);
  const aside = (name: string): string => {
    const place = join(layout(folder).quarantine, name);
    mkdirSync(place, { recursive: true });
    return layout(place).database;
  };
  const [opens, readable, other] = [aside("opens"), aside("readable"), aside("other")];
  await db.backup(opens);
  writeFileSync(readable, `broken pages ${said} broken pages`);
  writeFileSync(other, "broken pages of something else");
  store.erase.memories([memoryId], { sources: true, at: 10 });
  expect(filesContaining(folder, secret)).toEqual([]);
  expect([opens, readable, other].map((path) => existsSync(path))).toEqual([true, false, true]);
});

test("erasing a conversation takes what only it gave evidence for, and what other replies took from it", async () => {
  const database = openTestDatabase();
  const { store, db, folder, addMessage } = database;
  const { memoryId } = tellSecret(database);
  const elsewhere = addMessage({ conversationId: "later", text: "I have a dog called Rex." });
  const here = addMessage({ text: "Rex is my dog." });
  store.memories.insert(memory("dog", { text: "I have a dog called Rex.", value: "Rex" }), learned(elsewhere));
  store.memories.addEvidence("dog", elsewhere, "I have a dog called Rex");
  store.memories.addEvidence("dog", here, "Rex is my dog");
  await makeBackup(db, folder, Date.UTC(2026, 0, 1));

  const erased = store.erase.conversation("talk", 10);

  expect(erased.memories).toBe(1);
  expect(store.memories.get(memoryId)).toBeUndefined();
  expect(
    store.memories
      .evidenceOf(["dog"])
      .get("dog")
      ?.map(({ quote }) => quote),
  ).toEqual(["I have a dog called Rex"]);
  expect(db.prepare("SELECT text FROM message WHERE role = 'assistant'").pluck().all()).toEqual(["Shall I go on?"]);
  expect(filesContaining(folder, "rex is my dog")).toEqual([]);
  expect(db.prepare("SELECT count(*) FROM message WHERE conversation_id = 'talk'").pluck().get()).toBe(0);
});

test("text without spaces and other scripts is erased too", () => {
  const { store, addMessage, folder } = openTestDatabase();
  const chinese = addMessage({ text: "你好。我的银行密码提示是大风暴那一年。谢谢。" });
  const arabic = addMessage({ text: "مرحبا. كلمة السر هي سنة العاصفة الكبيرة." });
  addMessage({ text: "他说我的银行密码提示是大风暴那一年吗" });
  store.memories.insert(
    memory("zh", { text: "我的银行密码提示是大风暴那一年", value: "大风暴那一年" }),
    learned(chinese),
  );
  store.memories.addEvidence("zh", chinese, "我的银行密码提示是大风暴那一年");
  store.memories.insert(
    memory("ar", { text: "كلمة السر هي سنة العاصفة الكبيرة", value: "سنة العاصفة الكبيرة" }),
    learned(arabic),
  );
  store.memories.addEvidence("ar", arabic, "كلمة السر هي سنة العاصفة الكبيرة");
  store.erase.memories(["zh", "ar"], { sources: true, at: 1 });
  expect(filesContaining(folder, "大风暴那一年")).toEqual([]);
  expect(filesContaining(folder, "العاصفة")).toEqual([]);
  expect(filesContaining(folder, "谢谢").length).toBe(1);
});
