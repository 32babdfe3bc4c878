import { decide } from "./branches.ts";
import type { Draft } from "./draft.ts";
import { isPresent, nodesOf, ownRevisions, pathOf, type TaskNode } from "./graph.ts";
import type { Intent } from "./intent.ts";
import { close, restore } from "./presence.ts";
import { quoted, Refused } from "./refuse.ts";
import { waitsFor } from "./rules.ts";
import { cycle, sameRule, target } from "./targets.ts";
import { sameValue } from "./values.ts";

/** Gives a node what it was before, or what it was at one of its revisions. @throws Refused */
export function rollBack(draft: Draft, intent: Intent): TaskNode {
  const node = target(draft, intent);
  if (intent.to !== undefined) return rollBackTo(draft, node, intent.to);
  if (!isPresent(node)) return restore(draft, node);
  const past = ownRevisions(draft, node.id).flatMap(({ after }) => (after && isPresent(after) ? [after] : []));
  const earlier =
    past.findLast(({ value, rule }) => !sameValue(value, node.value) || !sameRule(rule, node.rule)) ??
    past.findLast(({ state }) => state !== node.state);
  if (earlier) return revert(draft, node, earlier);
  if (node.kind === "goal" && takeBackParts(draft, node)) return node;
  throw new Refused("unknown_revision", `${quoted(pathOf(draft, node.id))} has never been anything else.`);
}

function rollBackTo(draft: Draft, node: TaskNode, to: number | string): TaskNode {
  const past = ownRevisions(draft, node.id);
  const found =
    past.find(({ number }) => number === Number(to)) ??
    past.findLast(({ after }) => after !== null && typeof to === "string" && sameValue(after.value, to));
  if (!found?.after) {
    throw new Refused("unknown_revision", `${quoted(pathOf(draft, node.id))} has no such earlier version.`);
  }
  const { after } = found;
  if (!isPresent(after)) return close(draft, node, after.state === "cancelled" ? "cancelled" : "removed");
  if (!isPresent(node)) restore(draft, node);
  // What it depended on may depend on it by now.
  for (const id of after.dependsOn) if (waitsFor(draft, id, node.id)) throw cycle(draft, node, id);
  draft.change(node.id, { dependsOn: after.dependsOn.filter((id) => draft.nodes.get(id)) });
  return revert(draft, node, after);
}

/** Gives the node what it had then. */
function revert(draft: Draft, node: TaskNode, { value, rule, constrains, state }: TaskNode): TaskNode {
  if (value !== null) decide(draft, node, value);
  const isSame = sameValue(value, node.value) && sameRule(rule, node.rule) && state === node.state && !node.stale;
  if (!isSame) draft.change(node.id, { value, rule, constrains, state, stale: null });
  return node;
}

/** Undoes what the last replacement of a goal's parts did to them; false where there was none. */
function takeBackParts(draft: Draft, goal: TaskNode): boolean {
  const parts = nodesOf(draft, draft.children.get(goal.id));
  const last = parts
    .flatMap(({ id }) => ownRevisions(draft, id))
    .filter(({ op }) => op === "REPLACE")
    .reduce<{ at: number; intentId: string } | null>((found, one) => (found && found.at > one.at ? found : one), null);
  if (!last) return false;
  for (const part of parts) {
    const past = ownRevisions(draft, part.id);
    const at = past.findIndex(({ intentId }) => intentId === last.intentId);
    if (at < 0) continue;
    const before = past[at - 1]?.after;
    if (!before || !isPresent(before)) close(draft, part, "removed");
    else {
      restore(draft, part);
      revert(draft, draft.nodes.get(part.id) ?? part, before);
    }
  }
  return true;
}
