import { z } from "zod";
import { ruleOps, taskKinds, taskOps, taskStates } from "../../storage/task-row.ts";
import { instant } from "./format.ts";

const id = z.string().min(1).max(64);
const ids = z.array(id).max(10_000);
const text = (chars: number) =>
  z
    .string()
    .max(chars)
    .transform((given) => given.toWellFormed());
const scalar = z.union([text(10_000), z.number(), z.boolean()]);
const value = z.union([scalar, z.array(scalar).max(10_000)]);
const state = z.enum(taskStates);
const count = z.number().int().min(1).max(1e9);

/** What a task is at one time, its edges aside. */
const node = {
  id,
  rootId: id,
  kind: z.enum(taskKinds),
  label: text(1_000),
  value: value.nullable(),
  rule: z.strictObject({ op: z.enum(ruleOps), value }).nullable(),
  state,
  closing: z.strictObject({ by: id, was: state }).nullable(),
  stale: id.nullable(),
  summary: text(10_000).nullable(),
  position: z.number(),
  createdAt: instant,
  updatedAt: instant,
};

const nodeThen = z.strictObject({
  ...node,
  parentId: id.nullable(),
  dependsOn: ids,
  replaces: ids,
  constrains: id.nullable(),
  conflictsWith: id.nullable(),
  reuses: ids,
});

const whatIf = { id, branchId: id, value, state: z.enum(["open", "accepted", "dropped"]), at: instant };

const revision = z
  .strictObject({
    id,
    changeId: id,
    intentId: id,
    whatIfId: id.nullable(),
    number: count.nullable(),
    op: z.enum([...taskOps, "ACCEPT", "KEEP", "RENAME", "MOVE", "REUSE", "UNDO"]),
    who: z.enum(["user", "model", "rule"]),
    at: instant,
    messageId: id.nullable(),
    quote: text(10_000).nullable(),
    after: z.union([nodeThen, z.strictObject({ ...whatIf, nodeId: id })]).nullable(),
  })
  .refine(({ whatIfId, after }) => after === null || "label" in after === (whatIfId === null));

/** The rows of an export that are about tasks: what led to changes, the tasks with their past, and how they hang together. */
export const taskChange = z.strictObject({ id, at: instant, conversationId: id.nullable(), undoes: id.nullable() });
export const task = z.strictObject({
  ...node,
  whatIfs: z.array(z.strictObject(whatIf)).max(100_000),
  revisions: z.array(revision).max(100_000),
});
export const taskEdge = z.strictObject({
  fromId: id,
  kind: z.enum(["subtask_of", "depends_on", "replaces", "constrains", "conflicts_with", "reuses"]),
  toId: id,
});
