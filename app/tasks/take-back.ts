import { isDeepStrictEqual } from "node:util";
import type { Draft } from "./draft.ts";
import type { TaskNode, TaskRevision, WhatIf } from "./graph.ts";
import { quoted, Refused } from "./refuse.ts";
import { checkConstraints, waitsFor } from "./rules.ts";

/** Gives all that these revisions changed what it had before them. @throws Refused where something has changed since, or rests on it */
export function takeBackAll(draft: Draft, revisions: readonly TaskRevision[]): void {
  for (const revision of revisions.toReversed()) takeBack(draft, revision);
  for (const { nodeId } of revisions) mend(draft, nodeId);
  for (const { nodeId } of revisions) {
    const node = draft.nodes.get(nodeId);
    const isCircular = node?.dependsOn.some((id) => waitsFor(draft, id, nodeId));
    if (isCircular || (node?.parentId && waitsFor(draft, nodeId, node.parentId))) throw changedSince(draft, nodeId);
  }
  for (const { nodeId } of revisions) {
    const isHeld = [draft.children, draft.dependents, draft.constraints].some(
      (lists) => (lists.get(nodeId) ?? []).length > 0,
    );
    if (!draft.nodes.get(nodeId) && isHeld) throw changedSince(draft, nodeId);
  }
  checkConstraints(draft);
}

function takeBack(draft: Draft, revision: TaskRevision): void {
  const past = (draft.revisions.get(revision.nodeId) ?? []).filter((one) => keyOf(one) === keyOf(revision));
  const before = past[past.findIndex(({ id }) => id === revision.id) - 1]?.after ?? null;
  const known =
    revision.subject === "node"
      ? draft.nodes.get(revision.nodeId)
      : draft.whatIfs.get(revision.nodeId)?.find(({ id }) => id === revision.whatIfId);
  if (!isDeepStrictEqual(known ?? null, revision.after)) {
    // What a rule marked, and was looked at since, stays as it is.
    if (revision.subject === "node" && revision.number === null) return;
    throw changedSince(draft, revision.nodeId);
  }
  if (revision.subject === "what_if") draft.putWhatIf(revision.nodeId, revision.whatIfId, before as WhatIf | null);
  else draft.put(revision.nodeId, before as TaskNode | null, revision.number === null ? "rule" : "own");
}

/** Takes away what leads to nodes that are not there any more. */
function mend(draft: Draft, id: string): void {
  const node = draft.nodes.get(id);
  if (!node) return;
  const there = (ids: readonly string[]) => ids.filter((other) => draft.nodes.get(other));
  const [dependsOn, replaces] = [there(node.dependsOn), there(node.replaces)];
  const constrains = node.constrains === null ? null : (there([node.constrains])[0] ?? null);
  const isWhole =
    dependsOn.length === node.dependsOn.length &&
    replaces.length === node.replaces.length &&
    constrains === node.constrains;
  if (!isWhole) draft.mark(id, { dependsOn, replaces, constrains, conflictsWith: constrains && node.conflictsWith });
}

function keyOf(revision: TaskRevision): string {
  return revision.subject === "what_if" ? revision.whatIfId : revision.nodeId;
}

function changedSince(draft: Draft, id: string): Refused {
  const label = (draft.nodes.get(id) ?? draft.before(id))?.label ?? "";
  return new Refused("changed_since", `${quoted(label)} has been changed since.`);
}
