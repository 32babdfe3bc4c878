import { describe, expect, test } from "vitest";
import { type Applied, applyEdit, applyIntents, type Edit, undo } from "../../../app/tasks/apply.ts";
import { checkNode, historyOf } from "../../../app/tasks/check.ts";
import {
  emptyGraph,
  findNode,
  type Graph,
  isPresent,
  openWhatIfs,
  ownRevisions,
  partsOf,
  pathOf,
  statusOf,
} from "../../../app/tasks/graph.ts";
import { counting } from "../../fixtures/task-intents.ts";

/** A task graph in the making. */
function begin(...intents: unknown[]) {
  const context = counting();
  let graph: Graph = emptyGraph;
  const take = (applied: Applied): Applied => {
    graph = applied.graph;
    return applied;
  };
  const node = (path: string) => findNode(graph, path);
  const say = (...some: unknown[]) => take(applyIntents(graph, some, context()));
  say(...intents);
  return {
    say,
    edit: (edit: Edit) => take(applyEdit(graph, edit, context())),
    undo: (applied: Applied) => take(undo(graph, applied.revisions, context())),
    graph: () => graph,
    context,
    node,
    id: (path: string) => node(path)?.id ?? "",
    value: (path: string) => node(path)?.value,
    status: (path: string) => {
      const found = node(path);
      return found && statusOf(graph, found);
    },
    stale: () =>
      [...graph.nodes.values()]
        .filter((each) => each.stale !== null && isPresent(each))
        .map(({ label }) => label)
        .sort(),
    history: (path: string) => historyOf(graph, node(path)?.id ?? "").map(({ value, gone }) => gone ?? value),
    parts: (path: string) => partsOf(graph, node(path)?.id ?? "").map(({ label }) => label),
  };
}

const goal = (node: string) => ({ op: "NEW", node, kind: "goal" });
const slot = (node: string, value?: unknown, depends_on?: string[]) => ({
  op: "NEW",
  node,
  kind: "slot",
  value,
  depends_on,
});
const step = (node: string, ...depends_on: string[]) => ({ op: "NEW", node, kind: "step", depends_on });
const codes = ({ refusals }: Applied) => refusals.map(({ code }) => code);

function checkAt(graph: Graph, path: string) {
  const node = findNode(graph, path);
  return node ? checkNode(graph, node) : null;
}

const trip = [
  goal("trip"),
  slot("trip/to", "Seattle"),
  slot("trip/day", "2026-06-10"),
  step("trip/flight", "trip/to", "trip/day"),
];

describe("NEW", () => {
  test("on an active slot with another value changes nothing and asks", () => {
    const tasks = begin(...trip);
    const { questions, results } = tasks.say(slot("trip/to", "Boston"));
    expect(tasks.value("trip/to")).toBe("Seattle");
    expect(results).toMatchObject([{ outcome: "questioned" }]);
    expect(questions).toMatchObject([{ path: "trip/to", current: "Seattle", proposed: "Boston" }]);
    expect(questions[0]?.text).toBe("You said Seattle for to; do you want to change it to Boston?");
  });

  test("of what is there already confirms it, whatever its case", () => {
    const tasks = begin(...trip, { op: "UPDATE", node: "trip/to", value: "Boston" });
    expect(tasks.status("trip/flight")).toBe("stale");
    expect(tasks.say(slot("Trip/TO ", "boston")).results).toMatchObject([{ outcome: "unchanged" }]);
    expect(ownRevisions(tasks.graph(), tasks.id("trip/to"))).toHaveLength(2);
    expect(tasks.say({ op: "NEW", node: "trip/flight", kind: "slot" })).toMatchObject({
      refusals: [{ code: "wrong_type" }],
    });
  });

  test("fills a slot that had no value, which makes nothing stale", () => {
    const tasks = begin(goal("trip"), slot("trip/to"), step("trip/flight", "trip/to"));
    expect([tasks.status("trip/to"), tasks.status("trip/flight")]).toEqual(["pending", "blocked"]);
    tasks.say(slot("trip/to", "Oslo"));
    expect([tasks.status("trip/to"), tasks.status("trip/flight")]).toEqual(["active", "pending"]);
  });

  test("brings a removed part back under its own id, and a finished goal begins anew beside the old one", () => {
    const tasks = begin(goal("cart"), slot("cart/charger", "1"));
    const id = tasks.id("cart/charger");
    tasks.say({ op: "REMOVE", node: "cart/charger" }, slot("cart/charger", "2"));
    expect(tasks.id("cart/charger")).toBe(id);
    expect(tasks.history("cart/charger")).toEqual(["1", "removed", "2"]);
    const first = tasks.id("cart");
    tasks.say({ op: "COMPLETE", node: "cart" }, goal("cart"));
    expect(tasks.id("cart")).not.toBe(first);
    expect(tasks.parts("cart")).toEqual([]);
  });

  test("in a finished goal opens it again, without its summary", () => {
    const tasks = begin(...trip, { op: "COMPLETE", node: "trip" });
    expect(tasks.node("trip")?.summary).toBe("to Seattle, day 2026-06-10; left open: flight");
    tasks.say({ op: "NEW", node: "trip/hotel", kind: "step", id: "ignored" });
    tasks.say(step("trip/hotel"));
    expect(tasks.node("trip")).toMatchObject({ state: "active", summary: null });
  });
});

describe("a change of a value", () => {
  test("marks all that rests on it, directly or not, once and nearest first", () => {
    const tasks = begin(
      ...trip,
      step("trip/seat", "trip/flight"),
      step("trip/taxi", "trip/flight", "trip/seat"),
      step("trip/other", "trip/day"),
    );
    const { changes } = tasks.say({ op: "UPDATE", node: "trip/to", value: "Boston" });
    expect(tasks.stale()).toEqual(["flight", "seat", "taxi"]);
    expect(changes.filter(({ byRule }) => byRule).map(({ path }) => path)).toEqual([
      "trip/flight",
      "trip/seat",
      "trip/taxi",
    ]);
    expect(checkAt(tasks.graph(), "trip/flight")?.staleBecause).toBe("trip/to");
  });

  test("to what it is already marks nothing and is no revision", () => {
    const tasks = begin(...trip);
    expect(tasks.say({ op: "UPDATE", node: "trip/to", value: "Seattle" }).revisions).toEqual([]);
    expect(tasks.stale()).toEqual([]);
  });

  test("marks what depends on the goal that it is a part of, and what was done already", () => {
    const tasks = begin(
      goal("party"),
      goal("party/venue"),
      slot("party/venue/address", "Main Street"),
      step("party/invitations", "party/venue"),
      { op: "COMPLETE", node: "party/invitations" },
      { op: "UPDATE", node: "party/venue/address", value: "Harbour" },
    );
    expect(tasks.stale()).toEqual(["invitations"]);
  });

  test.each(["UPDATE", "COMPLETE", "NEW"])(
    "%s of what was marked takes the mark away, and leaves those further on",
    (op) => {
      const tasks = begin(...trip, step("trip/seat", "trip/flight"));
      tasks.say(
        { op: "UPDATE", node: "trip/flight", value: "LH 1" },
        { op: "UPDATE", node: "trip/to", value: "Boston" },
      );
      expect(tasks.stale()).toEqual(["flight", "seat"]);
      tasks.say({ op, node: "trip/flight", value: "LH 1" });
      expect(tasks.stale()).toEqual(["seat"]);
    },
  );

  test("a step that is done marks nothing: its result was waited for", () => {
    const tasks = begin(...trip, step("trip/seat", "trip/flight"));
    expect(tasks.status("trip/seat")).toBe("blocked");
    tasks.say({ op: "COMPLETE", node: "trip/flight", value: "LH 1" });
    expect([tasks.stale(), tasks.status("trip/seat")]).toEqual([[], "pending"]);
  });

  test("removing marks too", () => {
    const tasks = begin(...trip, { op: "REMOVE", node: "trip/day" });
    expect(tasks.stale()).toEqual(["flight"]);
  });
});

describe("REMOVE, CANCEL and RESTORE", () => {
  const cart = [
    goal("cart"),
    slot("cart/a", "1"),
    slot("cart/b", "2"),
    step("cart/pay"),
    { op: "COMPLETE", node: "cart/pay" },
  ];

  test("take a subtree and bring back just what they took", () => {
    const tasks = begin(...cart, { op: "REMOVE", node: "cart/a" }, { op: "REMOVE", node: "cart" });
    expect(tasks.say({ op: "NEW", node: "cart/c", value: "1" })).toMatchObject({ refusals: [{ code: "gone" }] });
    tasks.say({ op: "RESTORE", node: "cart" });
    expect(tasks.parts("cart")).toEqual(["b", "pay"]);
    expect(tasks.status("cart/pay")).toBe("done");
    tasks.say({ op: "RESTORE", node: "cart/a" });
    expect(tasks.parts("cart")).toEqual(["a", "b", "pay"]);
  });

  test("cancelling leaves what is done as done; restoring opens the rest again", () => {
    const tasks = begin(...cart, { op: "CANCEL", node: "cart" });
    expect([tasks.status("cart"), tasks.status("cart/a"), tasks.status("cart/pay")]).toEqual([
      "cancelled",
      "cancelled",
      "done",
    ]);
    tasks.say({ op: "RESTORE", node: "cart" });
    expect([tasks.status("cart"), tasks.status("cart/a"), tasks.status("cart/pay")]).toEqual([
      "active",
      "active",
      "done",
    ]);
  });

  test("restoring a part of something removed brings back the way to it alone", () => {
    const tasks = begin(...cart, { op: "REMOVE", node: "cart" }, { op: "RESTORE", node: "cart/b" });
    expect([tasks.parts("cart"), tasks.status("cart")]).toEqual([["b"], "active"]);
  });

  test("again change nothing", () => {
    const tasks = begin(...cart, { op: "REMOVE", node: "cart/a" });
    expect(tasks.say({ op: "REMOVE", node: "cart/a" }, { op: "RESTORE", node: "cart/b" }).revisions).toEqual([]);
  });
});

describe("ROLLBACK", () => {
  test("gives the value before, and again the one before that", () => {
    const tasks = begin(...trip, { op: "UPDATE", node: "trip/to", value: "Oslo" }, { op: "ROLLBACK", node: "trip/to" });
    expect(tasks.value("trip/to")).toBe("Seattle");
    tasks.say({ op: "ROLLBACK", node: "trip/to" });
    expect(tasks.history("trip/to")).toEqual(["Seattle", "Oslo", "Seattle", "Oslo"]);
  });

  test("gives any revision by its number, or by the value", () => {
    const tasks = begin(...trip);
    for (const value of ["Oslo", "Rome", "Lima"]) tasks.say({ op: "UPDATE", node: "trip/to", value });
    tasks.say({ op: "ROLLBACK", node: "trip/to", to: 2 });
    expect(tasks.value("trip/to")).toBe("Oslo");
    tasks.say({ op: "ROLLBACK", node: "trip/to", to: "rome" });
    expect(tasks.value("trip/to")).toBe("Rome");
    expect(codes(tasks.say({ op: "ROLLBACK", node: "trip/to", to: 99 }))).toEqual(["unknown_revision"]);
    expect(codes(tasks.say({ op: "ROLLBACK", node: "trip/to", to: 0 }))).toEqual(["malformed"]);
  });

  test("opens again what was done or removed, and refuses where there was nothing before", () => {
    const tasks = begin(...trip, { op: "COMPLETE", node: "trip/flight" }, { op: "REMOVE", node: "trip/day" });
    tasks.say({ op: "ROLLBACK", node: "trip/flight" }, { op: "ROLLBACK", node: "trip/day" });
    expect([tasks.node("trip/flight")?.state, tasks.value("trip/day")]).toEqual(["pending", "2026-06-10"]);
    expect(codes(tasks.say({ op: "ROLLBACK", node: "trip/to" }))).toEqual(["unknown_revision"]);
  });

  test("of a goal takes back what replaced its parts", () => {
    const tasks = begin(goal("cart"), slot("cart/a", "1"), slot("cart/b", "2"));
    tasks.say({ op: "REPLACE", node: "cart", value: { b: "9", c: "3" } });
    expect(tasks.parts("cart")).toEqual(["b", "c"]);
    tasks.say({ op: "ROLLBACK", node: "cart" });
    expect(tasks.parts("cart")).toEqual(["a", "b"]);
    expect(tasks.value("cart/b")).toBe("2");
  });
});

describe("REPLACE", () => {
  test("of a slot removes it and puts the others beside it, which know what they replace", () => {
    const tasks = begin(goal("soup"), slot("soup/celery", "yes"), slot("soup/leek", "1"));
    tasks.say({ op: "REPLACE", node: "soup/celery", value: { mushroom: "yes", leek: "2" } });
    expect(tasks.parts("soup")).toEqual(["leek", "mushroom"]);
    expect(tasks.value("soup/leek")).toBe("2");
    expect(tasks.node("soup/mushroom")?.replaces).toEqual([tasks.id("soup/celery")]);
  });

  test("needs parts with names, of a goal, a slot or a step", () => {
    const tasks = begin(goal("soup"), slot("soup/celery", "yes"));
    const tries = ["leek", ["leek"], { "a/b": "1" }, { "": "1" }, { a: { b: "1" } }, { a: null }, undefined];
    const refused = tries.map((value) => codes(tasks.say({ op: "REPLACE", node: "soup/celery", value }))[0]);
    expect(refused).toEqual([
      "wrong_type",
      "wrong_type",
      "malformed",
      "malformed",
      "malformed",
      "malformed",
      "wrong_type",
    ]);
    expect(tasks.parts("soup")).toEqual(["celery"]);
  });
});

describe("WHAT_IF", () => {
  test("opens one question a node, which goes with the decision", () => {
    const tasks = begin(...trip);
    tasks.say({ op: "WHAT_IF", node: "trip/to", value: "Boston" }, { op: "WHAT_IF", node: "trip/to", value: "Oslo" });
    const asked = () => openWhatIfs(tasks.graph(), tasks.id("trip/to")).map(({ value }) => value);
    expect(asked()).toEqual(["Boston", "Oslo"]);
    expect(checkAt(tasks.graph(), "trip/to")?.question).toMatchObject({ proposed: "Oslo" });
    tasks.say({ op: "UPDATE", node: "trip/to", value: "Boston" });
    expect(asked()).toEqual([]);
    expect(
      tasks
        .graph()
        .whatIfs.get(tasks.id("trip/to"))
        ?.map(({ state }) => state),
    ).toEqual(["accepted", "dropped"]);
  });

  test("with the active value asks nothing", () => {
    expect(begin(...trip).say({ op: "WHAT_IF", node: "trip/to", value: "seattle" }).revisions).toEqual([]);
  });

  test("is answered by changing it or by keeping it", () => {
    const tasks = begin(...trip, { op: "WHAT_IF", node: "trip/to", value: "Oslo" });
    tasks.edit({ op: "KEEP", id: tasks.id("trip/to") });
    expect([tasks.value("trip/to"), tasks.stale()]).toEqual(["Seattle", []]);
    expect(codes(tasks.edit({ op: "ACCEPT", id: tasks.id("trip/to") }))).toEqual(["unknown_revision"]);
    tasks.say({ op: "WHAT_IF", node: "trip/to", value: "Rome" });
    const accepted = tasks.edit({ op: "ACCEPT", id: tasks.id("trip/to") });
    expect([tasks.value("trip/to"), tasks.stale()]).toEqual(["Rome", ["flight"]]);
    tasks.undo(accepted);
    expect([tasks.value("trip/to"), tasks.stale()]).toEqual(["Seattle", []]);
    expect(openWhatIfs(tasks.graph(), tasks.id("trip/to"))).toHaveLength(1);
  });
});

describe("a constraint", () => {
  const rule = (op: string, value: unknown) => ({ slot: "meeting/time", op, value });
  const meeting = [goal("meeting"), slot("meeting/time", "14:00")];
  const bob = { op: "NEW", node: "meeting/bob", kind: "constraint", rule: rule("before", "15:00") };

  test("that is broken is reported, whichever came first, and resolved by itself", () => {
    const tasks = begin(...meeting, bob);
    expect(tasks.node("meeting/bob")?.conflictsWith).toBeNull();
    const { conflicts } = tasks.say({ op: "UPDATE", node: "meeting/time", value: "15:00" });
    expect(conflicts).toMatchObject([{ constraint: "meeting/bob", node: "meeting/time" }]);
    expect(tasks.value("meeting/time")).toBe("15:00");
    tasks.say({ op: "ROLLBACK", node: "meeting/time" });
    expect(tasks.node("meeting/bob")?.conflictsWith).toBeNull();
    const late = { ...bob, node: "meeting/early", rule: rule("before", "9:30") };
    expect(tasks.say(late).conflicts).toMatchObject([{ constraint: "meeting/early" }]);
    tasks.say({ op: "REMOVE", node: "meeting/early" });
    expect(checkAt(tasks.graph(), "meeting")?.conflicts).toEqual([]);
    tasks.say({ op: "RESTORE", node: "meeting/early" });
    expect(checkAt(tasks.graph(), "meeting")?.conflicts).toHaveLength(1);
    tasks.say({ op: "UPDATE", node: "meeting/early", rule: rule("before", "20:00") });
    expect(checkAt(tasks.graph(), "meeting")?.conflicts).toEqual([]);
  });

  test("needs a rule about something that has a value", () => {
    const tasks = begin(...meeting);
    expect(codes(tasks.say({ ...bob, rule: undefined }))).toEqual(["malformed"]);
    expect(codes(tasks.say({ ...bob, rule: { ...rule("not", "1"), slot: "meeting" } }))).toEqual(["wrong_type"]);
    expect(codes(tasks.say({ ...bob, rule: { ...rule("not", "1"), slot: "meeting/nobody" } }))).toEqual([
      "unknown_node",
    ]);
    expect(codes(tasks.say({ ...bob, rule: rule("about", "1") }))).toEqual(["malformed"]);
    expect(codes(tasks.say({ ...bob, kind: "slot" }))).toEqual(["wrong_type"]);
    expect(tasks.parts("meeting")).toEqual(["time"]);
  });
});

describe("what is refused changes nothing and stops nothing else", () => {
  test.each<[string, unknown, string]>([
    ["an unknown node", { op: "UPDATE", node: "trip/nowhere", value: "1" }, "unknown_node"],
    ["a part of nothing", slot("nothing/at all", "1"), "unknown_node"],
    ["an unknown dependency", { op: "UPDATE", node: "trip/to", depends_on: ["trip/nowhere"] }, "unknown_node"],
    ["an unknown op", { op: "EXPLODE", node: "trip" }, "malformed"],
    ["no op", { node: "trip" }, "malformed"],
    ["no node", { op: "NEW" }, "malformed"],
    ["an empty path", { op: "CHECK", node: "" }, "malformed"],
    ["an empty label", { op: "CHECK", node: "trip//to" }, "malformed"],
    ["a label with a NUL", { op: "NEW", node: "trip/\0" }, "malformed"],
    ["half a character", { op: "NEW", node: "trip/\ud800" }, "malformed"],
    ["a label of ten thousand characters", { op: "NEW", node: `trip/${"x".repeat(10_000)}` }, "malformed"],
    ["a path of a hundred labels", { op: "NEW", node: Array.from({ length: 100 }, () => "a").join("/") }, "malformed"],
    ["no object", 7, "malformed"],
    ["null", null, "malformed"],
    ["a list", [[]], "malformed"],
    ["an unknown field", { op: "NEW", node: "trip/x", colour: "red" }, "malformed"],
    ["a value of the wrong type", { op: "UPDATE", node: "trip/to", value: { a: "1" } }, "wrong_type"],
    ["a value that is no number", { op: "UPDATE", node: "trip/to", value: Number.NaN }, "wrong_type"],
    ["a value of a megabyte", { op: "UPDATE", node: "trip/to", value: "x".repeat(1_000_000) }, "wrong_type"],
    ["a value for a goal", { op: "UPDATE", node: "trip", value: "1" }, "wrong_type"],
    ["a part of a slot", slot("trip/to/street", "1"), "wrong_type"],
    ["a slot without a goal", slot("alone", "1"), "wrong_type"],
    [
      "a rule for a slot",
      { op: "UPDATE", node: "trip/to", rule: { slot: "trip/day", op: "not", value: 1 } },
      "wrong_type",
    ],
    ["an update of nothing", { op: "UPDATE", node: "trip/to" }, "malformed"],
    ["a what-if about nothing", { op: "WHAT_IF", node: "trip/to" }, "malformed"],
    ["a finished constraint", { op: "COMPLETE", node: "trip/rule" }, "wrong_type"],
    ["waiting for itself", { op: "UPDATE", node: "trip/to", depends_on: ["trip/to"] }, "cycle"],
    ["waiting for its dependent", { op: "UPDATE", node: "trip/to", depends_on: ["trip/flight"] }, "cycle"],
    ["waiting for its goal", { op: "UPDATE", node: "trip/to", depends_on: ["trip"] }, "cycle"],
    ["a new part that waits for its goal", step("trip/hotel", "trip"), "cycle"],
    ["goals that wait for each other's parts", { op: "UPDATE", node: "other/thing", depends_on: ["trip"] }, "cycle"],
  ])("%s", (_what, intent, code) => {
    const tasks = begin(
      ...trip,
      { op: "NEW", node: "trip/rule", kind: "constraint", rule: { slot: "trip/to", op: "not", value: "x" } },
      goal("other"),
      step("other/thing"),
      { op: "UPDATE", node: "trip/day", depends_on: ["other"] },
    );
    const before = tasks.graph();
    const applied = tasks.say(intent, goal("still done"));
    expect(codes(applied)).toEqual([code]);
    expect(applied.refusals[0]?.message).toMatch(/^.{10,200}\.$/);
    expect(applied.results.map(({ outcome }) => outcome)).toEqual(["refused", "changed"]);
    expect(applyIntents(before, [intent], tasks.context()).graph).toBe(before);
  });

  test("names of prototypes are names like any other", () => {
    const tasks = begin(goal("__proto__"), slot("__proto__/constructor", "1"), slot("__proto__/toString", "2"));
    tasks.say(JSON.parse('{"op":"REPLACE","node":"__proto__","value":{"__proto__":"3","constructor":"4"}}'));
    expect(tasks.parts("__proto__")).toEqual(["constructor", "__proto__"]);
    expect(tasks.value("__proto__/constructor")).toBe("4");
    expect(Object.prototype).not.toHaveProperty("kind");
  });

  test("a field that is null is one that is not there", () => {
    const nothing = { value: null, kind: null, depends_on: null, rule: null, to: null, quote: null };
    const tasks = begin({ ...nothing, op: "NEW", node: "trip" }, { ...nothing, op: "NEW", node: "trip/step" });
    expect([tasks.node("trip")?.kind, tasks.node("trip/step")?.kind]).toEqual(["goal", "step"]);
  });

  test("more than a turn may have", () => {
    const many = Array.from({ length: 60 }, (_, at) => goal(`goal ${at}`));
    const applied = begin().say(...many);
    expect(codes(applied)).toEqual(Array.from({ length: 10 }, () => "too_many"));
    expect(partsOf(applied.graph, null)).toHaveLength(50);
  });

  test("what does not quote the turn", () => {
    const context = counting();
    const turn = "Let’s go to\n Seattle in   June, not to Portland.";
    const quotes = ["go to Seattle", "LET'S GO", "Seattl", "Boston", "", undefined, "…", "in June"];
    const outcomes = quotes.map((quote) => {
      const { refusals } = applyIntents(emptyGraph, [{ ...goal("trip"), quote }], context(), { turn });
      return refusals[0]?.code ?? "done";
    });
    const no = "unquoted";
    expect(outcomes).toEqual(["done", "done", no, no, no, no, no, "done"]);
  });
});

describe("the window", () => {
  test("moves a node among its siblings, as often as it likes, and to another parent of its goal", () => {
    const tasks = begin(goal("g"), step("g/a"), step("g/b"), step("g/c"), goal("g/sub"), goal("other"));
    const move = (node: string, after: string | null, parentId?: string) =>
      tasks.edit({ op: "MOVE", id: tasks.id(node), after: after && tasks.id(after), ...(parentId && { parentId }) });
    move("g/c", null);
    expect(tasks.parts("g")).toEqual(["c", "a", "b", "sub"]);
    for (let count = 0; count < 200; count++) move(count % 2 === 0 ? "g/b" : "g/a", "g/c");
    expect(tasks.parts("g")).toEqual(["c", "a", "b", "sub"]);
    move("g/b", null, tasks.id("g/sub"));
    expect([tasks.parts("g"), tasks.parts("g/sub")]).toEqual([["c", "a", "sub"], ["b"]]);
    expect(pathOf(tasks.graph(), tasks.id("g/sub/b"))).toBe("g/sub/b");
    expect(codes(move("g/sub", null, tasks.id("g/sub")))).toEqual(["cycle"]);
    expect(codes(move("g/a", null, tasks.id("other")))).toEqual(["wrong_type"]);
    expect(codes(tasks.edit({ op: "MOVE", id: "nobody", after: null }))).toEqual(["unknown_node"]);
  });

  test("notes that a goal follows what was learned from another", () => {
    const tasks = begin(goal("trip"), { op: "COMPLETE", node: "trip" });
    const from = tasks.id("trip");
    tasks.say(goal("journey"));
    tasks.edit({ op: "REUSE", id: tasks.id("journey"), from });
    expect(tasks.node("journey")?.reuses).toEqual([from]);
  });

  test("names nodes by id where paths could mean several", () => {
    const tasks = begin(goal("trip"));
    const first = tasks.id("trip");
    tasks.say({ op: "COMPLETE", node: "trip" }, goal("trip"));
    const applied = applyIntents(tasks.graph(), [{ op: "NEW", node: "late idea", kind: "step" }], tasks.context(), {
      ids: [first],
    });
    expect(partsOf(applied.graph, first).map(({ label }) => label)).toEqual(["late idea"]);
  });
});

describe("taking back", () => {
  test("goes on step by step, and stops where something rests on it", () => {
    const tasks = begin(...trip);
    const one = tasks.say({ op: "UPDATE", node: "trip/to", value: "Oslo" });
    const two = tasks.say({ op: "UPDATE", node: "trip/to", value: "Rome" });
    expect(codes(tasks.undo(one))).toEqual(["changed_since"]);
    tasks.undo(two);
    tasks.undo(one);
    expect([tasks.value("trip/to"), tasks.stale()]).toEqual(["Seattle", []]);
    const made = tasks.say(goal("trip/stay"));
    tasks.say(slot("trip/stay/where", "downtown"));
    expect(codes(tasks.undo(made))).toEqual(["changed_since"]);
    expect(tasks.value("trip/stay/where")).toBe("downtown");
  });
});

test("a goal of ten thousand parts in one line is removed, restored and summed up", () => {
  const { context, ...tasks } = begin(goal("list"));
  let graph = tasks.graph();
  const parent = () => ({ ids: Array.from({ length: 50 }, () => findNode(graph, "list")?.id) });
  for (let from = 0; from < 10_000; from += 50) {
    const some = Array.from({ length: 50 }, (_, at) => ({ op: "NEW", node: `thing ${from + at}`, value: "1" }));
    graph = applyIntents(graph, some, context(), parent()).graph;
  }
  for (const op of ["REMOVE", "RESTORE", "COMPLETE"])
    graph = applyIntents(graph, [{ op, node: "list" }], context()).graph;
  expect(partsOf(graph, findNode(graph, "list")?.id ?? "")).toHaveLength(10_000);
  expect(findNode(graph, "list")?.summary).toMatch(/^thing 0 1, .*9988 more$/);
});
