import { type KeyboardEvent, useRef } from "react";
import type { OnRow } from "./row-events.ts";
import { type Direction, findByLetters, isGone, type Line } from "./tree.ts";

/** Pause (ms) after which another letter begins another word. */
const letterPause = 600;

interface Ports {
  lines: readonly Line[];
  /** Index of the line that has the focus. */
  at: number;
  focusAt: (index: number) => void;
  on: OnRow;
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowRight: "in",
  ArrowLeft: "out",
};

/** The keys of the outline, as the tree pattern of ARIA has them, and those that change the row. */
export function useOutlineKeys({ lines, at, focusAt, on }: Ports): (event: KeyboardEvent<HTMLElement>) => void {
  const typed = useRef({ text: "", at: 0 });

  const letters = (key: string): void => {
    const now = performance.now();
    const { text, at: before } = typed.current;
    const word = now - before < letterPause ? text + key : key;
    typed.current = { text: word, at: now };
    const found = findByLetters(lines, at, word);
    if (found >= 0) focusAt(found);
  };

  return (event) => {
    const line = lines[at];
    const { target, key } = event;
    if (!line || !(target instanceof HTMLElement)) return;
    if (target.getAttribute("role") !== "treeitem") {
      // From a button in the row back to the row.
      if (key === "Escape") focusAt(at);
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const { row, hasParts, open } = line;
    const { id, kind } = row;
    const handle = (work: () => void): void => {
      event.preventDefault();
      work();
    };
    const direction = directions[key];
    if (event.altKey) {
      if (direction) handle(() => on({ type: "step", id, direction }));
      return;
    }
    switch (key) {
      case "ArrowDown":
        return handle(() => focusAt(at + 1));
      case "ArrowUp":
        return handle(() => focusAt(at - 1));
      case "ArrowRight":
        return handle(() => (hasParts && !open ? on({ type: "toggle", id }) : hasParts && focusAt(at + 1)));
      case "ArrowLeft":
        return handle(() => {
          if (open) on({ type: "toggle", id });
          else focusAt(lines.findIndex((one) => one.row.id === row.parentId));
        });
      case "Home":
        return handle(() => focusAt(0));
      case "End":
        return handle(() => focusAt(lines.length - 1));
      case "Enter":
        return handle(() => {
          const valued = (kind === "slot" || kind === "step") && !isGone(row);
          on(valued ? { type: "edit", id, field: "value" } : { type: "details", id });
        });
      case " ":
        return handle(() => on({ type: "finish", id }));
      case "F2":
        return handle(() => !isGone(row) && on({ type: "edit", id, field: "label" }));
      case "Delete":
        return handle(() => !isGone(row) && on({ type: "remove", id }));
      case "ContextMenu":
      case "F10":
        if (key === "ContextMenu" || event.shiftKey) handle(() => on({ type: "menu", id }));
        return;
      default:
        if ([...key].length === 1) handle(() => letters(key));
    }
  };
}
