export const taskKinds = ["goal", "step", "slot", "constraint"] as const;
export type TaskKind = (typeof taskKinds)[number];

/** What was decided about a node. That it is stale or blocked comes on top, see `statusOf` in app/tasks/graph.ts. */
export const taskStates = ["pending", "active", "done", "failed", "cancelled", "removed"] as const;
export type TaskState = (typeof taskStates)[number];

export type TaskScalar = string | number | boolean;
export type TaskValue = TaskScalar | TaskScalar[];

export const ruleOps = ["before", "after", "equals", "not", "one_of", "min", "max"] as const;
/** What a constraint asks of the value of the node that it constrains. */
export type TaskRule = { op: (typeof ruleOps)[number]; value: TaskValue };

export const edgeKinds = ["subtask_of", "depends_on", "replaces", "constrains", "conflicts_with", "reuses"] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** A node of the task graph with the edges that go out from it. Times are ms since 1970 (UTC). */
export type TaskNode = {
  id: string;
  /** The goal without a parent that it stands under; its own id for that goal. */
  rootId: string;
  kind: TaskKind;
  label: string;
  value: TaskValue | null;
  /** Of a constraint, else null. */
  rule: TaskRule | null;
  state: TaskState;
  /** While removed or cancelled: the intent that did it, which may have taken other nodes too, and the state before. */
  closing: { by: string; was: TaskState } | null;
  /** The node whose change it has not been looked at since, or null. */
  stale: string | null;
  /** Of a finished goal or of a finished step that has parts: what came of it, in one line. */
  summary: string | null;
  /** subtask_of */
  parentId: string | null;
  /** Orders siblings; any number. */
  position: number;
  dependsOn: string[];
  /** What it was put in the place of. */
  replaces: string[];
  /** Of a constraint: the node whose value it is about. */
  constrains: string | null;
  /** Of a constraint: the node whose value breaks it now. */
  conflictsWith: string | null;
  /** Of a goal: the finished goals whose procedure it follows. */
  reuses: string[];
  createdAt: number;
  updatedAt: number;
};

/** A value that somebody asked about without changing it: a detached branch holds those of one turn. */
export type WhatIf = {
  id: string;
  branchId: string;
  nodeId: string;
  value: TaskValue;
  state: "open" | "accepted" | "dropped";
  at: number;
};

export const taskOps = [
  "NEW",
  "UPDATE",
  "REPLACE",
  "REMOVE",
  "RESTORE",
  "ROLLBACK",
  "CHECK",
  "WHAT_IF",
  "COMPLETE",
  "CANCEL",
] as const;
export type TaskOp = (typeof taskOps)[number];

/** What wrote a revision: an intent, or what only the window (or a learned procedure) asks for. */
export type RevisionOp = TaskOp | "ACCEPT" | "KEEP" | "RENAME" | "MOVE" | "REUSE" | "UNDO";

/** Who did it: the user with their own hands, the model that read their words, or a rule. */
export type TaskActor = "user" | "model" | "rule";

type RevisionHead = {
  id: string;
  /** All that one turn, or one action in the window, did. */
  changeId: string;
  /** All that one intent of it did. */
  intentId: string;
  nodeId: string;
  op: RevisionOp;
  who: TaskActor;
  at: number;
  /** The user's words and the message they stand in; null where there were none, or they were erased. */
  quote: string | null;
  messageId: string | null;
};

/**
 * One entry of the append-only history: what a node, or a what-if, was from then on; null where it was not there any more, because what
 * made it was undone. Replaying all entries in order gives the graph.
 */
export type TaskRevision = RevisionHead &
  (
    | {
        subject: "node";
        /** Counts from 1 what was done to the node itself; null for what rules made of it, such as stale marks. */
        number: number | null;
        after: TaskNode | null;
      }
    | { subject: "what_if"; number: null; whatIfId: string; after: WhatIf | null }
  );

/** Labels with the same key are the same: case, width and spacing don't count. */
export function labelKey(label: string): string {
  return label.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** True where it is neither removed nor cancelled. */
export function isPresent(node: TaskNode): boolean {
  return node.state !== "removed" && node.state !== "cancelled";
}

const nodeFields = [
  ...["id", "rootId", "kind", "label", "value", "rule", "state", "closing", "stale", "summary", "parentId", "position"],
  ...["dependsOn", "replaces", "constrains", "conflictsWith", "reuses", "createdAt", "updatedAt"],
] as readonly (keyof TaskNode)[];
const whatIfFields = ["id", "branchId", "nodeId", "value", "state", "at"] as const satisfies (keyof WhatIf)[];

/** A node or a what-if as JSON, with its fields in one order, whoever made it, so that equal ones are equal texts; null for null. */
export function thenJson(after: TaskNode | WhatIf | null): string | null {
  if (after === null) return null;
  if (!("label" in after))
    return JSON.stringify(Object.fromEntries(whatIfFields.map((field) => [field, after[field]])));
  return JSON.stringify(Object.fromEntries(nodeFields.map((field) => [field, after[field]])));
}
