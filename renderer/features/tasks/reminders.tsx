import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Reminder } from "../../../app/contract/index.ts";
import { useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Notice } from "../../ui/notice.tsx";
import { cardClass, Section } from "../../ui/page.tsx";
import { dayName } from "../../ui/reminder-words.ts";
import { RingingCard } from "../../ui/ringing-card.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { AddReminder } from "./add-reminder.tsx";
import { ReminderRow } from "./reminder-row.tsx";

/** Reminders: a field to add one in plain words, those to come by day, and those done lately. */
export function Reminders() {
  const { data, error } = useQuery(useQueries().reminders());
  const now = useToday();
  return (
    <Section title="Reminders">
      <AddReminder />
      {error ? <Notice failure={toFailure(error)} /> : data ? <Groups {...data} now={now} /> : <Spinner />}
    </Section>
  );
}

function Groups({ open, done, now }: { open: Reminder[]; done: Reminder[]; now: number }) {
  if (open.length + done.length === 0) {
    return (
      <p className="text-sm text-muted">
        Nothing yet. Write what and when above, or tell Ebb in a chat: "Remind me every weekday at 8:30 to take my
        pills."
      </p>
    );
  }
  const quiet = open.filter(({ state }) => state !== "ringing");
  return (
    <>
      {open
        .filter(({ state }) => state === "ringing")
        .map((reminder) => (
          <RingingCard key={reminder.id} reminder={reminder} />
        ))}
      {[...Map.groupBy(quiet, (reminder) => groupName(reminder, now))].map(([name, reminders]) => (
        <Group key={name} name={name} reminders={reminders} />
      ))}
      {done.length > 0 && (
        <details>
          <summary className="cursor-pointer rounded-lg px-1 py-1 text-[0.8125rem] font-medium text-muted">
            Done in the last seven days ({done.length})
          </summary>
          <List name="Done" reminders={done} />
        </details>
      )}
    </>
  );
}

function groupName({ state, ringsAt }: Reminder, now: number): string {
  return state === "missed" || ringsAt === null ? "Missed" : dayName(ringsAt, now);
}

function Group({ name, reminders }: { name: string; reminders: Reminder[] }) {
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="px-1 text-[0.8125rem] font-medium text-muted">{name}</h3>
      <List name={name} reminders={reminders} />
    </div>
  );
}

function List({ name, reminders }: { name: string; reminders: Reminder[] }) {
  return (
    <ul aria-label={`Reminders: ${name}`} className={`${cardClass} divide-y divide-line`}>
      {reminders.map((reminder) => (
        <ReminderRow key={reminder.id} reminder={reminder} />
      ))}
    </ul>
  );
}

const minute = 60_000;

/** The time as far as names of days need it: "Tomorrow" becomes "Today" at midnight. */
function useToday(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minute);
    return () => clearInterval(timer);
  }, []);
  return now;
}
