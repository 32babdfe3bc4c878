import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { TaskAction } from "../../../app/contract/index.ts";
import { openEngine } from "../../../app/engine.ts";

const zone = "Europe/Berlin";

async function opened() {
  const folder = mkdtempSync(join(tmpdir(), "ebb-task-actions-"));
  const engine = await openEngine({ folder, clock: () => Date.now(), host: "web", languageModel: null });
  onTestFinished(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const api = engine.client;
  const { taskKeeper } = engine.session;
  const does = (...intents: Parameters<typeof taskKeeper.apply>[0]) =>
    expect(taskKeeper.apply(intents, taskKeeper.byHand()).refusals).toEqual([]);
  const goal = async () => (await api.tasks.goals({})).items[0];
  const rows = async (gone = false) => (await api.tasks.outline({ id: (await goal())?.id ?? "", gone })).rows;
  const find = async (label: string) => (await rows(true)).find((row) => row.label === label);
  const idOf = async (label: string) => (await find(label))?.id ?? "";
  const act = async (action: TaskAction) => {
    const { change, refused } = await api.tasks.act(action);
    expect(refused).toBeNull();
    return change?.changeId ?? "";
  };
  return { api, does, goal, rows, find, idOf, act };
}

test("a goal is added in plain words with its date, once, and tells how far it is", async () => {
  const { api, goal, act, idOf } = await opened();
  const { change } = await api.tasks.add({ words: "file taxes by 15 December", zone });
  expect(change?.entries.map(({ what, goalId }) => [what, goalId === change.entries[0]?.nodeId])).toEqual([
    ["added", true],
    ["added", true],
  ]);
  expect(await api.tasks.add({ words: "file taxes by 15 December", zone })).toEqual({ change: null, refused: null });
  const parentId = (await goal())?.id ?? "";
  await act({ op: "add", parentId, kind: "step", label: "find receipts" });
  await act({ op: "add", parentId, kind: "step", label: "sign" });
  await act({ op: "complete", id: await idOf("sign"), outcome: "done" });
  expect(await goal()).toMatchObject({ steps: 2, finished: 1, due: expect.stringMatching(/^\d{4}-12-15$/) });
});

test("what is finished is opened again, and its finished goal with it", async () => {
  const { goal, idOf, find, act, does, api } = await opened();
  does({ op: "NEW", node: "trip", kind: "goal" }, { op: "NEW", node: "trip/flight", kind: "step" });
  const id = await idOf("flight");
  const root = (await goal())?.id ?? "";
  await act({ op: "complete", id, outcome: "failed" });
  await act({ op: "complete", id: root, outcome: "done" });
  expect((await api.tasks.goals({ over: true })).items).toMatchObject([{ id: root, status: "done" }]);
  const changeId = await act({ op: "restore", id });
  expect(await goal()).toMatchObject({ id: root, status: "active" });
  expect(await find("flight")).toMatchObject({ status: "pending" });
  await api.tasks.undo({ changeId });
  expect(await goal()).toBeUndefined();
});

test("a name is changed and told in the history; one that is taken is refused in words", async () => {
  const { api, does, idOf, find, act } = await opened();
  does(
    { op: "NEW", node: "trip", kind: "goal" },
    { op: "NEW", node: "trip/flight", kind: "step" },
    { op: "NEW", node: "trip/hotel", kind: "step" },
  );
  const id = await idOf("flight");
  const changeId = await act({ op: "rename", id, label: " train / bus " });
  expect(await find("train bus")).toMatchObject({ id });
  const { revisions } = await api.tasks.history({ id });
  expect(revisions.map(({ op, label, who }) => [op, label, who])).toEqual([
    ["RENAME", "train bus", "user"],
    ["NEW", "flight", "user"],
  ]);
  expect(await api.tasks.act({ op: "rename", id, label: "Hotel" })).toEqual({
    change: null,
    refused: expect.stringContaining("already"),
  });
  await api.tasks.undo({ changeId });
  expect(await find("flight")).toMatchObject({ id });
});

test("what is stale still holds once the user says so", async () => {
  const { does, idOf, find, act, api } = await opened();
  does(
    { op: "NEW", node: "trip", kind: "goal" },
    { op: "NEW", node: "trip/where", kind: "slot", value: "Rome" },
    { op: "NEW", node: "trip/hotel", kind: "slot", value: "Seaview", depends_on: ["trip/where"] },
    { op: "UPDATE", node: "trip/where", value: "Lisbon" },
  );
  expect(await find("hotel")).toMatchObject({ status: "stale", staleBecause: { label: "where" } });
  const id = await idOf("hotel");
  const changeId = await act({ op: "settle", id, change: false });
  expect(await find("hotel")).toMatchObject({ status: "active", staleBecause: null, value: "Seaview" });
  await api.tasks.undo({ changeId });
  expect(await find("hotel")).toMatchObject({ status: "stale" });
  // Nothing is asked about it that could be taken.
  expect((await api.tasks.act({ op: "settle", id, change: true })).refused).not.toBeNull();
});

test("a value that is typed stays of the kind that it was, and a rule reads in words", async () => {
  const { api, does, goal, idOf, act } = await opened();
  does(
    { op: "NEW", node: "trip", kind: "goal" },
    { op: "NEW", node: "trip/guests", kind: "slot", value: ["Ada", "Ben"] },
    { op: "NEW", node: "trip/few", kind: "constraint", rule: { slot: "trip/guests", op: "max", value: 3 } },
  );
  const id = await idOf("guests");
  await act({ op: "set", id, value: "Ada, Ben , Eve" });
  expect(await goal()).toMatchObject({ conflicting: 0 });
  const { change } = await api.tasks.act({ op: "set", id, value: "Ada, Ben, Eve, Max" });
  expect(await goal()).toMatchObject({ conflicting: 1 });
  expect(change?.entries).toMatchObject([
    { what: "changed", before: "Ada, Ben, Eve", after: "Ada, Ben, Eve, Max" },
    { what: "conflict", label: "few", before: null, after: expect.stringContaining("3") },
  ]);
  const { revisions } = await api.tasks.history({ id: await idOf("few") });
  expect(revisions).toMatchObject([{ op: "NEW", value: change?.entries[1]?.after }]);
});

test("a move names its place, and is refused where that is not there any more", async () => {
  const { api, does, rows, idOf, act } = await opened();
  does(
    { op: "NEW", node: "trip", kind: "goal" },
    { op: "NEW", node: "trip/one", kind: "step" },
    { op: "NEW", node: "trip/two", kind: "step" },
    { op: "NEW", node: "trip/three", kind: "step" },
  );
  const [parentId, one, three] = [await idOf("trip"), await idOf("one"), await idOf("three")];
  const order = async () => (await rows()).map(({ label }) => label);
  await act({ op: "move", id: three, parentId, before: one });
  expect(await order()).toEqual(["trip", "three", "one", "two"]);
  for (const before of [parentId, "never there"]) {
    expect(await api.tasks.act({ op: "move", id: three, parentId, before })).toEqual({
      change: null,
      refused: "That place is not there any more.",
    });
  }
  expect(await order()).toEqual(["trip", "three", "one", "two"]);
  await act({ op: "move", id: three, parentId, before: null });
  expect(await order()).toEqual(["trip", "one", "two", "three"]);
});

test("a history tells what was only mentioned, with nothing to go back to", async () => {
  const { api, does, idOf, act } = await opened();
  does(
    { op: "NEW", node: "trip", kind: "goal" },
    { op: "NEW", node: "trip/where", kind: "slot", value: "Rome" },
    { op: "WHAT_IF", node: "trip/where", value: "Oslo" },
  );
  const id = await idOf("where");
  await act({ op: "settle", id, change: false });
  const { revisions } = await api.tasks.history({ id });
  expect(revisions.map(({ number, value }) => [number, value])).toEqual([
    [null, "Oslo"],
    [1, "Rome"],
  ]);
  expect((await api.tasks.act({ op: "rollBack", id, to: 2 })).refused).not.toBeNull();
});

test("a card offers to undo what can be undone, and nothing else", async () => {
  const { api, act, idOf } = await opened();
  const conversationId = { current: null as string | null };
  const say = async (text: string) => {
    const sent = { messageId: crypto.randomUUID(), conversationId: conversationId.current, text, zone };
    const { replyId, ...started } = await api.chat.send(sent);
    conversationId.current = started.conversationId;
    for await (const event of await api.chat.follow({ replyId })) if (event.type === "end") break;
  };
  const cards = async () => {
    const { messages } = await api.conversations.get({ id: conversationId.current ?? "" });
    return messages.flatMap(({ tasks }) => tasks);
  };
  const offered = async () => (await cards()).map(({ undoable }) => undoable);
  await say("New task: plan a trip");
  expect(await offered()).toEqual([true]);
  // A part hangs on the goal, then its value is changed, and set back.
  await say("Add budget: 500 to plan a trip");
  expect(await offered()).toEqual([false, true]);
  await say("Set budget to 700");
  expect(await offered()).toEqual([false, false, true]);
  const changeId = await act({ op: "set", id: await idOf("budget"), value: "900" });
  expect(await offered()).toEqual([false, false, false]);
  await api.tasks.undo({ changeId });
  expect(await offered()).toEqual([false, false, true]);
  // What the cards offer can be done, from the last on.
  for (const card of (await cards()).toReversed()) await api.tasks.undo({ changeId: card.changeId });
  expect((await cards()).map(({ undone, undoable }) => [undone, undoable])).toEqual(Array(3).fill([true, false]));
});

test("a goal that is done like an earlier one is taken back like any other", async () => {
  const { api, act, idOf, goal } = await opened();
  const { change } = await api.tasks.add({ words: "plan a trip to Rome", zone });
  const parentId = change?.entries[0]?.nodeId ?? "";
  for (const label of ["book flight", "book hotel", "pack"]) {
    await act({ op: "add", parentId, kind: "step", label });
    await act({ op: "complete", id: await idOf(label), outcome: "done" });
  }
  await act({ op: "complete", id: parentId, outcome: "done" });
  const like = (await api.tasks.add({ words: "plan a trip to Oslo", zone })).change;
  expect(like).toMatchObject({ undoable: true });
  await api.tasks.undo({ changeId: like?.changeId ?? "" });
  expect(await goal()).toBeUndefined();
});

test("a question and a dependency say under which goal they stand", async () => {
  const { api, does, find, goal } = await opened();
  does(
    { op: "NEW", node: "trip", kind: "goal" },
    { op: "NEW", node: "visa", kind: "goal" },
    { op: "NEW", node: "visa/stamp", kind: "step" },
    { op: "NEW", node: "trip/where", kind: "slot", value: "Rome", depends_on: ["visa/stamp"] },
    { op: "WHAT_IF", node: "trip/where", value: "Oslo" },
  );
  const visa = (await api.tasks.goals({})).items[1]?.id;
  expect(await find("where")).toMatchObject({ dependsOn: [{ label: "stamp", goalId: visa }] });
  expect((await api.tasks.questions()).items).toMatchObject([
    { label: "where", goal: "trip", goalId: (await goal())?.id, question: { values: ["Oslo"] } },
  ]);
});
