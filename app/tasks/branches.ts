import type { Draft } from "./draft.ts";
import { openWhatIfs, type TaskNode, type TaskValue } from "./graph.ts";
import type { Intent } from "./intent.ts";
import { Refused } from "./refuse.ts";
import { present, requireValued, target } from "./targets.ts";
import { sameValue } from "./values.ts";

/** Puts a value that was not asked for beside the main branch. */
export function ask(draft: Draft, intent: Intent): TaskNode {
  const node = present(draft, target(draft, intent));
  if (intent.value === undefined) throw new Refused("malformed", "It is not said what would be different.");
  requireValued(draft, node);
  return sameValue(node.value, intent.value) ? node : setAside(draft, node, intent.value);
}

/** Notes a value as a what-if, which is a question about the node, where it is not one yet. */
export function setAside(draft: Draft, node: TaskNode, value: TaskValue): TaskNode {
  const open = openWhatIfs(draft, node.id);
  if (open.some((other) => sameValue(other.value, value))) return node;
  const { newId, changeId, at } = draft.context;
  const id = newId();
  // What is asked about in one turn is one branch.
  draft.putWhatIf(node.id, id, { id, branchId: changeId, nodeId: node.id, value, state: "open", at });
  return node;
}

/** Closes the question about a node: the value that it gets was accepted, others are dropped. */
export function decide(draft: Draft, node: TaskNode, value: TaskValue | null): void {
  for (const open of openWhatIfs(draft, node.id)) {
    const state = value !== null && sameValue(open.value, value) ? "accepted" : "dropped";
    draft.putWhatIf(node.id, open.id, { ...open, state });
  }
}
