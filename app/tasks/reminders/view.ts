import type { Reminder } from "../../contract/reminders.ts";
import type { ReminderRow } from "../../storage/reminders.ts";
import { lateAfter } from "./next.ts";

/** A reminder as a window shows it. */
export function reminderView(row: ReminderRow): Reminder {
  const { id, text, taskId, recurrence, zone, ringsAt, snoozedUntil, dueAt, firedAt, createdAt, endedAt } = row;
  return {
    id,
    text,
    taskId,
    recurrence,
    zone,
    state: stateOf(row),
    ringsAt,
    snoozed: snoozedUntil !== null,
    dueAt,
    firedAt,
    late: firedAt !== null && dueAt !== null && firedAt - dueAt > lateAfter,
    createdAt,
    endedAt,
  };
}

function stateOf({ state, firedAt, ringsAt, recurrence, arrivedAt }: ReminderRow): Reminder["state"] {
  if (state === "ringing") return firedAt !== null && firedAt < arrivedAt ? "missed" : "ringing";
  if (state === "waiting") return !recurrence && ringsAt !== null && ringsAt < arrivedAt ? "missed" : "waiting";
  return "done";
}
