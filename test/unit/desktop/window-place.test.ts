import { expect, test } from "vitest";
import { placeQuickAsk, placeWindow } from "../../../main/electron/window-place.ts";

const laptop = { workArea: { x: 0, y: 25, width: 1440, height: 875 } };
const beside = { workArea: { x: 1440, y: 0, width: 2560, height: 1400 } };

test("the first window stands in the middle of the first display", () => {
  expect(placeWindow(null, [laptop, beside])).toEqual({ x: 130, y: 53, width: 1180, height: 820 });
});

test("a window comes back where it was, on whichever display", () => {
  const kept = { x: 1800, y: 200, width: 900, height: 700 };
  expect(placeWindow(kept, [laptop, beside])).toEqual(kept);
});

test("a window whose display is gone comes back on the first one", () => {
  const kept = { x: 1800, y: 200, width: 900, height: 700 };
  expect(placeWindow(kept, [laptop])).toEqual({ x: 130, y: 53, width: 1180, height: 820 });
});

test("a window larger than its display, or half outside, is cut and moved in", () => {
  expect(placeWindow({ x: -300, y: 100, width: 3000, height: 2000 }, [laptop])).toEqual({ ...laptop.workArea });
  expect(placeWindow({ x: 1000, y: 600, width: 800, height: 600 }, [laptop])).toEqual({
    x: 640,
    y: 300,
    width: 800,
    height: 600,
  });
});

test("a window too small to use gets its smallest size, a tiny display its own", () => {
  expect(placeWindow({ x: 10, y: 50, width: 5, height: 5 }, [laptop])).toMatchObject({ width: 420, height: 480 });
  const tiny = { workArea: { x: 0, y: 0, width: 320, height: 240 } };
  expect(placeWindow({ x: 0, y: 0, width: 900, height: 700 }, [tiny])).toEqual(tiny.workArea);
});

test("a title bar above the screen or under its lower edge cannot be grabbed, and counts as gone", () => {
  expect(placeWindow({ x: 100, y: -400, width: 900, height: 700 }, [laptop]).y).toBe(53);
  expect(placeWindow({ x: 100, y: 890, width: 900, height: 700 }, [laptop]).y).toBe(53);
});

test("without any display a window still has a size", () => {
  expect(placeWindow(null, [])).toEqual({ x: 0, y: 0, width: 1180, height: 820 });
});

test("quick-ask opens in the upper middle, whole, also on a small display", () => {
  expect(placeQuickAsk({ width: 680, height: 520 }, beside)).toEqual({ x: 2380, y: 280, width: 680, height: 520 });
  const small = { workArea: { x: 0, y: 0, width: 640, height: 500 } };
  expect(placeQuickAsk({ width: 680, height: 520 }, small)).toEqual({ x: 0, y: 0, width: 640, height: 500 });
});
