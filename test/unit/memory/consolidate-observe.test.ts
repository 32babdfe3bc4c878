import { describe, expect, test } from "vitest";
import { lastTidying, undoTidying } from "../../../app/memory/consolidate/consolidate.ts";
import { linkLimit } from "../../../app/memory/consolidate/links.ts";
import { deleteMemories, editMemory, eraseDue, getMemory, listMemories } from "../../../app/memory/library.ts";
import type { NewMemory } from "../../../app/storage/memories.ts";
import { openTestDatabase, type TestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";
import { rowsOf, tidy } from "../../fixtures/tidy.ts";

const day = 86_400_000;
const march = Date.UTC(2026, 2, 3);
const now = Date.UTC(2026, 6, 1);

/** A memory that was learned from a message of a conversation of its own. */
function tell(
  { store, addMessage }: TestDatabase,
  id: string,
  text: string,
  value: string,
  given: Partial<NewMemory> = {},
) {
  const at = given.createdAt ?? march;
  const message = addMessage({ text, at, conversationId: `talk-${id}` });
  store.memories.insert(
    memoryOf(text, { id, value, predicate: `does ${id}`, ...given, createdAt: at }),
    changeOf({ changeId: id, at }),
  );
  store.memories.addEvidence(id, message, text);
}

const observations = ({ store }: TestDatabase) =>
  store.memories.all(["active", "archived"]).filter(({ kind }) => kind === "observation");

const runs = [
  "I went running by the river",
  "I like running in the rain",
  "I bought shoes for running",
  "I go running with Ana",
];

function tellRuns(database: TestDatabase, count = 3): void {
  for (const [place, text] of runs.slice(0, count).entries()) {
    tell(database, `run-${place}`, text, text.slice(text.indexOf("running")), { createdAt: march + place * 31 * day });
  }
}

describe("an observation", () => {
  test("is made of what comes up in three memories of different conversations, in plain words, unsure, with its supports", () => {
    const database = openTestDatabase();
    tellRuns(database);
    tidy(database.store, now);
    const [row, ...more] = observations(database);
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      text: "Running came up in 3 conversations since March 2026.",
      value: "running",
      trust: "inferred",
      status: "active",
      pinned: false,
    });
    expect(row?.confidence).toBeLessThanOrEqual(0.6);
    const { supports, memory } = getMemory(database.store, row?.id ?? "", now);
    expect(supports.map(({ id }) => id)).toEqual(["run-2", "run-1", "run-0"]);
    expect(memory.proof).toBe(3);
    expect(
      listMemories(database.store, { status: "active", kind: "observation", limit: 9, offset: 0 }, now).items[0]?.proof,
    ).toBe(3);
    expect(database.store.preferences.all()).toEqual([]);
  });

  test("is not made of less, of one conversation, of somebody else, of common words or of what is nobody's business", () => {
    const database = openTestDatabase();
    tellRuns(database, 2);
    for (const place of [0, 1, 2]) {
      const createdAt = march + place * day;
      tell(database, `s${place}`, `Mara likes chess ${"abc"[place]}`, "chess", { subject: "sister mara", createdAt });
      tell(database, `w${place}`, `My work day number ${"abc"[place]}x`, "work day", { createdAt });
      tell(database, `h${place}`, `My migraine came back ${"abc"[place]}x`, "migraine", { createdAt });
      tell(database, `c${place}`, `I went to church ${"abc"[place]}x`, "church", { createdAt });
      tell(database, `d${place}`, `My debts grew ${"abc"[place]}x`, "debts", { createdAt });
      const message = database.addMessage({ text: `Origami ${place}`, at: march, conversationId: "one" });
      database.store.memories.insert(
        memoryOf(`I fold origami ${"abc"[place]}x`, { id: `o${place}`, value: "origami", createdAt: march }),
        changeOf({ changeId: `o${place}` }),
      );
      database.store.memories.addEvidence(`o${place}`, message, "Origami");
    }
    tidy(database.store, now);
    expect(observations(database)).toEqual([]);
  });

  test("is told anew in its place when more comes up, and rests on memories alone, never on another observation", () => {
    const database = openTestDatabase();
    tellRuns(database);
    tidy(database.store, now);
    const [first] = observations(database);
    tellRuns({ ...database, addMessage: database.addMessage } as TestDatabase, 0);
    tell(database, "run-3", runs[3] ?? "", "running with Ana", { createdAt: now - day });
    tidy(database.store, now);
    const [row, ...more] = observations(database);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ id: first?.id, text: "Running came up in 4 conversations since March 2026." });
    expect(database.store.consolidation.supportsOf(row?.id ?? "")).toHaveLength(4);
  });

  test("is told with less when a support is deleted, and is gone with the one before the last", () => {
    const database = openTestDatabase();
    const { store } = database;
    tellRuns(database);
    tidy(store, now);
    store.erase.memories(["run-0"], { sources: true, at: now });
    expect(observations(database)).toHaveLength(1);
    tidy(store, now);
    expect(observations(database)[0]?.text).toBe("Running came up on 2 days since April 2026.");
    store.erase.memories(["run-1"], { sources: true, at: now });
    expect(observations(database)).toEqual([]);
    expect(store.search.memoriesWithAll(["running"]).map(({ id }) => id)).toEqual(["run-2"]);
  });

  test("is put away when its supports come to say something else", () => {
    const database = openTestDatabase();
    const { store } = database;
    tellRuns(database);
    tidy(store, now);
    for (const id of ["run-0", "run-1"]) {
      editMemory(store, { id, version: 1, text: `I like number ${id === "run-0" ? "one" : "two"}` }, now);
    }
    tidy(store, now);
    expect(observations(database).map(({ status }) => status)).toEqual(["archived"]);
  });

  test("taken back, is gone for good; one that the user put into words is theirs", () => {
    const database = openTestDatabase();
    const { store } = database;
    tellRuns(database);
    tidy(store, now);
    undoTidying(store, lastTidying(store)?.id ?? "", now);
    expect(observations(database)).toEqual([]);
    tell(database, "run-3", runs[3] ?? "", "running with Ana");
    tidy(store, now + 9 * day);
    expect(observations(database)).toEqual([]);

    const other = openTestDatabase();
    tellRuns(other);
    tidy(other.store, now);
    const [row] = observations(other);
    editMemory(other.store, { id: row?.id ?? "", version: 1, text: "I run a lot" }, now);
    tell(other, "run-3", runs[3] ?? "", "running with Ana");
    tidy(other.store, now);
    expect(other.store.memories.get(row?.id ?? "")?.text).toBe("I run a lot");
    expect(observations(other)).toHaveLength(1);
  });

  test("that the user deleted is not made again, not even while the deletion can be undone", () => {
    const database = openTestDatabase();
    const { store } = database;
    tellRuns(database);
    tidy(store, now);
    deleteMemories(store, { ids: observations(database).map(({ id }) => id), sources: true }, now);
    tell(database, "run-3", runs[3] ?? "", "running with Ana");
    tidy(store, now);
    expect(observations(database)).toEqual([]);
    eraseDue(store, Number.MAX_SAFE_INTEGER);
    tell(database, "run-4", "Running clears my head", "Running");
    tidy(store, now);
    expect(observations(database)).toEqual([]);
  });

  test("comes at most three times a day, the rest on another day", () => {
    const database = openTestDatabase();
    for (const topic of ["chess", "origami", "gardening", "pottery", "archery"]) {
      for (const place of ["one", "two", "six"])
        tell(database, `${topic}-${place}`, `I tried ${topic} ${place}`, topic);
    }
    tidy(database.store, now);
    expect(observations(database)).toHaveLength(3);
    tidy(database.store, now + day / 2);
    expect(observations(database)).toHaveLength(3);
    tidy(database.store, now + 2 * day);
    expect(observations(database)).toHaveLength(5);
  });
});

describe("related memories", () => {
  test("are those that share telling words or a person, at most five, each of them related in turn", () => {
    const database = openTestDatabase();
    const { store, db } = database;
    for (const place of ["bread", "rye", "oven", "starter", "crumb", "crust", "salt", "hydration"]) {
      tell(database, place, `My sourdough ${place} recipe`, `sourdough ${place} recipe`);
    }
    tell(database, "home", "Mara lives in Porto", "Porto", { subject: "sister mara" });
    tell(database, "job", "Mara teaches maths", "teacher", { subject: "sister mara" });
    tell(database, "lone", "I collect stamps", "stamps");
    tidy(store, now);
    const related = (id: string) => getMemory(store, id, now).related.map((memory) => memory.id);
    for (const { id } of store.memories.all()) {
      expect(related(id).length).toBeLessThanOrEqual(linkLimit);
      for (const other of related(id)) expect(related(other)).toContain(id);
    }
    expect(related("home")).toEqual(["job"]);
    expect(related("lone")).toEqual([]);
    expect(related("bread").length).toBeGreaterThan(0);
    deleteMemories(store, { ids: ["job"], sources: false }, now);
    expect(related("home")).toEqual([]);
    eraseDue(store, Number.MAX_SAFE_INTEGER);
    tidy(store, now);
    expect(db.prepare("SELECT count(*) FROM memory_link WHERE memory_id = 'home'").pluck().get()).toBe(0);
  });

  test("follow what a memory says now", () => {
    const database = openTestDatabase();
    const { store } = database;
    tell(database, "a", "My violin lesson", "violin lesson");
    tell(database, "b", "The violin case", "violin case");
    tidy(store, now);
    expect(getMemory(store, "a", now).related.map(({ id }) => id)).toEqual(["b"]);
    editMemory(store, { id: "b", version: 1, text: "A wooden box" }, now);
    tidy(store, now);
    expect(getMemory(store, "a", now).related).toEqual([]);
    const before = rowsOf(database.db);
    tidy(store, now);
    expect(rowsOf(database.db)).toEqual(before);
  });
});
