import { describe, expect, test } from "vitest";
import { applyIntents } from "../../../app/tasks/apply.ts";
import { checkNode } from "../../../app/tasks/check.ts";
import { emptyGraph, findNode, type Graph } from "../../../app/tasks/graph.ts";
import { procedureOf } from "../../../app/tasks/procedure.ts";
import { expand, slice } from "../../../app/tasks/slice.ts";
import { counting } from "../../fixtures/task-intents.ts";

const goal = (node: string) => ({ op: "NEW", node, kind: "goal" });
const slot = (node: string, value?: unknown) => ({ op: "NEW", node, kind: "slot", value });
const step = (node: string, ...depends_on: string[]) => ({ op: "NEW", node, kind: "step", depends_on });
const done = (node: string, value?: unknown) => ({ op: "COMPLETE", node, value });

/** The graph after these intents, each a turn. */
function graphOfAll(...intents: unknown[]): Graph {
  const context = counting();
  return intents.reduce<Graph>((graph, intent) => {
    const applied = applyIntents(graph, [intent], context());
    expect(applied.refusals).toEqual([]);
    return applied.graph;
  }, emptyGraph);
}

const id = (graph: Graph, path: string): string => findNode(graph, path)?.id ?? "";

function checkAt(graph: Graph, path: string) {
  const node = findNode(graph, path);
  return node ? checkNode(graph, node) : null;
}

const trip = [
  goal("trip"),
  slot("trip/to", "Seattle"),
  slot("trip/budget"),
  { op: "NEW", node: "trip/cheap", kind: "constraint", rule: { slot: "trip/budget", op: "max", value: 500 } },
  goal("trip/stay"),
  slot("trip/stay/where", "downtown"),
  step("trip/stay/compare"),
  done("trip/stay/compare", "took the Inn"),
  done("trip/stay"),
  goal("trip/way"),
  slot("trip/way/by", "plane"),
  step("trip/way/flight", "trip/to", "trip/way/by"),
  step("trip/way/seat", "trip/way/flight"),
];

describe("a slice", () => {
  test("has the way to the active step, what it needs and what is finished, and nothing else", () => {
    const graph = graphOfAll(...trip, goal("garden"), slot("garden/roses", "many"));
    expect(slice(graph, [id(graph, "trip/way/flight")])).toBe(
      [
        "trip",
        "  - to: Seattle",
        "  - budget (not known yet)",
        "  rule: cheap: budget at most 500",
        "  done: stay: where downtown; done: compare took the Inn",
        "  way",
        "    - by: plane",
        "    to do: seat (blocked)",
        "    now: flight",
        "      needs to: Seattle",
        "      needs by: plane",
      ].join("\n"),
    );
  });

  test("says what is stale, in conflict and asked about", () => {
    const graph = graphOfAll(...trip, { op: "UPDATE", node: "trip/to", value: "Oslo" }, slot("trip/budget", "900"), {
      op: "WHAT_IF",
      node: "trip/way/by",
      value: "train",
    });
    const text = slice(graph, [id(graph, "trip/way/flight")]);
    expect(text).toContain("- budget: 900\n    conflict: cheap (at most 500)");
    expect(text).toContain("now: flight (stale, since to changed)");
    expect(text).toContain("- by: plane\n      open question: change it to train?");
  });

  test("of a value is that of what it belongs to, of nothing is empty, and knows nothing of what is gone", () => {
    const graph = graphOfAll(...trip, { op: "REMOVE", node: "trip/budget" });
    expect(slice(graph, [id(graph, "trip/way/by")])).toBe(slice(graph, [id(graph, "trip/way")]));
    expect(slice(graph, [])).toBe("");
    expect(slice(graph, ["nobody"])).toBe("");
    expect(slice(graph, [id(graph, "trip")])).not.toContain("budget (");
  });

  test("goes up from what is finished or gone, and of a finished goal is its summary", () => {
    const graph = graphOfAll(...trip, { op: "REMOVE", node: "trip/way" });
    const whole = slice(graph, [id(graph, "trip")]);
    expect(slice(graph, [id(graph, "trip/stay/compare")])).toBe(whole);
    expect(slice(graph, [id(graph, "trip/way/flight")])).toBe(whole);
    const finished = graphOfAll(...trip, done("trip"));
    expect(slice(finished, [id(finished, "trip/stay")])).toBe("done: trip: to Seattle; done: stay; left open: way");
    const gone = graphOfAll(...trip, { op: "CANCEL", node: "trip" });
    expect(slice(gone, [id(gone, "trip/to")])).toBe("");
  });

  test("never grows beyond its bound, and keeps what matters most", () => {
    const many = Array.from({ length: 300 }, (_, at) => slot(`trip/thing ${at}`, "x".repeat(100)));
    const graph = graphOfAll(...trip, ...many, { op: "UPDATE", node: "trip/to", value: "Oslo" });
    const text = slice(graph, [id(graph, "trip/way/flight")]);
    expect(text.length).toBeLessThanOrEqual(2_800);
    expect(text).toContain("now: flight (stale");
    expect(text).toContain("to: Oslo");
    expect(text).toMatch(/\(and \d+ more\)$/);
    expect(slice(graph, [id(graph, "trip"), id(graph, "trip/way")], 300).length).toBeLessThanOrEqual(300);
  });

  test("of something finished is one line, and looking into it brings its details back", () => {
    const graph = graphOfAll(...trip);
    expect(expand(graph, id(graph, "trip/stay"))).toBe(
      "stay (goal, done)\n  where: downtown (slot)\n  compare: took the Inn (step, done)",
    );
    expect(expand(graph, "nobody")).toBe("");
  });
});

describe("a check", () => {
  test("tells what is left, beneath all parts", () => {
    const checked = checkAt(graphOfAll(...trip), "trip");
    expect(checked?.left.map(({ path, status }) => [path, status])).toEqual([
      ["trip/way", "active"],
      ["trip/way/flight", "pending"],
      ["trip/way/seat", "blocked"],
    ]);
  });

  test("tells of what was removed, with who said what and when", () => {
    const graph = graphOfAll(...trip, { op: "REMOVE", node: "trip/to", quote: "forget Seattle" });
    expect(checkAt(graph, "trip/to")).toMatchObject({
      status: "removed",
      value: "Seattle",
      history: [
        { value: "Seattle", gone: null, op: "NEW" },
        { gone: "removed", op: "REMOVE", quote: "forget Seattle", who: "user" },
      ],
    });
  });
});

describe("a procedure", () => {
  const worked = [
    goal("move house"),
    slot("move house/to", "Porto"),
    step("move house/find a flat"),
    step("move house/rent a van"),
    step("move house/ask friends"),
    step("move house/notice"),
    done("move house/find a flat", "on the third try"),
    { op: "COMPLETE", node: "move house/rent a van", outcome: "failed" },
    { op: "REPLACE", node: "move house/ask friends", value: { "hire movers": "Saturday" } },
    { op: "CANCEL", node: "move house/notice" },
    done("move house/hire movers"),
    done("move house"),
  ];

  test("has what was done, in order, what was not, and what was settled", () => {
    const graph = graphOfAll(...worked);
    expect(procedureOf(graph, id(graph, "move house"))).toMatchObject({
      label: "move house",
      steps: [
        { label: "find a flat", result: "on the third try" },
        { label: "hire movers", result: "Saturday" },
      ],
      failed: [
        { label: "rent a van", how: "failed", by: null },
        { label: "ask friends", how: "replaced", by: "hire movers" },
        { label: "notice", how: "cancelled", by: null },
      ],
      values: [{ label: "to", value: "Porto" }],
      text:
        'How you did "move house": 1. find a flat (on the third try) 2. hire movers (Saturday) What did not work: rent a van failed; ' +
        "ask friends was replaced by hire movers; notice was cancelled. Settled: to: Porto.",
    });
  });

  test("is not learned from what is not done, or from what took no step", () => {
    const open = graphOfAll(...worked.slice(0, -1));
    expect(procedureOf(open, id(open, "move house"))).toBeNull();
    const list = graphOfAll(goal("cart"), slot("cart/a", "1"), done("cart"));
    expect(procedureOf(list, id(list, "cart"))).toBeNull();
    expect(procedureOf(list, id(list, "cart/a"))).toBeNull();
  });
});
