import { z } from "zod";
import { id } from "./ids.ts";

/** One thing that a change did, in words for a card. */
export const taskChangeEntry = z.object({
  nodeId: id,
  label: z.string(),
  /** The goal without a parent that it stands under; the label is null where it is that goal. */
  goalId: id,
  goal: z.string().nullable(),
  what: z.enum([
    "added",
    "changed",
    "removed",
    "restored",
    "finished",
    "failed",
    "cancelled",
    /** Set back to an earlier value. */
    "reverted",
    /** Another value was spoken of: a question is open. */
    "asked",
    /** It rests on what was changed. */
    "stale",
    /** A value breaks a constraint; `after` is its rule in words. */
    "conflict",
  ]),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type TaskChangeEntry = z.infer<typeof taskChangeEntry>;

/** What a turn, or an action in the window, did to the tasks. */
export const taskChange = z.object({
  changeId: id,
  /** False once something else was done to the same tasks, or it was undone. */
  undoable: z.boolean(),
  undone: z.boolean(),
  entries: z.array(taskChangeEntry),
});
export type TaskChange = z.infer<typeof taskChange>;
