import type { OutlineRow, Task, TaskRevision, TaskStatus } from "../../../app/contract/index.ts";
import { shownValue } from "../../ui/task-words.ts";

export const kindNames: Record<Task["kind"], string> = {
  goal: "Goal",
  step: "Step",
  slot: "Detail",
  constraint: "Rule",
};

export const statusNames: Record<TaskStatus, string> = {
  pending: "To do",
  active: "Under way",
  blocked: "Waiting",
  stale: "To look at again",
  done: "Done",
  failed: "Given up",
  cancelled: "Cancelled",
  removed: "Removed",
};

/** The status of one node in a word or two; a detail is known or not. */
export function statusName({ kind, status, value }: Pick<Task, "kind" | "status" | "value">): string {
  if (kind === "slot" && status === "pending") return "Not known yet";
  if (kind === "slot" && status === "active") return value === null ? "Not known yet" : "Set";
  if (kind === "constraint" && status === "active") return "Holds";
  return statusNames[status];
}

const opNames: Readonly<Record<string, string>> = {
  NEW: "Added",
  UPDATE: "Changed",
  REPLACE: "Replaced",
  REMOVE: "Removed",
  RESTORE: "Brought back",
  ROLLBACK: "Set back",
  COMPLETE: "Finished",
  CANCEL: "Cancelled",
  ACCEPT: "Changed, after the question",
  KEEP: "Kept as it is",
  RENAME: "Renamed",
  MOVE: "Moved",
  REUSE: "Follows an earlier goal",
  UNDO: "Change taken back",
};

/** What was done, as a heading; what is new to this window is told as a change. */
export const opName = ({ op, status }: Pick<TaskRevision, "op" | "status">): string =>
  op === "COMPLETE" && status === "failed" ? "Given up" : (opNames[op] ?? "Changed");

/** Who did it. What a person said has a quote. */
export function whoName({ who, quote, messageId }: Pick<TaskRevision, "who" | "quote" | "messageId">): string {
  if (who === "model") return "You, as the model read it";
  if (quote !== null || messageId !== null) return who === "rule" ? "You, as a rule read it" : "You, in a chat";
  return who === "rule" ? "By a rule" : "By your own hand";
}

export const staleReason = ({ staleBecause }: Pick<Task, "staleBecause">): string =>
  staleBecause ? `${staleBecause.label} has changed since` : "What it rests on has changed since";

/** Everything that a row says, in one sentence for a screen reader. */
export function spokenRow(row: OutlineRow): string {
  const { kind, label, value, rule, status, dependsOn, conflicts, question } = row;
  const parts = [
    `${kindNames[kind]} ${label}`,
    rule ? `${rule.on.label} ${shownValue(rule.text)}` : value === null ? "" : shownValue(value),
    statusName(row),
    status === "stale" ? staleReason(row) : "",
    dependsOn.length > 0 ? `needs ${dependsOn.map((other) => other.label).join(", ")}` : "",
    conflicts.length > 0 ? `breaks a rule: ${conflicts.join("; ")}` : "",
    question ? `a question is open: ${question.values.at(-1) ?? ""} was mentioned` : "",
  ];
  return parts.filter(Boolean).join(", ");
}
