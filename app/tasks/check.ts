import { conflictsAbout, questionAbout, type TaskConflict, type TaskQuestion } from "./apply.ts";
import {
  type Graph,
  isFinished,
  isPresent,
  ownRevisions,
  partsOf,
  pathOf,
  type RevisionOp,
  statusOf,
  subtreeOf,
  type TaskActor,
  type TaskNode,
  type TaskStatus,
  type TaskValue,
} from "./graph.ts";

/** A node as it is told of. */
export type ToldNode = {
  id: string;
  path: string;
  label: string;
  kind: TaskNode["kind"];
  status: TaskStatus;
  value: TaskValue | null;
};

/** What a node was from a moment on (ms): its value, or that it was removed or cancelled. */
export type PastValue = {
  at: number;
  op: RevisionOp;
  who: TaskActor;
  quote: string | null;
  value: TaskValue | null;
  gone: "removed" | "cancelled" | null;
};

/** The answer to a question about a node. */
export type Checked = ToldNode & {
  summary: string | null;
  /** The node whose change it has not been looked at since, or null. */
  staleBecause: string | null;
  /** Its values and what it was when, oldest first. */
  history: PastValue[];
  parts: ToldNode[];
  /** Steps and goals beneath it that are neither finished nor gone, in order. */
  left: ToldNode[];
  question: TaskQuestion | null;
  conflicts: TaskConflict[];
};

/** What there is to say about a node, one that was removed included. */
export function checkNode(graph: Graph, node: TaskNode): Checked {
  const beneath = subtreeOf(graph, node.id).filter((each) => isPresent(each) && each.id !== node.id);
  return {
    ...told(graph, node),
    summary: node.summary,
    staleBecause: node.stale === null || !graph.nodes.get(node.stale) ? null : pathOf(graph, node.stale),
    history: historyOf(graph, node.id),
    parts: partsOf(graph, node.id).map((part) => told(graph, part)),
    left: beneath
      .filter((each) => (each.kind === "step" || each.kind === "goal") && !isFinished(each))
      .map((each) => told(graph, each)),
    question: questionAbout(graph, node.id),
    conflicts: conflictsAbout(graph, new Set([node.id, ...beneath.map(({ id }) => id)])),
  };
}

/** What the node was, as often as its value or its being there changed, oldest first. */
export function historyOf(graph: Graph, nodeId: string): PastValue[] {
  const history: PastValue[] = [];
  for (const { at, op, who, quote, after } of ownRevisions(graph, nodeId)) {
    if (!after) continue;
    const gone = isPresent(after) ? null : after.state === "cancelled" ? "cancelled" : "removed";
    const last = history.at(-1);
    const isSame = last && last.gone === gone && JSON.stringify(last.value) === JSON.stringify(after.value);
    if (!isSame) history.push({ at, op, who, quote, value: after.value, gone });
  }
  return history;
}

function told(graph: Graph, node: TaskNode): ToldNode {
  const { id, label, kind, value } = node;
  return { id, path: pathOf(graph, id), label, kind, value, status: statusOf(graph, node) };
}
