import { useId, useState } from "react";
import type { Recurrence, Reminder, Schedule } from "../../../app/contract/index.ts";
import { limits } from "../../../app/contract/limits.ts";
import { useApi } from "../../client/context.tsx";
import { type ShownFailure, toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { fieldClass } from "../../ui/field.ts";
import { Notice } from "../../ui/notice.tsx";
import { ownZone, weekdayName } from "../../ui/reminder-words.ts";

type Every = Schedule["every"];

const names: Record<Every, string> = {
  once: "Once",
  day: "Every day",
  weekday: "Every weekday",
  week: "On days of the week",
  month: "Every month",
};

/** What the fields hold; times as the browser's own fields write them. */
interface Draft {
  text: string;
  every: Every;
  date: string;
  time: string;
  days: number[];
  day: number;
}

/** A dialog to change what a reminder says and when it rings. */
export function EditReminder({ reminder, onClose }: { reminder: Reminder; onClose: () => void }) {
  const api = useApi();
  const [draft, setDraft] = useState(() => draftOf(reminder));
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const form = useId();
  const put = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const schedule = scheduleOf(draft, reminder);

  const save = async () => {
    if (!schedule) return;
    try {
      // What comes round goes on by the clocks that it went by, unless its times are changed.
      const zone = reminder.recurrence && schedule.every !== "once" ? reminder.zone : ownZone();
      await api.reminders.edit({ id: reminder.id, text: draft.text, schedule, zone });
      onClose();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title="Edit reminder"
      actions={
        <Button type="submit" form={form} look="primary" disabled={!schedule || draft.text.trim() === ""}>
          Save
        </Button>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <textarea
          aria-label="What to remind of"
          maxLength={limits.reminderChars}
          value={draft.text}
          onChange={(event) => put({ text: event.target.value })}
          className={`${fieldClass} field-sizing-content max-h-40 min-h-16 w-full`}
        />
        <div className="flex flex-wrap gap-2">
          <select
            aria-label="How often"
            value={draft.every}
            onChange={(event) => put({ every: event.target.value as Every })}
            className={fieldClass}
          >
            {(Object.keys(names) as Every[]).map((every) => (
              <option key={every} value={every}>
                {names[every]}
              </option>
            ))}
          </select>
          {draft.every === "once" && (
            <input
              type="date"
              aria-label="Day"
              required
              value={draft.date}
              onChange={(event) => put({ date: event.target.value })}
              className={fieldClass}
            />
          )}
          {draft.every === "month" && (
            <input
              type="number"
              aria-label="Day of the month"
              required
              min={1}
              max={31}
              value={draft.day}
              onChange={(event) => put({ day: event.target.valueAsNumber })}
              className={`${fieldClass} w-20`}
            />
          )}
          <input
            type="time"
            aria-label="Time"
            required
            value={draft.time}
            onChange={(event) => put({ time: event.target.value })}
            className={fieldClass}
          />
        </div>
        {draft.every === "week" && <Weekdays chosen={draft.days} onChange={(days) => put({ days })} />}
        {reminder.recurrence && reminder.zone !== ownZone() && (
          <p className="text-sm text-muted">It goes by the clocks of {reminder.zone.replaceAll("_", " ")}.</p>
        )}
        {failure && <Notice failure={failure} />}
      </form>
    </Dialog>
  );
}

function Weekdays({ chosen, onChange }: { chosen: number[]; onChange: (days: number[]) => void }) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Days of the week</legend>
      {[1, 2, 3, 4, 5, 6, 7].map((day) => {
        const on = chosen.includes(day);
        const toggled = on ? chosen.filter((other) => other !== day) : [...chosen, day].sort();
        return (
          <button
            key={day}
            type="button"
            aria-pressed={on}
            aria-label={weekdayName(day)}
            onClick={() => onChange(toggled)}
            className={`min-h-8 rounded-lg border px-2.5 text-[0.8125rem] font-medium ${on ? "border-accent bg-tint text-ink" : "border-line text-muted hover:bg-hover"}`}
          >
            {weekdayName(day).slice(0, 2)}
          </button>
        );
      })}
    </fieldset>
  );
}

const two = (n: number): string => String(n).padStart(2, "0");

function draftOf({ text, recurrence, ringsAt, dueAt }: Reminder): Draft {
  const at = new Date(ringsAt ?? dueAt ?? Date.now());
  return {
    text,
    every: recurrence?.every ?? "once",
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: recurrence
      ? `${two(recurrence.hour)}:${two(recurrence.minute)}`
      : `${two(at.getHours())}:${two(at.getMinutes())}`,
    days: recurrence?.every === "week" ? recurrence.days : [((at.getDay() + 6) % 7) + 1],
    day: recurrence?.every === "month" ? recurrence.day : at.getDate(),
  };
}

/** What the fields mean; null while they mean nothing. */
function scheduleOf(
  { every, date, time, days, day }: Draft,
  { recurrence, ringsAt, dueAt }: Reminder,
): Schedule | null {
  const [hour = Number.NaN, minute = Number.NaN] = time.split(":").map(Number);
  if (Number.isNaN(hour) || Number.isNaN(minute)) return null;
  if (every === "once") {
    const before = ringsAt ?? dueAt;
    const at = new Date(`${date}T${time}`).getTime();
    if (Number.isNaN(at)) return null;
    // The fields know no seconds: untouched, they mean the moment that it was.
    const untouched = recurrence === null && before !== null && Math.floor(before / 60_000) === Math.floor(at / 60_000);
    return { every, at: untouched ? before : at };
  }
  const clock = { hour, minute };
  const rhythm: Recurrence | null =
    every === "week"
      ? days.length > 0
        ? { every, days, ...clock }
        : null
      : every === "month"
        ? day >= 1 && day <= 31
          ? { every, day, ...clock }
          : null
        : { every, ...clock };
  return rhythm;
}
