import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rank, recall } from "../../../app/memory/recall/recall.ts";
import type { NewMemory } from "../../../app/storage/memories.ts";
import { openTestDatabase, type TestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";

const day = 86_400_000;

function ask({ store }: TestDatabase, text: string, given: object = {}) {
  return recall(store, { text, now: 30 * day, limit: 8, ...given });
}

/** Has the user say it and Ebb learn it word for word. */
function learn({ store, addMessage }: TestDatabase, text: string, given: Partial<NewMemory> = {}): string {
  const messageId = addMessage({ text, conversationId: `about ${text}` });
  store.memories.insert(memoryOf(text, given), changeOf({ changeId: text, messageId }));
  store.memories.addEvidence(given.id ?? text, messageId, text);
  return messageId;
}

describe("recall finds", () => {
  test("a memory, once, although the turn that it came from matches as well", () => {
    const database = openTestDatabase();
    const messageId = learn(database, "My sister Mara is a nurse in Leeds");
    learn(database, "My brother Tom plays the cello");
    const [first, ...others] = ask(database, "What does my sister do?");
    expect(first).toMatchObject({ source: "memory", mark: "m1", messageIds: [messageId] });
    expect(first?.text).toContain("Mara");
    expect(others.filter(({ text }) => text.includes("Mara"))).toEqual([]);
  });

  test("turns that nothing was learned from, with their speaker", () => {
    const database = openTestDatabase();
    database.addMessage({ role: "other", speaker: "Ann", text: "The ferry to Skye leaves at noon", at: 5 });
    const [first] = ask(database, "When does the ferry leave?");
    expect(first).toMatchObject({ source: "message", speaker: "Ann", saidAt: 5, memory: null });
  });

  test("a turn through the ones around it", () => {
    const database = openTestDatabase();
    for (let i = 0; i < 20; i++) database.addMessage({ text: `Something about matter ${i}`, conversationId: "noise" });
    database.addMessage({ role: "assistant", text: "Which colour shall the kitchen walls have?" });
    const answer = database.addMessage({ text: "Green, please." });
    expect(ask(database, "kitchen walls colour").map(({ id }) => id)).toContain(answer);
  });

  test("the named person's turns before another's that match as well", () => {
    const database = openTestDatabase();
    const say = (speaker: string) =>
      database.addMessage({ role: "other", speaker, conversationId: speaker, text: "I started painting last year" });
    const ann = say("Ann");
    const bo = say("Bo");
    expect(ask(database, "When did Ann start painting?")[0]?.id).toBe(ann);
    expect(ask(database, "When did Bo start painting?")[0]?.id).toBe(bo);
  });

  test("what a question is about although it shares no word with it", () => {
    const database = openTestDatabase();
    learn(database, "I'm allergic to peanuts", { predicate: "allergy", value: "peanuts", pinned: true });
    learn(database, "My car is blue");
    expect(ask(database, "Is there any food I have to avoid?")[0]?.text).toBe("I'm allergic to peanuts");
  });

  test("the well-known before the half-forgotten that matches as well", () => {
    const database = openTestDatabase();
    learn(database, "Blue mugs are in the left cupboard", { stability: 1 });
    learn(database, "Blue mugs are in the right cupboard", { stability: 500 });
    expect(ask(database, "Where are the blue mugs?").map(({ text }) => text)[0]).toContain("right");
  });
});

describe("recall leaves out", () => {
  test("what shares nothing with the question but its sitting", () => {
    const database = openTestDatabase();
    for (const text of ["I'm allergic to peanuts", "I started learning the cello", "The Clio keeps breaking down"]) {
      database.addMessage({ text, conversationId: "one long chat" });
    }
    database.addMessage({ text: "I work as a civil engineer", conversationId: "one long chat" });
    expect(ask(database, "Where does my engineer friend work?").map(({ text }) => text)).not.toContain(
      "I'm allergic to peanuts",
    );
  });

  test("Ebb's own words", () => {
    const database = openTestDatabase();
    database.addMessage({ role: "assistant", text: "You love pottery and live near the sea" });
    expect(ask(database, "Do I love pottery?")).toEqual([]);
  });

  test.each([
    ["never to be used", { neverUse: true }],
    ["archived", { status: "archived" }],
    ["superseded", { status: "superseded", validTo: 1 }],
  ] as const)("a memory that is %s, with the turn that says the same", (_what, given) => {
    const database = openTestDatabase();
    learn(database, "I live in Porto", given);
    expect(ask(database, "Where do I live?")).toEqual([]);
  });

  test("a memory about to be deleted, with its turn", () => {
    const database = openTestDatabase();
    learn(database, "I live in Porto");
    database.store.memories.setDeletion(["I live in Porto"], { eraseAt: 99, sources: true }, changeOf());
    expect(ask(database, "Where do I live?")).toEqual([]);
  });

  test("what an edited memory said before", () => {
    const database = openTestDatabase();
    learn(database, "My dog is called Rex", { value: "Rex" });
    const edit = { text: "My dog is called Max", value: "Max" };
    database.store.memories.update("My dog is called Rex", edit, changeOf({ changeId: "edit" }));
    expect(ask(database, "What is my dog called?").map(({ text }) => text)).toEqual(["My dog is called Max"]);
  });

  test("conversations and messages that the reader has before them", () => {
    const database = openTestDatabase();
    const id = database.addMessage({ text: "The ferry leaves at noon" });
    expect(ask(database, "When does the ferry leave?", { excludeConversationId: "talk" })).toEqual([]);
    expect(ask(database, "When does the ferry leave?", { excludeMessages: new Set([id]) })).toEqual([]);
  });

  test("everything where next to nothing of the question is covered", () => {
    const database = openTestDatabase();
    for (let i = 0; i < 50; i++) database.addMessage({ text: `Today is fine ${i}`, conversationId: `c${i}` });
    expect(ask(database, "How many moons orbit planet Jupiter today altogether?")).toEqual([]);
  });
});

test("superseded memories answer questions about the past", () => {
  const database = openTestDatabase();
  learn(database, "I live in Porto", { status: "superseded", validTo: 2 * day });
  learn(database, "I live in Lisbon", { validFrom: 2 * day });
  const texts = (question: string, given = {}) => ask(database, question, given).map(({ text }) => text);
  expect(texts("Where do I live?")).toEqual(["I live in Lisbon"]);
  expect(texts("Where did I live before?")).toContain("I live in Porto");
  expect(texts("Where do I live?", { includePast: true })).toContain("I live in Porto");
});

test("a question asked before does not outrank what answers it", () => {
  const database = openTestDatabase();
  database.addMessage({ text: "Which day does the choir rehearse?", conversationId: "earlier" });
  const answer = database.addMessage({ text: "The choir will rehearse on Tuesdays", conversationId: "later" });
  expect(ask(database, "Which day does the choir rehearse?")[0]?.id).toBe(answer);
});

test("results are marked in order and carry the parts of their score", () => {
  const database = openTestDatabase();
  learn(database, "My car is a blue Skoda");
  database.addMessage({ text: "The Skoda needs new tyres", conversationId: "garage" });
  const found = ask(database, "What about the Skoda?");
  expect(found.map(({ mark }) => mark)).toEqual(["m1", "m2"]);
  const memory = found.find(({ source }) => source === "memory");
  expect(memory?.parts).toMatchObject({
    lexical: expect.any(Number),
    retrievability: expect.any(Number),
    confidence: 0.9,
    proof: 0.5,
  });
  expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
  expect(ask(database, "What about the Skoda?", { limit: 1 })).toHaveLength(1);
});

describe("any text", () => {
  test("is safe to ask and is answered fast", () => {
    const database = openTestDatabase();
    for (let i = 0; i < 300; i++)
      database.addMessage({ text: `word${i} word${i % 7} tea`, conversationId: `c${i % 9}` });
    const hostile = [
      "",
      "   ",
      "the of and",
      '"',
      "tea* OR NEAR(x)",
      "text:tea -tea ^tea",
      "😀🎉",
      "\u0000",
      "\ud800 tea",
      Array.from({ length: 10_000 }, (_, i) => `word${i}`).join(" "),
      "a".repeat(200_000),
      "日本語".repeat(5_000),
    ];
    for (const text of hostile) {
      // Processor time, which other tests beside this one don't lengthen; microseconds.
      const before = process.cpuUsage();
      expect(Array.isArray(ask(database, text))).toBe(true);
      expect(process.cpuUsage(before).user).toBeLessThan(250_000);
    }
  });

  test("gives scores that are numbers above 0 in falling order", () => {
    const database = openTestDatabase();
    learn(database, "I live in Porto", { predicate: "home" });
    learn(database, "Tea is better than coffee", { kind: "preference" });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.lorem(), fc.constant("tea Porto live")), (text) => {
        const scores = ask(database, text).map(({ score }) => score);
        expect(scores.every((score) => Number.isFinite(score) && score > 0)).toBe(true);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
      { numRuns: 200 },
    );
  });
});

describe("what is left out is told with its reason", () => {
  const why = (database: TestDatabase, text: string, given: object = {}) =>
    rank(database.store, { text, now: 30 * day, limit: 8, ...given }).rejected.map(({ id, reason }) => [id, reason]);

  test("too weak beside better ones, or too many", () => {
    const database = openTestDatabase();
    learn(database, "My sister Mara is a nurse in Leeds");
    learn(database, "Mara and I had tea with a friend of a friend of hers on the way to the old harbour");
    for (let n = 1; n <= 4; n++) learn(database, `Mara the nurse has ${n} sisters`);
    const all = rank(database.store, { text: "Is Mara a nurse?", now: 30 * day, limit: 50 });
    const few = rank(database.store, { text: "Is Mara a nurse?", now: 30 * day, limit: 2 });
    expect(few.found).toEqual(all.found.slice(0, 2));
    const crowded = few.rejected.filter(({ reason }) => reason === "crowded").map(({ id }) => id);
    expect(crowded).toEqual(all.found.slice(2).map(({ id }) => id));
    for (const { score } of few.rejected) expect(score).toBeLessThanOrEqual(few.found[1]?.score ?? 0);
  });

  test("faded, replaced, or never to be used", () => {
    const database = openTestDatabase();
    learn(database, "I lived near the zoo in Porto", { status: "archived" });
    learn(database, "My flat in Porto is small", { status: "superseded" });
    learn(database, "I hate Porto wine", { neverUse: true });
    expect(new Map(why(database, "What of Porto?") as [string, string][])).toEqual(
      new Map([
        ["I lived near the zoo in Porto", "archived"],
        ["My flat in Porto is small", "superseded"],
        ["I hate Porto wine", "forbidden"],
      ]),
    );
    // A question about the past may draw on what was replaced.
    expect(why(database, "Where in Porto did I live before?").map(([, reason]) => reason)).not.toContain("superseded");
  });

  test("at most a dozen, the best ones", () => {
    const database = openTestDatabase();
    for (let n = 0; n < 40; n++) learn(database, `The river Douro has bridge number ${n}`);
    const { found, rejected } = rank(database.store, { text: "Which bridges has the Douro?", now: 30 * day, limit: 3 });
    expect(found).toHaveLength(3);
    expect(rejected).toHaveLength(12);
  });
});
