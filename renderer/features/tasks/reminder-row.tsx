import { Bell, Check, Pencil, Repeat, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Reminder } from "../../../app/contract/index.ts";
import { useApi } from "../../client/context.tsx";
import { IconButton } from "../../ui/button.tsx";
import { clockTime, fullMoment } from "../../ui/format.ts";
import { answerReminder } from "../../ui/reminder-actions.ts";
import { recurrenceWords } from "../../ui/reminder-words.ts";
import { toast, toastFailure } from "../../ui/toast.tsx";
import { EditReminder } from "./edit-reminder.tsx";

/** One reminder that does not ring, with all that can be done with it. */
export function ReminderRow({ reminder }: { reminder: Reminder }) {
  const api = useApi();
  const [editing, setEditing] = useState(false);
  const { id, text, state, recurrence } = reminder;
  const remove = async () => {
    try {
      const { until } = await api.reminders.remove({ id });
      const action = { label: "Undo", run: () => api.reminders.restore({ id }) };
      toast({ title: "Reminder removed.", timeout: Math.max(1_000, until - Date.now()), action });
    } catch (error) {
      toastFailure(error);
    }
  };
  // What comes round is answered when it rings, not before.
  const answerable = state === "missed" || (state === "waiting" && recurrence === null);
  const Icon = state === "done" ? Check : Bell;
  return (
    <li data-state={state} className="flex items-start gap-3 py-2.5 pr-2 pl-4">
      <Icon className="mt-1 size-4 shrink-0 text-muted" aria-hidden />
      <div className="min-w-0 flex-1 py-0.5">
        <p className={`text-sm break-words ${state === "done" ? "text-muted line-through" : "font-medium"}`}>{text}</p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs text-muted">
          <span>{timeWords(reminder)}</span>
          {reminder.snoozed && <span>snoozed</span>}
          {recurrence && (
            <span className="inline-flex items-center gap-1">
              <Repeat className="size-3" aria-hidden />
              {recurrenceWords(recurrence)}
            </span>
          )}
        </p>
      </div>
      <div className="flex shrink-0">
        {answerable && (
          <IconButton label={`Done: ${text}`} onClick={() => void answerReminder(api, id)}>
            <Check className="size-4" aria-hidden />
          </IconButton>
        )}
        {state !== "done" && (
          <IconButton label={`Edit: ${text}`} onClick={() => setEditing(true)}>
            <Pencil className="size-4" aria-hidden />
          </IconButton>
        )}
        <IconButton label={`Remove: ${text}`} onClick={() => void remove()}>
          <Trash2 className="size-4" aria-hidden />
        </IconButton>
      </div>
      {editing && <EditReminder reminder={reminder} onClose={() => setEditing(false)} />}
    </li>
  );
}

function timeWords({ state, ringsAt, dueAt, endedAt }: Reminder): string {
  switch (state) {
    case "waiting":
      return ringsAt === null ? "" : clockTime(ringsAt);
    case "missed":
      return `Was due ${fullMoment(ringsAt ?? dueAt ?? 0)}, before it came here`;
    default:
      return endedAt === null ? "" : fullMoment(endedAt);
  }
}
