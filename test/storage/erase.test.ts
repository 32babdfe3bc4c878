import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeBackup } from "../../app/storage/backup.ts";
import { connect } from "../../app/storage/connection.ts";
import { layout } from "../../app/storage/folder.ts";
import type { NewMemory } from "../../app/storage/memories.ts";
import { erasedMark } from "../../app/storage/redact.ts";
import { filesContaining, openTestDatabase, type TestDatabase } from "../fixtures/database.ts";
import { memoryOf } from "../fixtures/memory.ts";
import { mulberry32 } from "../fixtures/random.ts";

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

test("nothing that was ever made of a memory outlives it, in whichever table", async () => {
  const database = openTestDatabase();
  const { store, db, folder, addMessage } = database;
  const word = "zwetschgenkuchen";
  const text = `I love ${word} for dessert 🥧.`;
  for (let count = 0; count < 300; count++) addMessage({ conversationId: "filler", text: `Dessert number ${count}` });
  const messageId = addMessage({ text, title: `I love ${word}` });
  const row = (id: string, given: Partial<NewMemory> = {}) =>
    memoryOf(text, { id, kind: "preference", predicate: "likes", value: word, ...given });
  store.memories.insert(row("m"), learned(messageId));
  store.memories.insert(row("twin", { text: `User likes ${word}`, status: "superseded" }), learned(messageId));
  store.memories.insert(memoryOf("I bake on Sundays.", { id: "other" }), learned());
  store.memories.insert(
    row("noticed", { kind: "observation", trust: "inferred", text: `Often about ${word}` }),
    learned(),
  );
  for (const id of ["m", "twin"]) {
    store.memories.addEvidence(id, messageId, text);
    store.memories.addReview({ memoryId: id, at: 1, grade: "good", reason: "stated", stability: 2, difficulty: 2 });
    store.consolidation.addSupport("noticed", id);
  }
  store.merges.add(
    { loserId: "twin", winnerId: "m", changeId: "merge" },
    { own: store.memories.reviewsOf("m"), count: 1 },
  );
  store.consolidation.putLink("m", { otherId: "other", kind: "words", weight: 1 });
  store.consolidation.putLink("other", { otherId: "m", kind: "words", weight: 1 });
  db.prepare("INSERT INTO memory_word (word, memory_seq, topic) SELECT ?, seq, 1 FROM memory WHERE id = 'm'").run(word);
  db.prepare("INSERT INTO memory_key (key, memory_seq) SELECT 'hash', seq FROM memory WHERE id = 'm'").run();
  const said = db.prepare<[string], number>("SELECT seq FROM message WHERE id = ?").pluck().get(messageId) ?? 0;
  store.episodes.add({
    ...{ conversationId: "talk", blockSeq: said, firstSeq: said, lastSeq: said, messages: 1 },
    ...{ title: `About ${word}`, summary: text, beganAt: 0, endedAt: 0 },
  });
  store.episodes.retitle("talk", `About ${word}`);
  const reply = addMessage({ role: "assistant", parentId: messageId, text: `Good: ${word} it is. What else?` });
  const used = { source: "memory", version: 1, score: 1, parts: {} } as const;
  store.recallLog.write(
    reply,
    [{ ...used, id: "m", mark: "m1", cited: true }],
    [{ ...used, id: "twin", reason: "weak" }],
  );
  db.prepare("INSERT INTO question (memory_id, asked_at) VALUES ('m', 1)").run();
  store.unread.add({ messageId, conversationId: "talk", tokens: 9 }, false);
  const embedder = store.vectors.add({ id: "e", folder: null, dim: 384, scanDim: 128 }, "serving");
  const random = mulberry32(1);
  const due = store.vectors.due(embedder.key, 1_000, 1e6);
  store.vectors.store(
    embedder.key,
    due.map((each) => ({ ...each, vector: Float32Array.from({ length: 384 }, () => random() - 0.5) })),
  );
  const vectors = db
    .prepare<[], Buffer>(
      `SELECT data FROM memory_vector v JOIN memory m ON m.seq = v.seq WHERE m.id IN ('m', 'twin', 'noticed')
       UNION ALL SELECT data FROM message_vector v JOIN message g ON g.seq = v.seq WHERE g.text LIKE '%${word}%'`,
    )
    .pluck()
    .all();
  expect(vectors).toHaveLength(4);
  expect(db.prepare("SELECT count(*) FROM preference").pluck().get()).toBeGreaterThan(0);
  await makeBackup(db, folder, Date.UTC(2026, 0, 1));
  const files = () => filesContaining(folder, "").map((path) => readFileSync(path));
  const standing = () => vectors.filter((vector) => files().some((bytes) => bytes.includes(vector.subarray(4, 68))));
  expect(standing()).toHaveLength(4);

  store.erase.memories(store.merges.withLosers(["m"]), { sources: true, at: 10 });
  while (store.erase.check.step() === "more");

  expect(filesContaining(folder, word)).toEqual([]);
  expect(filesContaining(folder, word.slice(0, 8))).toEqual([]);
  expect(standing()).toEqual([]);
  expect(db.prepare("SELECT id FROM memory").pluck().all()).toEqual(["other"]);
  const tables = db.prepare<[], string>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE '\\' AND name NOT LIKE '%pieces%'",
  );
  for (const table of tables.pluck().all()) {
    const values = db.prepare<[], unknown[]>(`SELECT * FROM "${table}"`).raw().all().flat();
    expect(
      values.filter((value) => value === "m" || value === "twin" || value === "noticed"),
      table,
    ).toEqual([]);
  }
  expect(store.erase.erasedAt(row("m"))).toBe(10);
  expect(store.erase.erasedAt(row("twin", { text: `User likes ${word}` }))).toBe(10);
});

// A table that is added has to be thought of here: what becomes of its rows when what they were made of is erased?
test("of every table it is known how it forgets", () => {
  const { db } = openTestDatabase();
  const known = {
    erased: "conversation episode evidence memory memory_revision message reminder task task_revision task_what_if",
    "gone with its memory or message":
      "import_message memory_due memory_key memory_link memory_topic memory_vector memory_word merge merged_evidence " +
      "message_vector observation_support preference recall_log recall_rejection review_log task_quote taste_reading unread",
    "ids, times and numbers only":
      "embedder episode_due import import_conversation job question task_change task_edge task_focus task_version tidying " +
      "tidying_change vector_due vector_index vector_stale",
    "hashes only": "tombstone",
    "the user's choices, and plans that go with their work": "setting",
    "paths and addresses of models, with nothing that was said": "download model_file outbound_request",
  };
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all();
  expect(tables.sort()).toEqual(
    Object.values(known)
      .flatMap((names) => names.split(" "))
      .sort(),
  );
});
