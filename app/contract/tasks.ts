import { z } from "zod";
import { procedure } from "./base.ts";
import { id, instant } from "./ids.ts";
import { limits } from "./limits.ts";
import { taskChange } from "./task-change.ts";

export const taskKind = z.enum(["goal", "step", "slot", "constraint"]);

export const taskStatus = z.enum([
  "pending",
  "active",
  /** It waits for something that it depends on. */
  "blocked",
  /** Something that it rests on has changed since. */
  "stale",
  "done",
  "failed",
  "cancelled",
  "removed",
]);
export type TaskStatus = z.infer<typeof taskStatus>;

/** Another task, as one names it, and the goal without a parent that it stands under. */
const taskRef = z.object({ id, label: z.string(), goalId: id });

/** One node of the task graph. */
export const task = z.object({
  id,
  /** Null for a goal of its own. */
  parentId: id.nullable(),
  kind: taskKind,
  label: z.string(),
  /** As it reads; null where it has none. */
  value: z.string().nullable(),
  status: taskStatus,
  /** Of a stale one: what changed. */
  staleBecause: taskRef.nullable(),
  dependsOn: z.array(taskRef),
  /** What depends on it. */
  dependents: z.array(taskRef),
  /** Of a constraint: the rule in words ("before 12:00") and the slot that it is about. */
  rule: z.object({ text: z.string(), on: taskRef }).nullable(),
  /** Constraints that its value breaks; of a constraint, the slot that breaks it. In words. */
  conflicts: z.array(z.string()),
  /** Values that were spoken of without being chosen, newest last: one open question. */
  question: z.object({ values: z.array(z.string()) }).nullable(),
  /** What came of it, once it is finished. */
  summary: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
});
export type Task = z.infer<typeof task>;

/** A goal of its own, with how far it is. */
export const goal = task.extend({
  /** Its steps and goals beneath that are finished, and all of them; removed and cancelled ones don't count. */
  finished: z.number().int(),
  steps: z.number().int(),
  /** The value of its part "due", as it reads; null where it has none. */
  due: z.string().nullable(),
  /** Beneath it: how many are stale, how many conflicts and questions are open. */
  stale: z.number().int(),
  conflicting: z.number().int(),
  questions: z.number().int(),
});
export type Goal = z.infer<typeof goal>;

/** One line of an outline, parents before their parts. There may be ten thousand: only what a line shows goes along. */
export const outlineRow = task
  .omit({ dependents: true, createdAt: true, updatedAt: true })
  .extend({ depth: z.number().int() });
export type OutlineRow = z.infer<typeof outlineRow>;

/** What was done to a node once, or what was spoken of without being chosen. */
export const taskRevision = z.object({
  id,
  /** Counts from 1; null where its value was only spoken of, so that there is nothing to go back to. */
  number: z.number().int().nullable(),
  op: z.string(),
  /** The user's own hand, the model that read their words, or a rule that did. */
  who: z.enum(["user", "model", "rule"]),
  at: instant,
  label: z.string(),
  status: taskStatus,
  /** Of a constraint its rule in words. */
  value: z.string().nullable(),
  /** The user's words, and where they stand; null where there were none or they were erased. */
  quote: z.string().nullable(),
  messageId: id.nullable(),
  conversationId: id.nullable(),
});
export type TaskRevision = z.infer<typeof taskRevision>;

const label = z.string().trim().min(1).max(limits.taskLabelChars);
const value = z.string().trim().max(limits.taskValueChars);

/** What the window asks of one node. */
export const taskAction = z.discriminatedUnion("op", [
  z.object({
    op: z.literal("add"),
    parentId: id,
    label,
    kind: z.enum(["goal", "step", "slot"]),
    value: value.optional(),
  }),
  z.object({ op: z.literal("set"), id, value }),
  z.object({ op: z.literal("rename"), id, label }),
  z.object({ op: z.literal("complete"), id, outcome: z.enum(["done", "failed"]).default("done") }),
  /** Opens a finished one again, brings back what was removed or cancelled. */
  z.object({ op: z.literal("restore"), id }),
  z.object({ op: z.literal("cancel"), id }),
  z.object({ op: z.literal("remove"), id }),
  /** Back to the revision of that number. */
  z.object({ op: z.literal("rollBack"), id, to: z.number().int().min(1) }),
  /** Under that parent (null: a goal of its own), before that sibling (null: last). */
  z.object({ op: z.literal("move"), id, parentId: id.nullable(), before: id.nullable() }),
  /**
   * Answers the open question: the newest of its values is taken, or things stay as they are. Where nothing is asked about a stale one,
   * `change: false` says that it still holds.
   */
  z.object({ op: z.literal("settle"), id, change: z.boolean() }),
]);
export type TaskAction = z.infer<typeof taskAction>;

/** What was done, to be shown and undone; `refused` says why nothing was. */
const acted = z.object({ change: taskChange.nullable(), refused: z.string().nullable() });

export const tasks = {
  /** Goals without a parent: those open by the user's order, or those that are over, latest first. */
  goals: procedure
    .input(
      z.object({
        over: z.boolean().default(false),
        limit: z.number().int().min(1).max(limits.pageSize).default(100),
        offset: z.number().int().min(0).default(0),
      }),
    )
    .output(z.object({ items: z.array(goal), total: z.number().int() })),
  /** The goal and all beneath it; with `gone` what was removed and cancelled too. */
  outline: procedure
    .input(z.object({ id, gone: z.boolean().default(false) }))
    .output(z.object({ rows: z.array(outlineRow) })),
  /** What was done to a node and said about it, newest first. */
  history: procedure.input(z.object({ id })).output(z.object({ task, revisions: z.array(taskRevision) })),
  /** Reads a goal out of plain words ("file taxes by 15 December") and adds it. */
  add: procedure
    .input(z.object({ words: z.string().trim().min(1).max(limits.queryChars), zone: z.string().min(1).max(64) }))
    .output(acted),
  act: procedure.input(taskAction).output(acted),
  /** Takes a change back whole. Fails with NOT_UNDOABLE where something else was done since. */
  undo: procedure.input(z.object({ changeId: id })).output(z.object({ undone: z.boolean() })),
  /** All open questions: tasks with values that were spoken of without being chosen. */
  questions: procedure.output(z.object({ items: z.array(task.extend({ goal: z.string(), goalId: id })) })),
};
