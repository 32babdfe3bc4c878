import { expect, test } from "vitest";
import { openTestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";

test("a stored memory comes back as it was given, with what its change adds", () => {
  const { store } = openTestDatabase();
  const given = memoryOf("I live in Porto", { pinned: true, validFrom: 5, context: "at work" });
  const row = store.memories.insert(given, changeOf({ at: 7 }));
  expect(row).toEqual({ ...given, version: 1, createdAt: 7, updatedAt: 7, lastUsedAt: null, useCount: 0 });
  expect(store.memories.get(row.id)).toEqual(row);
  expect(store.memories.getMany([row.id, "nobody"])).toEqual([row]);
});

test("an update counts the version and keeps both states whole in the history", () => {
  const { store } = openTestDatabase();
  const before = store.memories.insert(memoryOf("I live in Porto"), changeOf({ at: 1 }));
  const change = changeOf({ changeId: "move", at: 2, cause: "superseded" });
  const after = store.memories.update(before.id, { status: "superseded", validTo: 2 }, change);
  expect(after).toEqual({ ...before, status: "superseded", validTo: 2, version: 2, updatedAt: 2 });
  expect(store.memories.revisionsOf(before.id).map(({ before, after }) => [before, after])).toEqual([
    [null, before],
    [before, after],
  ]);
  expect(store.memories.revisionsOfChange("move").map(({ memoryId }) => memoryId)).toEqual([before.id]);
  expect(() => store.memories.update("nobody", {}, change)).toThrow();
});

test("a review changes the forgetting state alone, and is logged", () => {
  const { store } = openTestDatabase();
  const { id, version } = store.memories.insert(memoryOf("I live in Porto"), changeOf());
  const entry = { memoryId: id, at: 9, grade: "good" as const, reason: "restated", stability: 12, difficulty: 3 };
  store.memories.applyReview(entry);
  expect(store.memories.get(id)).toMatchObject({ stability: 12, difficulty: 3, lastReviewAt: 9, version });
  expect(store.memories.reviewsOf(id)).toEqual([entry]);
});

test("use is counted without a new version", () => {
  const { store } = openTestDatabase();
  const { id } = store.memories.insert(memoryOf("I live in Porto"), changeOf());
  store.memories.markUsed([id, "nobody"], 11);
  expect(store.memories.get(id)).toMatchObject({ lastUsedAt: 11, useCount: 1, version: 1 });
});

test("evidence is the user's words with where and when they were said, each once", () => {
  const { store, addMessage } = openTestDatabase();
  const messageId = addMessage({ text: "I live in Porto and like it", at: 3 });
  const { id } = store.memories.insert(memoryOf("I live in Porto"), changeOf());
  store.memories.addEvidence(id, messageId, "I live in Porto");
  store.memories.addEvidence(id, messageId, "I live in Porto");
  const row = { memoryId: id, messageId, conversationId: "talk", quote: "I live in Porto", saidAt: 3 };
  expect(store.memories.evidenceOf([id])).toEqual(new Map([[id, [row]]]));
  expect(store.memories.evidenceFrom([messageId])).toEqual(new Map([[messageId, [row]]]));
});

test("a slot holds memories of the same subject and predicate, oldest first, whatever their status", () => {
  const { store } = openTestDatabase();
  const home = { predicate: "home" };
  store.memories.insert(memoryOf("Porto", { ...home, status: "superseded" }), changeOf({ at: 1 }));
  store.memories.insert(memoryOf("Lisbon", home), changeOf({ at: 2 }));
  store.memories.insert(memoryOf("Leeds", { ...home, subject: "sister mara" }), changeOf({ at: 3 }));
  expect(store.memories.inSlot("user", "home").map(({ text }) => text)).toEqual(["Porto", "Lisbon"]);
  expect(store.memories.ofSubject("sister mara").map(({ text }) => text)).toEqual(["Leeds"]);
  expect(store.memories.all().map(({ text }) => text)).toEqual(["Lisbon", "Leeds"]);
});

test("lists are pages of the newest changes, filtered", () => {
  const { store } = openTestDatabase();
  for (let i = 0; i < 5; i++) {
    store.memories.insert(memoryOf(`fact ${i}`, { pinned: i % 2 === 0 }), changeOf({ at: i }));
  }
  store.memories.insert(memoryOf("old", { status: "archived", kind: "event" }), changeOf({ at: 9 }));
  const list = (filter: object) => {
    const { rows, total } = store.memories.list({ status: "active", limit: 2, offset: 0, ...filter });
    return [rows.map(({ text }) => text), total];
  };
  expect(list({})).toEqual([["fact 4", "fact 3"], 5]);
  expect(list({ offset: 4 })).toEqual([["fact 0"], 5]);
  expect(list({ pinned: true })).toEqual([["fact 4", "fact 2"], 3]);
  expect(list({ kind: "event" })).toEqual([[], 0]);
  expect(list({ status: "all", kind: "event" })).toEqual([["old"], 1]);
});

test("a memory whose deletion is pending is seen nowhere, until it comes back", () => {
  const { store } = openTestDatabase();
  const { id } = store.memories.insert(memoryOf("I live in Porto", { predicate: "home" }), changeOf());
  const deletion = { eraseAt: 50, sources: true };
  expect(store.memories.setDeletion([id, id, "nobody"], deletion, changeOf({ changeId: "gone" }))).toEqual([id]);
  expect(store.memories.get(id)).toBeUndefined();
  expect(store.memories.all()).toEqual([]);
  expect(store.memories.inSlot("user", "home")).toEqual([]);
  expect(store.memories.list({ status: "all", limit: 9, offset: 0 }).total).toBe(0);
  expect(store.search.memories("porto", { status: "all", limit: 9, offset: 0 }).total).toBe(0);
  expect(store.memories.isTaken(id)).toBe(true);
  expect(store.memories.deletionsDue(49, 9)).toEqual([]);
  expect(store.memories.deletionsDue(50, 9)).toEqual([{ id, deletedBy: "gone", eraseAt: 50, sources: true }]);
  expect(store.memories.clearDeletion("another", id)).toBe(false);
  expect(store.memories.clearDeletion("gone", id)).toBe(true);
  expect(store.memories.get(id)?.text).toBe("I live in Porto");
});

test("changedSince sees changes by others that still stand", () => {
  const { store } = openTestDatabase();
  const { id } = store.memories.insert(memoryOf("a"), changeOf({ changeId: "one" }));
  expect(store.memories.changedSince(id, "one")).toBe(false);
  store.memories.update(id, { text: "b" }, changeOf({ changeId: "two" }));
  expect(store.memories.changedSince(id, "one")).toBe(true);
  expect(store.memories.changedSince(id, "two")).toBe(false);
  store.memories.markUndone("two");
  expect(store.memories.changedSince(id, "one")).toBe(false);
});
