import { type Graph, isPresent, nodesOf, ownRevisions, partsOf, pathOf, type TaskNode } from "./graph.ts";
import { showValue } from "./values.ts";

/** How a goal was reached: data, and the same to read. */
export type Procedure = {
  goalId: string;
  label: string;
  /** In the order in which they were finished. */
  steps: { label: string; result: string }[];
  /** What did not work, or was given up or put aside for something else. */
  failed: { label: string; how: "failed" | "cancelled" | "replaced" | "removed"; by: string | null }[];
  /** What was decided: the values that stood at the end. */
  values: { label: string; value: string }[];
  text: string;
};

/** Characters of the text: a memory's, with room to spare. */
const textChars = 1_500;
const most = 20;

/**
 * What is to be learned from a finished goal, or null: one that is not done, or in which nothing had to be done, teaches nothing.
 */
export function procedureOf(graph: Graph, goalId: string): Procedure | null {
  const goal = graph.nodes.get(goalId);
  if (goal?.kind !== "goal" || goal.state !== "done") return null;
  const all = beneath(graph, goalId);
  const work = all.filter(({ kind }) => kind === "step" || kind === "goal");
  const name = (node: TaskNode) =>
    pathOf(graph, node.id)
      .slice(pathOf(graph, goalId).length + 1)
      .replaceAll("/", " / ");
  const steps = work
    .filter(({ state }) => state === "done")
    .sort((a, b) => finishedAt(graph, a) - finishedAt(graph, b))
    .map((node) => ({ label: name(node), result: node.summary ?? showValue(node.value) }));
  if (steps.length === 0) return null;
  const replacedBy = new Map(all.flatMap((node) => node.replaces.map((id) => [id, node] as const)));
  const failed = all.flatMap((node) => {
    const by = replacedBy.get(node.id);
    if (node.state === "failed") return { label: name(node), how: "failed" as const, by: by ? name(by) : null };
    if (isPresent(node)) return [];
    if (by) return { label: name(node), how: "replaced" as const, by: name(by) };
    if (node.kind !== "step" && node.kind !== "goal") return [];
    return {
      label: name(node),
      how: node.state === "cancelled" ? ("cancelled" as const) : ("removed" as const),
      by: null,
    };
  });
  const values = partsOf(graph, goalId)
    .filter(({ kind, value }) => kind === "slot" && value !== null)
    .map(({ label, value }) => ({ label, value: showValue(value) }));
  const found = { goalId, label: goal.label, steps, failed, values };
  return { ...found, text: textOf(found) };
}

function beneath(graph: Graph, id: string): TaskNode[] {
  return nodesOf(graph, graph.children.get(id)).flatMap((node) => [node, ...beneath(graph, node.id)]);
}

/** When it was finished: of the revisions that made it so, the last. */
function finishedAt(graph: Graph, node: TaskNode): number {
  return ownRevisions(graph, node.id).findLast(({ op }) => op === "COMPLETE")?.at ?? node.updatedAt;
}

function textOf({ label, steps, failed, values }: Omit<Procedure, "text">): string {
  const numbered = steps
    .slice(0, most)
    .map((step, at) => `${at + 1}. ${step.label}${step.result === "" ? "" : ` (${step.result})`}`);
  const trouble = failed.slice(0, most).map((one) => {
    if (one.how === "failed") return `${one.label} failed${one.by === null ? "" : `, ${one.by} instead`}`;
    return one.by === null ? `${one.label} was ${one.how}` : `${one.label} was replaced by ${one.by}`;
  });
  const known = values.slice(0, most).map((one) => `${one.label}: ${one.value}`);
  const text = [
    `How you did "${label}": ${numbered.join(" ")}`,
    ...(trouble.length > 0 ? [`What did not work: ${trouble.join("; ")}.`] : []),
    ...(known.length > 0 ? [`Settled: ${known.join("; ")}.`] : []),
  ].join(" ");
  return text.length > textChars ? `${text.slice(0, textChars - 1)}…` : text;
}
