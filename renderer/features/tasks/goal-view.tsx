import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Plus } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { OutlineRow } from "../../../app/contract/index.ts";
import { useQueries } from "../../client/context.tsx";
import { toFailure } from "../../client/failure.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { taskHref } from "../../ui/task-card.tsx";
import { shownValue } from "../../ui/task-words.ts";
import { useTaskAct } from "../../ui/use-task-act.ts";
import { AddPart } from "./add-part.tsx";
import { NodeDetails } from "./node-details.tsx";
import { Outline, type OutlineHandle } from "./outline.tsx";
import type { Field, OnRow, RowEvent } from "./row-events.ts";
import { RowMenu } from "./row-menu.tsx";
import { ancestorsOf, holdsParts, isGone, linesOf, type Place, stepPlace } from "./tree.ts";

interface Props {
  id: string;
  /** The node that a link led to, or null. */
  target: string | null;
}

/** A goal: its outline, and beside it (below it, where there is no room) what there is to know of the row that has the focus. */
export function GoalView({ id, target }: Props) {
  const [gone, setGone] = useState(false);
  const { data, error } = useQuery({
    ...useQueries().outline(id, gone),
    placeholderData: (before) => before,
  });
  if (error) {
    return (
      <div className="p-4">
        <Notice failure={toFailure(error)}>
          <Link href="/tasks" className={buttonClass({ size: "small" })}>
            All tasks
          </Link>
        </Notice>
      </div>
    );
  }
  if (!data) return <Spinner />;
  return <Shown rows={data.rows} target={target} gone={gone} onGone={setGone} />;
}

interface ShownProps {
  rows: readonly OutlineRow[];
  target: string | null;
  gone: boolean;
  onGone: (gone: boolean) => void;
}

/** Wide enough that details beside the outline leave it its room. */
const roomy = "(min-width: 90rem)";

function Shown({ rows, target, gone, onGone }: ShownProps) {
  const [, navigate] = useLocation();
  const act = useTaskAct();
  const outline = useRef<OutlineHandle>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<{ id: string | null; at: number }>({ id: null, at: 0 });
  const [editing, setEditing] = useState<{ id: string; field: Field } | null>(null);
  const [adding, setAdding] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ id: string; anchor: Element; open: boolean } | null>(null);
  const [details, setDetails] = useState(() => matchMedia(roomy).matches);
  const lines = useMemo(() => linesOf(rows, closed), [rows, closed]);
  const places = useMemo(() => new Map(lines.map(({ row }, index) => [row.id, index])), [lines]);
  // Where the row is gone, the one in its place is next.
  const at = places.get(active.id ?? "") ?? Math.min(active.at, lines.length - 1);
  const here = lines[at]?.row;
  const root = rows[0];

  const activate = (id: string) => {
    const place = places.get(id) ?? active.at;
    if (active.id !== id || active.at !== place) setActive({ id, at: place });
  };
  const open = (id: string) => {
    const hidden = ancestorsOf(rows, id).filter((above) => closed.has(above));
    if (hidden.length > 0) setClosed(closed.difference(new Set(hidden)));
  };

  /** What is to have the focus as soon as it is among the lines. */
  const wanted = useRef<string | null>(null);
  const seek = (id: string) => {
    wanted.current = id;
    open(id);
    if (places.has(id)) arrive();
  };
  const arrive = () => {
    const id = wanted.current;
    if (id === null || !places.has(id)) return;
    wanted.current = null;
    outline.current?.focus(id);
  };
  useLayoutEffect(arrive);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another link leads elsewhere.
  useEffect(() => {
    if (target === null) return;
    if (rows.some((row) => row.id === target)) seek(target);
    else {
      wanted.current = target;
      onGone(true);
    }
  }, [target]);

  const byId = (id: string) => rows.find((row) => row.id === id);
  const moveTo = async (id: string, place: Place) => {
    const row = byId(id);
    if (!row) return;
    if (closed.has(place.parentId)) setClosed(closed.difference(new Set([place.parentId])));
    await act({ op: "move", id, ...place }, `Moved: ${row.label}.`);
  };
  /** Nothing is left to show of a goal that is gone. */
  const away = async (work: Promise<unknown>, row: OutlineRow) => {
    await work;
    if (row.parentId === null) navigate("/tasks");
  };

  const handle = (event: RowEvent): void => {
    if (event.type === "jump") {
      if (byId(event.to.id)) seek(event.to.id);
      else navigate(taskHref(event.to.goalId, event.to.id));
      return;
    }
    const { id } = event;
    const row = byId(id);
    if (!row) return;
    const { label } = row;
    switch (event.type) {
      case "toggle":
        setClosed(closed.symmetricDifference(new Set([id])));
        break;
      case "finish":
        if (!holdsParts(row) || isGone(row)) break;
        if (row.status === "done" || row.status === "failed") void act({ op: "restore", id }, `Open again: ${label}.`);
        else if (event.outcome) void act({ op: "complete", id, outcome: "failed" }, `Given up: ${label}.`);
        else void act({ op: "complete", id, outcome: "done" }, `Done: ${label}.`);
        break;
      case "restore":
        void act({ op: "restore", id }, `Brought back: ${label}.`);
        break;
      case "cancel":
        void away(act({ op: "cancel", id }, `Cancelled: ${label}.`), row);
        break;
      case "remove":
        void away(act({ op: "remove", id }, `Removed: ${label}.`), row);
        break;
      case "confirm":
        void act({ op: "settle", id, change: false }, `Still right: ${label}.`);
        break;
      case "edit":
        setEditing({ id, field: event.field });
        break;
      case "save":
        setEditing(null);
        if (event.field === "label") void act({ op: "rename", id, label: event.text }, `Renamed to ${event.text}.`);
        else void act({ op: "set", id, value: event.text }, `${label}: ${shownValue(event.text)}.`);
        break;
      case "endEdit":
        setEditing(null);
        break;
      case "add":
        setAdding(id);
        break;
      case "step": {
        const place = stepPlace(rows, id, event.direction);
        if (place) void moveTo(id, place);
        break;
      }
      case "menu": {
        const element = outline.current?.element(id);
        const anchor = element?.querySelector("[data-menu]") ?? element;
        if (anchor) setMenu({ id, anchor, open: true });
        break;
      }
      case "details":
        activate(id);
        setDetails(true);
    }
  };
  // Rows get one function for good, so that they are not drawn again for a new one.
  const latest = useRef(handle);
  useLayoutEffect(() => {
    latest.current = handle;
  });
  const on: OnRow = useCallback((event) => latest.current(event), []);

  if (!root) return null;
  const ofMenu = menu ? byId(menu.id) : undefined;
  const ofAdding = adding === null ? undefined : byId(adding);
  return (
    <div className="@container flex h-full flex-col">
      <h2 className="sr-only">{root.label}</h2>
      <div className="flex shrink-0 flex-wrap items-center gap-1.5 px-3 pb-1.5">
        <Link href="/tasks" className={`${buttonClass({ look: "quiet", size: "small" })} @3xl/page:hidden`}>
          <ArrowLeft className="size-4" aria-hidden />
          All tasks
        </Link>
        <Button size="small" onClick={() => setAdding(here && holdsParts(here) && !isGone(here) ? here.id : root.id)}>
          <Plus className="size-4" aria-hidden />
          Add a part
        </Button>
        <Toggle on={gone} onChange={onGone}>
          Show removed
        </Toggle>
        <Toggle on={details} onChange={setDetails}>
          Details
        </Toggle>
      </div>
      <div className="flex min-h-0 flex-1 flex-col @5xl:flex-row">
        <div className="min-h-0 min-w-0 flex-1">
          <Outline
            name={root.label}
            rows={rows}
            lines={lines}
            closed={closed}
            at={at}
            editing={editing}
            handle={outline}
            on={on}
            onActive={activate}
            onMove={moveTo}
          >
            {rows.length === 1 && !isGone(root) && <FirstPart onAdd={() => setAdding(root.id)} />}
          </Outline>
        </div>
        {details && here && (
          <aside className="max-h-[55%] min-h-0 shrink-0 border-t border-line @5xl:max-h-none @5xl:w-[22rem] @5xl:border-t-0 @5xl:border-l">
            <NodeDetails id={here.id} on={on} onClose={() => setDetails(false)} />
          </aside>
        )}
      </div>
      {menu && ofMenu && (
        <RowMenu
          row={ofMenu}
          rows={rows}
          open={menu.open}
          anchor={menu.anchor}
          on={on}
          onClose={() => setMenu({ ...menu, open: false })}
          focusAfter={() => {
            const row = outline.current?.element(ofMenu.id) ?? null;
            return row?.querySelector<HTMLElement>("[data-inline]") ?? row;
          }}
        />
      )}
      {ofAdding && (
        <AddPart
          parent={ofAdding}
          onClose={() => setAdding(null)}
          onAdded={(added) => {
            if (closed.has(ofAdding.id)) setClosed(closed.difference(new Set([ofAdding.id])));
            wanted.current = added;
          }}
        />
      )}
    </div>
  );
}

function Toggle({ on, onChange, children }: { on: boolean; onChange: (on: boolean) => void; children: string }) {
  return (
    <Button
      size="small"
      look="quiet"
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className={on ? "bg-tint text-ink" : ""}
    >
      {children}
    </Button>
  );
}

function FirstPart({ onAdd }: { onAdd: () => void }) {
  return (
    <div className="mx-4 rounded-xl border border-dashed border-line-strong px-4 py-3.5 text-sm">
      <p className="font-medium">Nothing beneath it yet</p>
      <p className="mt-1 text-muted">
        Add steps to tick off, and details such as a budget or a date, here or in a chat: “Add a step: book flight”,
        “Add budget: 500”. What rests on a detail is marked when it changes.
      </p>
      <Button size="small" className="mt-2.5" onClick={onAdd}>
        <Plus className="size-4" aria-hidden />
        Add the first part
      </Button>
    </div>
  );
}
