import { describe, expect, test } from "vitest";
import { consolidateNext, lastTidying, undoTidying } from "../../../app/memory/consolidate/consolidate.ts";
import { readForLikeness, saysWithDetail } from "../../../app/memory/consolidate/likeness.ts";
import { firstReview, replay, review } from "../../../app/memory/forgetting.ts";
import { deleteMemories, getMemory } from "../../../app/memory/library.ts";
import type { MemoryStore } from "../../../app/memory/store.ts";
import { undo } from "../../../app/memory/undo.ts";
import type { MemoryRow, NewMemory } from "../../../app/storage/memories.ts";
import { openTestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";
import { rowsOf, tidy } from "../../fixtures/tidy.ts";

const day = 86_400_000;
const now = 400 * day;

/** A stored memory with its first review. */
function add(store: MemoryStore, id: string, text: string, given: Partial<NewMemory> = {}): MemoryRow {
  const at = given.createdAt ?? day;
  const state = firstReview("stated", at);
  const row = store.memories.insert(
    memoryOf(text, { id, ...state, ...given }),
    changeOf({ changeId: `add-${id}`, at }),
  );
  store.memories.addReview({ memoryId: id, at, grade: "good", reason: "stated", ...pick(state) });
  return row;
}

const pick = ({ stability, difficulty }: { stability: number; difficulty: number }) => ({ stability, difficulty });
const statusOf = (store: MemoryStore, id: string) => store.memories.get(id)?.status;

const likes = (value: string): Partial<NewMemory> => ({ predicate: "likes", value, kind: "preference" });

describe("memories that say the same", () => {
  test.each([
    ["I like tea.", "I like tea", {}, {}],
    ["I like green tea.", "I really like the green teas!", likes("green tea"), likes("the green teas")],
    ["I love hiking.", "I enjoy hiking.", likes("hiking"), likes("hiking")],
    ["I work at Siemens as an engineer.", "I work as an engineer at Siemens", {}, {}],
    ["My sister's name is Mara.", "My sister is named Mara.", {}, {}],
  ])("%s / %s are merged", (one, other, first, second) => {
    const { store } = openTestDatabase();
    add(store, "a", one, first);
    add(store, "b", other, { createdAt: 9 * day, ...second });
    tidy(store, now);
    expect([statusOf(store, "a"), statusOf(store, "b")].sort()).toEqual(["active", "superseded"]);
    expect(lastTidying(store)).toMatchObject({ merged: 1, observed: 0 });
  });

  test.each([
    ["I like tea.", "I don't like tea."],
    ["I like tea.", "I never like tea."],
    ["I like tea.", "I liked tea."],
    ["My class is at 3 pm.", "My class is at 4 pm."],
    ["My sister lives in Porto.", "My brother lives in Porto."],
    ["My car is red.", "Her car is red."],
    ["I like cats more than dogs.", "I like dogs more than cats."],
    ["I flew from Rome to Oslo.", "I flew from Oslo to Rome."],
    ["My exam is on Monday.", "My exam is on Friday."],
    ["I met Ana.", "I met Anna."],
    ["I was a nurse.", "I am a nurse."],
    ["I live in Porto.", "I lived in Porto."],
    ["I used to smoke.", "I smoke."],
    ["I want to move to Oslo.", "I would move to Oslo."],
  ])("%s / %s stay apart, however alike their vectors", (one, other) => {
    const { store } = openTestDatabase();
    add(store, "a", one);
    add(store, "b", other, { createdAt: 9 * day });
    tidy(store, now);
    expect([statusOf(store, "a"), statusOf(store, "b")]).toEqual(["active", "active"]);
    expect(lastTidying(store)).toBeNull();
    const [first, second] = [one, other].map((text) => readForLikeness(memory(text)));
    if (first && second) expect(saysWithDetail(first, second, 1)).toBe(false);
  });

  test("that another day, another circumstance or another person is meant keeps them apart", () => {
    const { store } = openTestDatabase();
    add(store, "monday", "I had a sandwich today.", { kind: "event", createdAt: 3 * day });
    add(store, "tuesday", "I had a sandwich today.", { kind: "event", createdAt: 4 * day });
    add(store, "work", "I like coffee.", { ...likes("coffee"), context: "at work" });
    add(store, "home", "I like coffee.", { ...likes("coffee"), context: "at home" });
    add(store, "mara", "She likes coffee.", { ...likes("coffee"), subject: "sister mara" });
    add(store, "lena", "She likes coffee.", { ...likes("coffee"), subject: "sister lena" });
    tidy(store, now);
    expect(lastTidying(store)).toBeNull();
  });

  test("nearly the same words and meaning are enough where one only adds harmless detail", () => {
    const [short, long, other] = [
      "I play the guitar in a small band",
      "I play the guitar in a small friendly band",
      "I play the guitar in a small band no longer",
    ].map((text) => readForLikeness(memory(text)));
    if (!short || !long || !other) throw new Error("unread");
    expect(saysWithDetail(short, long, 0.95)).toBe(true);
    expect(saysWithDetail(short, long, 0.8)).toBe(false);
    expect(saysWithDetail(short, long, null)).toBe(false);
    expect(saysWithDetail(short, other, 0.99)).toBe(false);
  });
});

describe("with vectors", () => {
  /** Gives every memory the same vector but those named. */
  function embed(store: MemoryStore, apart: readonly string[] = []): void {
    const { key } = store.vectors.add({ id: "e", folder: null, dim: 8, scanDim: 8 }, "serving");
    const due = store.vectors.due(key, 100, 100_000);
    const vectorOf = (text: string) =>
      Float32Array.from({ length: 8 }, (_, at) => (at === (apart.includes(text) ? 1 : 0) ? 1 : 0));
    store.vectors.store(
      key,
      due.map((item) => ({ ...item, vector: vectorOf(item.text) })),
    );
  }

  test("what adds a detail is merged, and what differs from it stays apart, whichever came first", () => {
    const { store } = openTestDatabase();
    add(store, "plain", "I play the guitar in a small band");
    add(store, "kind", "I play the guitar in a small friendly band", { createdAt: 5 * day });
    tidy(store, now);
    expect(lastTidying(store)).toBeNull();
    embed(store);
    tidy(store, now);
    expect([statusOf(store, "plain"), statusOf(store, "kind")]).toEqual(["superseded", "active"]);
    add(store, "loud", "I play the guitar in a small noisy band", { createdAt: 6 * day });
    const key = store.vectors.embedders()[0]?.key ?? 0;
    const due = store.vectors.due(key, 9, 9_999);
    store.vectors.store(
      key,
      due.map((item) => ({ ...item, vector: Float32Array.from([1, 0, 0, 0, 0, 0, 0, 0]) })),
    );
    tidy(store, now);
    expect([statusOf(store, "kind"), statusOf(store, "loud")]).toEqual(["active", "active"]);
  });

  test("likeness of meaning is needed, and memories alike in meaning alone are related, not merged", () => {
    const { store } = openTestDatabase();
    const other = "I play the guitar in a small friendly band";
    add(store, "plain", "I play the guitar in a small band");
    add(store, "other", other, { createdAt: 5 * day });
    add(store, "music", "Songs are written by me");
    embed(store, [other]);
    tidy(store, now);
    expect(lastTidying(store)).toBeNull();
    expect(getMemory(store, "music", now).related.map(({ id }) => id)).toEqual(["plain"]);
    expect(store.consolidation.links("music")).toMatchObject([{ otherId: "plain", kind: "meaning" }]);
  });
});

describe("a merge", () => {
  test("keeps the better text, all evidence, the stronger state and the earliest beginning, without a review", () => {
    const { store, addMessage } = openTestDatabase();
    const [early, late] = [
      addMessage({ text: "I love tea", at: day }),
      addMessage({ text: "I like tea", at: 9 * day }),
    ];
    add(store, "old", "I love tea", { ...likes("tea"), importance: 0.7, useCount: 2, lastUsedAt: 5 * day });
    add(store, "new", "I like tea", { ...likes("tea"), createdAt: 9 * day, useCount: 1 });
    store.memories.addEvidence("old", early, "I love tea");
    store.memories.addEvidence("new", late, "I like tea");
    const old = store.memories.get("old") as MemoryRow;
    const again = review(old, "easy", 20 * day);
    store.memories.applyReview({ memoryId: "old", at: 20 * day, grade: "easy", reason: "said again", ...pick(again) });
    const strong = store.memories.get("old") as MemoryRow;
    tidy(store, now);
    const kept = store.memories.get("new");
    expect(kept).toMatchObject({
      status: "active",
      text: "I like tea",
      createdAt: day,
      importance: 0.7,
      useCount: 3,
      lastUsedAt: 5 * day,
      stability: strong.stability,
      lastReviewAt: 20 * day,
    });
    expect(statusOf(store, "old")).toBe("superseded");
    expect(
      store.memories
        .evidenceOf(["new"])
        .get("new")
        ?.map(({ quote }) => quote),
    ).toEqual(["I love tea", "I like tea"]);
    const log = store.memories.reviewsOf("new");
    expect(log).toHaveLength(2);
    expect(replay(log).at(-1)).toMatchObject(pick(strong));
    const named = store.memories.revisionsOf("old").at(-1);
    expect(named).toMatchObject({ cause: "merged" });
    expect(store.merges.holderOf("old")).toBe("new");
  });

  test("prefers what is pinned, then what was said, then the fuller, then the newer text", () => {
    const { store } = openTestDatabase();
    add(store, "pinned", "I like tea", { ...likes("tea"), pinned: true });
    add(store, "newer", "I like tea", { ...likes("tea"), createdAt: 9 * day });
    add(store, "said", "I like jazz", likes("jazz"));
    add(store, "inferred", "I like jazz", { ...likes("jazz"), createdAt: 9 * day, trust: "inferred" });
    add(store, "first", "I like figs", likes("figs"));
    add(store, "second", "I like figs", { ...likes("figs"), createdAt: 9 * day });
    tidy(store, now);
    for (const id of ["pinned", "said", "second"]) expect(statusOf(store, id), id).toBe("active");
    for (const id of ["newer", "inferred", "first"]) expect(statusOf(store, id), id).toBe("superseded");
    expect(store.memories.get("said")?.trust).toBe("user");
  });

  test("never makes an inferred statement explicit, and never touches what is pinned, contradicted, archived or over", () => {
    const { store } = openTestDatabase();
    add(store, "i1", "I like jazz", { ...likes("jazz"), trust: "inferred" });
    add(store, "i2", "I like jazz", { ...likes("jazz"), trust: "inferred", createdAt: 3 * day });
    for (const [id, given] of Object.entries({
      pinned1: { pinned: true },
      pinned2: { pinned: true },
    })) {
      add(store, id, "I like tea", { ...likes("tea"), ...given });
    }
    for (const [id, given] of Object.entries({
      conflict: { status: "conflict" },
      archived: { status: "archived" },
      over: { validTo: 2 * day },
      unsure: { status: "provisional" },
      held: {},
    } as const)) {
      add(store, id, "I like figs", { ...likes("figs"), ...given });
    }
    tidy(store, now);
    expect(store.memories.get("i2")).toMatchObject({ status: "active", trust: "inferred" });
    expect([statusOf(store, "pinned1"), statusOf(store, "pinned2")]).toEqual(["active", "active"]);
    expect(["conflict", "archived", "over", "unsure", "held"].map((id) => statusOf(store, id))).toEqual([
      "conflict",
      "archived",
      "active",
      "provisional",
      "active",
    ]);
  });

  test("taken back, leaves everything as it was, and is not made again", () => {
    const { store, db, addMessage } = openTestDatabase();
    const message = addMessage({ text: "I love tea", at: day });
    add(store, "old", "I love tea", { ...likes("tea"), ...firstReview("remember", day) });
    store.memories.replaceReviews("old", [
      { memoryId: "old", at: day, grade: "easy", reason: "x", ...pick(firstReview("remember", day)) },
    ]);
    store.memories.addEvidence("old", message, "I love tea");
    add(store, "new", "I like tea", { ...likes("tea"), createdAt: 9 * day });
    const said = () =>
      ["old", "new"].map((id) => {
        const { version: _v, updatedAt: _u, ...row } = store.memories.get(id) as MemoryRow;
        return { row, evidence: store.memories.evidenceOf([id]).get(id), log: store.memories.reviewsOf(id) };
      });
    const before = said();
    tidy(store, now);
    expect(said()).not.toEqual(before);
    const { id } = lastTidying(store) ?? { id: "" };
    expect(undoTidying(store, id, now)).toEqual({ undone: 1, kept: 0 });
    expect(said()).toEqual(before);
    expect(db.prepare("SELECT count(*) FROM merged_evidence").pluck().get()).toBe(0);
    expect(lastTidying(store)).toBeNull();
    tidy(store, now + day);
    expect(said()).toEqual(before);
    expect(() => undoTidying(store, id, now)).toThrow(/changed since/);
  });

  test("keeps what was reviewed after it when it is taken back", () => {
    const { store } = openTestDatabase();
    add(store, "old", "I love tea", { ...likes("tea"), ...firstReview("remember", day) });
    store.memories.replaceReviews("old", [
      { memoryId: "old", at: day, grade: "easy", reason: "x", ...pick(firstReview("remember", day)) },
    ]);
    add(store, "new", "I like tea", { ...likes("tea"), createdAt: 9 * day });
    tidy(store, now);
    const state = review(store.memories.get("new") as MemoryRow, "good", now + day);
    store.memories.applyReview({ memoryId: "new", at: now + day, grade: "good", reason: "used", ...pick(state) });
    undoTidying(store, lastTidying(store)?.id ?? "", now + 2 * day);
    const log = store.memories.reviewsOf("new");
    expect(log.map(({ at }) => at)).toEqual([9 * day, now + day]);
    expect(store.memories.get("new")).toMatchObject(replay(log).at(-1) ?? {});
  });

  test("does not stand in the way of taking back what taught one of the two", () => {
    const { store } = openTestDatabase();
    add(store, "old", "I love tea", likes("tea"));
    add(store, "new", "I like tea", { ...likes("tea"), createdAt: 9 * day });
    tidy(store, now);
    undo(store, "add-new", now);
    expect(store.memories.get("new")).toBeUndefined();
    expect(statusOf(store, "old")).toBe("active");
  });

  test("of several is taken back last first, as one run", () => {
    const { store } = openTestDatabase();
    for (const place of [1, 2, 3, 4])
      add(store, `m${place}`, "I like tea", { ...likes("tea"), createdAt: place * day });
    tidy(store, now);
    expect(lastTidying(store)?.merged).toBe(3);
    expect(statusOf(store, "m4")).toBe("active");
    expect(undoTidying(store, lastTidying(store)?.id ?? "", now)).toEqual({ undone: 3, kept: 0 });
    for (const place of [1, 2, 3, 4]) {
      expect(store.memories.get(`m${place}`)).toMatchObject({ status: "active", createdAt: place * day });
    }
  });

  test("goes with the memory that stands for it when that is deleted, and comes back with it", () => {
    const { store } = openTestDatabase();
    add(store, "old", "I love tea", likes("tea"));
    add(store, "new", "I like tea", { ...likes("tea"), createdAt: 9 * day });
    tidy(store, now);
    const { changeId } = deleteMemories(store, { ids: ["new"], sources: true }, now);
    expect(store.memories.get("old")).toBeUndefined();
    tidy(store, now);
    undo(store, changeId, now);
    tidy(store, now);
    expect([statusOf(store, "old"), statusOf(store, "new")]).toEqual(["superseded", "active"]);
  });
});

test("a step that finds nothing due writes nothing", () => {
  const { store, db } = openTestDatabase();
  add(store, "a", "I like tea");
  tidy(store, now);
  const before = rowsOf(db);
  expect(consolidateNext(store, now)).toEqual({ idle: true, memories: false, conversations: false });
  expect(rowsOf(db)).toEqual(before);
});

const memory = (text: string): MemoryRow => ({
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  lastUsedAt: null,
  useCount: 0,
  ...memoryOf(text),
});
