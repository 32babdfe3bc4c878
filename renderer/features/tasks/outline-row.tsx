import {
  ChevronRight,
  Circle,
  CircleCheckBig,
  CircleDashed,
  CircleX,
  Ellipsis,
  History,
  type LucideIcon,
  Plus,
  Scale,
  Tag,
  Target,
  TriangleAlert,
} from "lucide-react";
import { type CSSProperties, memo, type ReactNode } from "react";
import type { OutlineRow } from "../../../app/contract/index.ts";
import { TaskQuestion } from "../../ui/task-question.tsx";
import { shownValue } from "../../ui/task-words.ts";
import { InlineField } from "./inline-field.tsx";
import { spokenRow, staleReason, statusName } from "./labels.ts";
import type { Field, OnRow } from "./row-events.ts";
import { holdsParts, isGone, type Line, type Zone } from "./tree.ts";

interface Props {
  line: Line;
  index: number;
  /** px from the top of the list. */
  start: number;
  /** The one that Tab reaches, with its buttons. */
  active: boolean;
  /** Under the pointer. */
  hovered: boolean;
  editing: Field | null;
  /** Where what is dragged over it would go. */
  drop: Zone | null;
  measure: (element: Element | null) => void;
  on: OnRow;
}

const dropLooks: Record<Zone, string> = {
  before: "shadow-[inset_0_2px_0_var(--ring)]",
  after: "shadow-[inset_0_-2px_0_var(--ring)]",
  inside: "outline-2 -outline-offset-2 outline-ring",
};

/** One node of the outline. Levels are indented ever less, so that deep ones still have room for their words. */
export const OutlineRowView = memo(function OutlineRowView(props: Props) {
  const { line, index, start, active, hovered, editing, drop, measure, on } = props;
  const { row, hasParts, open, place, siblings } = line;
  const { id, depth } = row;
  const tabIndex = active ? 0 : -1;
  const style = {
    transform: `translateY(${start}px)`,
    "--deep": Math.max(0, depth - 6),
    "--flat": Math.min(depth, 6),
  } as CSSProperties;
  return (
    <div
      ref={measure}
      role="treeitem"
      data-index={index}
      data-row={id}
      data-status={row.status}
      aria-level={depth + 1}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={active}
      aria-expanded={hasParts ? open : undefined}
      aria-label={spokenRow(row)}
      aria-describedby={active ? "outline-keys" : undefined}
      tabIndex={tabIndex}
      draggable={editing === null && depth > 0 && !isGone(row)}
      style={style}
      className="group absolute top-0 left-0 w-full px-2 outline-none contain-content"
    >
      <div
        className={`flex items-start gap-1 rounded-lg py-1 pr-1 group-focus-visible:outline-2 group-focus-visible:-outline-offset-2 group-focus-visible:outline-ring [padding-inline-start:calc(var(--flat)*var(--indent)+var(--deep)*var(--indent-deep))] ${active ? "bg-tint" : hovered ? "bg-hover" : ""} ${drop ? dropLooks[drop] : ""}`}
      >
        {hasParts ? (
          <button
            type="button"
            tabIndex={-1}
            aria-hidden
            onClick={() => on({ type: "toggle", id })}
            className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:text-ink"
          >
            <ChevronRight className={`size-4 transition-transform ${open ? "rotate-90" : ""}`} />
          </button>
        ) : (
          <span className="size-7 shrink-0" />
        )}
        <Leading row={row} tabIndex={tabIndex} on={on} />
        <div className="min-w-0 flex-1 py-0.5">
          <div className="flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1">
            <Name row={row} editing={editing} on={on} />
            <Value row={row} editing={editing} tabIndex={tabIndex} on={on} />
            <Badges row={row} tabIndex={tabIndex} on={on} />
          </div>
          {row.summary !== null && !open && row.summary !== row.label && (
            <p dir="auto" className="mt-0.5 line-clamp-2 text-[0.8125rem] text-muted">
              {row.summary}
            </p>
          )}
          {row.question && (
            <div className="mt-1 max-w-xl rounded-lg bg-notice-tint px-2.5 py-1.5">
              <TaskQuestion
                id={id}
                label={row.label}
                value={row.value}
                asked={row.question.values.at(-1) ?? ""}
                tabbable={active}
              />
            </div>
          )}
        </div>
        {/* Its room is kept, so that nothing moves under the pointer. */}
        <span className="flex w-14 shrink-0 justify-end">
          {(active || hovered) && <Trailing row={row} tabIndex={tabIndex} on={on} />}
        </span>
      </div>
    </div>
  );
});

const checkIcons: Readonly<Partial<Record<OutlineRow["status"], LucideIcon>>> = {
  done: CircleCheckBig,
  failed: CircleX,
  blocked: CircleDashed,
};

/** The kind of a node; of steps and goals the button that ticks them off. */
function Leading({ row, tabIndex, on }: { row: OutlineRow; tabIndex: number; on: OnRow }) {
  const { id, kind, status, label } = row;
  if (!holdsParts(row) || isGone(row)) {
    const Icon = kind === "slot" ? Tag : kind === "constraint" ? Scale : kind === "goal" ? Target : Circle;
    return (
      <span className="inline-flex size-7 shrink-0 items-center justify-center text-muted">
        <Icon className="size-4" aria-hidden />
      </span>
    );
  }
  const finished = status === "done" || status === "failed";
  const Icon = checkIcons[status] ?? (kind === "goal" ? Target : Circle);
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      aria-label={finished ? `Open again: ${label}` : `Done: ${label}`}
      title={finished ? "Open again" : "Done"}
      onClick={() => on({ type: "finish", id })}
      className={`inline-flex size-7 shrink-0 items-center justify-center rounded-md hover:bg-hover ${status === "done" ? "text-accent" : "text-muted hover:text-accent"}`}
    >
      <Icon className="size-4" aria-hidden />
    </button>
  );
}

function Name({ row, editing, on }: { row: OutlineRow; editing: Field | null; on: OnRow }) {
  const { id, label, kind, status, depth, rule } = row;
  if (editing === "label") return <InlineField id={id} field="label" label={label} text={label} on={on} />;
  const faint = status === "done" || status === "failed" || isGone(row);
  return (
    <span
      className={`min-w-0 text-sm ${faint ? "text-muted" : ""} ${isGone(row) ? "line-through" : ""} ${kind === "goal" ? "font-semibold" : ""} ${depth === 0 ? "text-[0.9375rem]" : ""}`}
    >
      <bdi>{label}</bdi>
      {rule && (
        <span className="text-muted">
          : <bdi>{rule.on.label}</bdi> {shownValue(rule.text)}
        </span>
      )}
    </span>
  );
}

interface ValueProps {
  row: OutlineRow;
  editing: Field | null;
  tabIndex: number;
  on: OnRow;
}

function Value({ row, editing, tabIndex, on }: ValueProps) {
  const { id, kind, label, value } = row;
  if (kind !== "slot" && kind !== "step") return null;
  if (editing === "value") return <InlineField id={id} field="value" label={label} text={value ?? ""} on={on} />;
  if (value === null && kind === "step") return null;
  if (isGone(row)) return <bdi className="text-sm text-muted">{value === null ? "" : shownValue(value)}</bdi>;
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      aria-label={value === null ? `Set ${label}` : `Change ${label}: ${shownValue(value)}`}
      onClick={() => on({ type: "edit", id, field: "value" })}
      className={`line-clamp-2 max-w-full rounded-md px-1.5 text-left text-sm break-words hover:outline-1 hover:outline-line-strong ${value === null ? "text-muted italic" : "bg-surface font-medium ring-1 ring-line ring-inset"}`}
    >
      <bdi>{value === null ? "not set" : shownValue(value)}</bdi>
    </button>
  );
}

/** Dependencies that a row names before it only counts them. */
const fewNeeds = 4;

function Badges({ row, tabIndex, on }: { row: OutlineRow; tabIndex: number; on: OnRow }) {
  const { id, kind, status, dependsOn, conflicts, label } = row;
  const plain = status === "pending" || status === "stale" || (status === "active" && kind !== "step");
  return (
    <>
      {!plain && <span className="text-xs font-medium text-muted">{statusName(row)}</span>}
      {dependsOn.length > 0 && (
        <span className="flex min-w-0 flex-wrap items-center gap-1 text-xs text-muted">
          needs
          {dependsOn.slice(0, fewNeeds).map((other) => (
            <button
              key={other.id}
              type="button"
              tabIndex={tabIndex}
              title={other.label}
              aria-label={`Go to ${other.label}, which ${label} needs`}
              onClick={() => on({ type: "jump", to: other })}
              className="max-w-40 truncate rounded-full border border-line-strong px-2 leading-5 hover:bg-surface hover:text-ink"
            >
              <bdi>{other.label}</bdi>
            </button>
          ))}
          {dependsOn.length > fewNeeds && <span>and {dependsOn.length - fewNeeds} more</span>}
        </span>
      )}
      {status === "stale" && (
        <Warning icon={<History className="size-3.5 shrink-0" aria-hidden />}>
          {staleReason(row)}
          <button
            type="button"
            tabIndex={tabIndex}
            aria-label={`Still right: ${label}`}
            onClick={() => on({ type: "confirm", id })}
            className="shrink-0 rounded px-1 font-semibold underline underline-offset-2"
          >
            Still right
          </button>
        </Warning>
      )}
      {conflicts.length > 0 && (
        <Warning icon={<TriangleAlert className="size-3.5 shrink-0" aria-hidden />}>
          {kind === "constraint" ? "Broken: " : "Breaks a rule: "}
          {conflicts.join("; ")}
        </Warning>
      )}
    </>
  );
}

function Warning({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-1 rounded-md bg-notice-tint px-1.5 text-xs leading-5 font-medium text-notice">
      {icon}
      {children}
    </span>
  );
}

const trailing = "inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-surface hover:text-ink";

function Trailing({ row, tabIndex, on }: { row: OutlineRow; tabIndex: number; on: OnRow }) {
  const { id, label } = row;
  return (
    <>
      {holdsParts(row) && !isGone(row) && (
        <button
          type="button"
          tabIndex={tabIndex}
          aria-label={`Add to ${label}`}
          title="Add a part"
          onClick={() => on({ type: "add", id })}
          className={trailing}
        >
          <Plus className="size-4" aria-hidden />
        </button>
      )}
      <button
        type="button"
        tabIndex={tabIndex}
        data-menu
        aria-haspopup="menu"
        aria-label={`More for ${label}`}
        title="More"
        onClick={() => on({ type: "menu", id })}
        className={trailing}
      >
        <Ellipsis className="size-4" aria-hidden />
      </button>
    </>
  );
}
