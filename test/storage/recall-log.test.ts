import { expect, test } from "vitest";
import { openTestDatabase } from "../fixtures/database.ts";
import { changeOf, memoryOf } from "../fixtures/memory.ts";

test("a reply shows the words that were used then, marked and in order", () => {
  const { store, addMessage } = openTestDatabase();
  const source = addMessage({ text: "I live in Porto", at: 5 });
  const turn = addMessage({ conversationId: "walk", text: "We walked by the river", at: 6 });
  const reply = addMessage({ role: "assistant", text: "You live in Porto [m1].", at: 9 });
  store.memories.insert(memoryOf("I live in Porto"), changeOf({ at: 8 }));
  store.memories.addEvidence("I live in Porto", source, "I live in Porto");
  store.recallLog.write(
    reply,
    [
      {
        source: "memory",
        id: "I live in Porto",
        version: 1,
        mark: "m1",
        score: 0.9,
        parts: { lexical: 2 },
        cited: true,
      },
      { source: "message", id: turn, version: null, mark: "m2", score: 0.4, parts: {}, cited: false },
    ],
    [],
  );
  store.memories.update("I live in Porto", { text: "I live in Lisbon" }, changeOf({ changeId: "edit" }));

  expect(store.recallLog.usedIn([reply, "nothing"]).get(reply)).toEqual([
    {
      source: "memory",
      id: "I live in Porto",
      conversationId: null,
      mark: "m1",
      text: "I live in Porto",
      saidAt: 5,
      cited: true,
    },
    {
      source: "message",
      id: turn,
      conversationId: "walk",
      mark: "m2",
      text: "We walked by the river",
      saidAt: 6,
      cited: false,
    },
  ]);
});

test("writing again replaces what was noted, and marks can be cited later", () => {
  const { store, addMessage } = openTestDatabase();
  const turn = addMessage({ text: "tea" });
  const reply = addMessage({ role: "assistant", text: "ok" });
  const entry = { source: "message" as const, id: turn, version: null, score: 1, parts: {}, cited: false };
  store.recallLog.write(reply, [{ ...entry, mark: "m1" }], []);
  store.recallLog.write(reply, [{ ...entry, mark: "m7" }], []);
  store.recallLog.cite(reply, new Set(["m7", "m9"]));
  expect(
    store.recallLog
      .usedIn([reply])
      .get(reply)
      ?.map(({ mark, cited }) => [mark, cited]),
  ).toEqual([["m7", true]]);
});

test("what is erased, or about to be, vanishes from old replies", () => {
  const { store, addMessage } = openTestDatabase();
  const reply = addMessage({ role: "assistant", text: "ok" });
  for (const text of ["one", "two"]) store.memories.insert(memoryOf(text), changeOf());
  store.recallLog.write(
    reply,
    ["one", "two"].map((id, i) => ({
      source: "memory" as const,
      id,
      version: 1,
      mark: `m${i}`,
      score: 1,
      parts: {},
      cited: false,
    })),
    [],
  );
  store.memories.setDeletion(["one"], { eraseAt: 1, sources: false }, changeOf({ changeId: "gone" }));
  expect(
    store.recallLog
      .usedIn([reply])
      .get(reply)
      ?.map(({ id }) => id),
  ).toEqual(["two"]);
  store.erase.memories(["two"], { sources: false, at: 1 });
  expect(store.recallLog.usedIn([reply]).size).toBe(0);
});

test("a reply is explained by all that was considered: used, offered, left out, with the parts of each score", () => {
  const { store, addMessage } = openTestDatabase();
  const turn = addMessage({ conversationId: "walk", text: "We walked by the river", at: 6 });
  const reply = addMessage({ role: "assistant", text: "ok", at: 9 });
  for (const text of ["offered", "used", "faded"]) {
    store.memories.insert(memoryOf(text, { createdAt: 5 }), changeOf({ changeId: text, at: 5 }));
  }
  const memory = (id: string, score: number) => ({
    source: "memory" as const,
    id,
    version: 1,
    score,
    parts: { lexical: score },
  });
  const left = [
    { ...memory("faded", 0.9), reason: "archived" as const },
    { source: "message" as const, id: turn, version: null, score: 0.1, parts: { session: 1 }, reason: "weak" as const },
  ];
  store.recallLog.write(
    reply,
    [
      { ...memory("offered", 0.8), mark: "m1", cited: false },
      { ...memory("used", 0.7), mark: "m2", cited: true },
    ],
    left,
  );
  expect(
    store.recallLog.explain(reply).map(({ text, outcome, reason, parts }) => [text, outcome, reason, parts]),
  ).toEqual([
    ["used", "used", null, { lexical: 0.7 }],
    ["offered", "offered", null, { lexical: 0.8 }],
    ["faded", "rejected", "archived", { lexical: 0.9 }],
    ["We walked by the river", "rejected", "weak", { session: 1 }],
  ]);
  expect(store.recallLog.usedIn([reply]).get(reply)).toHaveLength(2);

  // What is erased is explained no more, and writing again replaces all of it.
  store.memories.setDeletion(["faded"], { eraseAt: 1, sources: false }, changeOf({ changeId: "gone" }));
  expect(store.recallLog.explain(reply).map(({ text }) => text)).not.toContain("faded");
  store.recallLog.write(reply, [], []);
  expect(store.recallLog.explain(reply)).toEqual([]);
});
