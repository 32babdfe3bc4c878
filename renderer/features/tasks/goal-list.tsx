import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import type { Goal } from "../../../app/contract/index.ts";
import { useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { useTaskAct } from "../../ui/use-task-act.ts";
import { GoalRow } from "./goal-row.tsx";

/** The open goals in the user's order, to be put in another by dragging and by Alt with an arrow. */
export function OpenGoals({ selected }: { selected: string | null }) {
  const list = useInfiniteQuery(useQueries().goals(false));
  const goals = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const act = useTaskAct();
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<{ id: string; below: boolean } | null>(null);

  const move = (id: string, before: string | null) => {
    const goal = goals.find((one) => one.id === id);
    if (goal) void act({ op: "move", id, parentId: null, before }, `Moved: ${goal.label}.`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const id = goalOf(event.target);
    if (!id || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const at = goals.findIndex((goal) => goal.id === id);
    if (event.key === "ArrowUp" && at > 0) move(id, goals[at - 1]?.id ?? null);
    if (event.key === "ArrowDown" && at < goals.length - 1) move(id, goals[at + 2]?.id ?? null);
  };
  const onDragOver = (event: DragEvent) => {
    const id = goalOf(event.target);
    if (dragged === null || !id || id === dragged) return;
    event.preventDefault();
    const { top, height } = rowOf(event.target)?.getBoundingClientRect() ?? { top: 0, height: 1 };
    const below = event.clientY > top + height / 2;
    if (over?.id !== id || over.below !== below) setOver({ id, below });
  };
  const onDrop = () => {
    const rest = goals.filter(({ id }) => id !== dragged);
    const at = rest.findIndex(({ id }) => id === over?.id);
    if (dragged !== null && over && at >= 0) move(dragged, rest[at + (over.below ? 1 : 0)]?.id ?? null);
    setDragged(null);
    setOver(null);
  };

  if (list.isPending) return <Spinner />;
  if (list.isError) return <Failed error={list.error} onRetry={() => list.refetch()} />;
  if (goals.length === 0) return <NoGoals />;
  return (
    <>
      <p id="goal-order" className="sr-only">
        Alt with the up or down arrow moves a goal.
      </p>
      <ul
        aria-label="Goals"
        className="flex flex-col gap-0.5"
        onKeyDown={onKeyDown}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          setDragged(goalOf(event.target));
        }}
        onDragOver={onDragOver}
        onDrop={onDrop}
        onDragEnd={() => {
          setDragged(null);
          setOver(null);
        }}
      >
        {goals.map((goal) => (
          <GoalRow
            key={goal.id}
            goal={goal}
            selected={goal.id === selected}
            drop={over?.id === goal.id ? (over.below ? "after" : "before") : null}
            describedBy="goal-order"
          />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

/** The goals that are over, on demand, the latest first. */
export function ClosedGoals({ selected }: { selected: string | null }) {
  const [shown, setShown] = useState(false);
  return (
    <section aria-label="Finished and cancelled goals">
      <button
        type="button"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
        className="-ml-1 inline-flex items-center gap-1 rounded-lg px-1 py-1 text-[0.8125rem] font-medium text-muted hover:text-ink"
      >
        <ChevronRight className={`size-4 transition-transform ${shown ? "rotate-90" : ""}`} aria-hidden />
        Finished and cancelled
      </button>
      {shown && <Closed selected={selected} />}
    </section>
  );
}

function Closed({ selected }: { selected: string | null }) {
  const list = useInfiniteQuery(useQueries().goals(true));
  const goals = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.isPending) return <Spinner />;
  if (list.isError) return <Failed error={list.error} onRetry={() => list.refetch()} />;
  if (goals.length === 0) return <p className="px-1 py-2 text-sm text-muted">Nothing is over yet.</p>;
  return (
    <>
      <ul aria-label="Goals that are over" className="mt-1 flex flex-col gap-0.5">
        {goals.map((goal: Goal) => (
          <GoalRow key={goal.id} goal={goal} selected={goal.id === selected} />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

function More({ list }: { list: Paged }) {
  if (!list.hasNextPage) return null;
  return (
    <Button size="small" look="quiet" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
      Show more
    </Button>
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => unknown }) {
  return (
    <Notice failure={toFailure(error)}>
      <Button size="small" onClick={() => onRetry()}>
        Try again
      </Button>
    </Notice>
  );
}

const sayings = [
  ["New task: plan a trip to Lisbon", "begins a goal"],
  ["Add a step: book flight", "adds to what you speak of"],
  ["Set budget to 700", "changes a detail; what rests on it is marked"],
  ["What's left?", "says where you are"],
  ["Done with book flight", "ticks it off"],
  ["Undo that", "takes the last change back"],
] as const;

function NoGoals() {
  return (
    <div className="flex flex-col gap-2 rounded-xl border border-dashed border-line-strong px-4 py-3.5 text-sm">
      <h2 className="font-semibold">No goals yet</h2>
      <p className="text-muted">
        Ebb keeps long undertakings straight: their steps, details and rules, what rests on what, and every change with
        the words it came from. Write a goal above, or say it in a chat:
      </p>
      <dl className="flex flex-col gap-1.5">
        {sayings.map(([words, effect]) => (
          <div key={words} className="flex flex-wrap gap-x-2">
            <dt className="font-medium">“{words}”</dt>
            <dd className="text-muted">{effect}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const rowOf = (target: EventTarget): Element | null =>
  target instanceof Element ? target.closest("[data-goal]") : null;
const goalOf = (target: EventTarget): string | null => rowOf(target)?.getAttribute("data-goal") ?? null;
