import { describe, expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { archiveFaded } from "../../../app/memory/fading.ts";
import { archiveThreshold, fadesAt, retrievability } from "../../../app/memory/forgetting.ts";
import { getMemory, listMemories, pinMemory } from "../../../app/memory/library.ts";
import { profile } from "../../../app/memory/profile.ts";
import { answerQuestion, question } from "../../../app/memory/question.ts";
import { recall } from "../../../app/memory/recall/recall.ts";
import { restoreArchived } from "../../../app/memory/restore.ts";
import { undo } from "../../../app/memory/undo.ts";
import { openTestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";
import { conversation, day, start } from "../../fixtures/talk.ts";

const years = 365 * day;

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof EbbError) return error.code;
    throw error;
  }
  return "no error";
}

function tell(...texts: string[]) {
  const database = openTestDatabase();
  const talk = conversation(database, "told");
  for (const text of texts) talk.say(text, start);
  const { store } = database;
  const active = () => store.memories.all().map(({ text }) => text);
  const row = (text: string) =>
    store.memories.all(["active", "archived", "superseded"]).find((one) => one.text === text);
  const idOf = (text: string) => row(text)?.id ?? "";
  return { ...database, active, row, idOf };
}

describe("archiving", () => {
  test("takes what has faded out of recall and the profile, and leaves it to be searched", () => {
    const { store, active, idOf } = tell("I like tulips.");
    const fades = fadesAt(store.memories.all()[0] ?? { stability: 1, difficulty: 1, lastReviewAt: 0 });
    expect(archiveFaded(store, fades - day)).toEqual([]);
    const now = fades + day;
    expect(recall(store, { text: "tulips", now, limit: 5 }).some(({ source }) => source === "memory")).toBe(true);
    expect(archiveFaded(store, now)).toEqual([idOf("I like tulips")]);
    expect(archiveFaded(store, now)).toEqual([]);
    expect(active()).toEqual([]);
    expect(recall(store, { text: "tulips", now, limit: 5 }).some(({ source }) => source === "memory")).toBe(false);
    expect(profile(store, now).lines).toEqual([]);
    const filter = { query: "tulips", status: "archived" as const, limit: 5, offset: 0 };
    expect(listMemories(store, filter, now).items).toMatchObject([{ text: "I like tulips", fadesAt: null }]);
    expect(getMemory(store, idOf("I like tulips"), now).history.map(({ cause }) => cause)).toEqual([
      "learned",
      "archived",
    ]);
  });

  test("never takes what is pinned, health, safety, identity, an instruction, or yet to come", () => {
    const kept = [
      "My name is Ada",
      "I live in Lisbon",
      "I'm allergic to peanuts",
      "I take metformin",
      "I have asthma",
      "My emergency contact is my sister Mara",
      "Always answer in kilometres",
      "I love the sea",
    ];
    const { store, active, idOf } = tell(...kept.map((text) => `${text}.`), "I like tulips.");
    pinMemory(store, { id: idOf("I love the sea"), pinned: true }, start);
    pinMemory(store, { id: idOf("I'm allergic to peanuts"), pinned: false }, start);
    const later = start + 40 * years;
    store.memories.insert(
      memoryOf("The time capsule is opened", { kind: "event", validFrom: later + day }),
      changeOf({ at: start }),
    );
    archiveFaded(store, later);
    expect(active()).toEqual([...kept, "The time capsule is opened"]);
    expect(retrievability(store.memories.get(idOf("I live in Lisbon")) ?? memoryOf(""), later)).toBeLessThan(
      archiveThreshold,
    );
  });

  test("is bounded, and finds the rest the next time", () => {
    const { store } = openTestDatabase();
    for (let i = 0; i < 25; i++) store.memories.insert(memoryOf(`note ${i}`), changeOf());
    const sizes = [1, 2, 3, 4].map(() => archiveFaded(store, 10 * years, 10).length);
    expect(sizes).toEqual([10, 10, 5, 0]);
  });

  test("can be undone, and restored with a review that keeps it for a long while", () => {
    const { store, row, idOf } = tell("I like tulips.");
    const id = idOf("I like tulips");
    const now = start + 5 * years;
    archiveFaded(store, now);
    const archived = store.memories.revisionsOf(id).at(-1)?.changeId ?? "";
    undo(store, archived, now);
    expect(row("I like tulips")?.status).toBe("active");

    archiveFaded(store, now + day);
    const { changeId } = restoreArchived(store, id, now + 2 * day);
    expect(row("I like tulips")).toMatchObject({ status: "active", lastReviewAt: now + 2 * day });
    expect(store.memories.reviewsOf(id).at(-1)).toMatchObject({ grade: "good", reason: "restored" });
    expect(archiveFaded(store, now + 400 * day)).toEqual([]);
    expect(codeOf(() => restoreArchived(store, id, now))).toBe("NOT_FOUND");
    undo(store, changeId, now + 3 * day);
    expect(row("I like tulips")).toMatchObject({ status: "archived", lastReviewAt: start });
    expect(store.memories.reviewsOf(id)).toHaveLength(1);
  });

  test("does no harm where the clock is set back", () => {
    const { store, active } = tell("I like tulips.");
    expect(archiveFaded(store, start - 50 * years)).toEqual([]);
    expect(active()).toEqual(["I like tulips"]);
  });
});

describe("health and safety", () => {
  test("pin themselves with a line in the history, and stay unpinned once the user has unpinned them", () => {
    const database = tell("I'm allergic to nuts.", "My emergency contact is Mara.", "I like tulips.");
    const { store, row, idOf } = database;
    expect(store.memories.all().map(({ pinned }) => pinned)).toEqual([true, true, false]);
    const id = idOf("I'm allergic to nuts");
    expect(getMemory(store, id, start).history.map(({ cause }) => cause)).toEqual(["learned", "safeguarded"]);
    pinMemory(store, { id, pinned: false }, start + day);
    conversation(database, "again").say("I'm allergic to nuts.", start + 40 * day);
    expect(row("I'm allergic to nuts")).toMatchObject({ pinned: false });
    expect(getMemory(store, id, start).memory.fadesAt).toBeNull();
  });
});

describe("Still true?", () => {
  const unsure = start + 3 * years;

  test("asks about the most important memory of which Ebb is unsure, once a day and not twice in 90 days", () => {
    const { store } = tell("I live in Lisbon.", "I work at Siemens.", "I had a cheese sandwich today.");
    expect(question(store, start + day).memory).toBeNull();
    expect(question(store, unsure).memory?.text).toBe("I live in Lisbon");
    expect(question(store, unsure + day / 2).memory?.text).toBe("I live in Lisbon");
    answerQuestion(store, { id: question(store, unsure).memory?.id ?? "", answer: "later" }, unsure);
    expect(question(store, unsure + day / 2).memory).toBeNull();
    expect(question(store, unsure - day / 2).memory).toBeNull();
    expect(question(store, unsure + day).memory?.text).toBe("I work at Siemens");
    expect(question(store, unsure + 2 * day).memory).toBeNull();
    expect(question(store, unsure + 89 * day).memory).toBeNull();
    expect(question(store, unsure + 90 * day).memory?.text).toBe("I live in Lisbon");
  });

  test("never about what is pinned, over, an instruction, denied or unimportant", () => {
    const { store, idOf } = tell(
      "I live in Lisbon.",
      "I'm allergic to nuts.",
      "From now on, always answer in kilometres.",
      "I don't work at Siemens any more.",
      "My dentist appointment is on March 3rd.",
      "I had a cheese sandwich today.",
    );
    pinMemory(store, { id: idOf("I live in Lisbon"), pinned: true }, start);
    expect(question(store, unsure).memory).toBeNull();
  });

  test("yes is an Easy review, no archives it graded Again; both can be undone", () => {
    const { store, row, idOf } = tell("I live in Lisbon.", "I work at Siemens.");
    const home = idOf("I live in Lisbon");
    expect(codeOf(() => answerQuestion(store, { id: home, answer: "yes" }, unsure))).toBe("NOT_FOUND");
    question(store, unsure);
    const yes = answerQuestion(store, { id: home, answer: "yes" }, unsure);
    expect(yes.memory.retrievability).toBe(1);
    expect(store.memories.reviewsOf(home).at(-1)).toMatchObject({ grade: "easy", reason: "confirmed" });
    expect(codeOf(() => answerQuestion(store, { id: home, answer: "no" }, unsure))).toBe("NOT_FOUND");
    undo(store, yes.changeId ?? "", unsure);
    expect(row("I live in Lisbon")).toMatchObject({ lastReviewAt: start, confidence: 0.9 });

    const work = question(store, unsure + day).memory?.id ?? "";
    const no = answerQuestion(store, { id: work, answer: "no" }, unsure + day);
    expect(no.memory).toMatchObject({ status: "archived", text: "I work at Siemens" });
    expect(store.memories.reviewsOf(work).at(-1)?.grade).toBe("again");
    expect(store.memories.revisionsOf(work).at(-1)?.cause).toBe("denied");
    undo(store, no.changeId ?? "", unsure + day);
    expect(row("I work at Siemens")).toMatchObject({ status: "active", validTo: null, lastReviewAt: start });
  });

  test("still counts the day's question when its memory is erased, and keeps no word of it", () => {
    const { store, idOf } = tell("I live in Lisbon.", "I work at Siemens.");
    question(store, unsure);
    store.erase.memories([idOf("I live in Lisbon")], { sources: true, at: unsure });
    expect(question(store, unsure + 1).memory).toBeNull();
    expect(store.questions.near(unsure, day)).toEqual([{ memoryId: null, askedAt: unsure, answer: null }]);
  });
});
