import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  type RefObject,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { OutlineRow } from "../../../app/contract/index.ts";
import { OutlineRowView } from "./outline-row.tsx";
import type { Field, OnRow } from "./row-events.ts";
import type { Line, Place } from "./tree.ts";
import { rowIdOf, useOutlineDrag } from "./use-outline-drag.ts";
import { useOutlineKeys } from "./use-outline-keys.ts";

export interface OutlineHandle {
  /** Brings the row into view and gives it the focus. */
  focus: (id: string) => void;
  /** The row's element, while it is in the page. */
  element: (id: string) => HTMLElement | null;
}

interface Props {
  name: string;
  rows: readonly OutlineRow[];
  lines: readonly Line[];
  closed: ReadonlySet<string>;
  /** Index of the line that Tab reaches. */
  at: number;
  editing: { id: string; field: Field } | null;
  handle: RefObject<OutlineHandle | null>;
  on: OnRow;
  onActive: (id: string) => void;
  onMove: (id: string, place: Place) => void;
  /** What stands below the rows. */
  children?: ReactNode;
}

const guess = 40;

/** A goal and all beneath it as a tree, of which only the rows near the view, and the one that has the focus, are in the page. */
export function Outline(props: Props) {
  const { name, rows, lines, closed, at, editing, handle, on, onActive, onMove, children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = useRef<string | null>(null);
  /** True while the focus is in the tree: where it is then on nothing, what had it has gone. */
  const held = useRef(false);
  const [hovered, setHovered] = useState<string | null>(null);
  const drag = useOutlineDrag(rows, closed, onMove);
  const draggedAt = drag.dragged === null ? -1 : lines.findIndex(({ row }) => row.id === drag.dragged);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => lines[index]?.row.id ?? index, [lines]),
    estimateSize,
    overscan: 8,
    paddingStart: 4,
    paddingEnd: 24,
    // What has the focus, or is being dragged, would lose it by leaving the page.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = new Set(defaultRangeExtractor(range));
        for (const index of [at, draggedAt]) if (index >= 0 && index < range.count) shown.add(index);
        return [...shown].sort((a, b) => a - b);
      },
      [at, draggedAt],
    ),
  });

  const element = useCallback(
    (id: string) => scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`) ?? null,
    [],
  );
  const focusAt = (index: number): void => {
    const id = lines[index]?.row.id;
    if (id === undefined) return;
    virtual.scrollToIndex(index, { align: "auto" });
    onActive(id);
    wanted.current = id;
    settle();
  };
  /** Gives the focus to the row that is to have it, once it is in the page. */
  const settle = (): void => {
    const row = wanted.current === null ? null : element(wanted.current);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    settle();
    const here = lines[at];
    if (held.current && here && document.activeElement === document.body) {
      element(here.row.id)?.focus({ preventScroll: true });
    }
  });
  useLayoutEffect(() => {
    if (held.current && at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, virtual]);

  useImperativeHandle(handle, () => ({
    element,
    focus(id) {
      wanted.current = id;
      focusAt(lines.findIndex(({ row }) => row.id === id));
    },
  }));

  const onKeyDown = useOutlineKeys({ lines, at, focusAt, on });
  return (
    <div ref={scroller} className="@container h-full overflow-y-auto">
      <p id="outline-keys" className="sr-only">
        Enter sets the value, Space ticks off, F2 renames, Delete removes, Alt with the arrows moves, Shift F10 opens
        the menu, Tab goes to the buttons of the row.
      </p>
      <div
        role="tree"
        aria-label={name}
        className="relative w-full [--indent-deep:0.25rem] [--indent:0.75rem] @xl:[--indent-deep:0.375rem] @xl:[--indent:1.25rem]"
        style={{ height: virtual.getTotalSize() }}
        onPointerOver={({ target }) => setHovered(rowIdOf(target))}
        onPointerLeave={() => setHovered(null)}
        onBlur={({ relatedTarget, currentTarget }) => {
          held.current = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
        }}
        onFocus={({ target }) => {
          held.current = true;
          const id = rowIdOf(target);
          if (id !== null) onActive(id);
        }}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          const id = rowIdOf(event.target);
          if (id === null || event.target instanceof HTMLInputElement) return;
          event.preventDefault();
          onActive(id);
          on({ type: "menu", id });
        }}
        {...drag.handlers}
      >
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const line = lines[index];
          if (!line) return null;
          const { id } = line.row;
          return (
            <OutlineRowView
              key={key}
              line={line}
              index={index}
              start={start}
              active={index === at}
              hovered={id === hovered}
              editing={editing?.id === id ? editing.field : null}
              drop={drag.over?.id === id ? drag.over.zone : null}
              measure={virtual.measureElement}
              on={on}
            />
          );
        })}
      </div>
      {children}
    </div>
  );
}

const estimateSize = (): number => guess;
