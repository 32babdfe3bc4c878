import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EbbError } from "../../../app/contract/errors.ts";
import { archiveFaded } from "../../../app/memory/fading.ts";
import { replay, retrievability } from "../../../app/memory/forgetting.ts";
import { pinMemory } from "../../../app/memory/library.ts";
import { answerQuestion, question } from "../../../app/memory/question.ts";
import { restoreArchived } from "../../../app/memory/restore.ts";
import { undo } from "../../../app/memory/undo.ts";
import type { MemoryRow } from "../../../app/storage/memories.ts";
import { openTestDatabase, type TestDatabase } from "../../fixtures/database.ts";
import { conversation, day, start } from "../../fixtures/talk.ts";

const everyStatus = ["active", "provisional", "conflict", "superseded", "archived"] as const;
const sentences = [
  "I live in Porto.",
  "I moved to Lisbon.",
  "No, I live in Faro.",
  "I like tulips.",
  "I don't like tulips any more.",
  "I had a cheese sandwich today.",
  "Remember that the spare key is under the pot.",
  "I'm allergic to nuts.",
  "That's wrong, I'm not allergic to nuts.",
  "My car is a blue Skoda Fabia.",
  "The Skoda Fabia needs new tyres.",
  "That's wrong.",
  "Not true any more.",
  "Thanks!",
];

type Step =
  | { do: "say"; text: string; elsewhere: boolean }
  | { do: "cite"; which: number; next: string }
  | { do: "restore" | "undo" | "pin"; which: number }
  | { do: "ask"; answer: "yes" | "no" | "later" }
  | { do: "archive" };

const which = fc.nat(50);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("say" as const), text: fc.constantFrom(...sentences), elsewhere: fc.boolean() }),
  fc.record({
    do: fc.constant("cite" as const),
    which,
    next: fc.constantFrom("Thanks!", "Go on.", "No.", "That's wrong."),
  }),
  fc.record({ do: fc.constantFrom("restore", "undo", "pin" as const), which }),
  fc.record({ do: fc.constant("ask" as const), answer: fc.constantFrom("yes", "no", "later" as const) }),
  fc.constant({ do: "archive" as const }),
);
/** Days that pass before a step; the clock may also be set back. */
const wait = fc.oneof(
  fc.constantFrom(0, 0.2, 1),
  fc.double({ min: 0, max: 1_500, noNaN: true }),
  fc.double({ min: -400, max: 0, noNaN: true }),
);
const life = fc.array(fc.record({ step, wait }), { minLength: 1, maxLength: 25, size: "max" });

/** Lives through the steps on the real store; `look` sees the store after each of them. */
function live(database: TestDatabase, steps: readonly { step: Step; wait: number }[], look: (now: number) => void) {
  const { store } = database;
  let now = start;
  let opened = 0;
  let talk = conversation(database, "talk 0");
  for (const text of ["I live in Porto.", "I like tulips.", "I had a cheese sandwich today."]) talk.say(text, now);
  const all = (): MemoryRow[] => store.memories.all(everyStatus);
  const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];
  for (const given of steps) {
    now += Math.round(given.wait * day);
    const { step: one } = given;
    try {
      if (one.do === "say") {
        if (one.elsewhere) talk = conversation(database, `talk ${++opened}`);
        talk.say(one.text, now);
      } else if (one.do === "cite") {
        const row = pick(all(), one.which);
        if (row) talk.reply({ text: `You told me: “${row.text}”`, cites: [row.id] }, now);
        talk.say(one.next, now);
      } else if (one.do === "restore") {
        const row = pick(store.memories.all(["archived"]), one.which);
        if (row) restoreArchived(store, row.id, now);
      } else if (one.do === "pin") {
        const row = pick(all(), one.which);
        if (row) pinMemory(store, { id: row.id, pinned: !row.pinned }, now);
      } else if (one.do === "undo") {
        const changes = all().flatMap(({ id }) => store.memories.revisionsOf(id).map(({ changeId }) => changeId));
        const changeId = pick([...new Set(changes)], one.which);
        if (changeId) undo(store, changeId, now);
      } else if (one.do === "ask") {
        const asked = question(store, now).memory;
        if (asked) answerQuestion(store, { id: asked.id, answer: one.answer }, now);
      } else archiveFaded(store, now);
    } catch (error) {
      // What can't be undone any more must have changed nothing, which is looked at next.
      if (!(error instanceof EbbError)) throw error;
    }
    look(now);
  }
}

describe("the review log", () => {
  test("replays every state, after whatever happens in whatever order and wherever the clock goes", () => {
    const database = openTestDatabase();
    const { store, db } = database;
    let reviews = 0;
    fc.assert(
      fc.property(life, (steps) => {
        db.exec("DELETE FROM memory; DELETE FROM question; DELETE FROM conversation;");
        live(database, steps, (now) => {
          for (const row of store.memories.all(everyStatus)) {
            const { stability, difficulty, lastReviewAt } = row;
            const log = store.memories.reviewsOf(row.id);
            const states = replay(log);
            expect(states.at(-1)).toEqual({ stability, difficulty, lastReviewAt });
            expect(log.map((entry) => [entry.stability, entry.difficulty])).toEqual(
              states.map((state) => [state.stability, state.difficulty]),
            );
            expect(retrievability(row, now)).toBeGreaterThanOrEqual(0);
            expect(retrievability(row, now)).toBeLessThanOrEqual(1);
            reviews = Math.max(reviews, log.length);
          }
        });
      }),
      { numRuns: 120 },
    );
    expect(reviews).toBeGreaterThan(3);
  });

  test("has at most one success a day for each memory", () => {
    const database = openTestDatabase();
    const { store, db } = database;
    fc.assert(
      fc.property(life, (steps) => {
        db.exec("DELETE FROM memory; DELETE FROM question; DELETE FROM conversation;");
        live(database, steps, () => {});
        for (const { id } of store.memories.all(everyStatus)) {
          const log = store.memories.reviewsOf(id);
          for (const [i, { at, grade }] of log.entries()) {
            const before = log[i - 1];
            if (before && grade !== "again") expect(at - before.at).toBeGreaterThanOrEqual(day);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("knows nothing of a review that was undone, though another came after it", () => {
    const database = openTestDatabase();
    const { store } = database;
    conversation(database, "a").say("I live in Porto.", start);
    const [confirmed] = conversation(database, "b").say("I live in Porto.", start + 30 * day).learned;
    const id = confirmed?.memoryId ?? "";
    const c = conversation(database, "c");
    c.reply({ text: "You live in Porto [m1].", cites: [id] }, start + 60 * day);
    c.say("Thanks!", start + 60 * day);
    undo(store, confirmed?.changeId ?? "", start + 61 * day);
    expect(store.memories.reviewsOf(id).map(({ grade, at }) => [grade, (at - start) / day])).toEqual([
      ["good", 0],
      ["good", 60],
    ]);
    expect(store.memories.get(id)).toMatchObject(replay(store.memories.reviewsOf(id)).at(-1) ?? {});
  });
});

describe("use", () => {
  test("of a memory never lowers R on any later day, against MemoryBank's inversion", () => {
    const database = openTestDatabase();
    const { store, db } = database;
    const later = fc.array(fc.double({ min: -50, max: 4_000, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(life, which, fc.double({ min: 0, max: 1_000, noNaN: true }), later, (steps, chosen, wait, days) => {
        db.exec("DELETE FROM memory; DELETE FROM question; DELETE FROM conversation;");
        let now = start;
        live(database, steps, (at) => {
          now = at;
        });
        const rows = store.memories.all(["active"]);
        const before = rows[chosen % Math.max(1, rows.length)];
        if (!before) return;
        const at = now + Math.round(wait * day);
        const talk = conversation(database, "use");
        talk.reply({ text: before.text, cites: [before.id] }, at);
        talk.say("Thanks!", at);
        const after = store.memories.get(before.id) ?? before;
        for (const more of days) {
          const then = at + more * day;
          // What is compared is the same instant, and none before the use: the past has no future reviews in it.
          if (then < at) continue;
          expect(retrievability(after, then)).toBeGreaterThanOrEqual(retrievability(before, then));
        }
      }),
      { numRuns: 60 },
    );
  });
});
