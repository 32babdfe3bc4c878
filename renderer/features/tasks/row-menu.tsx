import { Menu } from "@base-ui/react/menu";
import { Fragment } from "react";
import type { OutlineRow } from "../../../app/contract/index.ts";
import { Keys } from "../../ui/keys.tsx";
import type { OnRow, RowEvent } from "./row-events.ts";
import { type Direction, holdsParts, isGone, stepPlace } from "./tree.ts";

interface Props {
  row: OutlineRow;
  rows: readonly OutlineRow[];
  open: boolean;
  anchor: Element;
  on: OnRow;
  onClose: () => void;
  /** Where the focus goes when it closes. */
  focusAfter: () => HTMLElement | null;
}

interface Item {
  name: string;
  keys?: readonly string[];
  event: RowEvent;
}

/** All that can be done with a row. There is one for the whole outline, beside the row that it is for. */
export function RowMenu({ row, rows, open, anchor, on, onClose, focusAfter }: Props) {
  return (
    <Menu.Root open={open} onOpenChange={(next) => !next && onClose()} modal={false}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} className="z-50" sideOffset={4} align="end">
          <Menu.Popup
            aria-label={`Actions for ${row.label}`}
            finalFocus={() => focusAfter() ?? true}
            className="max-h-(--available-height) min-w-56 overflow-y-auto rounded-xl border border-line bg-raised p-1 shadow-lift outline-none"
          >
            {groupsFor(row, rows).map((items, index) => (
              <Fragment key={items[0]?.name}>
                {index > 0 && <Menu.Separator className="mx-2 my-1 h-px bg-line" />}
                {items.map(({ name, keys, event }) => (
                  <Menu.Item
                    key={name}
                    onClick={() => on(event)}
                    className="flex cursor-pointer items-center justify-between gap-6 rounded-lg px-3 py-1.5 text-sm outline-none data-highlighted:bg-hover"
                  >
                    {name}
                    {keys && <Keys keys={keys} />}
                  </Menu.Item>
                ))}
              </Fragment>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

const steps: readonly { direction: Direction; name: string; arrow: string }[] = [
  { direction: "up", name: "Move up", arrow: "↑" },
  { direction: "down", name: "Move down", arrow: "↓" },
  { direction: "in", name: "Move into the one above", arrow: "→" },
  { direction: "out", name: "Move out", arrow: "←" },
];

function groupsFor(row: OutlineRow, rows: readonly OutlineRow[]): Item[][] {
  const { id, kind, status } = row;
  const details: Item = { name: "Details and history", event: { type: "details", id } };
  if (isGone(row)) return [[{ name: "Bring back", event: { type: "restore", id } }, details]];
  const work = holdsParts(row);
  const finished = status === "done" || status === "failed";
  const groups: (Item | false)[][] = [
    [
      work && !finished && { name: "Done", keys: ["Space"], event: { type: "finish", id } },
      work && !finished && { name: "Give up", event: { type: "finish", id, outcome: "failed" } },
      work && finished && { name: "Open again", keys: ["Space"], event: { type: "finish", id } },
      status === "stale" && { name: "Still right", event: { type: "confirm", id } },
      (kind === "slot" || kind === "step") && {
        name: "Set value",
        keys: ["Enter"],
        event: { type: "edit", id, field: "value" },
      },
      { name: "Rename", keys: ["F2"], event: { type: "edit", id, field: "label" } },
      work && { name: "Add a part", event: { type: "add", id } },
    ],
    steps.map(
      ({ direction, name, arrow }) =>
        stepPlace(rows, id, direction) !== null && {
          name,
          keys: ["Alt", arrow],
          event: { type: "step", id, direction },
        },
    ),
    [
      details,
      work && !finished && { name: "Cancel", event: { type: "cancel", id } },
      { name: "Remove", keys: ["Del"], event: { type: "remove", id } },
    ],
  ];
  return groups.map((items) => items.filter((item) => item !== false)).filter((items) => items.length > 0);
}
