import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeBackup } from "../../app/storage/backup.ts";
import { taskStates } from "../../app/storage/task-row.ts";
import { taskRepository } from "../../app/storage/tasks.ts";
import { findNode, type Graph, graphOf, ownRevisions, partsOf, replay } from "../../app/tasks/graph.ts";
import { type Origin, openTaskStore, type TaskStore } from "../../app/tasks/store.ts";
import { openPassingVault, openVault, type Vault } from "../../app/vault.ts";
import { filesContaining, openTestDatabase, openTestMemory } from "../fixtures/database.ts";
import { memoryOf } from "../fixtures/memory.ts";
import { anySequence, indexesOf, stateOf } from "../fixtures/task-intents.ts";

const byUser: Origin = { who: "user", at: 1_000, conversationId: null, messageId: null };

function fresh(): Vault {
  const { vault, discard } = openPassingVault();
  onTestFinished(discard);
  return vault;
}

/** The graph of all goals as it stands in the tables. */
function stored({ tasks }: { tasks: Pick<TaskStore, "goals" | "load"> }): Graph {
  const { goals } = tasks.goals(taskStates, 100_000, 0);
  return graphOf(tasks.load(goals.map(({ id }) => id)));
}

const trip = [
  { op: "NEW", node: "trip", kind: "goal", quote: "plan a trip" },
  { op: "NEW", node: "trip/to", kind: "slot", value: "Seattle", quote: "to Seattle" },
  { op: "NEW", node: "trip/flight", kind: "step", depends_on: ["trip/to"] },
  { op: "NEW", node: "trip/early", kind: "constraint", rule: { slot: "trip/to", op: "not", value: "Boston" } },
];

describe("the stored task graph", () => {
  test("is the one in memory, and what its revisions come to, whatever was asked of it", () => {
    fc.assert(
      fc.property(anySequence, (intents) => {
        const { vault, discard } = openPassingVault();
        try {
          const { tasks } = vault;
          for (const [place, intent] of intents.entries()) {
            const { changeId } = tasks.apply([intent], { ...byUser, at: place });
            if (changeId !== null && place % 4 === 3) tasks.undo(changeId, { ...byUser, at: place });
          }
          const kept = tasks.graph();
          const read = stored(vault);
          const reopened = graphOf(tasks.load(partsOf(kept, null).map(({ id }) => id)));
          for (const [id, node] of reopened.nodes.entries()) expect(kept.nodes.get(id)).toEqual(node);
          const again = replay([...read.revisions.values()].flat());
          const state = stateOf(read);
          expect([...again.nodes.keys()].sort()).toEqual([...state.nodes.keys()]);
          for (const [id, node] of state.nodes) expect(again.nodes.get(id)).toEqual(node);
          for (const [id, one] of state.whatIfs) expect(again.whatIfs.get(id)).toEqual(one);
          // Another store over the same tables goes on as this one does.
          const before = indexesOf(read);
          tasks.apply([{ op: "CHECK", node: "trip" }], byUser);
          expect(indexesOf(stored(vault))).toEqual(before);
        } finally {
          discard();
        }
      }),
      { numRuns: 60 },
    );
  });

  test("of a turn is written whole or not at all, and what is kept in memory goes back with it", () => {
    const { db } = openTestMemory();
    const repository = taskRepository(db);
    const tasks = openTaskStore(
      repository,
      () => crypto.randomUUID(),
      (work) => db.transaction(work)(),
    );
    tasks.apply(trip, byUser);
    const before = stateOf(stored({ tasks }));
    expect(() =>
      db.transaction(() => {
        tasks.apply([{ op: "UPDATE", node: "trip/to", value: "Boston" }], byUser);
        expect(findNode(tasks.graph(), "trip/to")?.value).toBe("Boston");
        throw new Error("the disk is full");
      })(),
    ).toThrow("the disk is full");
    expect(stateOf(stored({ tasks }))).toEqual(before);
    expect(findNode(tasks.graph(), "trip/to")?.value).toBe("Seattle");
    // Stopped between any two of its statements, a change leaves nothing.
    const steps = ["task", "task_edge", "task_what_if", "task_revision", "task_change"];
    for (const table of steps) {
      const event = table === "task" ? "UPDATE" : "INSERT";
      db.exec(`CREATE TEMP TRIGGER stop BEFORE ${event} ON ${table} BEGIN SELECT raise(ABORT, 'stopped'); END`);
      const change = [
        { op: "UPDATE", node: "trip/to", value: "Boston" },
        { op: "WHAT_IF", node: "trip/to", value: "Oslo" },
        { op: "NEW", node: "trip/hotel", kind: "step" },
      ];
      expect(() => tasks.apply(change, byUser), table).toThrow("stopped");
      db.exec("DROP TRIGGER stop");
      expect(stateOf(stored({ tasks })), table).toEqual(before);
      expect(stateOf(tasks.graph()), table).toEqual(before);
    }
  });

  test("tells a node's history with the words behind it, page by page, the newest first", () => {
    const { db, addMessage } = openTestMemory();
    const tasks = openTaskStore(
      taskRepository(db),
      () => crypto.randomUUID(),
      (work) => db.transaction(work)(),
    );
    const messageId = addMessage({ text: "Help me plan a trip to Seattle." });
    tasks.apply(trip, { ...byUser, conversationId: "talk", messageId });
    for (let count = 0; count < 5; count++) {
      tasks.apply([{ op: "UPDATE", node: "trip/to", value: `City ${count}` }], { ...byUser, at: 2_000 + count });
    }
    const { id = "" } = findNode(tasks.graph(), "trip/to") ?? {};
    const first = tasks.timeline(id, 4);
    expect(first.revisions.map(({ number }) => number)).toEqual([6, 5, 4, 3]);
    const rest = tasks.timeline(id, 4, first.cursor ?? undefined);
    expect(rest.revisions.map(({ number }) => number)).toEqual([2, 1]);
    expect(rest.cursor).toBeNull();
    expect(rest.revisions.at(-1)).toMatchObject({ quote: "to Seattle", messageId, who: "user", at: 1_000 });
    expect(tasks.focus("talk")).toBeDefined();
    expect(tasks.changesOfMessage(messageId)).toHaveLength(1);
  });

  test("names the last change of a conversation to be taken back, one after another", () => {
    const { db, addMessage } = openTestMemory();
    const tasks = openTaskStore(
      taskRepository(db),
      () => crypto.randomUUID(),
      (work) => db.transaction(work)(),
    );
    const messageId = addMessage({ text: "Help me plan a trip to Seattle." });
    const here: Origin = { ...byUser, conversationId: "talk", messageId };
    tasks.apply(trip, here);
    const empty = tasks.lastChange("talk");
    tasks.apply([{ op: "UPDATE", node: "trip/to", value: "Boston" }], here);
    tasks.apply([{ op: "NEW", node: "elsewhere", kind: "goal" }], byUser);
    const last = tasks.lastChange("talk") ?? "";
    const back = tasks.undo(last, here);
    expect(findNode(tasks.graph(), "trip/to")?.value).toBe("Seattle");
    expect(tasks.lastChange("talk")).toBe(empty);
    tasks.undo(back.changeId ?? "", here);
    expect(findNode(tasks.graph(), "trip/to")?.value).toBe("Boston");
    expect(tasks.lastChange("talk")).toBe(last);
    tasks.undo(last, here);
    tasks.undo(empty ?? "", here);
    expect(tasks.goals(taskStates, 10, 0).goals.map(({ label }) => label)).toEqual(["elsewhere"]);
    expect(tasks.lastChange("talk")).toBeUndefined();
    expect(tasks.undo("no such change", here).refusals).toMatchObject([{ code: "unknown_revision" }]);
  });

  test("finds finished and cancelled goals again by their name", () => {
    const vault = fresh();
    const { tasks } = vault;
    tasks.apply(trip, byUser);
    tasks.apply([{ op: "CANCEL", node: "trip" }], byUser);
    tasks.apply([{ op: "NEW", node: "garden", kind: "goal" }], byUser);
    // As after a start: only open goals are read.
    vault.write(() => tasks.apply([{ op: "NEW", node: "other", kind: "goal" }], byUser));
    const reopened = openTaskStore(tasks, vault.newId, (work) => vault.write(work));
    expect(partsOf(reopened.graph(), null).map(({ label }) => label)).toEqual(["garden", "other"]);
    const { refusals } = reopened.apply([{ op: "RESTORE", node: "Trip" }], byUser);
    expect(refusals).toEqual([]);
    expect(partsOf(reopened.graph(), null).map(({ label }) => label)).toEqual(["trip", "garden", "other"]);
  });

  test("lists thousands of goals in pages, with what is done of each", () => {
    const { tasks } = fresh();
    for (let from = 0; from < 1_000; from += 50) {
      const some = Array.from({ length: 50 }, (_, at) => ({ op: "NEW", node: `goal ${from + at}`, kind: "goal" }));
      tasks.apply(some, { ...byUser, at: from });
    }
    tasks.apply(
      [
        { op: "NEW", node: "goal 7/one", kind: "step" },
        { op: "NEW", node: "goal 7/two", kind: "step" },
        { op: "COMPLETE", node: "goal 7/two" },
      ],
      byUser,
    );
    const { goals, total } = tasks.goals(["active"], 10, 990);
    expect(total).toBe(1_000);
    expect(goals).toHaveLength(10);
    const all = tasks.goals(["active"], 1_000, 0).goals;
    expect(new Set(all.map(({ id }) => id)).size).toBe(1_000);
    expect(all.find(({ label }) => label === "goal 7")).toMatchObject({ steps: 2, finished: 1 });
  });
});

describe("erasing", () => {
  const secret = "zwetschgenkuchen";

  /** A vault in a folder, where a secret is told that becomes a memory and a task. */
  async function told() {
    const database = openTestDatabase();
    const { db, folder, addMessage } = database;
    const vault = openVault(db, folder, null);
    const text = `Let us bake a ${secret} for Mara on Friday.`;
    const messageId = addMessage({ text });
    addMessage({ conversationId: "filler", text: "Something else entirely." });
    const here: Origin = { who: "model", at: 5, conversationId: "talk", messageId };
    vault.tasks.apply(
      [
        { op: "NEW", node: "party", kind: "goal", quote: `bake a ${secret} for Mara` },
        { op: "NEW", node: "party/cake", kind: "slot", value: secret, quote: secret },
        {
          op: "NEW",
          node: `party/not ${secret}`,
          kind: "constraint",
          rule: { slot: "party/cake", op: "not", value: "none" },
        },
        { op: "NEW", node: "party/list", kind: "slot", value: ["plates", secret], quote: secret },
      ],
      here,
    );
    vault.tasks.apply([{ op: "WHAT_IF", node: "party/list", value: `no ${secret}` }], here);
    vault.tasks.apply([{ op: "UPDATE", node: "party/cake", value: "apple pie" }], { ...here, at: 6 });
    vault.tasks.apply([{ op: "COMPLETE", node: "party" }], { ...here, at: 7 });
    await makeBackup(db, folder, Date.UTC(2026, 0, 1));
    expect(filesContaining(folder, secret).length).toBeGreaterThan(1);
    return { ...database, vault, messageId, text };
  }

  test("a memory with its source takes the words out of tasks too, and out of all that they ever were", async () => {
    const { vault, folder, messageId, text } = await told();
    const { store, tasks } = vault;
    const learned = { changeId: "c", at: 1, cause: "learned" as const, messageId };
    store.memories.insert(memoryOf("The cake for Mara", { id: "m", predicate: "cake", value: secret }), learned);
    store.memories.addEvidence("m", messageId, text);

    store.erase.memories(["m"], { sources: true, at: 9 });
    while (store.erase.check.step() === "more");

    expect(filesContaining(folder, secret)).toEqual([]);
    const graph = tasks.graphOfPaths(["party"]);
    const values = partsOf(graph, findNode(graph, "party")?.id ?? "").map(({ label, value }) => [label, value]);
    expect(values).toEqual([
      ["cake", "apple pie"],
      ["(erased)", null],
      ["list", ["plates", "(erased)"]],
    ]);
    // What is left can still be worked with.
    expect(tasks.apply([{ op: "ROLLBACK", node: "party/cake" }], byUser).refusals).toEqual([]);
    expect(findNode(tasks.graph(), "party/cake")?.value).toBe("(erased)");
    const read = stored(vault);
    const again = replay([...read.revisions.values()].flat());
    for (const [id, node] of stateOf(read).nodes) expect(again.nodes.get(id)).toEqual(node);
  });

  test("a phrase that goes everywhere goes from tasks that other messages led to", async () => {
    const { vault, messageId } = await told();
    const { store, tasks } = vault;
    const phrase = "the key lies under the third stone";
    tasks.apply([{ op: "NEW", node: "house", kind: "goal" }], byUser);
    tasks.apply(
      [{ op: "NEW", node: "house/where", value: `I think ${phrase.toUpperCase()}, or not`, kind: "slot" }],
      byUser,
    );
    tasks.apply([{ op: "NEW", node: "house/colour", value: "stone", kind: "slot" }], byUser);
    const learned = { changeId: "c", at: 1, cause: "learned" as const, messageId };
    store.memories.insert(memoryOf(phrase, { id: "k", predicate: "key", value: "under the third stone" }), learned);
    store.erase.memories(["k"], { sources: true, at: 9 });
    expect(findNode(tasks.graph(), "house/where")?.value).toBe("(erased)");
    expect(findNode(tasks.graph(), "house/colour")?.value).toBe("stone");
  });

  test("a conversation leaves the tasks that it led to, without a word or a trace of where they came from", async () => {
    const { vault, db } = await told();
    vault.store.erase.conversation("talk", 9);
    expect(db.prepare("SELECT count(*) FROM task_quote").pluck().get()).toBe(0);
    expect(db.prepare("SELECT count(*) FROM task_revision WHERE message_id IS NOT NULL").pluck().get()).toBe(0);
    expect(db.prepare("SELECT count(*) FROM task_change WHERE conversation_id IS NOT NULL").pluck().get()).toBe(0);
    expect(db.prepare("SELECT count(*) FROM task_focus").pluck().get()).toBe(0);
    const graph = vault.tasks.graphOfPaths(["party"]);
    const cake = findNode(graph, "party/cake");
    expect(cake?.value).toBe("apple pie");
    expect(ownRevisions(graph, cake?.id ?? "").map(({ quote, messageId }) => [quote, messageId])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  test("a goal for good leaves no byte of it, in backups neither", async () => {
    const { vault, folder, db, messageId } = await told();
    const { id = "" } = findNode(vault.tasks.graphOfPaths(["party"]), "party") ?? {};
    vault.store.erase.goals([id], 9);
    vault.store.erase.memories([], { sources: true, at: 9, passages: [{ messageId, quote: secret }] });
    while (vault.store.erase.check.step() === "more");
    expect(filesContaining(folder, secret)).toEqual([]);
    for (const table of ["task", "task_edge", "task_what_if", "task_revision", "task_quote", "task_change"]) {
      expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
    }
    expect(vault.tasks.goals(taskStates, 10, 0).total).toBe(0);
    expect(findNode(vault.tasks.graph(), "party")).toBeUndefined();
  });
});
