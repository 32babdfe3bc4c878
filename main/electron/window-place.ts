import type { Rectangle } from "electron";
import { windowSizes } from "../../app/contract/window-sizes.ts";

export type Size = { width: number; height: number };
/** A display as far as windows are concerned: the part of it that no panel covers. */
export type Place = { workArea: Rectangle };

const usual: Size = windowSizes.main;
export const smallest: Size = { width: 420, height: 480 };
/** So much of a window's top edge must be on a display for the user to get hold of it, in pixels. */
const grip = 80;

/**
 * Where to open a window that was last at `kept`: there, cut to the display it was on; in the middle of the first display
 * where nothing was kept or that display is gone.
 */
export function placeWindow(kept: Rectangle | null, displays: readonly Place[]): Rectangle {
  const first = displays[0]?.workArea ?? { x: 0, y: 0, ...usual };
  const area = kept && displays.find((display) => isInReach(kept, display.workArea))?.workArea;
  if (!kept || !area) return centred(usual, first);
  const width = between(kept.width, smallest.width, area.width);
  const height = between(kept.height, smallest.height, area.height);
  return {
    x: between(kept.x, area.x, area.x + area.width - width),
    y: between(kept.y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

/** Where quick-ask opens on a display: in the middle, a fifth from the top, where the eyes are. */
export function placeQuickAsk(size: Size, { workArea }: Place): Rectangle {
  const { x, width, height } = centred(size, workArea);
  const y = workArea.y + Math.min(Math.round(workArea.height / 5), workArea.height - height);
  return { x, y, width, height };
}

function isInReach({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const overlap = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return overlap >= Math.min(grip, width) && y >= area.y - 1 && y < area.y + area.height - grip / 2;
}

function centred(size: Size, area: Rectangle): Rectangle {
  const width = Math.min(size.width, area.width);
  const height = Math.min(size.height, area.height);
  return {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 2),
    width,
    height,
  };
}

/** At least `low`, but never more than `high`. */
const between = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
