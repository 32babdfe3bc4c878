import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  Ban,
  Check,
  CircleHelp,
  CircleX,
  ListTodo,
  type LucideIcon,
  Pencil,
  Plus,
  RotateCcw,
  TriangleAlert,
  Undo2,
  X,
} from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { TaskChange, TaskChangeEntry } from "../../app/contract/index.ts";
import { useApi, useQueries } from "../client/context.tsx";
import { Button } from "./button.tsx";
import { TaskQuestion } from "./task-question.tsx";
import { shownValue } from "./task-words.ts";
import { toast, toastFailure } from "./toast.tsx";

/** Lines of a card before the rest is asked for. */
const few = 6;

/** Where a task is shown: its goal, with it in view. */
export const taskHref = (goalId: string, id: string): string =>
  id === goalId ? `/tasks/${goalId}` : `/tasks/${goalId}/${id}`;

/** What a message did to the tasks: a card for each change. */
export function TaskCards({ changes, align = "end" }: { changes: readonly TaskChange[]; align?: "start" | "end" }) {
  if (changes.length === 0) return null;
  return (
    <div className={`flex w-full flex-col gap-1.5 ${align === "end" ? "items-end" : "items-start"}`}>
      {changes.map((change) => (
        <Card key={change.changeId} change={change} />
      ))}
    </div>
  );
}

function Card({ change: { entries, undone, undoable, changeId } }: { change: TaskChange }) {
  const [all, setAll] = useState(false);
  const goals = [...Map.groupBy(entries, ({ goalId }) => goalId)];
  let room = all ? entries.length : few;
  return (
    <section
      aria-label={undone ? "Change of your tasks, taken back" : "Change of your tasks"}
      data-change={changeId}
      data-undone={undone}
      className={`w-fit max-w-[min(100%,30rem)] min-w-56 rounded-xl border border-line bg-raised py-2 pr-2 pl-3.5 text-[0.8125rem] ${undone ? "text-muted" : ""}`}
    >
      <div className="flex items-start gap-2">
        <div className="flex min-w-0 flex-1 flex-col gap-1.5 py-0.5">
          {goals.map(([goalId, some]) => {
            const shown = some.slice(0, room);
            room -= shown.length;
            return shown.length > 0 && <Goal key={goalId} goalId={goalId} entries={shown} undone={undone} />;
          })}
        </div>
        <UndoButton changeId={changeId} undone={undone} undoable={undoable} />
      </div>
      {entries.length > few && (
        <button
          type="button"
          aria-expanded={all}
          onClick={() => setAll(!all)}
          className="mt-1 rounded font-medium text-accent hover:underline"
        >
          {all ? "Show less" : `Show ${entries.length - few} more`}
        </button>
      )}
    </section>
  );
}

function Goal({ goalId, entries, undone }: { goalId: string; entries: readonly TaskChangeEntry[]; undone: boolean }) {
  const named = entries.find(({ nodeId }) => nodeId === goalId)?.label ?? entries[0]?.goal ?? "";
  return (
    <div className="min-w-0">
      <p className="flex items-center gap-1.5">
        <ListTodo className="size-3.5 shrink-0 text-accent" aria-hidden />
        <Link href={taskHref(goalId, goalId)} dir="auto" title={named} className="truncate font-medium hover:underline">
          {named}
        </Link>
      </p>
      <ul className="mt-0.5 flex flex-col gap-0.5">
        {entries.map((entry) => (
          <Entry key={`${entry.nodeId} ${entry.what} ${entry.after}`} entry={entry} undone={undone} />
        ))}
      </ul>
    </div>
  );
}

const icons: Record<TaskChangeEntry["what"], LucideIcon> = {
  added: Plus,
  changed: Pencil,
  removed: X,
  restored: RotateCcw,
  finished: Check,
  failed: CircleX,
  cancelled: Ban,
  reverted: RotateCcw,
  asked: CircleHelp,
  stale: TriangleAlert,
  conflict: TriangleAlert,
};

function Entry({ entry, undone }: { entry: TaskChangeEntry; undone: boolean }) {
  const { nodeId, goalId, what } = entry;
  const Icon = icons[what];
  const warns = !undone && (what === "stale" || what === "conflict" || what === "asked");
  return (
    <li data-what={what} className="flex items-start gap-1.5">
      <Icon className={`mt-[0.2rem] size-3.5 shrink-0 ${warns ? "text-notice" : "text-muted"}`} aria-hidden />
      {what === "asked" && !undone ? (
        <Asked entry={entry} />
      ) : (
        <Link href={taskHref(goalId, nodeId)} className={`min-w-0 hover:underline ${undone ? "line-through" : ""}`}>
          <Words entry={entry} />
        </Link>
      )}
    </li>
  );
}

/** The question while it is open, and what was mentioned once it is not. */
function Asked({ entry }: { entry: TaskChangeEntry }) {
  const { nodeId, goalId, label, before, after } = entry;
  const { data } = useQuery(useQueries().taskQuestions());
  const open = data?.items.find(({ id }) => id === nodeId);
  const asked = open?.question?.values.at(-1);
  if (open && asked !== undefined) {
    return (
      <div className="min-w-0 flex-1">
        <TaskQuestion id={nodeId} label={label} value={open.value} asked={asked} />
      </div>
    );
  }
  return (
    <Link href={taskHref(goalId, nodeId)} className="min-w-0 text-muted hover:underline">
      <Mentioned label={label} before={before} after={after} />
    </Link>
  );
}

function Mentioned({ label, before, after }: Pick<TaskChangeEntry, "label" | "before" | "after">) {
  return (
    <>
      <bdi>{label}</bdi>: <Value>{after}</Value> was mentioned
      {before !== null && (
        <>
          {" "}
          beside <Value>{before}</Value>
        </>
      )}
    </>
  );
}

function Value({ children }: { children: string | null }) {
  return <bdi className="font-medium">{shownValue(children ?? "")}</bdi>;
}

/** What was done to one task, in a line. */
function Words({ entry }: { entry: TaskChangeEntry }) {
  const { what, label, before, after } = entry;
  const name = <bdi>{label}</bdi>;
  const now = <Value>{after}</Value>;
  switch (what) {
    case "added":
      return (
        <>
          Added {name}
          {after !== null && <>: {now}</>}
        </>
      );
    case "changed":
    case "reverted":
      return before === null ? (
        <>
          {name}: {now}
        </>
      ) : after === null ? (
        <>
          {name}: no longer <Value>{before}</Value>
        </>
      ) : (
        <>
          {name}: {what === "reverted" && "back to "}
          {now}, was <Value>{before}</Value>
        </>
      );
    case "removed":
      return <>Removed {name}</>;
    case "restored":
      return <>Brought back {name}</>;
    case "finished":
      return <>Done: {name}</>;
    case "failed":
      return <>Given up: {name}</>;
    case "cancelled":
      return <>Cancelled {name}</>;
    case "stale":
      return <>{name} rests on that: worth another look</>;
    case "conflict":
      return (
        <>
          That breaks the rule {name}
          {after !== null && <> ({shownValue(after)})</>}
        </>
      );
    case "asked":
      return <Mentioned label={label} before={before} after={after} />;
  }
}

function UndoButton({ changeId, undone, undoable }: Pick<TaskChange, "changeId" | "undone" | "undoable">) {
  const api = useApi();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  if (undone) {
    return (
      <span className="inline-flex min-h-7 shrink-0 items-center gap-1.5 px-2.5 text-muted">
        <Undo2 className="size-3.5" aria-hidden />
        Taken back
      </span>
    );
  }
  const undo = async () => {
    setBusy(true);
    try {
      await api.tasks.undo({ changeId });
      toast({ title: "Taken back." });
    } catch (error) {
      toastFailure(error);
      void cache.invalidateQueries({ queryKey: ["conversation"] });
    } finally {
      setBusy(false);
    }
  };
  const why = undoable ? undefined : "Something else was done to the same tasks since. Change it under Tasks.";
  return (
    <Button
      size="small"
      look="accent"
      // Not `disabled`, so that the reason can be reached by keyboard and heard.
      aria-disabled={!undoable || busy}
      aria-label={why ? `Undo is not possible: ${why}` : "Undo this change of tasks"}
      title={why}
      onClick={undoable && !busy ? undo : undefined}
      className={undoable ? "" : "cursor-default opacity-50"}
    >
      Undo
    </Button>
  );
}
