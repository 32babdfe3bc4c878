import { type DragEvent, useState } from "react";
import type { OutlineRow } from "../../../app/contract/index.ts";
import { dropPlace, holdsParts, type Place, type Zone, zoneAt } from "./tree.ts";

interface Over {
  id: string;
  zone: Zone;
}

/** Moving a row by dragging it before, after or into another; what can't stand there is not offered. */
export function useOutlineDrag(
  rows: readonly OutlineRow[],
  closed: ReadonlySet<string>,
  onMove: (id: string, place: Place) => void,
) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<Over | null>(null);

  const place = (at: Over | null) =>
    dragged === null || at === null ? null : dropPlace(rows, dragged, at.id, at.zone, closed);
  const end = () => {
    setDragged(null);
    setOver(null);
  };

  return {
    dragged,
    over,
    handlers: {
      onDragStart(event: DragEvent) {
        const id = rowIdOf(event.target);
        if (id === null) return;
        event.dataTransfer.effectAllowed = "move";
        setDragged(id);
      },
      onDragOver(event: DragEvent) {
        const at = overAt(event, rows);
        if (place(at) === null) {
          if (over) setOver(null);
          return;
        }
        event.preventDefault();
        if (at && (over?.id !== at.id || over.zone !== at.zone)) setOver(at);
      },
      onDrop(event: DragEvent) {
        const to = place(overAt(event, rows));
        if (dragged !== null && to) {
          event.preventDefault();
          onMove(dragged, to);
        }
        end();
      },
      onDragEnd: end,
    },
  };
}

function overAt({ target, clientY }: DragEvent, rows: readonly OutlineRow[]): Over | null {
  const element = elementOf(target);
  const row = rows.find(({ id }) => id === element?.getAttribute("data-row"));
  if (!element || !row) return null;
  const { top, height } = element.getBoundingClientRect();
  return { id: row.id, zone: zoneAt((clientY - top) / height, holdsParts(row)) };
}

/** The row of the outline that an event happened in. */
const elementOf = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;

export const rowIdOf = (target: EventTarget): string | null => elementOf(target)?.getAttribute("data-row") ?? null;
