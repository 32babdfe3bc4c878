import { describe, expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { memory as memorySchema } from "../../../app/contract/index.ts";
import { forgetAbout } from "../../../app/memory/forget-about.ts";
import {
  addMemory,
  deleteMemories,
  editMemory,
  eraseDue,
  getMemory,
  listMemories,
  pinMemory,
  undoWindow,
} from "../../../app/memory/library.ts";
import { undo } from "../../../app/memory/undo.ts";
import { filesContaining, openTestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";

const now = Date.UTC(2026, 0, 1);
const all = { status: "all" as const, limit: 20, offset: 0 };

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof EbbError) return error.code;
    throw error;
  }
  return "no error";
}

describe("the panel", () => {
  test("adds, lists, searches and shows a memory as the contract has it", () => {
    const { store } = openTestDatabase();
    const { memory } = addMemory(store, { text: "I'm allergic to nuts", kind: "fact" }, now);
    expect(memorySchema.parse(memory)).toEqual(memory);
    expect(memory).toMatchObject({ trust: "user", retrievability: 1, predicate: "allergy", value: "nuts" });
    expect(listMemories(store, all, now)).toEqual({ items: [memory], total: 1 });
    expect(listMemories(store, { ...all, query: "allerg" }, now).items).toEqual([memory]);
    expect(listMemories(store, { ...all, query: "giraffe" }, now).items).toEqual([]);
    expect(store.memories.reviewsOf(memory.id)).toHaveLength(1);
  });

  test("tells when a memory fades, and pins by itself what must not be lost", () => {
    const { store } = openTestDatabase();
    const cabin = addMemory(store, { text: "The wifi at the cabin is slow", kind: "fact" }, now).memory;
    expect(cabin).toMatchObject({ pinned: false, version: 1 });
    expect(cabin.fadesAt).toBeGreaterThan(now);
    const { memory, changeId } = addMemory(store, { text: "I'm allergic to nuts", kind: "fact" }, now);
    expect(memory).toMatchObject({ pinned: true, fadesAt: null });
    expect(getMemory(store, memory.id, now).history.map(({ cause }) => cause)).toEqual(["added", "safeguarded"]);
    undo(store, changeId, now);
    expect(store.memories.get(memory.id)).toBeUndefined();
  });

  test("edits with the version in hand, and keeps the history", () => {
    const { store } = openTestDatabase();
    store.memories.insert(memoryOf("I live in Porto", { value: "Porto" }), changeOf());
    const edit = { id: "I live in Porto", version: 1, text: "I live in Lisbon" };
    const { memory } = editMemory(store, edit, now);
    expect(memory).toMatchObject({ text: "I live in Lisbon", value: "Lisbon", version: 2 });
    expect(codeOf(() => editMemory(store, edit, now))).toBe("CHANGED_MEANWHILE");
    expect(codeOf(() => editMemory(store, { ...edit, id: "nobody" }, now))).toBe("NOT_FOUND");
    expect(getMemory(store, memory.id, now).history.map(({ before, after, cause }) => [before, after, cause])).toEqual([
      [null, "I live in Porto", "learned"],
      ["I live in Porto", "I live in Lisbon", "edited"],
    ]);
  });

  test("a pinned memory never fades", () => {
    const { store } = openTestDatabase();
    store.memories.insert(memoryOf("a"), changeOf());
    expect(pinMemory(store, { id: "a", pinned: true }, now).memory).toMatchObject({ pinned: true, fadesAt: null });
    expect(getMemory(store, "a", now * 9).memory.retrievability).toBe(1);
  });
});

describe("deleting", () => {
  test("hides at once, can be undone for a while, then erases with the source words", () => {
    const { store, addMessage, folder } = openTestDatabase();
    const messageId = addMessage({ text: "I collect marzipan pigs." });
    store.memories.insert(memoryOf("I collect marzipan pigs"), changeOf());
    store.memories.addEvidence("I collect marzipan pigs", messageId, "I collect marzipan pigs");
    const ids = ["I collect marzipan pigs"];

    const first = deleteMemories(store, { ids, sources: true }, now);
    expect(first.until).toBe(now + undoWindow);
    expect(listMemories(store, all, now).total).toBe(0);
    expect(eraseDue(store, now + undoWindow - 1)).toBe(0);
    expect(undo(store, first.changeId, now)).toEqual(ids);
    expect(listMemories(store, all, now).total).toBe(1);

    const second = deleteMemories(store, { ids, sources: true }, now);
    expect(eraseDue(store, now + undoWindow)).toBe(1);
    expect(codeOf(() => undo(store, second.changeId, now))).toBe("NOT_UNDOABLE");
    expect(filesContaining(folder, "marzipan")).toEqual([]);
  });

  test("quitting erases what still waits; unknown ids are no deletion", () => {
    const { store } = openTestDatabase();
    for (const id of ["a", "b"]) store.memories.insert(memoryOf(id), changeOf());
    deleteMemories(store, { ids: ["a", "b", "nobody"], sources: false }, now);
    expect(eraseDue(store, Number.MAX_SAFE_INTEGER)).toBe(2);
    expect(codeOf(() => deleteMemories(store, { ids: ["a"], sources: true }, now))).toBe("NOT_FOUND");
  });
});

describe("undo", () => {
  test("takes back an edit, but not what came later", () => {
    const { store } = openTestDatabase();
    const before = store.memories.insert(memoryOf("a"), changeOf());
    const edit = editMemory(store, { id: "a", version: 1, text: "b" }, now);
    pinMemory(store, { id: "a", pinned: true }, now);
    store.memories.markUsed(["a"], now);
    undo(store, edit.changeId, now + 1);
    expect(store.memories.get("a")).toMatchObject({
      text: before.text,
      value: before.value,
      pinned: true,
      useCount: 1,
    });
    expect(codeOf(() => undo(store, edit.changeId, now))).toBe("NOT_UNDOABLE");
  });

  test("refuses where a later change would be lost, and changes nothing", () => {
    const { store } = openTestDatabase();
    store.memories.insert(memoryOf("a"), changeOf());
    const first = editMemory(store, { id: "a", version: 1, text: "b" }, now);
    editMemory(store, { id: "a", version: 2, text: "c" }, now);
    expect(codeOf(() => undo(store, first.changeId, now))).toBe("NOT_UNDOABLE");
    expect(store.memories.get("a")?.text).toBe("c");
    expect(codeOf(() => undo(store, "never happened", now))).toBe("NOT_UNDOABLE");
  });

  test("of a superseding change brings the old memory back and takes the new one away", () => {
    const { store } = openTestDatabase();
    const porto = store.memories.insert(memoryOf("I live in Porto"), changeOf());
    const move = changeOf({ changeId: "move", at: 5 });
    store.memories.insert(memoryOf("I live in Lisbon"), move);
    store.memories.update(porto.id, { status: "superseded", validTo: 5 }, { ...move, cause: "superseded" });
    expect(undo(store, "move", now).toSorted()).toEqual(["I live in Lisbon", "I live in Porto"]);
    expect(store.memories.get("I live in Lisbon")).toBeUndefined();
    expect(store.memories.get(porto.id)).toMatchObject({ status: "active", validTo: null });
  });

  test("of a confirmation takes back its review", () => {
    const { store } = openTestDatabase();
    const row = store.memories.insert(memoryOf("a"), changeOf());
    const review = { stability: 50, difficulty: 1, lastReviewAt: now };
    store.memories.update("a", review, changeOf({ changeId: "again", at: now, cause: "confirmed" }));
    store.memories.addReview({
      memoryId: "a",
      at: now,
      grade: "easy",
      reason: "restated",
      stability: 50,
      difficulty: 1,
    });
    undo(store, "again", now + 1);
    expect(store.memories.get("a")).toMatchObject({ stability: row.stability, lastReviewAt: row.lastReviewAt });
    expect(store.memories.reviewsOf("a")).toEqual([]);
  });
});

describe("forgetting what was said about something", () => {
  test("erases the memory, the statement and what goes on about it, and nothing else", () => {
    const { store, addMessage, db, folder } = openTestDatabase();
    const told = addMessage({ text: "Morning! My bank PIN hint is special. It's the year of the great storm. Tea?" });
    const bank = addMessage({ text: "The bank closes at four." });
    store.memories.insert(
      memoryOf("My bank PIN hint is the year of the great storm", { value: "the year of the great storm" }),
      changeOf(),
    );
    const command = addMessage({ text: "Forget what I said about my bank PIN hint." });
    const forgot = store.transaction(() =>
      forgetAbout(store, { about: "my bank PIN hint", now, exceptMessageId: command }),
    );
    eraseDue(store, now);
    expect(forgot).toEqual({ memories: 1, messages: 1 });
    const text = (id: string) => db.prepare("SELECT text FROM message WHERE id = ?").pluck().get(id);
    expect(text(told)).toBe("Morning! Tea?");
    expect(text(bank)).toBe("The bank closes at four.");
    expect(text(command)).toContain("bank PIN hint");
    expect(filesContaining(folder, "great storm")).toEqual([]);
  });

  test("does nothing where there is no distinctive word, or nothing was said", () => {
    const { store, addMessage } = openTestDatabase();
    addMessage({ text: "I told you that." });
    const nothing = { memories: 0, messages: 0 };
    expect(forgetAbout(store, { about: "that", now })).toEqual(nothing);
    expect(forgetAbout(store, { about: "my uncle's boat", now })).toEqual(nothing);
  });
});
