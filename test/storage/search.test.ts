import { describe, expect, test } from "vitest";
import { openTestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";

const page = { limit: 10, offset: 0 };

describe("conversation search", () => {
  test("finds titles and messages, with the hits of an excerpt between U+0002 and U+0003", () => {
    const { store, addMessage } = openTestDatabase();
    addMessage({ conversationId: "a", title: "Porto plans", text: "Nothing here", at: 1 });
    addMessage({ conversationId: "b", title: "Else", text: "We walked through Porto in the rain", at: 2 });
    addMessage({ conversationId: "c", title: "Third", text: "Lisbon", at: 3 });
    const { items, total } = store.search.conversations("porto", page);
    expect(total).toBe(2);
    expect(items.map(({ id, excerpt }) => [id, excerpt])).toEqual([
      ["a", null],
      ["b", "We walked through \u0002Porto\u0003 in the rain"],
    ]);
  });

  test("takes the last word as a beginning, and wants all of them", () => {
    const { store, addMessage } = openTestDatabase();
    addMessage({ text: "The dentist moved my appointment" });
    const count = (query: string) => store.search.conversations(query, page).total;
    expect(count("dentist appoi")).toBe(1);
    expect(count("dent appointment")).toBe(0);
    expect(count("dentist giraffe")).toBe(0);
  });

  test("comes in pages", () => {
    const { store, addMessage } = openTestDatabase();
    for (let i = 0; i < 5; i++) addMessage({ conversationId: `c${i}`, text: "tea", at: i });
    const { items, total } = store.search.conversations("tea", { limit: 2, offset: 2 });
    expect([items.map(({ id }) => id), total]).toEqual([["c2", "c1"], 5]);
  });
});

test("memory search filters, and matches the beginning of the last word", () => {
  const { store } = openTestDatabase();
  store.memories.insert(memoryOf("I'm allergic to peanuts", { pinned: true }), changeOf());
  store.memories.insert(memoryOf("I was allergic to cats", { status: "superseded" }), changeOf());
  const found = (query: string, filter: object = {}) =>
    store.search.memories(query, { status: "all", ...page, ...filter }).rows.map(({ text }) => text);
  expect(found("aller")).toHaveLength(2);
  expect(found("allergic pea")).toEqual(["I'm allergic to peanuts"]);
  expect(found("aller", { status: "active" })).toEqual(["I'm allergic to peanuts"]);
  expect(found("aller", { pinned: false })).toEqual(["I was allergic to cats"]);
});

test("terms are folded and stemmed as the indexes do it, and leave nothing behind", () => {
  const { store } = openTestDatabase();
  expect(store.search.terms("Running cafés — dogs'")).toEqual(["run", "cafe", "dog"]);
  expect(store.search.terms("")).toEqual([]);
});

test("the index counts rows, lengths and occurrences", () => {
  const { store, addMessage } = openTestDatabase();
  expect(store.search.size("message")).toEqual({ rows: 0, averageLength: 1 });
  addMessage({ text: "tea tea coffee" });
  addMessage({ text: `tea ${"word ".repeat(300)}` });
  expect(store.search.size("message")).toEqual({ rows: 2, averageLength: 152 });
  expect(store.search.frequency("message", "tea")).toBe(2);
  expect(store.search.frequency("memory", "tea")).toBe(0);
  const postings = store.search.postings("message", "tea");
  expect(postings.map(({ count }) => count)).toEqual([2, 1]);
  expect([
    ...store.search
      .lengths(
        "message",
        postings.map(({ seq }) => seq),
      )
      .values(),
  ]).toEqual([3, 301]);
});

test("turns know their neighbours within the conversation", () => {
  const { store, addMessage, db } = openTestDatabase();
  const ids = [
    addMessage({ text: "one" }),
    addMessage({ text: "elsewhere", conversationId: "other" }),
    addMessage({ text: "two" }),
  ];
  const seqs = ids.map((id) => Number(db.prepare("SELECT seq FROM message WHERE id = ?").pluck().get(id)));
  const [first, , last] = seqs;
  expect(store.search.turns(seqs).map(({ previous, next }) => [previous, next])).toEqual([
    [null, last],
    [null, null],
    [first, null],
  ]);
});

test("speakers are everyone who is named, new ones included", () => {
  const { store, addMessage } = openTestDatabase();
  addMessage({ text: "hi", role: "other", speaker: "Ann" });
  addMessage({ text: "hi" });
  expect([...store.search.speakers()]).toEqual(["Ann"]);
  addMessage({ text: "hi", role: "other", speaker: "Bo" });
  expect([...store.search.speakers()]).toEqual(["Ann", "Bo"]);
});

test("no text that is searched for can break the search", () => {
  const { store, addMessage } = openTestDatabase();
  addMessage({ text: "tea" });
  store.memories.insert(memoryOf("tea"), changeOf());
  const hostile = [
    "",
    " ",
    '"',
    "'",
    "tea AND",
    "NEAR(tea",
    "tea*",
    "text:tea",
    "^tea",
    "-tea",
    "tea) OR (1",
    "{tea}",
    "😀",
    "\u0000tea",
    "%_",
    "x ".repeat(400),
    "\ud800",
  ];
  for (const query of hostile) {
    expect(store.search.conversations(query, page).total).toBeLessThan(2);
    expect(store.search.memories(query, { status: "all", ...page }).total).toBeLessThan(2);
  }
});
