import { describe, expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { preference as preferenceSchema } from "../../../app/contract/index.ts";
import { readerVersion } from "../../../app/memory/domains/read.ts";
import { archiveFaded } from "../../../app/memory/fading.ts";
import {
  addMemory,
  deleteMemories,
  editMemory,
  eraseDue,
  pinMemory,
  restoreMemory,
  undoWindow,
} from "../../../app/memory/library.ts";
import { judgePreference, listPreferences } from "../../../app/memory/preferences/preferences.ts";
import { noteTastes } from "../../../app/memory/preferences/read.ts";
import { profile } from "../../../app/memory/profile.ts";
import { exportMemories, importMemories } from "../../../app/memory/transfer.ts";
import { undo } from "../../../app/memory/undo.ts";
import { openTestDatabase, type TestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";
import { mulberry32 } from "../../fixtures/random.ts";
import { conversation, day, start } from "../../fixtures/talk.ts";

const now = start + day;

/** The preferences, each as "domain/aspect polarity: text", with "?" behind a guess. */
function shown({ store }: TestDatabase, at = now): string[] {
  return listPreferences(store, at).map(
    ({ domain, aspect, polarity, memories, applied }) =>
      `${domain}/${aspect} ${polarity}: ${memories[0]?.text}${applied ? "" : "?"}`,
  );
}

/** A user who tells something, each time on another day and in another conversation. */
function told(database: TestDatabase, ...texts: string[]): void {
  texts.forEach((text, place) => {
    conversation(database, `talk ${text} ${place}`).say(text, start + place * 1_000);
  });
}

function inferred({ store }: TestDatabase, text: string, given = {}): string {
  const id = store.newId();
  const likes = {
    id,
    kind: "preference",
    predicate: "likes",
    confidence: 0.6,
    trust: "inferred",
    lastReviewAt: start,
  } as const;
  store.memories.insert(memoryOf(text, { ...likes, ...given }), changeOf({ changeId: id, at: start }));
  return id;
}

/** Everything that is derived from memories, as it stands in the tables. */
function derived({ db }: TestDatabase): unknown[] {
  return [
    db.prepare("SELECT * FROM preference ORDER BY memory_seq").all(),
    db.prepare("SELECT * FROM memory_topic ORDER BY memory_seq, topic").all(),
    db.prepare("SELECT * FROM taste_reading ORDER BY memory_seq").all(),
  ];
}

describe("a preference", () => {
  test("is read from what is said, with its domain, its aspect and its side", () => {
    const database = openTestDatabase();
    told(database, "I don't eat seafood.", "I love jazz.", "I'm afraid of heights.", "My name is Ana.");
    expect(shown(database)).toEqual([
      "food/seafood against: I don't eat seafood",
      "music/calm for: I love jazz",
      "travel/heights against: I'm afraid of heights",
    ]);
    for (const item of listPreferences(database.store, now)) expect(preferenceSchema.parse(item)).toEqual(item);
  });

  test("said once outright is gone by at once, at a mean of 5 in 6, and said again is surer", () => {
    const database = openTestDatabase();
    conversation(database, "one").say("I love jazz.", start);
    const [once] = listPreferences(database.store, start);
    expect(once).toMatchObject({ applied: true, pieces: 1 });
    expect(once?.sureness).toBeCloseTo(5 / 6);
    conversation(database, "two").say("I love jazz.", start);
    const [twice] = listPreferences(database.store, start);
    expect(twice).toMatchObject({ applied: true, pieces: 2 });
    expect(twice?.sureness).toBeCloseTo(9 / 10);
  });

  test("shown by one choice is a guess, by two it is gone by", () => {
    const database = openTestDatabase();
    inferred(database, "likes ramen", { value: "ramen" });
    expect(shown(database, start)).toEqual(["food/grain for: likes ramen?"]);
    expect(profile(database.store, start).lines).toEqual([]);
    inferred(database, "had ramen again", { value: "ramen" });
    expect(listPreferences(database.store, start)).toMatchObject([{ applied: true, pieces: 2, sureness: 3 / 4 }]);
  });

  test("keeps to the circumstance in which it was said", () => {
    const database = openTestDatabase();
    told(database, "At work I drink green tea.", "I drink coffee for breakfast.");
    const scopes = listPreferences(database.store, now).map(({ scope }) => scope);
    expect(scopes.toSorted()).toEqual(["at work", "for breakfast"]);
  });

  test("that contradicts another one of the same thing makes both doubtful; in another circumstance it does not", () => {
    const database = openTestDatabase();
    const taste = { kind: "preference", value: "opera" } as const;
    database.store.memories.insert(memoryOf("I love opera", { ...taste, predicate: "likes" }), changeOf());
    database.store.memories.insert(memoryOf("I hate opera", { ...taste, predicate: "dislikes" }), changeOf());
    expect(shown(database, 0).map((line) => line.endsWith("?"))).toEqual([true, true]);
    expect(profile(database.store, 0).lines).toEqual([]);
    database.store.memories.update("I hate opera", { context: "in the car" }, changeOf({ changeId: "scope" }));
    expect(shown(database, 0).map((line) => line.endsWith("?"))).toEqual([false, false]);
  });

  test("that is set right counts against itself, and what takes its place is gone by", () => {
    const database = openTestDatabase();
    told(database, "I love techno.", "I don't like techno anymore.");
    expect(shown(database)).toEqual(["music/electronic against: I don't like techno anymore"]);
  });

  test("that has faded becomes a guess before it is archived, and a pinned one never", () => {
    const database = openTestDatabase();
    told(database, "I love jazz.");
    expect(shown(database, start + 150 * day)).toEqual(["music/calm for: I love jazz"]);
    expect(shown(database, start + 400 * day)).toEqual(["music/calm for: I love jazz?"]);
    const [item] = listPreferences(database.store, now);
    pinMemory(database.store, { id: item?.memories[0]?.id ?? "", pinned: true }, now);
    expect(shown(database, start + 4_000 * day)).toEqual(["music/calm for: I love jazz"]);
  });

  test("is none where it is somebody else's, an order about answers, or not to be used", () => {
    const database = openTestDatabase();
    told(database, "My sister Mara loves jazz.", "Always answer in metric units.");
    inferred(database, "I love secret recipes", { neverUse: true });
    expect(shown(database)).toEqual([]);
    told(database, "Always suggest vegetarian recipes.");
    expect(shown(database)).toEqual(["food/cooking for: Always suggest vegetarian recipes"]);
  });
});

describe("the user's word on a preference", () => {
  test("confirms a guess, which is gone by from then on and can be taken back", () => {
    const database = openTestDatabase();
    const { store } = database;
    const memoryId = inferred(database, "likes ramen", { value: "ramen" });
    const { changeId } = judgePreference(store, { memoryId, holds: true }, now);
    expect(shown(database)).toEqual(["food/grain for: likes ramen"]);
    expect(profile(store, now).lines).toEqual(["likes ramen"]);
    expect(listPreferences(store, now)).toMatchObject([{ pieces: 2 }]);
    undo(store, changeId, now);
    expect(shown(database)).toEqual(["food/grain for: likes ramen?"]);
    expect(listPreferences(store, now)).toMatchObject([{ pieces: 1 }]);
  });

  test("puts all that it rests on away as wrong, and can be taken back", () => {
    const database = openTestDatabase();
    const { store } = database;
    const memoryId = inferred(database, "likes ramen", { value: "ramen" });
    const other = inferred(database, "had ramen again", { value: "ramen" });
    const { changeId } = judgePreference(store, { memoryId, holds: false }, now);
    expect(shown(database)).toEqual([]);
    expect([memoryId, other].map((id) => store.memories.get(id)?.status)).toEqual(["archived", "archived"]);
    undo(store, changeId, now);
    expect(shown(database)).toHaveLength(1);
    expect(() => judgePreference(store, { memoryId: "gone", holds: true }, now)).toThrow(EbbError);
  });
});

describe("preferences are right after", () => {
  test("an edit, its undo, a deletion, its undo, and its end", () => {
    const database = openTestDatabase();
    const { store } = database;
    const { memory } = addMemory(store, { text: "I avoid shellfish", kind: "preference" }, now);
    const edited = editMemory(store, { id: memory.id, version: memory.version, text: "I love horror films" }, now);
    expect(shown(database)).toEqual(["screen/dark for: I love horror films"]);
    undo(store, edited.changeId, now);
    expect(shown(database)).toEqual(["food/seafood against: I avoid shellfish"]);
    const { changeId } = deleteMemories(store, { ids: [memory.id], sources: true }, now);
    expect(shown(database)).toEqual([]);
    undo(store, changeId, now);
    expect(shown(database)).toHaveLength(1);
    deleteMemories(store, { ids: [memory.id], sources: true }, now);
    eraseDue(store, now + undoWindow);
    expect(derived(database)).toEqual([[], [], []]);
  });

  test("fading away and coming back", () => {
    const database = openTestDatabase();
    told(database, "I love jazz.");
    const late = start + 3_000 * day;
    const [id = ""] = archiveFaded(database.store, late);
    expect(shown(database, late)).toEqual([]);
    restoreMemory(database.store, id, late);
    expect(shown(database, late)).toHaveLength(1);
  });

  test("an export is imported elsewhere, and the import taken back", () => {
    const from = openTestDatabase();
    told(from, "I love jazz.", "I don't eat seafood.");
    const to = openTestDatabase();
    const { changeId } = importMemories(to.store, exportMemories(from.store, "json", now).text, now);
    expect(shown(to)).toEqual(shown(from));
    undo(to.store, changeId ?? "", now);
    expect(derived(to)).toEqual([[], [], []]);
  });

  test("whatever happened: reading every memory again changes nothing", () => {
    const database = openTestDatabase();
    const { store } = database;
    const random = mulberry32(11);
    const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
    const things = ["jazz", "sushi", "horror films", "crowded beaches", "SUVs", "board games", "dry wine", "opera"];
    const changes: string[] = [];
    for (let step = 0; step < 200; step++) {
      const at = start + step * day;
      const thing = pick(things) ?? "";
      const row = pick(store.memories.all(["active", "archived", "superseded", "provisional", "conflict"]));
      try {
        const action = Math.floor(random() * 8);
        const said = `I ${pick(["love", "hate", "avoid", "don't like"])} ${thing}.`;
        if (action <= 1 || !row) told(database, said);
        else if (action === 2) addMemory(store, { text: said, kind: "preference" }, at);
        else if (action === 3)
          changes.push(editMemory(store, { id: row.id, version: row.version, text: `I like ${thing}` }, at).changeId);
        else if (action === 4)
          changes.push(judgePreference(store, { memoryId: row.id, holds: random() < 0.5 }, at).changeId);
        else if (action === 5) changes.push(deleteMemories(store, { ids: [row.id], sources: true }, at).changeId);
        else if (action === 6) undo(store, changes.pop() ?? "", at);
        else if (random() < 0.15) eraseDue(store, at);
        else archiveFaded(store, at + 900 * day, 1);
      } catch (error) {
        if (!(error instanceof EbbError)) throw error;
      }
    }
    const before = derived(database);
    expect(before.map((rows) => (rows as unknown[]).length > 0)).toEqual([true, true, true]);
    for (const row of store.memories.all(["active", "archived", "superseded", "provisional", "conflict"]))
      noteTastes(store.preferences, row);
    expect(derived(database)).toEqual(before);
    expect(store.preferences.unread(readerVersion, 10)).toEqual([]);
  });
});

test("tastes are heard in the many ways in which people tell them", () => {
  const heard = (text: string): string[] => {
    const database = openTestDatabase();
    told(database, text);
    return listPreferences(database.store, now).map(({ domain, polarity }) => `${domain} ${polarity}`);
  };
  expect(heard("I have a strong aversion to crowded beaches.")).toEqual(["travel against"]);
  expect(heard("I refuse to fly.")).toEqual(["transport against"]);
  expect(heard("I'm opposed to crate training for dogs.")).toEqual(["pets against"]);
  expect(heard("I have a soft spot for old films.")).toEqual(["screen for"]);
  expect(heard("I have a fear of heights.")).toEqual(["travel against"]);
  expect(heard("I avoid SUVs.")).toEqual(["motors against"]);
  expect(heard("I avoid eating meat.")).toEqual(["food against"]);
  expect(heard("I can't tolerate loud metal.")).toEqual(["music against"]);
  expect(heard("I have no preference for either.")).toEqual([]);
  expect(heard("I refused to go yesterday.")).toEqual([]);
  expect(heard("Does Mara have a fear of dogs?")).toEqual([]);
  expect(heard("If I had an aversion to trains, I would say so.")).toEqual([]);
});
