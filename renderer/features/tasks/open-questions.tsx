import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { useQueries } from "../../client/context.tsx";
import { count } from "../../ui/format.ts";
import { taskHref } from "../../ui/task-card.tsx";
import { TaskQuestion } from "../../ui/task-question.tsx";

const few = 3;

/** What is asked about the tasks of all goals, those asked first first; nothing where nothing is asked. */
export function OpenQuestions() {
  const { data } = useQuery(useQueries().taskQuestions());
  const [all, setAll] = useState(false);
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  const more = items.length - few;
  return (
    <section aria-label="Open questions" className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">{count(items.length, "open question")}</h2>
      <ul className="flex flex-col divide-y divide-line rounded-xl border border-line bg-raised">
        {(all ? items : items.slice(0, few)).map(({ id, label, value, question, goal, goalId }) => (
          <li key={id} data-question={id} className="px-4 py-2.5">
            <Link
              href={taskHref(goalId, id)}
              dir="auto"
              className="block truncate text-xs text-muted hover:text-ink hover:underline"
            >
              {goal}
            </Link>
            <TaskQuestion id={id} label={label} value={value} asked={question?.values.at(-1) ?? ""} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <button
          type="button"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          className="self-start rounded px-1 text-[0.8125rem] font-medium text-accent hover:underline"
        >
          {all ? "Show fewer" : `Show ${more} more`}
        </button>
      )}
    </section>
  );
}
