import { describe, expect, test } from "vitest";
import { addMemory } from "../../../app/memory/library.ts";
import { type AdviceRequest, bearing, matchDomains, readAdvice } from "../../../app/memory/recall/domain-match.ts";
import { openTestDatabase, type TestDatabase } from "../../fixtures/database.ts";
import { changeOf, memoryOf } from "../../fixtures/memory.ts";
import { mulberry32 } from "../../fixtures/random.ts";

const now = Date.UTC(2026, 0, 1);

function asked(text: string): AdviceRequest {
  const advice = readAdvice(text);
  if (!advice) throw new Error(`no request: ${text}`);
  return advice;
}

/** Texts of the memories that bear on the request, nearest first. */
function found({ store }: TestDatabase, text: string, at = now): string[] {
  const scores = matchDomains(store, asked(text), at);
  return store.search
    .memoriesBySeq([...scores.keys()])
    .sort((a, b) => (scores.get(b.seq) ?? 0) - (scores.get(a.seq) ?? 0))
    .map(({ memory }) => memory.text);
}

describe("a request for suggestions", () => {
  test("is told from what is merely asked or said", () => {
    for (const text of [
      "Can you recommend a restaurant in Lisbon?",
      "What should I cook tonight?",
      "I'm looking for a new sofa",
      "Any good podcasts for learning Spanish?",
      "Where could we stay in Rome?",
      "Help me plan a birthday party",
    ])
      expect(readAdvice(text), text).not.toBeNull();
    for (const text of [
      "Where do I work?",
      "When did Mara go to the museum?",
      "What is my favourite film?",
      "I love sushi",
      "Recommend xyzzy",
      "",
      "你好",
    ])
      expect(readAdvice(text), text).toBeNull();
  });

  test("tells an embedder what it is about, without the words that only ask", () => {
    const { about } = asked("Could you please recommend some good restaurants for me in Lisbon?");
    expect(about).toMatch(/^restaurants lisbon restaurants lisbon seafood/);
    expect(about).not.toMatch(/recommend|please|good/);
  });

  test("of any length and content is read in time", () => {
    const start = performance.now();
    readAdvice("what ".repeat(200_000));
    readAdvice(`What are some ${"restaurants, ".repeat(100_000)}?`);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe("memories bear on a request", () => {
  test("by domain and aspect, without a word in common, nearest first", () => {
    const database = openTestDatabase();
    for (const text of ["I avoid shellfish", "I like quiet hotels", "I prefer a casual dress code when dining"])
      addMemory(database.store, { text, kind: "preference" }, now);
    expect(found(database, "Which elegant restaurants should I try?")).toEqual([
      "I prefer a casual dress code when dining",
      "I avoid shellfish",
    ]);
    expect(found(database, "Suggest a laptop")).toEqual([]);
  });

  test("only as long as they may be used: no guess, nothing replaced, denied, faded away, barred or deleted", () => {
    const database = openTestDatabase();
    const { memories } = database.store;
    const sushi = { kind: "preference", predicate: "likes", lastReviewAt: now } as const;
    const know = (text: string, given = {}) =>
      memories.insert(memoryOf(text, { ...sushi, ...given }), changeOf({ changeId: text, at: now }));
    know("I like sushi");
    know("perhaps likes ramen", { trust: "inferred", confidence: 0.6 });
    know("I liked pizza", { status: "superseded", validTo: now });
    know("I like pasta", { status: "archived" });
    know("I like tacos", { neverUse: true });
    know("I like burgers", {});
    memories.setDeletion(["I like burgers"], { eraseAt: now + 1, sources: true }, changeOf({ changeId: "delete" }));
    know("I like curry", { lastReviewAt: now - 700 * 86_400_000 });
    expect(found(database, "Recommend a restaurant")).toEqual(["I like sushi"]);
  });

  test("health counts too, although it is no taste", () => {
    const database = openTestDatabase();
    addMemory(database.store, { text: "I have a bad knee", kind: "fact" }, now);
    expect(found(database, "Can you suggest a workout?")).toEqual(["I have a bad knee"]);
  });

  test("with scores above 0 and at most 1, and in a time that does not grow with what is stored", () => {
    const database = openTestDatabase();
    const random = mulberry32(3);
    const things = "sushi,pasta,steak,curry,salad,wine,coffee,bread,cheese,chocolate,buffets,quiet cafes".split(",");
    database.store.transaction(() => {
      for (let i = 0; i < 3_000; i++) {
        const [a, b] = [things[Math.floor(random() * things.length)], things[Math.floor(random() * things.length)]];
        addMemory(database.store, { text: `I like ${a} with ${b}`, kind: "preference" }, now);
      }
    });
    const scores = [
      ...matchDomains(database.store, asked("Can you suggest a restaurant with good pasta?"), now).values(),
    ];
    expect(scores.length).toBeGreaterThan(0);
    expect(scores.length).toBeLessThanOrEqual(80);
    expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
  });

  test("a text is as near to a request as its memory would be", () => {
    const advice = asked("What music should I listen to?");
    expect(bearing(advice, "I love jazz")).toBeGreaterThan(0.3);
    expect(bearing(advice, "I love sushi")).toBeLessThan(0.1);
  });
});
