import { EbbError } from "../../contract/errors.ts";
import type { Goal, OutlineRow, Task, TaskRevision } from "../../contract/tasks.ts";
import {
  ancestorsOf,
  type Graph,
  isFinished,
  isPresent,
  labelKey,
  nodesOf,
  openWhatIfs,
  partsOf,
  statusOf,
  subtreeOf,
  type TaskNode,
} from "../../tasks/graph.ts";
import { showRule } from "../../tasks/slice.ts";
import type { TaskStore } from "../../tasks/store.ts";
import { showValue } from "../../tasks/values.ts";

/** Characters of a value as it is shown, and goals that the user may put in order. */
const bounds = { value: 2_000, questions: 100 } as const;

/** Goals without a parent: those open in the user's order, or those that are over, latest first. */
export function goalViews(
  tasks: TaskStore,
  { over, limit, offset }: { over: boolean; limit: number; offset: number },
): { items: Goal[]; total: number } {
  if (!over) {
    const graph = tasks.graph();
    const open = partsOf(graph, null).filter((goal) => !isFinished(goal));
    return { items: open.slice(offset, offset + limit).map((goal) => goalView(graph, goal)), total: open.length };
  }
  const { goals, total } = tasks.goals(["done", "failed", "cancelled", "removed"], limit, offset);
  const ids = goals.map(({ id }) => id);
  const graph = tasks.graphOfNodes(ids);
  return { items: nodesOf(graph, ids).map((goal) => goalView(graph, goal)), total };
}

/** The goal and all beneath it, parents first; what was removed and cancelled only with `gone`. @throws NOT_FOUND */
export function outlineOf(tasks: TaskStore, id: string, gone: boolean): OutlineRow[] {
  const graph = tasks.graphOfNodes([id]);
  const root = nodeIn(graph, id);
  const depths = new Map<string, number>();
  const rows: OutlineRow[] = [];
  for (const node of subtreeOf(graph, id)) {
    const above = node.parentId === null || node.id === root.id ? -1 : depths.get(node.parentId);
    // What stands under something that is not shown is not shown either.
    if (above === undefined || (node.id !== root.id && !gone && !isPresent(node))) continue;
    depths.set(node.id, above + 1);
    rows.push({ ...rowView(graph, node), depth: above + 1 });
  }
  return rows;
}

/** What was done to a node and said about it, newest first. @throws NOT_FOUND */
export function historyOf(
  tasks: TaskStore,
  id: string,
  conversationOf: (messageId: string) => string | null,
): { task: Task; revisions: TaskRevision[] } {
  const graph = tasks.graphOfNodes([id]);
  const node = nodeIn(graph, id);
  const revisions = (graph.revisions.get(id) ?? []).flatMap((revision): TaskRevision[] => {
    const { op, who, at, quote, messageId, number, after } = revision;
    const conversationId = messageId === null ? null : conversationOf(messageId);
    const said = { id: revision.id, number, op, who, at, quote, messageId, conversationId };
    if (revision.subject === "what_if") {
      const asked = revision.after?.state === "open" ? revision.after : null;
      return asked ? [{ ...said, ...thenOf(graph, node), value: showValue(asked.value, bounds.value) }] : [];
    }
    return number === null || after === null ? [] : [{ ...said, ...thenOf(graph, revision.after ?? node) }];
  });
  return { task: taskView(graph, node), revisions: revisions.reverse() };
}

/** Tasks with an open question, those asked first first. */
export function questionViews(tasks: TaskStore): (Task & { goal: string; goalId: string })[] {
  const ids = tasks.questioned(bounds.questions);
  const graph = tasks.graphOfNodes(ids);
  return nodesOf(graph, ids)
    .filter((node) => openWhatIfs(graph, node.id).length > 0)
    .map((node) => {
      const { id: goalId, label: goal } = ancestorsOf(graph, node)[0] ?? node;
      return { ...taskView(graph, node), goal, goalId };
    });
}

function thenOf(graph: Graph, node: TaskNode): Pick<TaskRevision, "label" | "status" | "value"> {
  return { label: node.label, status: statusOf(graph, node), value: ruleText(node) ?? valueText(node) };
}

function goalView(graph: Graph, goal: TaskNode): Goal {
  const beneath = subtreeOf(graph, goal.id).filter((node) => node.id !== goal.id && isPresent(node));
  const work = beneath.filter(({ kind }) => kind === "step" || kind === "goal");
  const count = (holds: (node: TaskNode) => boolean): number => beneath.filter(holds).length;
  return {
    ...taskView(graph, goal),
    finished: work.filter(isFinished).length,
    steps: work.length,
    due: knownValue(partsOf(graph, goal.id).find(({ kind, label }) => kind === "slot" && labelKey(label) === "due")),
    stale: count(({ stale }) => stale !== null),
    conflicting: count(({ conflictsWith }) => conflictsWith !== null),
    questions: count(({ id }) => openWhatIfs(graph, id).length > 0),
  };
}

function taskView(graph: Graph, node: TaskNode): Task {
  const { id, createdAt, updatedAt } = node;
  return { ...rowView(graph, node), dependents: refsTo(graph, graph.dependents.get(id)), createdAt, updatedAt };
}

function rowView(graph: Graph, node: TaskNode): Omit<OutlineRow, "depth"> {
  const { id, parentId, kind, label, rule, constrains, stale, summary } = node;
  const [because] = stale === null ? [] : nodesOf(graph, [stale]);
  const [about] = constrains === null ? [] : nodesOf(graph, [constrains]);
  const open = openWhatIfs(graph, id);
  return {
    id,
    parentId,
    kind,
    label,
    value: valueText(node),
    status: statusOf(graph, node),
    staleBecause: because ? refTo(because) : null,
    dependsOn: refsTo(graph, node.dependsOn),
    rule: rule && about ? { text: showRule(rule), on: refTo(about) } : null,
    conflicts: conflictsOf(graph, node),
    question: open.length > 0 ? { values: open.map(({ value }) => showValue(value, bounds.value)) } : null,
    summary,
  };
}

function conflictsOf(graph: Graph, node: TaskNode): string[] {
  if (node.kind === "constraint") {
    const [breaker] = node.conflictsWith === null ? [] : nodesOf(graph, [node.conflictsWith]);
    return breaker ? [`${breaker.label} is ${showValue(breaker.value)}`] : [];
  }
  return nodesOf(graph, graph.constraints.get(node.id))
    .filter((constraint) => constraint.conflictsWith === node.id && constraint.rule && isPresent(constraint))
    .map(({ label, rule }) => `${label}: ${rule ? showRule(rule) : ""}`);
}

function nodeIn(graph: Graph, id: string): TaskNode {
  const node = graph.nodes.get(id);
  if (node) return node;
  throw new EbbError("NOT_FOUND", "That task does not exist any more.", "Choose another one from the list.");
}

const refsTo = (graph: Graph, ids: readonly string[] = []) => nodesOf(graph, ids).filter(isPresent).map(refTo);
const refTo = ({ id, label, rootId: goalId }: TaskNode) => ({ id, label, goalId });
const ruleText = ({ rule }: TaskNode): string | null => (rule === null ? null : showRule(rule));
const knownValue = (node: TaskNode | undefined): string | null => (node ? valueText(node) : null);
const valueText = ({ value }: TaskNode): string | null => (value === null ? null : showValue(value, bounds.value));
