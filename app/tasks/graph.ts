import { isPresent, labelKey, type TaskNode, type TaskRevision, type WhatIf } from "../storage/task-row.ts";
import { PersistentMap } from "./persistent-map.ts";

export type {
  RevisionOp,
  TaskActor,
  TaskKind,
  TaskNode,
  TaskRevision,
  TaskRule,
  TaskScalar,
  TaskState,
  TaskValue,
  WhatIf,
} from "../storage/task-row.ts";
export { isPresent, labelKey } from "../storage/task-row.ts";

/**
 * The task graph as it is known now, with the past of its nodes. It is never changed: `Draft` makes another one. Beside the nodes it holds
 * what is asked of it in a turn, so that nothing has to be searched for in ten thousand nodes.
 */
export type Graph = {
  readonly nodes: PersistentMap<TaskNode>;
  /** By parent ("" for goals without one): its parts in their order, those removed included. */
  readonly children: PersistentMap<readonly string[]>;
  /** By parent and key of the label. */
  readonly labelled: PersistentMap<readonly string[]>;
  /** By node: what depends on it. */
  readonly dependents: PersistentMap<readonly string[]>;
  /** By node: the constraints on its value. */
  readonly constraints: PersistentMap<readonly string[]>;
  /** By node, oldest first. */
  readonly whatIfs: PersistentMap<readonly WhatIf[]>;
  /** By node, oldest first. */
  readonly revisions: PersistentMap<readonly TaskRevision[]>;
};

/** A graph to look things up in: a `Graph`, or one that is being changed. */
export type View = { readonly [Part in keyof Graph]: Pick<Graph[Part], "get"> };

/** What a graph is made from. */
export type GraphRows = {
  nodes: readonly TaskNode[];
  whatIfs: readonly WhatIf[];
  /** In the order of writing. */
  revisions: readonly TaskRevision[];
};

/** The status that a person sees. */
export type TaskStatus = TaskNode["state"] | "stale" | "blocked";

export const emptyGraph: Graph = graphOf({ nodes: [], whatIfs: [], revisions: [] });

/** Makes the graph of these rows, which refer to no node outside of them. */
export function graphOf({ nodes, whatIfs, revisions }: GraphRows): Graph {
  const inOrder = [...nodes].sort(byPosition);
  const children = new Map<string, string[]>();
  const labelled = new Map<string, string[]>();
  const dependents = new Map<string, string[]>();
  const constraints = new Map<string, string[]>();
  for (const node of inOrder) {
    add(children, node.parentId ?? "", node.id);
    add(labelled, placeKey(node), node.id);
    for (const id of node.dependsOn) add(dependents, id, node.id);
    if (node.constrains !== null) add(constraints, node.constrains, node.id);
  }
  return {
    nodes: new PersistentMap(new Map(nodes.map((node) => [node.id, node]))),
    children: new PersistentMap<readonly string[]>(children),
    labelled: new PersistentMap<readonly string[]>(labelled),
    dependents: new PersistentMap<readonly string[]>(dependents),
    constraints: new PersistentMap<readonly string[]>(constraints),
    whatIfs: new PersistentMap<readonly WhatIf[]>(Map.groupBy(whatIfs, ({ nodeId }) => nodeId)),
    revisions: new PersistentMap<readonly TaskRevision[]>(Map.groupBy(revisions, ({ nodeId }) => nodeId)),
  };
}

/** The nodes and what-ifs that are left when every revision has been carried out again. */
export function replay(revisions: Iterable<TaskRevision>): {
  nodes: Map<string, TaskNode>;
  whatIfs: Map<string, WhatIf>;
} {
  const nodes = new Map<string, TaskNode>();
  const whatIfs = new Map<string, WhatIf>();
  for (const revision of revisions) {
    if (revision.subject === "what_if") put(whatIfs, revision.whatIfId, revision.after);
    else put(nodes, revision.nodeId, revision.after);
  }
  return { nodes, whatIfs };
}

function put<V>(map: Map<string, V>, key: string, value: V | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}

function add(lists: Map<string, string[]>, key: string, id: string): void {
  const list = lists.get(key);
  if (list) list.push(id);
  else lists.set(key, [id]);
}

export function byPosition(a: TaskNode, b: TaskNode): number {
  return a.position - b.position || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

/** The key of `Graph.labelled` under which a node stands. */
export function placeKey({ parentId, label }: Pick<TaskNode, "parentId" | "label">): string {
  return `${parentId ?? ""}\n${labelKey(label)}`;
}

/** The parts of a node (or with null all goals without a parent) in their order, without what was removed or cancelled. */
export function partsOf(graph: View, parentId: string | null): TaskNode[] {
  return nodesOf(graph, graph.children.get(parentId ?? "")).filter(isPresent);
}

/** The nodes with these ids, as far as they are in the graph. */
export function nodesOf(graph: View, ids: readonly string[] = []): TaskNode[] {
  return ids.flatMap((id) => graph.nodes.get(id) ?? []);
}

/** The node and all beneath it, parents first. */
export function subtreeOf(graph: View, id: string): TaskNode[] {
  const found: TaskNode[] = [];
  const left = [id];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const node = graph.nodes.get(next);
    if (!node) continue;
    found.push(node);
    left.push(...(graph.children.get(next) ?? []).toReversed());
  }
  return found;
}

/** From the root goal down to the node's parent. */
export function ancestorsOf(graph: View, node: TaskNode): TaskNode[] {
  const found: TaskNode[] = [];
  for (let id = node.parentId; id !== null; ) {
    const parent = graph.nodes.get(id);
    if (!parent) break;
    found.push(parent);
    id = parent.parentId;
  }
  return found.reverse();
}

/** The labels from the root goal to the node, joined by "/"; "" where there is no such node. */
export function pathOf(graph: View, id: string): string {
  const node = graph.nodes.get(id);
  return node ? [...ancestorsOf(graph, node), node].map(({ label }) => label).join("/") : "";
}

/** The labels of a path. */
export function labelsOf(path: string): string[] {
  return path.split("/").map((label) => label.replace(/\s+/gu, " ").trim());
}

/**
 * The node that a path names, or undefined. Where several have the label, it is the one that is still open, then the one that is finished,
 * then the one that is gone (with "gone" that one first), the newest of each.
 */
export function findNode(graph: View, path: string, prefer: "present" | "gone" = "present"): TaskNode | undefined {
  let here: TaskNode | undefined;
  const labels = labelsOf(path);
  for (const [depth, label] of labels.entries()) {
    const parentId: string | null = here?.id ?? null;
    const candidates = nodesOf(graph, graph.labelled.get(placeKey({ parentId, label })));
    const isLast = depth === labels.length - 1;
    const rank = (node: TaskNode) => (isLast && prefer === "gone" ? -openness(node) : openness(node));
    here = candidates.sort((a, b) => rank(b) - rank(a) || b.createdAt - a.createdAt || byPosition(b, a))[0];
    if (!here) return undefined;
  }
  return here;
}

function openness(node: TaskNode): number {
  if (!isPresent(node)) return 0;
  return isFinished(node) ? 1 : 2;
}

export function isFinished(node: TaskNode): boolean {
  return node.state === "done" || node.state === "failed";
}

/**
 * The status that a person sees. Stale goes before finished: what was done rests on something else by now. Blocked is a step or goal that is
 * neither begun nor finished and depends on a step or goal that is not finished, or on a slot without a value.
 */
export function statusOf(graph: View, node: TaskNode): TaskStatus {
  if (!isPresent(node)) return node.state;
  if (node.stale !== null) return "stale";
  if (node.state === "pending" && nodesOf(graph, node.dependsOn).some(isAwaited)) return "blocked";
  return node.state;
}

function isAwaited(node: TaskNode): boolean {
  if (!isPresent(node) || isFinished(node) || node.kind === "constraint") return false;
  return node.kind === "slot" ? node.value === null : true;
}

/** The what-ifs of a node that nobody has decided on yet, oldest first; they are one question. */
export function openWhatIfs(graph: View, nodeId: string): WhatIf[] {
  return (graph.whatIfs.get(nodeId) ?? []).filter(({ state }) => state === "open");
}

/** What was done to the node itself, without what rules made of it, oldest first. */
export function ownRevisions(graph: View, nodeId: string): Extract<TaskRevision, { subject: "node" }>[] {
  return (graph.revisions.get(nodeId) ?? []).flatMap((revision) =>
    revision.subject === "node" && revision.number !== null ? [revision] : [],
  );
}
