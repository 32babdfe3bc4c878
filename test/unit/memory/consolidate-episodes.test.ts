import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutNext } from "../../../app/memory/consolidate/episodes.ts";
import { blockLength, blockMessages, cut, isTelling, tell } from "../../../app/memory/consolidate/segment.ts";
import { messageRepository } from "../../../app/storage/messages.ts";
import { openTestDatabase, openTestMemory, type TestDatabase } from "../../fixtures/database.ts";
import { rowsOf, tidy } from "../../fixtures/tidy.ts";

const minute = 60_000;
const hour = 60 * minute;
const now = 1_000 * hour;

const garden = [
  "The tomatoes in my garden have brown leaves",
  "Brown leaves on tomatoes can mean blight in a wet garden",
  "I water the tomatoes each evening and the leaves stay wet",
  "Wet leaves spread blight, water the tomato roots instead",
  "So the garden soil under the tomatoes needs mulch?",
  "Mulch keeps soil moist and tomato leaves dry",
];
const guitar = [
  "My guitar strings keep breaking on the third chord",
  "Strings break where the guitar bridge is sharp, chord after chord",
  "The bridge of my guitar is old, the strings are steel",
  "File the bridge, then put on nylon strings for that chord",
  "I play the same chord song on that guitar every night",
  "Lighter strings help when a guitar chord is played every night",
];

function talk({ addMessage }: TestDatabase, lines: readonly string[], from = 0, conversationId = "talk"): string[] {
  return lines.map((text, place) =>
    addMessage({
      text,
      conversationId,
      role: place % 2 === 0 ? "user" : "assistant",
      at: from + place * minute,
      title: "Hi",
    }),
  );
}

describe("a conversation", () => {
  test("is cut where its subject changes, each part told in the words of people alone", () => {
    const database = openTestDatabase();
    talk(database, [...garden, ...guitar]);
    tidy(database.store, now);
    const episodes = database.store.episodes.of("talk");
    expect(episodes.map(({ messages }) => messages)).toEqual([6, 6]);
    const people = [...garden, ...guitar].filter((_, place) => place % 2 === 0).join(" ");
    for (const { title, summary } of episodes) {
      expect(title.length).toBeGreaterThan(10);
      expect(title.length).toBeLessThanOrEqual(60);
      expect(summary.length).toBeLessThanOrEqual(300);
      expect(people).toContain(title.replace(/…$/, ""));
      for (const sentence of summary.split(/(?<=\?) /)) expect(people).toContain(sentence);
    }
    expect(episodes[0]?.summary).toContain("tomatoes");
    expect(episodes[1]?.summary).toContain("guitar");
  });

  test("is cut at a pause of an hour, and not before it rests", () => {
    const database = openTestDatabase();
    talk(database, garden.slice(0, 2));
    talk(database, garden.slice(2, 4), 3 * hour);
    database.db.prepare("UPDATE conversation SET updated_at = ?").run(3 * hour);
    expect(cutNext(database.store, 3.5 * hour)).toBe("none");
    tidy(database.store, now);
    expect(database.store.episodes.of("talk").map(({ messages }) => messages)).toEqual([2, 2]);
  });

  test("of which more comes is cut as if it had been there at once", () => {
    const lines = [...garden, ...guitar];
    const arrivals = fc.array(
      fc.record({
        line: fc.nat(lines.length - 1),
        gap: fc.constantFrom(minute, 10 * minute, 2 * hour),
        tidy: fc.boolean(),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(arrivals, (messages) => {
        const [bit, whole] = [openTestMemory(), openTestMemory()];
        let at = 0;
        for (const { line, gap, tidy: tidies } of messages) {
          at += gap;
          const role = line % 2 === 0 ? "user" : "assistant";
          for (const { addMessage } of [bit, whole]) addMessage({ text: lines[line] ?? "", role, at });
          if (tidies) tidy(bit.store, at + 2 * hour);
        }
        tidy(bit.store, now * 10);
        tidy(whole.store, now * 10);
        const cutInto = ({ store }: Pick<TestDatabase, "store">) => store.episodes.of("talk");
        expect(cutInto(bit)).toEqual(cutInto(whole));
        const before = rowsOf(bit.db);
        tidy(bit.store, now * 10);
        expect(rowsOf(bit.db)).toEqual(before);
      }),
      { numRuns: 15 },
    );
  });

  test("that begins with a greeting gets the title of what it was about, until the user names it", () => {
    const database = openTestDatabase();
    const messages = messageRepository(database.db);
    talk(database, ["Hi there!", "Hello! How can I help?", ...garden]);
    tidy(database.store, now);
    const title = messages.conversation("talk")?.title;
    expect(garden.join(" ")).toContain(title?.replace(/…$/, ""));
    expect(messages.conversations(9, 0)[0]?.title).toBe(title);
    expect(database.store.search.conversations("tomatoes in my garden", { limit: 9, offset: 0 }).items[0]?.title).toBe(
      title,
    );
    messages.rename("talk", "Plants");
    expect(messages.conversation("talk")?.title).toBe("Plants");
    database.addMessage({ text: "And one more", at: 50 * hour });
    tidy(database.store, now);
    expect(messages.conversation("talk")?.title).toBe("Plants");
  });

  test("that begins with what it is about keeps its title", () => {
    const database = openTestDatabase();
    talk(database, garden);
    tidy(database.store, now);
    expect(messageRepository(database.db).conversation("talk")?.title).toBe("Hi");
  });
});

test("a sitting is read in bounded parts, and every message is in one part", () => {
  const long = Array.from({ length: 1_000 }, (_, place) => ({
    seq: place,
    role: "user" as const,
    text: `${garden[place % 6]} ${place}`,
    createdAt: place,
  }));
  expect(blockLength(long)).toBe(blockMessages);
  const runs = cut(long.slice(0, 120));
  expect(runs.flat()).toEqual(long.slice(0, 120));
  expect(tell([])).toEqual({ title: "", summary: "" });
});

test("no text breaks the cutting or the telling, and nothing is told that nobody said", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: fc.string({ unit: "grapheme", maxLength: 400 }), user: fc.boolean() }), {
        maxLength: 30,
      }),
      (lines) => {
        const messages = lines.map(({ text, user }) => ({
          text,
          role: user ? ("user" as const) : ("assistant" as const),
        }));
        expect(cut(messages).flat()).toEqual(messages);
        const { title, summary } = tell(messages);
        expect(title.isWellFormed() && summary.isWellFormed()).toBe(true);
        expect(summary.length).toBeLessThanOrEqual(300);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["Hello Ebb!", false],
  ["Hi, can you help me please?", false],
  ["How do I repot an orchid?", true],
])("%s tells what it is about: %s", (opening, telling) => {
  expect(isTelling(opening)).toBe(telling);
});
