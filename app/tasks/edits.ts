import { decide } from "./branches.ts";
import type { Draft } from "./draft.ts";
import { isFinished, isPresent, labelKey, openWhatIfs, partsOf, pathOf, type TaskNode } from "./graph.ts";
import { intentLimits } from "./intent.ts";
import { quoted, Refused } from "./refuse.ts";
import { waitsFor } from "./rules.ts";

/** What only the window, or a rule, does. */
export type Edit =
  /**
   * Answers the question about a node: the value that was asked about is taken, or all stays as it is. Where nothing is asked about a stale
   * one, KEEP says that it still holds.
   */
  | { op: "ACCEPT" | "KEEP"; id: string }
  | { op: "RENAME"; id: string; label: string }
  /** Puts a node after a sibling (null: first), under another parent of the same goal where one is given. */
  | { op: "MOVE"; id: string; after: string | null; parentId?: string }
  /** Notes that a goal follows what was learned from a finished one. */
  | { op: "REUSE"; id: string; from: string };

/** Carries out what only the window asks for. @throws Refused */
export function editNode(draft: Draft, node: TaskNode, edit: Edit): void {
  if (edit.op === "MOVE") move(draft, node, edit);
  else if (edit.op === "RENAME") rename(draft, node, edit.label);
  else if (edit.op === "REUSE") {
    const from = draft.nodes.get(edit.from);
    if (from?.kind !== "goal" || node.kind !== "goal" || from.id === node.id) {
      throw new Refused("wrong_type", "Only a goal can follow another goal.");
    }
    if (!node.reuses.includes(from.id)) draft.change(node.id, { reuses: [...node.reuses, from.id] });
  } else {
    const open = openWhatIfs(draft, node.id);
    const last = open.at(-1);
    if (!last && edit.op === "KEEP" && node.stale !== null) {
      draft.change(node.id, { stale: null });
      return;
    }
    if (!last) throw new Refused("unknown_revision", `Nothing is asked about ${quoted(pathOf(draft, node.id))}.`);
    const value = edit.op === "ACCEPT" ? last.value : null;
    decide(draft, node, value);
    if (value !== null) draft.change(node.id, { value, stale: null });
  }
}

function rename(draft: Draft, node: TaskNode, given: string): void {
  // A "/" parts the labels of a path.
  const label = given.replaceAll("/", " ").replace(/\s+/gu, " ").trim();
  if (label === "" || label.length > intentLimits.labelChars)
    throw new Refused("malformed", "That is no name for a task.");
  const twin = partsOf(draft, node.parentId).find(
    (other) => other.id !== node.id && labelKey(other.label) === labelKey(label),
  );
  if (twin && (node.parentId !== null || !isFinished(twin))) {
    throw new Refused("wrong_type", `There is a ${quoted(twin.label)} already.`);
  }
  if (label !== node.label) draft.change(node.id, { label });
}

function move(draft: Draft, node: TaskNode, { after, parentId }: Extract<Edit, { op: "MOVE" }>): void {
  const to = parentId === undefined ? node.parentId : parentId;
  const parent = to === null ? null : draft.nodes.get(to);
  if (to !== node.parentId) {
    if (!parent || !isPresent(parent)) throw new Refused("unknown_node", "That place is not there any more.");
    if (
      parent.rootId !== node.rootId ||
      node.parentId === null ||
      parent.kind === "slot" ||
      parent.kind === "constraint"
    ) {
      throw new Refused("wrong_type", `${quoted(pathOf(draft, node.id))} cannot stand there.`);
    }
    if (waitsFor(draft, node.id, parent.id)) {
      throw new Refused("cycle", `${quoted(pathOf(draft, node.id))} cannot be a part of what it waits for or holds.`);
    }
    const twin = partsOf(draft, parent.id).some(({ label }) => label.toLowerCase() === node.label.toLowerCase());
    if (twin) throw new Refused("wrong_type", `There is a ${quoted(node.label)} already.`);
  }
  const siblings = (draft.children.get(to ?? "") ?? []).filter((id) => id !== node.id);
  const place = after === null ? -1 : siblings.indexOf(after);
  if (after !== null && place < 0) throw new Refused("unknown_node", "That place is not there any more.");
  const at = (index: number) => draft.nodes.get(siblings[index] ?? "")?.position;
  const [low, high] = [at(place), at(place + 1)];
  const position = low === undefined ? (high ?? 1) - 1 : high === undefined ? low + 1 : (low + high) / 2;
  if (position !== low && position !== high) {
    draft.change(node.id, { parentId: to, position });
    return;
  }
  // No number is left between the two: all are counted anew.
  draft.change(node.id, { parentId: to, position: place + 2 });
  for (const [index, id] of siblings.entries()) {
    draft.mark(id, { position: index <= place ? index + 1 : index + 2 });
  }
}
