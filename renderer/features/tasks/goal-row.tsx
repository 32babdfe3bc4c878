import { CalendarClock, CircleHelp, History, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Goal } from "../../../app/contract/index.ts";
import { count } from "../../ui/format.ts";
import { taskHref } from "../../ui/task-card.tsx";
import { dueWords } from "../../ui/task-words.ts";
import { statusNames } from "./labels.ts";
import { isGone } from "./tree.ts";

interface Props {
  goal: Goal;
  selected: boolean;
  /** Where what is dragged over it would go. */
  drop?: "before" | "after" | null;
  /** Id of the words that say how to move it; none where it can't be moved. */
  describedBy?: string;
}

/** A goal with how far it is and what is to be looked at in it. */
export function GoalRow({ goal, selected, drop = null, describedBy }: Props) {
  const { id, label, status, due, finished, steps, stale, conflicting, questions } = goal;
  const over = status === "done" || status === "failed" || isGone(goal);
  const until = due === null ? null : dueWords(due, Date.now());
  return (
    <li
      data-goal={id}
      className={`rounded-lg ${drop === "before" ? "shadow-[0_-2px_0_var(--ring)]" : drop === "after" ? "shadow-[0_2px_0_var(--ring)]" : ""}`}
    >
      <Link
        href={taskHref(id, id)}
        draggable={describedBy !== undefined}
        aria-current={selected ? "true" : undefined}
        aria-describedby={describedBy}
        className={`block rounded-lg px-3 py-2.5 transition-colors -outline-offset-2 ${selected ? "bg-tint" : "hover:bg-hover"}`}
      >
        <span dir="auto" className={`line-clamp-2 ${over ? "text-muted" : "font-medium"}`}>
          {label}
        </span>
        {steps > 0 && !over && (
          <span aria-hidden className="mt-1.5 block h-1 overflow-hidden rounded-full bg-hover">
            <span className="block h-full rounded-full bg-accent" style={{ width: `${(finished / steps) * 100}%` }} />
          </span>
        )}
        <span className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-xs text-muted empty:hidden">
          {over && <span className="font-medium">{statusNames[status]}</span>}
          {steps > 0 && (
            <span className="tabular-nums">
              {finished.toLocaleString()} of {steps.toLocaleString()} done
            </span>
          )}
          {until && !over && (
            <Mark warns={until.late} icon={<CalendarClock className="size-3" aria-hidden />}>
              {until.late ? `was ${until.text}` : until.text}
            </Mark>
          )}
          {questions > 0 && (
            <Mark warns icon={<CircleHelp className="size-3" aria-hidden />}>
              {count(questions, "question")}
            </Mark>
          )}
          {conflicting > 0 && (
            <Mark warns icon={<TriangleAlert className="size-3" aria-hidden />}>
              {count(conflicting, "broken rule")}
            </Mark>
          )}
          {stale > 0 && (
            <Mark warns icon={<History className="size-3" aria-hidden />}>
              {stale.toLocaleString()} to look at again
            </Mark>
          )}
        </span>
      </Link>
    </li>
  );
}

function Mark({ warns, icon, children }: { warns: boolean; icon: ReactNode; children: ReactNode }) {
  return (
    <span className={`inline-flex items-center gap-1 ${warns ? "font-medium text-notice" : ""}`}>
      {icon}
      {children}
    </span>
  );
}
