import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { editMemory } from "../../../app/memory/library.ts";
import type { MemoryStore } from "../../../app/memory/store.ts";
import { exportedMemory } from "../../../app/memory/transfer/format.ts";
import { exportMemories, importMemories } from "../../../app/memory/transfer.ts";
import { undo } from "../../../app/memory/undo.ts";
import { openTestDatabase, type TestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";

const now = Date.UTC(2026, 0, 1);
const everything = { status: "all" as const, limit: 100, offset: 0 };

/** A store with a bit of everything that an export carries. */
function livedIn(): TestDatabase {
  const database = openTestDatabase();
  const { store, addMessage } = database;
  const messageId = addMessage({ text: "I live in Porto. It is *lovely*.", at: 5 });
  store.memories.insert(memoryOf("I live in Porto", { value: "Porto", validFrom: 5 }), changeOf({ messageId }));
  store.memories.addEvidence("I live in Porto", messageId, "I live in Porto");
  store.memories.addReview({
    memoryId: "I live in Porto",
    at: 0,
    grade: "good",
    reason: "stated",
    stability: 2.3,
    difficulty: 2,
  });
  store.memories.insert(
    memoryOf("I live in Leeds", { status: "superseded", validTo: 5 }),
    changeOf({ changeId: "second", at: 3 }),
  );
  store.memories.insert(memoryOf("Answer *briefly*", { kind: "instruction", pinned: true }), changeOf({ at: 9 }));
  editMemory(store, { id: "I live in Porto", version: 1, text: "I live in Lisbon" }, now);
  return database;
}

function memoriesIn(store: MemoryStore): unknown {
  return JSON.parse(exportMemories(store, "json", now).text).memories;
}

function refused(store: MemoryStore, json: string): string {
  try {
    importMemories(store, json, now);
  } catch (error) {
    if (error instanceof EbbError && error.code === "IMPORT_INVALID") return error.message;
    throw error;
  }
  throw new Error("the import was taken");
}

describe("export and import", () => {
  test("import(export(x)) is x: memories, evidence, history and reviews", () => {
    const { store } = livedIn();
    const { text, count } = exportMemories(store, "json", now);
    expect(count).toBe(3);
    const other = openTestDatabase().store;
    expect(importMemories(other, text, now + 1)).toMatchObject({ added: 3, skipped: 0 });
    expect(memoriesIn(other)).toEqual(memoriesIn(store));
    expect(exportMemories(other, "json", now).text).toBe(text);
  });

  test("holds for any memories", () => {
    const words = fc.string({ minLength: 1, maxLength: 40 }).map((text) => text.replaceAll("\u0000", "") || "x");
    const generated = fc.uniqueArray(
      fc.record({ text: words, value: words, confidence: fc.double({ min: 0, max: 1, noNaN: true }), at: fc.nat() }),
      { selector: ({ text, value }) => text + value, maxLength: 6 },
    );
    fc.assert(
      fc.property(generated, (items) => {
        const { store } = openTestDatabase();
        items.forEach(({ text, value, confidence, at }, i) => {
          store.memories.insert(
            memoryOf(text, { id: `m${i}`, value, confidence }),
            changeOf({ changeId: `c${i}`, at }),
          );
        });
        const { text } = exportMemories(store, "json", now);
        const other = openTestDatabase().store;
        importMemories(other, text, now);
        expect(exportMemories(other, "json", now).text).toBe(text);
      }),
      { numRuns: 15 },
    );
  });

  test("what is here already is skipped, also the second time", () => {
    const { store } = livedIn();
    const { text } = exportMemories(store, "json", now);
    expect(importMemories(store, text, now)).toEqual({ added: 0, skipped: 3, changeId: null });
  });

  test("an import is undone as a whole", () => {
    const { store } = livedIn();
    const { text } = exportMemories(store, "json", now);
    const target = openTestDatabase();
    const { changeId } = importMemories(target.store, text, now);
    undo(target.store, changeId ?? "", now);
    expect(target.store.memories.list(everything).total).toBe(0);
    expect(target.db.prepare("SELECT count(*) FROM message").pluck().get()).toBe(0);
    expect(target.db.prepare("SELECT count(*) FROM conversation").pluck().get()).toBe(0);
  });

  test("an id that is taken by another memory is no obstacle", () => {
    const { store } = livedIn();
    const { text } = exportMemories(store, "json", now);
    const other = openTestDatabase().store;
    other.memories.insert(memoryOf("Something else", { id: "I live in Porto" }), changeOf());
    expect(importMemories(other, text, now).added).toBe(3);
    expect(other.memories.list(everything).total).toBe(4);
  });
});

test("the Markdown export groups by kind, with dates and the user's words, and nothing in it is markup by accident", () => {
  const { store } = livedIn();
  const { text, fileName, count } = exportMemories(store, "markdown", now);
  expect([fileName, count]).toEqual(["ebb-memories-2026-01-01.md", 3]);
  expect(text).toContain("## Facts\n");
  expect(text).toContain("- Answer \\*briefly\\* (since 1970-01-01; pinned)");
  expect(text).toContain("- I live in Leeds (since 1970-01-01; until 1970-01-01)");
  expect(text).toContain("  > 1970-01-01: I live in Porto");
});

describe("a bad import is refused, says where, and changes nothing", () => {
  const good = () => {
    const { store } = livedIn();
    return JSON.parse(exportMemories(store, "json", now).text) as { memories: Record<string, unknown>[] };
  };
  const change = (work: (file: ReturnType<typeof good>) => void): string => {
    const file = good();
    work(file);
    return JSON.stringify(file);
  };
  const first = (field: string, value: unknown) =>
    change((file) => {
      Object.assign(file.memories[0] ?? {}, { [field]: value });
    });

  test.each([
    ["broken JSON", () => '{"format": "ebb-memories",\n  "version": 1,,\n}', /line 2, column 16/],
    ["a file cut short", () => JSON.stringify(good()).slice(0, 300), /line 1, column 3\d\d/],
    ["nothing", () => "", /line 1, column 1/],
    ["another file", () => '{"hello": 1}', /not an export/],
    ["no object", () => "[1, 2]", /not an export/],
    ["a newer version", () => change((file) => Object.assign(file, { version: 2 })), /newer Ebb/],
    ["a wrong type", () => first("text", 7), /memories\[0\]\.text/],
    ["an unknown kind", () => first("kind", "secret"), /memories\[0\]\.kind/],
    ["a field that is not known", () => first("surprise", 1), /memories\[0\]/],
    ["a date that is none", () => first("createdAt", null), /createdAt/],
    ["a date far from any life", () => first("createdAt", 9e15), /createdAt/],
    ["an absurd stability", () => first("stability", 1e300), /stability/],
    ["a negative stability", () => first("stability", -1), /stability/],
    ["a confidence above 1", () => first("confidence", 1.5), /confidence/],
    ["a text too long", () => first("text", "x".repeat(5_000)), /text/],
    ["evidence of a wrong shape", () => first("evidence", [{ quote: "x" }]), /evidence\[0\]/],
    ["an id twice", () => change((file) => file.memories.push({ ...file.memories[0] })), /memories\[3\]\.id/],
    ["nesting without end", () => "[".repeat(1_000_000), /nested too deeply at line 1, column 33/],
    [
      "nesting inside a field",
      () => JSON.stringify(good()).replace('"I live in Leeds"', `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
      /nested too deeply/,
    ],
  ])("%s", (_what, make, where) => {
    const { store, db } = livedIn();
    const before = memoriesIn(store);
    expect(refused(store, make())).toMatch(where);
    expect(memoriesIn(store)).toEqual(before);
    expect(db.prepare("SELECT count(*) FROM conversation").pluck().get()).toBe(1);
  });

  test("__proto__ pollutes nothing", () => {
    const { store } = openTestDatabase();
    const file = JSON.stringify(good()).replace('"kind":', '"__proto__": {"polluted": true}, "kind":');
    try {
      importMemories(store, file, now);
    } catch (error) {
      expect(error).toMatchObject({ code: "IMPORT_INVALID" });
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("random damage to a file is refused or taken whole, never half", () => {
    const text = JSON.stringify(good());
    const damage = fc.record({ at: fc.nat(text.length), drop: fc.nat(30), put: fc.string({ maxLength: 8 }) });
    const { store, db } = openTestDatabase();
    fc.assert(
      fc.property(damage, ({ at, drop, put }) => {
        const count = () => db.prepare("SELECT count(*) FROM memory").pluck().get();
        const before = count();
        try {
          importMemories(store, text.slice(0, at) + put + text.slice(at + drop), now);
        } catch (error) {
          expect(error).toBeInstanceOf(EbbError);
          expect(count()).toBe(before);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test("what is exported is what the schema of imports takes", () => {
  const { store } = livedIn();
  for (const memory of memoriesIn(store) as unknown[]) expect(exportedMemory.parse(memory)).toEqual(memory);
});
