import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { forgetAbout } from "../../app/memory/forget-about.ts";
import { recall } from "../../app/memory/recall/recall.ts";
import { mendProjections } from "../../app/storage/projections.ts";
import { isPieced, partsOf, piecesOf } from "../../app/storage/scripts.ts";
import { openPassingVault } from "../../app/vault.ts";
import { filesContaining, openTestDatabase, type TestDatabase } from "../fixtures/database.ts";
import { bringIn, exported } from "../fixtures/lived-in.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";

/** A text, what finds it in a list, a question that recalls it, and what it is forgotten by; `other` is a text beside it. */
type Sample = { text: string; finds: string[]; asked: string; about: string; other: string; misses: string[] };

const samples: Record<string, Sample> = {
  "Chinese without spaces": {
    text: "我下个月要搬到北京住",
    finds: ["北京", "搬到北京", "京", "下个月"],
    asked: "我什么时候去北京？",
    about: "北京",
    other: "我喜欢喝绿茶",
    misses: ["上海", "北住"],
  },
  "Chinese with Latin words in it": {
    text: "我每天用iPhone拍照，喜欢 coffee",
    finds: ["iphone", "iPhone拍照", "coffee", "拍照", "喜欢 coff"],
    asked: "what do I do with my iPhone?",
    about: "iphone",
    other: "我每天走路上班",
    misses: ["手机", "android"],
  },
  Japanese: {
    text: "東京タワーに行きました",
    finds: ["東京", "タワー", "行き", "東京タワー"],
    asked: "いつ東京に行った？",
    about: "タワー",
    other: "寿司が好きです",
    misses: ["京都"],
  },
  "Korean with particles": {
    text: "저는 서울에서 일해요",
    finds: ["서울", "서울에서", "일해"],
    asked: "서울 어디에서 일해요?",
    about: "서울",
    other: "고양이를 키워요",
    misses: ["부산"],
  },
  Thai: {
    text: "ฉันแพ้ถั่วลิสงมาก",
    finds: ["ถั่วลิสง", "แพ้", "ถั่ว"],
    asked: "ฉันแพ้ถั่วอะไร",
    about: "ถั่วลิสง",
    other: "บ้านอยู่ริมทะเล",
    misses: ["นมวัว"],
  },
  "Arabic with vowels and an article": {
    text: "أُحِبُّ القِرَاءَةَ فِي المَكْتَبَة",
    finds: ["المكتبة", "مكتبة", "القراءة", "المَكْتَبَة"],
    asked: "ماذا أفعل في المكتبة؟",
    about: "المكتبة",
    other: "عندي قطة سوداء",
    misses: ["مدرسة"],
  },
  "Hebrew with points": {
    text: "שָׁלוֹם, אֲנִי גָּר בְּחֵיפָה",
    finds: ["חיפה", "שלום", "שָׁלוֹם"],
    asked: "איפה אני גר, בחיפה?",
    about: "חיפה",
    other: "הכלב שלי לבן",
    misses: ["ירושלים"],
  },
  Hindi: {
    text: "मुझे हिन्दी गाने पसंद हैं",
    finds: ["हिन्दी", "गाने", "पसंद"],
    asked: "मुझे कौन से गाने पसंद हैं?",
    about: "गाने",
    other: "मेरा भाई डॉक्टर है",
    // Without their vowels the two are one.
    misses: ["हनद", "किताब"],
  },
  "emoji, flags and families": {
    text: "off to 🇵🇹 with the 👨‍👩‍👧 on Friday ❤️",
    finds: ["🇵🇹", "👨‍👩‍👧", "❤", "❤️", "👩"],
    asked: "what was that with the 👨‍👩‍👧?",
    about: "🇵🇹",
    other: "party time 🎉",
    misses: ["🇪🇸", "🍵"],
  },
  "marks of direction": {
    text: "the address is \u200fרחוב הרצל 5\u200e in town",
    finds: ["רחוב הרצל", "הרצל"],
    asked: "what is the address in הרצל?",
    about: "הרצל",
    other: "the town is small",
    misses: ["בן גוריון"],
  },
  "what follows a NUL": {
    text: "a\0我住在广州",
    finds: ["广州", "住在广"],
    asked: "我住在广州吗",
    about: "广州",
    other: "我住在船上",
    misses: ["深圳"],
  },
};

const page = { limit: 10, offset: 0 };

function told({ store, addMessage }: TestDatabase, { text, other }: Sample): void {
  addMessage({ id: "said", conversationId: "one", title: "Talk", text });
  addMessage({ id: "beside", conversationId: "two", title: "Talk", text: other });
  store.memories.insert(memoryOf(text, { id: "known" }), changeOf());
  store.memories.insert(memoryOf(other, { id: "kept" }), changeOf());
}

function found({ store }: TestDatabase, query: string): { conversations: string[]; memories: string[] } {
  return {
    conversations: store.search.conversations(query, page).items.map(({ id }) => id),
    memories: store.search.memories(query, { status: "all", ...page }).rows.map(({ id }) => id),
  };
}

function remains(database: TestDatabase, text: string): string[] {
  // Every three characters of it, as the index would hold them.
  const characters = [...text.replaceAll("\0", "")];
  const stretches = characters.flatMap((_, at) => {
    const some = characters.slice(at, at + 3).join("");
    return [...some].length === 3 && isPieced(some) && !/\s/.test(some) ? [some] : [];
  });
  return stretches.flatMap((some) => filesContaining(database.folder, some));
}

for (const [script, sample] of Object.entries(samples)) {
  test(`${script}: found in the conversations and among the memories by any part of it`, () => {
    const database = openTestDatabase();
    told(database, sample);
    for (const query of sample.finds) {
      expect(found(database, query), query).toEqual({ conversations: ["one"], memories: ["known"] });
      const [first] = database.store.search.conversations(query, page).items;
      expect(first?.excerpt, query).toContain("\u0002");
    }
    for (const query of sample.misses) {
      expect(found(database, query), query).toEqual({ conversations: [], memories: [] });
    }
  });

  test(`${script}: recalled, said and remembered, before what lies beside it`, () => {
    const { store, addMessage } = openTestDatabase();
    const { text, other, asked } = sample;
    addMessage({ id: "said", conversationId: "one", text });
    addMessage({ id: "beside", conversationId: "two", text: other });
    expect(recall(store, { text: asked, now: 1, limit: 5 })[0]).toMatchObject({ source: "message", id: "said" });
    store.memories.insert(memoryOf(text, { id: "known" }), changeOf());
    store.memories.insert(memoryOf(other, { id: "kept" }), changeOf());
    const ids = recall(store, { text: asked, now: 1, limit: 5 }).map(({ id }) => id);
    expect(ids.slice(0, 2)).toContain("known");
  });

  test(`${script}: "forget what I said about" it takes it and leaves the rest`, () => {
    const database = openTestDatabase();
    told(database, sample);
    const erased = forgetAbout(database.store, { about: sample.about, now: 1 });
    expect(erased).toMatchObject({ memories: 1, messages: 1 });
    expect(database.store.memories.get("kept")).toBeDefined();
    expect(database.store.search.turns([1, 2]).map(({ id }) => id)).toEqual(["beside"]);
    expect(remains(database, sample.text).filter((path) => !isShared(sample, path))).toEqual([]);
  });

  test(`${script}: an edit is found by its new words alone, and a deletion leaves no byte`, () => {
    const database = openTestDatabase();
    const { db, store, addMessage } = database;
    addMessage({ id: "said", text: sample.text });
    store.memories.insert(memoryOf(sample.text, { id: "known" }), changeOf());
    db.prepare("UPDATE message SET text = ? WHERE id = 'said'").run(sample.other);
    const query = sample.finds[0] ?? "";
    expect(found(database, query)).toEqual({ conversations: [], memories: ["known"] });
    store.erase.memories(["known"], { sources: true, at: 1 });
    store.erase.conversation("talk", 1);
    expect(found(database, query)).toEqual({ conversations: [], memories: [] });
    expect(remains(database, sample.text)).toEqual([]);
    expect(remains(database, sample.other)).toEqual([]);
    for (const index of ["message_pieces", "memory_pieces"]) {
      db.prepare(`INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)`).run();
      expect(db.prepare(`SELECT count(*) FROM ${index}_docsize`).pluck().get()).toBe(0);
    }
  });

  test(`${script}: exported and brought in elsewhere, it is the same and is found`, async () => {
    const from = openPassingVault();
    const folder = mkdtempSync(join(tmpdir(), "ebb-scripts-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { messages, store } = from.vault;
    messages.createConversation({ id: "one", title: "Talk", origin: "chat", createdAt: 1, updatedAt: 1 });
    messages.insert({
      id: "said",
      conversationId: "one",
      parentId: null,
      role: "user",
      speaker: null,
      text: sample.text,
      status: "complete",
      createdAt: 1,
      zone: null,
      model: null,
      failure: null,
    });
    store.memories.insert(memoryOf(sample.text, { id: "known" }), changeOf());
    const path = join(folder, "ebb.json");
    writeFileSync(path, exported(from.vault));
    const to = openPassingVault();
    await bringIn(to.vault, path);
    const query = sample.finds[0] ?? "";
    expect(to.vault.store.search.conversations(query, page).total).toBe(1);
    expect(to.vault.store.search.memories(query, { status: "all", ...page }).rows[0]?.text).toBe(sample.text);
    expect(to.vault.store.search.turns([1])[0]?.text).toBe(sample.text);
    from.discard();
    to.discard();
  });
}

/** Both texts of a sample may have some letters in common. */
function isShared({ text, other }: Sample, path: string): boolean {
  const characters = [...text];
  return (
    existsSync(path) &&
    characters.some((_, at) => other.includes(characters.slice(at, at + 3).join("")) && characters.length - at >= 3)
  );
}

test("a word of Latin letters in the middle of another script is not taken for a longer one", () => {
  const database = openTestDatabase();
  database.addMessage({ text: "我喜欢吃steak和面包" });
  database.store.memories.insert(memoryOf("我喜欢吃steak和面包", { id: "known" }), changeOf());
  expect(forgetAbout(database.store, { about: "tea", now: 1 })).toEqual({ memories: 0, messages: 0 });
  expect(database.store.search.frequency("message", "tea")).toBe(0);
  expect(database.store.search.postings("message", "steak")).toEqual([{ seq: 1, count: 1 }]);
});

test("a reply is found once it is whole, and is not indexed at every flush", () => {
  const { db, store, addMessage } = openTestDatabase();
  const id = addMessage({ text: "", role: "assistant" });
  const indexed = () => db.prepare("SELECT count(*) FROM message_pieces_docsize").pluck().get();
  db.prepare("UPDATE message SET status = 'streaming' WHERE id = ?").run(id);
  db.prepare("UPDATE message SET text = '北京今天' WHERE id = ?").run(id);
  expect(indexed()).toBe(0);
  db.prepare("UPDATE message SET text = '北京今天下雨', status = 'complete' WHERE id = ?").run(id);
  expect(indexed()).toBe(1);
  expect(store.search.conversations("下雨", page).total).toBe(1);
  db.prepare("UPDATE message SET status = 'interrupted' WHERE id = ?").run(id);
  expect(store.search.conversations("下雨", page).total).toBe(1);
});

test("texts of Latin letters alone are not in the index of pieces, and its rows are counted without reading texts", () => {
  const { db, addMessage } = openTestDatabase();
  addMessage({ text: "Just plain words, café and all" });
  addMessage({ text: "我喜欢绿茶" });
  expect(db.prepare("SELECT count(*) FROM message_pieces_docsize").pluck().get()).toBe(1);
  const plan = db.prepare("EXPLAIN QUERY PLAN SELECT count(*) FROM message_piece_text").all() as { detail: string }[];
  expect(plan.map(({ detail }) => detail).join()).toContain("message_pieced");
});

test("the index of pieces is rebuilt at the start where it differs from the texts", () => {
  const database = openTestDatabase();
  database.addMessage({ text: "我喜欢绿茶" });
  database.store.memories.insert(memoryOf("我住在北京", { id: "known" }), changeOf());
  database.db.exec("INSERT INTO message_pieces (message_pieces) VALUES ('delete-all')");
  database.db.exec("INSERT INTO memory_pieces (memory_pieces) VALUES ('delete-all')");
  expect(found(database, "绿茶").conversations).toEqual([]);
  mendProjections(database.db);
  expect(found(database, "绿茶").conversations).toEqual(["talk"]);
  expect(found(database, "北京").memories).toEqual(["known"]);
});

test("200,000 characters of Chinese are stored, found in the middle, and erased whole", () => {
  const database = openTestDatabase();
  const { store, addMessage } = database;
  let seed = 7;
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const some = (count: number) =>
    Array.from({ length: count }, () => String.fromCodePoint(0x4e00 + Math.floor(next() ** 2 * 6_000))).join("");
  const text = `${some(100_000)}秘密花园${some(100_000)}`;
  addMessage({ text, conversationId: "long" });
  addMessage({ text: "短", conversationId: "short" });
  expect(store.search.conversations("秘密花园", page).items.map(({ id }) => id)).toEqual(["long"]);
  expect(store.search.conversations("短", page).items.map(({ id }) => id)).toContain("short");
  expect(recall(store, { text: "秘密花园在哪里", now: 1, limit: 3 }).length).toBeGreaterThan(0);
  store.erase.conversation("long", 1);
  expect(filesContaining(database.folder, "秘密花")).toEqual([]);
});

const pieces = fc.constantFrom(
  ...[
    "我喜欢",
    "北京",
    "咖啡",
    "東京タワー",
    "서울에서",
    "ฉันรัก",
    "مَرْحَبًا",
    "الكتاب",
    "שָׁלוֹם",
    "हिन्दी",
    "👨‍👩‍👧",
    "🇵🇹",
    "👍🏽",
    "❤️",
    "🏽",
  ],
  ...[
    "coffee",
    "happy",
    "Ångström",
    "x",
    "12",
    " ",
    " ",
    "\n",
    "，",
    "。",
    '"',
    "*",
    "-",
    "AND",
    "NEAR(",
    "^",
    ":",
    "\0",
    "\u200f",
    "\u200d",
    "\ud800",
    "\udc00",
    "\u{2f800}",
    "ﷺ",
    "ｶﾞ",
    "İ",
    "ß",
  ],
);
const mixed = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

test("no string of any characters breaks the reading of terms or a search", () => {
  const { store, addMessage } = openTestDatabase();
  addMessage({ text: "我喜欢 coffee 🍵" });
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
      for (const term of store.search.terms(text)) store.search.postings("message", term);
      store.search.conversations(text, page);
      store.search.memories(text, { status: "all", ...page });
      store.search.turnsWithAll([text]);
    }),
    { numRuns: 5_000 },
  );
}, 60_000);

test("whatever is said, reading it never throws, and each of its words and pairs of characters finds it", () => {
  const { db, store } = openTestDatabase();
  db.exec("INSERT INTO conversation (id, title, created_at, updated_at) VALUES ('talk', '', 0, 0)");
  const insert = db.prepare(
    "INSERT INTO message (id, conversation_id, role, text, status, created_at) VALUES (?, 'talk', 'user', ?, 'complete', 0)",
  );
  const texts = fc.array(mixed, { minLength: 100, maxLength: 100 });
  fc.assert(
    fc.property(texts, (said) => {
      db.exec("BEGIN");
      const told = said.map((text, at) => ({ text, seq: Number(insert.run(`m${at}`, text).lastInsertRowid) }));
      const rows = new Map<string, Set<number>>();
      for (const { text, seq } of told) {
        const parts = [...store.search.terms(text), ...partsOf(text).filter(isPieced), ...piecesOf(text).flat()];
        for (const part of new Set(parts)) {
          const found = rows.get(part) ?? new Set(store.search.postings("message", part).map((posting) => posting.seq));
          rows.set(part, found);
          expect(found.has(seq), JSON.stringify([text, part])).toBe(true);
        }
      }
      db.exec("ROLLBACK");
    }),
    // Of a hundred texts each.
    { numRuns: 200, endOnFailure: true },
  );
}, 120_000);
