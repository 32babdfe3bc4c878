import { type Graph, openWhatIfs, partsOf, statusOf, type TaskNode } from "../graph.ts";
import { showValue } from "../values.ts";

/** Characters of the view, and of one value in it. */
const bounds = { view: 4_000, value: 80 } as const;

/**
 * The tasks as a model is shown them to name them: a line for each open node with its path, value and what is remarkable about it; the
 * goals that are talked about first and whole, then the names of the others, as far as there is room.
 */
export function compactView(graph: Graph, talked: readonly string[]): string {
  const roots = partsOf(graph, null).filter((goal) => goal.state !== "done" && goal.state !== "failed");
  const near = roots.filter(({ id }) => talked.includes(id));
  const far = roots.filter(({ id }) => !talked.includes(id)).sort((a, b) => b.updatedAt - a.updatedAt);
  const lines: string[] = [];
  let room = bounds.view;
  const say = (line: string): boolean => {
    room -= line.length + 1;
    if (room >= 0) lines.push(line);
    return room >= 0;
  };
  const walk = (node: TaskNode, above: string): boolean => {
    const path = above === "" ? node.label : `${above}/${node.label}`;
    return say(lineOf(graph, node, path)) && partsOf(graph, node.id).every((part) => walk(part, path));
  };
  const whole = near.every((goal) => walk(goal, ""));
  if (whole) far.every((goal) => say(lineOf(graph, goal, goal.label)));
  return lines.join("\n");
}

function lineOf(graph: Graph, node: TaskNode, path: string): string {
  const status = statusOf(graph, node);
  const marks = [node.kind as string, ...(status === "pending" || status === "active" ? [] : [status])];
  if (node.conflictsWith !== null) marks.push("broken");
  if (openWhatIfs(graph, node.id).length > 0) marks.push("question open");
  const value = node.value === null ? "" : ` = ${showValue(node.value).slice(0, bounds.value)}`;
  return `${path}${value} (${marks.join(", ")})`;
}
