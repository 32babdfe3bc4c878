import { describe, expect, test } from "vitest";
import { resolve, rivalsOf } from "../../../app/memory/conflicts.ts";
import { answerQuestion, question } from "../../../app/memory/question.ts";
import { restoreArchived } from "../../../app/memory/restore.ts";
import type { Candidate } from "../../../app/memory/slow/candidate.ts";
import { learnSlowly } from "../../../app/memory/slow/learn-slowly.ts";
import { undo } from "../../../app/memory/undo.ts";
import type { MemoryRow } from "../../../app/storage/memories.ts";
import { openTestDatabase } from "../../fixtures/database.ts";
import { candidate } from "../../fixtures/scripted-model.ts";
import { conversation, day, start } from "../../fixtures/talk.ts";

/** A store to tell things to, by rules and through a model. */
function world() {
  const database = openTestDatabase();
  const { store, addMessage } = database;
  let talks = 0;
  return {
    store,
    say: (text: string, at = start) => conversation(database, `talk-${++talks}`).say(text, at),
    /** A message from which a model makes out the candidate, and the rules nothing. */
    infer: (
      text: string,
      given: Partial<Candidate> & Pick<Candidate, "quote">,
      at = start,
      speaker: string | null = null,
    ) => {
      const conversationId = `talk-${++talks}`;
      const messageId = addMessage({ text, conversationId, at });
      const message = { messageId, conversationId, speaker, text, at, zone: "UTC", before: [] };
      return store.transaction(() => learnSlowly(store, [message], [candidate(given)]));
    },
    all: () =>
      store.memories
        .all(["active", "provisional", "conflict", "superseded", "archived"])
        .map(({ text, status, trust }) => [text, status, trust]),
    row: (text: string) => {
      const found = store.memories
        .all(["active", "provisional", "conflict", "superseded", "archived"])
        .find((row) => row.text === text);
      if (!found) throw new Error(`no memory says ${text}`);
      return found;
    },
  };
}

const porto = { quote: "my flat in Porto", slot: "home", value: "Porto", text: "My flat in Porto" } as const;

describe("what a model makes out", () => {
  test("is learned as inferred, first reviewed Hard, and less sure than what was said", () => {
    const { store, infer, row } = world();
    infer("The heating in my flat in Porto broke.", porto);
    const home = row("My flat in Porto");
    expect(home).toMatchObject({ status: "active", trust: "inferred", confidence: 0.6, predicate: "home" });
    expect(store.memories.reviewsOf(home.id)).toMatchObject([{ grade: "hard", reason: "inferred" }]);
    expect(store.memories.evidenceOf([home.id]).get(home.id)).toMatchObject([{ quote: "my flat in Porto" }]);
  });

  test("never supersedes what the user said: it is kept apart, and both are shown", () => {
    const { store, say, infer, all, row } = world();
    say("I live in Lisbon.");
    infer("The heating in my flat in Porto broke.", porto, start + day);
    expect(all()).toEqual([
      ["I live in Lisbon", "active", "user"],
      ["My flat in Porto", "conflict", "inferred"],
    ]);
    expect(rivalsOf(store, row("My flat in Porto")).map(({ text }) => text)).toEqual(["I live in Lisbon"]);
  });

  test("is superseded by what the user says", () => {
    const { say, infer, all } = world();
    infer("The heating in my flat in Porto broke.", porto);
    say("I live in Lisbon.", start + day);
    expect(all()).toEqual([
      ["My flat in Porto", "superseded", "inferred"],
      ["I live in Lisbon", "active", "user"],
    ]);
  });

  test("gives way to what is made out later, and is the surer for each conversation it comes up in", () => {
    const { infer, row } = world();
    infer("The heating in my flat in Porto broke.", porto);
    infer("Rain again around my flat in Porto, sigh.", porto, start + 2 * day);
    expect(row("My flat in Porto").confidence).toBeCloseTo(0.7);
    infer(
      "The garden of my house in Ghent is nice.",
      { quote: "my house in Ghent", slot: "home", value: "Ghent" },
      start + 3 * day,
    );
    expect(row("My flat in Porto").status).toBe("superseded");
    expect(row("My house in Ghent").status).toBe("active");
  });

  test("from the same message as a rule has read is known already", () => {
    const { infer, say, all, store } = world();
    say("I live in Lisbon.");
    const before = all();
    const [evidence] = [...store.memories.evidenceOf([store.memories.all()[0]?.id ?? ""]).values()].flat();
    const message = {
      messageId: evidence?.messageId ?? "",
      conversationId: "talk-1",
      speaker: null,
      text: "I live in Lisbon.",
      at: start,
      zone: "UTC",
      before: [],
    };
    const again = candidate({ quote: "I live in Lisbon", slot: "home", value: "Lisbon" });
    expect(learnSlowly(store, [message], [again, { ...again, slot: "other" }])).toMatchObject({
      known: 2,
      learned: [],
    });
    expect(all()).toEqual(before);
    expect(
      infer("I live in Lisbon, by the sea.", { quote: "I live in Lisbon", slot: "home", value: "Lisbon" }).learned,
    ).toMatchObject([{ change: "confirmed" }]);
    expect(all()).toEqual(before);
  });

  test("is not learned again once the user has had it erased", () => {
    const { store, infer, row, all } = world();
    infer("The heating in my flat in Porto broke.", porto);
    store.erase.memories([row("My flat in Porto").id], { sources: false, at: start });
    expect(infer("Rain again around my flat in Porto.", porto)).toMatchObject({ withheld: 1, learned: [] });
    expect(all()).toEqual([]);
  });

  test("unsure stays provisional until it comes up in another conversation", () => {
    const { infer, row } = world();
    const kiwis = {
      quote: "I am allergic to kiwis",
      slot: "allergy",
      value: "kiwis",
      text: "I am allergic to kiwis",
    } as const;
    infer("Maybe I am allergic to kiwis.", kiwis);
    expect(row("I am allergic to kiwis")).toMatchObject({ status: "provisional", confidence: 0.4, pinned: false });
    infer("It turns out I am allergic to kiwis.", kiwis, start + 2 * day);
    expect(row("I am allergic to kiwis").status).toBe("active");
  });

  test("of what somebody else says is about them", () => {
    const { infer, row } = world();
    infer("The heating in my flat in Porto broke.", porto, start, "Ana");
    expect(row("Ana: My flat in Porto")).toMatchObject({ subject: "ana", predicate: "home", trust: "inferred" });
  });
});

test("what is made out of somebody does not rename what the user said of them", () => {
  const { say, infer, all, store } = world();
  say("My sister lives in Porto.");
  infer("Lunch at my sister Mara's new bakery in Ghent.", {
    quote: "my sister Mara's new bakery in Ghent",
    subject: "sister Mara",
    slot: "work",
    value: "bakery in Ghent",
  });
  expect(all()).toHaveLength(2);
  expect(store.memories.ofSubject("sister")).toHaveLength(1);
});

describe("what holds in one circumstance", () => {
  test.each([
    ["I drink coffee.", "I drink tea at work."],
    ["I drink tea at work.", "I drink coffee."],
    ["I live in Lisbon.", "I live in Porto during the week."],
    ["I like coffee.", "I don't like coffee in the evening."],
    ["I wake up at 7.", "I wake up at 9 at the weekend."],
  ])("stands beside what holds otherwise: %s %s", (known, told) => {
    const { say, all } = world();
    say(known);
    expect(say(told, start + day).learned).toMatchObject([{ change: "new", replaced: [] }]);
    expect(all().map(([, status]) => status)).toEqual(["active", "active"]);
  });

  test("stands beside what the user said where a model made it out, and is no conflict", () => {
    const { say, infer, all, row } = world();
    say("I live in Lisbon.");
    infer("The heating of my flat in Porto on weekdays is a pain.", {
      ...porto,
      quote: "my flat in Porto on weekdays",
    });
    say("I drink coffee.");
    infer("Funny how it is tea that I love at work.", {
      quote: "it is tea that I love at work",
      slot: "likes",
      value: "tea",
    });
    expect(all().map(([, status]) => status)).toEqual(["active", "active", "active", "active"]);
    expect(row("My flat in Porto").context).toBe("on weekdays");
    expect(row("It is tea that I love at work").context).toBe("at work");
  });

  test("is contradicted by a denial of all of it", () => {
    const { say, all } = world();
    say("I like coffee in the evening.");
    say("I don't like coffee.", start + day);
    expect(all().map(([, status]) => status)).toEqual(["superseded", "active"]);
  });
});

describe("what is said in other words", () => {
  test.each([
    ["I'm vegetarian.", "I eat chicken.", "in conflict, for neither names the other"],
    ["I drink beer.", "I'm teetotal.", "in conflict, the other way round"],
  ])("%s %s are %s", (known, told) => {
    const { store, say, all, row } = world();
    say(known);
    expect(say(told, start + day).learned).toMatchObject([{ change: "unsure" }]);
    expect(all().map(([, status]) => status)).toEqual(["conflict", "conflict"]);
    const [first, second] = store.memories.inConflict();
    expect(rivalsOf(store, row(first?.text ?? "")).map(({ id }) => id)).toEqual([second?.id]);
    expect(rivalsOf(store, row(second?.text ?? "")).map(({ id }) => id)).toEqual([first?.id]);
  });

  test("a correction settles it at once", () => {
    const { say, all } = world();
    say("I'm vegetarian.");
    say("No, I eat chicken.", start + day);
    expect(all().map(([, status]) => status)).toEqual(["archived", "active"]);
  });

  test("is one memory with both quotes, whichever came first, and is undone as one change", () => {
    for (const [known, told] of [
      ["I'm vegetarian", "I don't eat meat"],
      ["I don't eat meat", "I'm vegetarian"],
    ] as const) {
      const { store, say, all } = world();
      const [first] = say(`${known}.`).learned;
      const { learned } = say(`${told}.`, start + 9 * day);
      expect(learned).toMatchObject([{ memoryId: first?.memoryId, change: "confirmed" }]);
      expect(all()).toEqual([[known, "active", "user"]]);
      const id = first?.memoryId ?? "";
      expect(
        store.memories
          .evidenceOf([id])
          .get(id)
          ?.map(({ quote }) => quote),
      ).toEqual([known, told]);
      expect(store.memories.reviewsOf(id).map(({ grade }) => grade)).toEqual(["good", "easy"]);
      undo(store, learned[0]?.changeId ?? "", start + 9 * day);
      expect(store.memories.reviewsOf(id).map(({ grade }) => grade)).toEqual(["good"]);
    }
  });
});

describe("two statements of which neither is the newer", () => {
  test("said at the same instant in two conversations are both in conflict", () => {
    const { say, all } = world();
    say("I live in Lisbon.");
    say("I live in Porto.");
    expect(all()).toEqual([
      ["I live in Lisbon", "conflict", "user"],
      ["I live in Porto", "conflict", "user"],
    ]);
  });

  test("a restored value stands beside its newer rival only until the user says which is right", () => {
    const { store, say, all, row } = world();
    say("I live in Lisbon.");
    say("No, actually I live in Porto.", start + day);
    const lisbon = row("I live in Lisbon");
    expect(lisbon.status).toBe("archived");
    const { changeId } = restoreArchived(store, lisbon.id, start + 2 * day);
    expect(all()).toEqual([
      ["I live in Lisbon", "conflict", "user"],
      ["I live in Porto", "conflict", "user"],
    ]);
    expect(rivalsOf(store, row("I live in Lisbon")).map(({ text }) => text)).toEqual(["I live in Porto"]);
    undo(store, changeId, start + 2 * day);
    expect(all()).toEqual([
      ["I live in Lisbon", "archived", "user"],
      ["I live in Porto", "active", "user"],
    ]);
  });
});

describe("Which is right?", () => {
  const disputed = () => {
    const here = world();
    here.say("I live in Lisbon.");
    here.infer("The heating in my flat in Porto broke.", porto, start + day);
    return here;
  };
  const now = start + 3 * day;

  test("is asked once a day at most, before anything else, with both sides", () => {
    const { store } = disputed();
    const asked = question(store, now);
    expect(asked.memory?.text).toBe("My flat in Porto");
    expect(asked.rivals.map(({ text }) => text)).toEqual(["I live in Lisbon"]);
    expect(question(store, now + day / 2).memory?.text).toBe("My flat in Porto");
    answerQuestion(store, { id: asked.memory?.id ?? "", answer: "later" }, now);
    expect(question(store, now + day / 2).memory).toBeNull();
    expect(question(store, now + 2 * day).memory).toBeNull();
  });

  test.each([
    ["the new one", ["My flat in Porto"], ["superseded", "active"]],
    ["the old one", ["I live in Lisbon"], ["active", "archived"]],
    ["both", ["I live in Lisbon", "My flat in Porto"], ["active", "active"]],
    ["neither", [], ["archived", "archived"]],
  ])("answered with %s", (_, keep, [lisbon, flat]) => {
    const { store, row, all } = disputed();
    const before = all();
    question(store, now);
    const id = row("My flat in Porto").id;
    const { changeId } = resolve(store, { id, keep: keep.map((text) => row(text).id) }, now);
    expect([row("I live in Lisbon").status, row("My flat in Porto").status]).toEqual([lisbon, flat]);
    for (const text of keep) expect(store.memories.reviewsOf(row(text).id).at(-1)?.grade).toBe("easy");
    expect(question(store, now).memory).toBeNull();
    expect(() => resolve(store, { id, keep: [] }, now)).toThrow("settled already");
    undo(store, changeId, now);
    expect(all()).toEqual(before);
  });

  test.each<[string, string, Partial<MemoryRow>]>([
    ["At the weekend", "I live in Lisbon (at the weekend)", { context: "at the weekend", status: "active" }],
    ["with my parents", "I live in Lisbon (with my parents)", { context: "with my parents", status: "active" }],
    [
      "since March 2025",
      "I live in Lisbon (since March 2025)",
      { context: "", validFrom: Date.UTC(2025, 2, 1), status: "active" },
    ],
    [
      "before March 2025",
      "I live in Lisbon (before March 2025)",
      { context: "", validTo: Date.UTC(2025, 2, 1), status: "superseded" },
    ],
    ["until 1 May 2027", "I live in Lisbon (until 1 May 2027)", { status: "active" }],
  ])("answered with both holds each when the user says: %s", (words, text, holds) => {
    const { store, say, row, all } = disputed();
    const before = [row("I live in Lisbon"), row("My flat in Porto")];
    const keep = before.map(({ id }) => id);
    const [lisbon = "", porto = ""] = keep;
    const { changeId } = resolve(store, { id: porto, keep, when: [{ id: lisbon, words }] }, now);
    expect(store.memories.get(lisbon)).toMatchObject({ text, trust: "confirmed", ...holds });
    expect(store.memories.get(porto)).toMatchObject({ text: "My flat in Porto", context: "", status: "active" });
    expect(store.memories.inConflict()).toEqual([]);
    const scoped = store.memories.get(lisbon);
    // What is then said of no circumstance leaves what holds in one alone.
    if (holds.context) {
      say("I live in Oslo.", now + day);
      expect(store.memories.get(lisbon)).toEqual(scoped);
      expect(row("My flat in Porto").status).toBe("superseded");
      return;
    }
    undo(store, changeId, now + day);
    for (const [place, { text, status, context, validFrom, validTo }] of before.entries()) {
      expect(store.memories.get(keep[place] ?? "")).toMatchObject({ text, status, context, validFrom, validTo });
    }
    expect(all()).toHaveLength(2);
  });

  test("a circumstance is taken back with the rest", () => {
    const { store, row, all } = disputed();
    const before = all();
    const keep = [row("I live in Lisbon").id, row("My flat in Porto").id];
    const when = keep.map((id, place) => ({ id, words: place === 0 ? "at home" : "at work" }));
    const { changeId } = resolve(store, { id: keep[1] ?? "", keep, when }, now);
    undo(store, changeId, now);
    expect(all()).toEqual(before);
    expect(row("I live in Lisbon").context).toBe("");
  });

  test("only what is kept can hold at a time", () => {
    const { store, row, all } = disputed();
    const before = all();
    const [lisbon, porto] = [row("I live in Lisbon").id, row("My flat in Porto").id];
    expect(() => resolve(store, { id: porto, keep: [porto], when: [{ id: lisbon, words: "at work" }] }, now)).toThrow(
      "Only what is kept",
    );
    expect(all()).toEqual(before);
  });

  test("both stay, whichever of them is said again, until a third takes their place", () => {
    const { store, say, row } = disputed();
    resolve(
      store,
      { id: row("My flat in Porto").id, keep: [row("I live in Lisbon").id, row("My flat in Porto").id] },
      now,
    );
    say("I live in Lisbon.", now + day);
    expect([row("I live in Lisbon").status, row("My flat in Porto").status]).toEqual(["active", "active"]);
    say("I live in Oslo.", now + 2 * day);
    expect([row("I live in Lisbon").status, row("My flat in Porto").status]).toEqual(["superseded", "superseded"]);
  });

  test.each([
    ["I live in Porto.", ["superseded", "active"]],
    ["I live in Lisbon.", ["active", "archived"]],
    ["I live in Oslo.", ["superseded", "archived"]],
  ])("is answered in a chat by '%s'", (text, [lisbon, flat]) => {
    const { store, say, row } = disputed();
    const flatId = row("My flat in Porto").id;
    say(text, now);
    expect(row("I live in Lisbon").status).toBe(lisbon);
    expect(store.memories.get(flatId)?.status).toBe(flat);
    expect(store.memories.inConflict()).toEqual([]);
    expect(question(store, now).memory).toBeNull();
  });

  test("about a memory that is no side of it is refused, and changes nothing", () => {
    const { store, say, row, all } = disputed();
    say("I like jazz.");
    const before = all();
    expect(() => resolve(store, { id: row("My flat in Porto").id, keep: [row("I like jazz").id] }, now)).toThrow(
      "not a side",
    );
    expect(() => resolve(store, { id: "none", keep: [] }, now)).toThrow("settled already");
    expect(all()).toEqual(before);
  });

  test("a taste that contradicts what was said has that taste alone as its rival", () => {
    const { store, say, infer, row } = world();
    say("I like jazz.");
    say("I like coffee.");
    infer(
      "Ugh, that coffee smell again, I hate coffee.",
      { quote: "I hate coffee", slot: "dislikes", value: "coffee", text: "I hate coffee" },
      start + day,
    );
    expect(rivalsOf(store, row("I hate coffee")).map(({ text }) => text)).toEqual(["I like coffee"]);
  });
});
