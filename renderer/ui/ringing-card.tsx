import { Menu } from "@base-ui/react/menu";
import { BellRing, Check, ChevronDown, Repeat } from "lucide-react";
import type { Reminder, SnoozeFor } from "../../app/contract/index.ts";
import { useApi } from "../client/context.tsx";
import { Button, buttonClass } from "./button.tsx";
import { answerReminder } from "./reminder-actions.ts";
import { dueWords, ownZone } from "./reminder-words.ts";
import { toastFailure } from "./toast.tsx";

const pauses: readonly { for: SnoozeFor; name: string }[] = [
  { for: "10 minutes", name: "In 10 minutes" },
  { for: "1 hour", name: "In an hour" },
  { for: "tomorrow morning", name: "Tomorrow morning" },
];

/** A reminder that rings, with its answers. A screen reader says it at once. */
export function RingingCard({ reminder }: { reminder: Reminder }) {
  const api = useApi();
  const { id, text, recurrence } = reminder;
  const snooze = (pause: SnoozeFor) => api.reminders.snooze({ id, for: pause, zone: ownZone() }).catch(toastFailure);
  return (
    <article
      role="alert"
      data-reminder={id}
      className="flex flex-col gap-3 rounded-xl border border-line-strong bg-raised p-4 shadow-lift"
    >
      <div className="flex items-start gap-3">
        <BellRing className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden />
        <div className="min-w-0 flex-1">
          <p className="line-clamp-4 text-sm font-medium break-words">{text}</p>
          <p className={`mt-0.5 flex items-center gap-1.5 text-xs ${reminder.late ? "text-notice" : "text-muted"}`}>
            {recurrence && <Repeat className="size-3 shrink-0" aria-label="Comes round" />}
            {dueWords(reminder, Date.now())}
          </p>
        </div>
      </div>
      <div className="flex justify-end gap-2">
        <Menu.Root>
          <Menu.Trigger className={buttonClass({ size: "small" })}>
            Snooze
            <ChevronDown className="size-3.5" aria-hidden />
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Positioner className="z-70" sideOffset={4} align="end">
              <Menu.Popup className="min-w-44 rounded-xl border border-line bg-raised p-1 shadow-lift outline-none">
                {pauses.map((pause) => (
                  <Menu.Item
                    key={pause.for}
                    onClick={() => void snooze(pause.for)}
                    className="cursor-pointer rounded-lg px-3 py-1.5 text-sm outline-none data-highlighted:bg-hover"
                  >
                    {pause.name}
                  </Menu.Item>
                ))}
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
        <Button size="small" look="primary" onClick={() => void answerReminder(api, id)}>
          <Check className="size-3.5" aria-hidden />
          Done
        </Button>
      </div>
    </article>
  );
}
