import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdit, applyIntents, undo } from "../../../app/tasks/apply.ts";
import { emptyGraph, graphOf, replay, type TaskRevision } from "../../../app/tasks/graph.ts";
import { anySequence, counting, findCycle, indexesOf, stateOf } from "../../fixtures/task-intents.ts";

/** Runs a sequence, an intent a turn, and hands over what was before and after each. */
function run(
  intents: readonly Record<string, unknown>[],
  see: (step: {
    intent: Record<string, unknown>;
    before: typeof emptyGraph;
    applied: ReturnType<typeof applyIntents>;
    context: ReturnType<typeof counting>;
  }) => void,
): { graph: typeof emptyGraph; revisions: TaskRevision[] } {
  const context = counting();
  let graph = emptyGraph;
  const revisions: TaskRevision[] = [];
  for (const intent of intents) {
    const applied = applyIntents(graph, [intent], context());
    see({ intent, before: graph, applied, context });
    graph = applied.graph;
    revisions.push(...applied.revisions);
  }
  return { graph, revisions };
}

const sequences = { numRuns: 5_000 };

describe("whatever is asked of the task graph", () => {
  test("nothing ever waits for itself, refusals change nothing, and CHECK and WHAT_IF leave the main branch alone", () => {
    let refusals = 0;
    fc.assert(
      fc.property(anySequence, (intents) => {
        const { graph } = run(intents, ({ intent, before, applied }) => {
          if (applied.refusals.length > 0) {
            refusals += 1;
            expect(applied.graph).toBe(before);
            expect(applied.revisions).toEqual([]);
          }
          if (intent.op === "CHECK") expect(applied.graph).toBe(before);
          if (intent.op === "WHAT_IF") {
            expect(applied.graph.nodes).toBe(before.nodes);
            expect(applied.revisions.filter(({ subject }) => subject === "node")).toEqual([]);
          }
        });
        expect(findCycle([...graph.nodes.values()])).toBeNull();
      }),
      sequences,
    );
    expect(refusals).toBeGreaterThan(1_000);
  });

  test("carrying out the revisions again gives the state, and all that is kept beside it is what it says", () => {
    fc.assert(
      fc.property(anySequence, (intents) => {
        const { graph, revisions } = run(intents, () => {});
        const again = replay(revisions);
        const state = stateOf(graph);
        expect(again.nodes.size).toBe(state.nodes.size);
        for (const [id, node] of state.nodes) expect(again.nodes.get(id)).toEqual(node);
        for (const [id, one] of state.whatIfs) expect(again.whatIfs.get(id)).toEqual(one);
        const rebuilt = graphOf({
          nodes: [...state.nodes.values()],
          whatIfs: [...state.whatIfs.values()],
          revisions,
        });
        expect(indexesOf(graph)).toEqual(indexesOf(rebuilt));
      }),
      sequences,
    );
  });

  test("the last intent can be taken back, which gives the very state before, and done again", () => {
    fc.assert(
      fc.property(anySequence, (intents) => {
        run(intents, ({ before, applied, context }) => {
          if (applied.revisions.length === 0) return;
          const back = undo(applied.graph, applied.revisions, context());
          expect(back.refusals).toEqual([]);
          expect(stateOf(back.graph)).toEqual(stateOf(before));
          expect(indexesOf(back.graph)).toEqual(indexesOf(before));
          const again = undo(back.graph, back.revisions, context());
          expect(stateOf(again.graph)).toEqual(stateOf(applied.graph));
        });
      }),
      sequences,
    );
  });

  test("any earlier change can be taken back as far as nothing rests on it, and nothing else is harmed", () => {
    let taken = 0;
    fc.assert(
      fc.property(anySequence, fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), (intents, places) => {
        const changes: TaskRevision[][] = [];
        let { graph } = run(intents, ({ applied }) => changes.push(applied.revisions));
        const context = counting();
        const revisions = changes.flat();
        for (const place of places) {
          const { newId, ...rest } = context();
          const back = undo(graph, changes[place % changes.length] ?? [], { ...rest, newId: () => `undo-${newId()}` });
          if (back.refusals.length > 0) expect(back.graph).toBe(graph);
          else taken += 1;
          graph = back.graph;
          revisions.push(...back.revisions);
        }
        const nodes = [...graph.nodes.values()];
        expect(findCycle(nodes)).toBeNull();
        const again = replay(revisions);
        for (const node of nodes) expect(again.nodes.get(node.id)).toEqual(node);
        expect(again.nodes.size).toBe(nodes.length);
        expect(indexesOf(graph)).toEqual(indexesOf(graphOf({ nodes, whatIfs: [], revisions: [] })));
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(300);
  });

  test("one turn with all intents comes to the same as a turn for each", () => {
    fc.assert(
      fc.property(anySequence, (intents) => {
        const { graph } = run(intents, () => {});
        const context = counting();
        const at = context();
        const applied = applyIntents(emptyGraph, intents, at);
        const told = (from: typeof graph) =>
          [...from.nodes.values()].map(({ label, kind, value, state, rule }) => ({ label, kind, value, state, rule }));
        expect(told(applied.graph)).toEqual(told(graph));
      }),
      { numRuns: 500 },
    );
  });

  test("moving, renaming and answering keep the same promises", () => {
    fc.assert(
      fc.property(anySequence, fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30), fc.nat(5))), (intents, moves) => {
        let { graph } = run(intents, () => {});
        const context = counting();
        const newContext = () => {
          const { newId, ...rest } = context();
          return { ...rest, changeId: `edit-${rest.changeId}`, newId: () => `edit-${newId()}` };
        };
        const ids = [...graph.nodes.entries()].map(([id]) => id);
        const id = (place: number) => ids[place % ids.length] ?? "";
        for (const [one, other, third, kind] of moves) {
          const edit =
            kind === 0
              ? ({ op: "ACCEPT", id: id(one) } as const)
              : kind === 1
                ? ({ op: "MOVE", id: id(one), after: null, parentId: id(other) } as const)
                : kind === 2
                  ? ({ op: "KEEP", id: id(one) } as const)
                  : kind === 3
                    ? ({ op: "RENAME", id: id(one), label: ["Flight", "a", "new/er"][other % 3] ?? "" } as const)
                    : ({ op: "MOVE", id: id(one), after: id(third) } as const);
          const applied = applyEdit(graph, edit, newContext());
          if (applied.refusals.length > 0) expect(applied.graph).toBe(graph);
          const back = applied.revisions.length > 0 ? undo(applied.graph, applied.revisions, newContext()) : applied;
          expect(stateOf(back.graph)).toEqual(stateOf(graph));
          graph = applied.graph;
        }
        expect(findCycle([...graph.nodes.values()])).toBeNull();
        const rebuilt = graphOf({ nodes: [...graph.nodes.values()], whatIfs: [], revisions: [] });
        expect(indexesOf(graph)).toEqual(indexesOf(rebuilt));
      }),
      { numRuns: 1_000 },
    );
  });
});
