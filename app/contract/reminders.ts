import { z } from "zod";
import { procedure } from "./base.ts";
import { id, instant } from "./ids.ts";
import { limits } from "./limits.ts";

const hour = z.number().int().min(0).max(23);
const minute = z.number().int().min(0).max(59);
const clock = { hour, minute };

/**
 * How a reminder comes round, by the wall clock of its zone. Days of the week count from 1 for Monday to 7 for Sunday; a day that a
 * month does not have is its last one.
 */
export const recurrence = z.discriminatedUnion("every", [
  z.object({ every: z.literal("day"), ...clock }),
  z.object({ every: z.literal("weekday"), ...clock }),
  z.object({ every: z.literal("week"), days: z.array(z.number().int().min(1).max(7)).min(1).max(7), ...clock }),
  z.object({ every: z.literal("month"), day: z.number().int().min(1).max(31), ...clock }),
]);
export type Recurrence = z.infer<typeof recurrence>;

/** When a reminder rings: at one moment, or again and again. */
export const schedule = z.union([z.object({ every: z.literal("once"), at: instant }), recurrence]);
export type Schedule = z.infer<typeof schedule>;

const reminderState = z.enum([
  "waiting",
  /** It has rung and waits for an answer. */
  "ringing",
  /** It fell due before it was brought into this Ebb, and does not ring. */
  "missed",
  "done",
]);

export const reminder = z.object({
  id,
  text: z.string(),
  /** The task that it belongs to, if any. */
  taskId: id.nullable(),
  /** Null for one that rings once. */
  recurrence: recurrence.nullable(),
  /** The IANA zone whose clocks it goes by. */
  zone: z.string(),
  state: reminderState,
  /** When it rings next, snoozing included; null where it does not any more. */
  ringsAt: instant.nullable(),
  snoozed: z.boolean(),
  /** The moment that it last rang for, and when it did; null until it has. */
  dueAt: instant.nullable(),
  firedAt: instant.nullable(),
  /** It rang well after it was due, because Ebb did not run or the machine slept. */
  late: z.boolean(),
  createdAt: instant,
  /** When it was answered for good. */
  endedAt: instant.nullable(),
});
export type Reminder = z.infer<typeof reminder>;

export const snoozeFor = z.enum(["10 minutes", "1 hour", "tomorrow morning"]);
export type SnoozeFor = z.infer<typeof snoozeFor>;

const text = z.string().trim().min(1).max(limits.reminderChars);
const zone = z.string().min(1).max(64);

export const reminders = {
  /** All that are open, those that ring first and then by when they do, and those done within the last week, latest first. */
  list: procedure.output(z.object({ open: z.array(reminder), done: z.array(reminder) })),
  /**
   * Reads a reminder out of plain words ("call mum tomorrow at 9"), and stores it. `said` says what was understood, for the user to
   * check; where something is missing, nothing is stored and `said` asks for it.
   */
  add: procedure
    .input(z.object({ words: z.string().trim().min(1).max(limits.queryChars), zone }))
    .output(z.object({ reminder: reminder.nullable(), said: z.string() })),
  edit: procedure.input(z.object({ id, text, schedule, zone })).output(reminder),
  /** Puts off one that rings, or that waits. */
  snooze: procedure.input(z.object({ id, for: snoozeFor, zone })).output(reminder),
  /** Answers one that rings: it waits for its next time, or is over. One that rings once may be done before its time. */
  done: procedure.input(z.object({ id })).output(reminder),
  /** Takes it away at once, and erases it for good once `until` has passed, at quit, or at the next start. */
  remove: procedure.input(z.object({ id })).output(z.object({ until: instant })),
  /** Takes back `remove`, or `done` of one that rang once. Fails with NOT_UNDOABLE once it is too late. */
  restore: procedure.input(z.object({ id })).output(reminder),
};
