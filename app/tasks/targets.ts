import type { Draft } from "./draft.ts";
import {
  ancestorsOf,
  findNode,
  isFinished,
  isPresent,
  labelsOf,
  nodesOf,
  pathOf,
  placeKey,
  type TaskKind,
  type TaskNode,
  type TaskState,
  type TaskValue,
} from "./graph.ts";
import type { Intent } from "./intent.ts";
import { quoted, Refused } from "./refuse.ts";

/** The node that an intent names. @throws Refused */
export function target(draft: Draft, { id, node: path }: Intent, prefer?: "gone"): TaskNode {
  const found = id === undefined ? findNode(draft, path, prefer) : draft.nodes.get(id);
  if (!found) throw unknown(path);
  return found;
}

/** The node at a path. @throws Refused */
export function named(draft: Draft, path: string): TaskNode {
  const found = findNode(draft, path);
  if (!found) throw unknown(path);
  return found;
}

function unknown(path: string): Refused {
  return new Refused("unknown_node", `There is no task ${quoted(path)}.`);
}

/** The node, where neither it nor anything above it is gone. @throws Refused */
export function present(draft: Draft, node: TaskNode): TaskNode {
  const gone = [...ancestorsOf(draft, node), node].find((each) => !isPresent(each));
  if (!gone) return node;
  throw new Refused("gone", `${quoted(pathOf(draft, gone.id))} was ${gone.state}; restore it first.`);
}

/** Where a NEW is to stand. */
export function placeOf(draft: Draft, intent: Intent): { parent: TaskNode | undefined; label: string } {
  const labels = labelsOf(intent.node);
  const label = labels.at(-1) ?? "";
  const above = labels.slice(0, -1).join("/");
  const isRoot = intent.id === undefined && labels.length === 1;
  const parent = isRoot ? undefined : present(draft, target(draft, { ...intent, node: above }));
  if (parent && parent.kind !== "goal" && parent.kind !== "step") {
    throw wrongKind(draft, parent, `is a ${parent.kind} and has no parts`);
  }
  return { parent, label };
}

/** What stands under the parent by that label: what is open before what is finished, and that before what is gone. */
export function sibling(draft: Draft, parent: TaskNode | undefined, label: string): TaskNode | undefined {
  const parentId = parent?.id ?? null;
  const all = nodesOf(draft, draft.labelled.get(placeKey({ parentId, label })));
  return all.find((node) => isPresent(node) && !isFinished(node)) ?? all.find(isPresent) ?? all.at(-1);
}

/** @throws Refused for a node that has no value */
export function requireValued(draft: Draft, node: TaskNode): void {
  if (node.kind === "goal" || node.kind === "constraint")
    throw wrongKind(draft, node, `is a ${node.kind} and has no value`);
}

export function wrongKind(draft: Draft, node: TaskNode, why: string): Refused {
  return new Refused("wrong_type", `${quoted(pathOf(draft, node.id))} ${why}.`);
}

export function cycle(draft: Draft, node: TaskNode, other: string): Refused {
  const [one, two] = [pathOf(draft, node.id), pathOf(draft, other)].map(quoted);
  return new Refused(
    "cycle",
    one === two ? `${one} cannot wait for itself.` : `${one} cannot wait for ${two}, which waits for it.`,
  );
}

/** A position behind all parts of the parent. */
export function nextPosition(draft: Draft, parent: TaskNode | undefined): number {
  const last = draft.nodes.get((draft.children.get(parent?.id ?? "") ?? []).at(-1) ?? "");
  return last ? Math.floor(last.position) + 1 : 1;
}

/** A slot is pending until it has a value, a step until it is begun. */
export function firstState(kind: TaskKind, value: TaskValue | null): TaskState {
  return kind === "step" || (kind === "slot" && value === null) ? "pending" : "active";
}

/** The state of a node that is given a value. */
export function begun({ state }: TaskNode): TaskState {
  return state === "pending" || state === "failed" ? "active" : state;
}

export function sameRule(a: TaskNode["rule"], b: TaskNode["rule"]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
