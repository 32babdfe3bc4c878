import { decide } from "./branches.ts";
import type { Draft } from "./draft.ts";
import { ancestorsOf, isFinished, isPresent, subtreeOf, type TaskNode } from "./graph.ts";
import { firstState } from "./targets.ts";

/** Takes the node and all beneath it out of the present; `restore` brings back what this intent has taken. */
export function close(draft: Draft, node: TaskNode, state: "removed" | "cancelled"): TaskNode {
  if (node.state === "removed" || node.state === state) return node;
  for (const part of subtreeOf(draft, node.id)) {
    const isKept = state === "cancelled" && part.id !== node.id && isFinished(part);
    if (isKept || part.state === "removed" || part.state === state) continue;
    decide(draft, part, null);
    draft.change(part.id, { state, closing: { by: draft.intentId, was: part.closing?.was ?? part.state } });
  }
  return node;
}

/** Brings back what is gone, and opens again what is finished. */
export function bringBack(draft: Draft, node: TaskNode): TaskNode {
  if (!isFinished(node)) return restore(draft, node);
  reopen(draft, node.parentId === null ? undefined : draft.nodes.get(node.parentId));
  draft.change(node.id, { state: firstState(node.kind, node.value) });
  return node;
}

/** Brings the node back with what went with it, and the way to it. */
export function restore(draft: Draft, node: TaskNode): TaskNode {
  if (isPresent(node)) return node;
  const { closing } = node;
  const gone = subtreeOf(draft, node.id).filter((part) => !isPresent(part) && part.closing?.by === closing?.by);
  const above = ancestorsOf(draft, node).filter((parent) => !isPresent(parent));
  for (const part of [...above, ...gone]) {
    draft.change(part.id, { state: part.closing?.was ?? firstState(part.kind, part.value), closing: null });
  }
  return node;
}

/** Something new in a finished goal opens it again. */
export function reopen(draft: Draft, parent: TaskNode | undefined): void {
  if (!parent) return;
  for (const node of [...ancestorsOf(draft, parent), parent]) {
    if (isFinished(node)) draft.mark(node.id, { state: "active" });
  }
}
