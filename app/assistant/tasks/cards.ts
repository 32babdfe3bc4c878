import type { TaskChange, TaskChangeEntry } from "../../contract/task-change.ts";
import type { Card, CardRow } from "../../storage/task-cards.ts";
import type { TaskNode } from "../../tasks/graph.ts";
import { showRule } from "../../tasks/slice.ts";
import { showValue } from "../../tasks/values.ts";

/** Lines of a card: what else was done is seen under Tasks. */
const most = 40;

/** A change as a card shows it. */
export function changeView({ changeId, undoable, undone, rows }: Card): TaskChange {
  return { changeId, undoable, undone, entries: rows.flatMap((row) => entryOf(row) ?? []).slice(0, most) };
}

function entryOf(row: CardRow): TaskChangeEntry | null {
  const { nodeId, before, after, asked, goal } = row;
  const node = after ?? before;
  if (!node) return null;
  const of = { nodeId, label: node.label, goalId: node.rootId, goal };
  if (asked) {
    return asked.state === "open"
      ? { ...of, what: "asked", before: textOf(before), after: showValue(asked.value) }
      : null;
  }
  const what = after === null ? "removed" : row.byRule ? byRule(before, after) : byIntent(row, before, after);
  if (what === "conflict") return { ...of, what, before: null, after: after?.rule ? showRule(after.rule) : null };
  return what && { ...of, what, before: textOf(before), after: textOf(after) };
}

function byRule(before: TaskNode | null, after: TaskNode): TaskChangeEntry["what"] | null {
  if (after.stale !== null && before?.stale == null) return "stale";
  return after.conflictsWith !== null && before?.conflictsWith == null ? "conflict" : null;
}

function byIntent({ op }: CardRow, before: TaskNode | null, after: TaskNode): TaskChangeEntry["what"] | null {
  if (before === null) return after.conflictsWith === null ? "added" : "conflict";
  if (after.state !== before.state) {
    if (after.state === "removed" || after.state === "cancelled" || after.state === "failed") return after.state;
    return after.state === "done" ? "finished" : "restored";
  }
  if (op === "ROLLBACK") return "reverted";
  return textOf(before) === textOf(after) ? null : "changed";
}

const textOf = (node: TaskNode | null): string | null =>
  node === null || node.value === null ? null : showValue(node.value);
