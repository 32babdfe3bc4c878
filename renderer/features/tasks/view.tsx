import { Bell } from "lucide-react";
import { useEffect } from "react";
import { Link } from "wouter";
import { buttonClass } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page.tsx";
import { ClosedGoals, OpenGoals } from "./goal-list.tsx";
import { GoalView } from "./goal-view.tsx";
import { OpenQuestions } from "./open-questions.tsx";
import { QuickAdd } from "./quick-add.tsx";
import { Reminders } from "./reminders.tsx";

interface Props {
  /** The goal that is open, or null. */
  goal: string | null;
  /** The node in it that a link led to. */
  node: string | null;
}

/** What is to be done: the goals, and beside them (or in their place, where there is no room) the one that is open, or the reminders. */
export function TasksView({ goal, node }: Props) {
  useEffect(() => {
    document.title = "Tasks · Ebb";
  }, []);
  return (
    <div className="@container/page flex h-full flex-col">
      <PageHeader title="Tasks">
        {goal && (
          <Link
            href="/tasks"
            className={`${buttonClass({ look: "quiet", size: "small" })} hidden! @3xl/page:inline-flex!`}
          >
            <Bell className="size-4" aria-hidden />
            Reminders
          </Link>
        )}
      </PageHeader>
      <div
        className={`min-h-0 flex-1 @3xl/page:flex @3xl/page:overflow-hidden ${goal ? "flex flex-col @3xl/page:flex-row" : "overflow-y-auto"}`}
      >
        <section
          aria-label="Goals"
          className={`min-w-0 shrink-0 flex-col gap-4 px-4 pt-1 pb-8 @3xl/page:flex @3xl/page:w-[20rem] @3xl/page:overflow-y-auto @3xl/page:border-r @3xl/page:border-line @7xl/page:w-[26rem] ${goal ? "hidden" : "flex"}`}
        >
          <QuickAdd />
          <OpenQuestions />
          <div className="flex flex-col gap-1">
            <OpenGoals selected={goal} />
          </div>
          <ClosedGoals selected={goal} />
        </section>
        <div className={`min-h-0 min-w-0 flex-1 ${goal ? "" : "@3xl/page:overflow-y-auto"}`}>
          {goal ? (
            <GoalView key={goal} id={goal} target={node} />
          ) : (
            <div className="mx-auto w-full max-w-2xl px-4 pt-3 pb-16 @3xl/page:px-5">
              <Reminders />
            </div>
          )}
        </div>
      </div>
    </div>
  );
}
