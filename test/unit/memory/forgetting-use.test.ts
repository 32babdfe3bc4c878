import { describe, expect, test } from "vitest";
import { undo } from "../../../app/memory/undo.ts";
import { openTestDatabase } from "../../fixtures/database.ts";
import { conversation, day, start } from "../../fixtures/talk.ts";

/** "I live in Porto" and "I like tulips", told on the first day; a conversation of its own for each further one. */
function told() {
  const database = openTestDatabase();
  const talk = conversation(database, "told");
  const [porto] = talk.say("I live in Porto.", start).learned;
  const [tulips] = talk.say("I like tulips.", start).learned;
  const ids = { porto: porto?.memoryId ?? "", tulips: tulips?.memoryId ?? "" };
  const grades = (id: string) => database.store.memories.reviewsOf(id).map(({ grade }) => grade);
  const row = (id: string) => database.store.memories.get(id);
  return { database, ids, grades, row };
}

const cited = "On 5 January 2026 you told me: “I live in Porto”";

describe("a memory that a reply cites", () => {
  test("gets a Good review once the user has gone on without setting it right; what was only offered gets none", () => {
    const { database, ids, grades } = told();
    const talk = conversation(database, "asked");
    talk.say("Where do I live?", start + 30 * day);
    talk.reply({ text: cited, cites: [ids.porto], offers: [ids.tulips] }, start + 30 * day);
    expect(grades(ids.porto)).toEqual(["good"]);
    talk.say("Thanks!", start + 30 * day + 1_000);
    expect(grades(ids.porto)).toEqual(["good", "good"]);
    expect(grades(ids.tulips)).toEqual(["good"]);
    expect(database.store.memories.reviewsOf(ids.porto).at(-1)).toMatchObject({ reason: "used in a reply" });
  });

  test("gets one review a day, however often it is cited", () => {
    const { database, ids, grades } = told();
    const talk = conversation(database, "asked");
    for (let i = 0; i < 4; i++) {
      talk.reply({ text: cited, cites: [ids.porto] }, start + 30 * day + i * 1_000);
      talk.say("Go on.", start + 30 * day + i * 1_000);
    }
    expect(grades(ids.porto)).toEqual(["good", "good"]);
  });

  test.each([
    "No, I live in Faro.",
    "That's wrong, I don't live in Porto.",
    "I moved to Lisbon last week.",
    "I don't live in Porto any more.",
    "That's not right, is it?",
    "No.",
  ])("gets no Good where the next turn says: %s", (text) => {
    const { database, ids, grades } = told();
    const talk = conversation(database, "asked");
    talk.reply({ text: cited, cites: [ids.porto] }, start + 30 * day);
    talk.say(text, start + 30 * day);
    expect(grades(ids.porto)[1]).not.toBe("good");
  });
});

describe("a denial", () => {
  test.each(["That's wrong.", "No, I don't.", "No, that's not true.", "You're wrong!", "That is incorrect."])(
    "%s grades the one memory that the reply was about Again and archives it, undoably",
    (text) => {
      const { database, ids, grades, row } = told();
      const talk = conversation(database, "asked");
      talk.reply({ text: cited, cites: [ids.porto] }, start + 30 * day);
      expect(talk.say(text, start + 30 * day).denied).toMatchObject({ memoryId: ids.porto, how: "wrong" });
      expect(row(ids.porto)).toMatchObject({ status: "archived", validTo: start + 30 * day });
      expect(grades(ids.porto)).toEqual(["good", "again"]);
      const change = database.store.memories.revisionsOf(ids.porto).at(-1);
      expect(change?.cause).toBe("denied");
      undo(database.store, change?.changeId ?? "", start + 31 * day);
      expect(row(ids.porto)).toMatchObject({ status: "active", validTo: null, lastReviewAt: start });
      expect(grades(ids.porto)).toEqual(["good"]);
    },
  );

  test.each(["That's not true any more.", "It's no longer the case.", "Not any more.", "That's outdated."])(
    "%s keeps it as history, ungraded",
    (text) => {
      const { database, ids, grades, row } = told();
      const talk = conversation(database, "asked");
      talk.reply({ text: cited, cites: [ids.porto] }, start + 30 * day);
      expect(talk.say(text, start + 30 * day).denied).toMatchObject({ how: "over" });
      expect(row(ids.porto)).toMatchObject({ status: "superseded", validTo: start + 30 * day });
      expect(grades(ids.porto)).toEqual(["good"]);
    },
  );

  test("means what Ebb has just said it learned", () => {
    const { database, row } = told();
    const talk = conversation(database, "asked");
    const [car] = talk.say("I drive a Clio.", start + day).learned;
    talk.reply({ text: "I'll remember that: “I drive a Clio”", cites: [] }, start + day);
    expect(talk.say("That's wrong.", start + day).denied).toMatchObject({ memoryId: car?.memoryId });
    expect(row(car?.memoryId ?? "")?.status).toBe("archived");
  });

  test.each([
    ["several memories were cited", { text: "You told me: ...", both: true }, "That's wrong."],
    ["the reply asks something", { text: `${cited}. Shall I look for a flat there?`, both: false }, "No, I don't."],
    [
      "the reply is about much more",
      { text: `${cited}. ${"It is a fine town. ".repeat(20)}`, both: false },
      "That's wrong.",
    ],
    ["it is a question", { text: cited, both: false }, "That's wrong?"],
    ["it is about something else", { text: cited, both: false }, "It's wrong that rents are so high."],
  ])("changes nothing where %s", (_why, { text, both }, denial) => {
    const { database, ids, row } = told();
    const talk = conversation(database, "asked");
    talk.reply({ text, cites: both ? [ids.porto, ids.tulips] : [ids.porto] }, start + 30 * day);
    expect(talk.say(denial, start + 30 * day).denied).toBeNull();
    expect(row(ids.porto)?.status).toBe("active");
  });

  test("in a sentence of its own makes a correction of the next one", () => {
    const database = openTestDatabase();
    conversation(database, "a").say("I'm allergic to peanuts.", start);
    conversation(database, "b").say("That's wrong. I'm not allergic to peanuts.", start + 9 * day);
    expect(database.store.memories.all(["archived"]).map(({ text }) => text)).toEqual(["I'm allergic to peanuts"]);
  });
});
