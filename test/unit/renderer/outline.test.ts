import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutlineRow } from "../../../app/contract/index.ts";
import {
  ancestorsOf,
  type Direction,
  dropPlace,
  findByLetters,
  linesOf,
  type Place,
  stepPlace,
  type Zone,
  zoneAt,
} from "../../../renderer/features/tasks/tree.ts";
import { dueWords, shownValue } from "../../../renderer/ui/task-words.ts";

/** An outline of "id" or "id:kind" by depth: [0, "trip"], [1, "budget:slot"]. */
function outline(...nodes: readonly (readonly [depth: number, name: string])[]): OutlineRow[] {
  const path: string[] = [];
  return nodes.map(([depth, name]) => {
    const [id = "", kind = "step", status = "pending"] = name.split(":");
    path.length = depth;
    const parentId = path[depth - 1] ?? null;
    path.push(id);
    return {
      ...{ id, parentId, depth, label: id, kind: kind as OutlineRow["kind"], status: status as OutlineRow["status"] },
      ...{ value: null, staleBecause: null, dependsOn: [], rule: null, conflicts: [], question: null, summary: null },
    };
  });
}

const trip = outline(
  [0, "trip:goal"],
  [1, "budget:slot"],
  [1, "travel:goal"],
  [2, "flight"],
  [2, "hotel"],
  [3, "room"],
  [1, "old:step:removed"],
  [1, "visa"],
);
const none: ReadonlySet<string> = new Set();

describe("the lines of an outline", () => {
  test("say their place among siblings, and hide what is beneath a closed one", () => {
    const shown = (closed: ReadonlySet<string>) =>
      linesOf(trip, closed).map(({ row, place, siblings, hasParts, open }) =>
        [row.id, `${place}/${siblings}`, hasParts ? (open ? "open" : "closed") : ""].join(" ").trim(),
      );
    expect(shown(none)).toEqual([
      ...["trip 1/1 open", "budget 1/4", "travel 2/4 open", "flight 1/2", "hotel 2/2 open", "room 1/1"],
      ...["old 3/4", "visa 4/4"],
    ]);
    expect(shown(new Set(["travel", "hotel"]))).toEqual([
      ...["trip 1/1 open", "budget 1/4", "travel 2/4 closed", "old 3/4", "visa 4/4"],
    ]);
  });

  test("are found by their first letters, going round; more of a word may stay", () => {
    const lines = linesOf(trip, none);
    const find = (from: number, typed: string) => lines[findByLetters(lines, from, typed)]?.row.id;
    expect(find(0, "t")).toBe("travel");
    expect(find(2, "t")).toBe("trip");
    expect(find(2, "tr")).toBe("travel");
    expect(find(0, "HO")).toBe("hotel");
    expect(find(0, "q")).toBeUndefined();
  });

  test("know what is above them", () => {
    expect(ancestorsOf(trip, "room")).toEqual(["hotel", "travel", "trip"]);
    expect(ancestorsOf(trip, "trip")).toEqual([]);
  });
});

describe("dropping a row", () => {
  test.each<[moved: string, target: string, zone: Zone, place: Place | null]>([
    ["visa", "budget", "before", { parentId: "trip", before: "budget" }],
    ["budget", "visa", "after", { parentId: "trip", before: null }],
    ["visa", "travel", "inside", { parentId: "travel", before: null }],
    // Right below one that is open is before its first part.
    ["visa", "travel", "after", { parentId: "travel", before: "flight" }],
    ["visa", "flight", "after", { parentId: "travel", before: "hotel" }],
    ["visa", "trip", "after", { parentId: "trip", before: "budget" }],
    // Not beside the goal, not into itself or what it holds, not into what holds no parts, not where it stands.
    ["visa", "trip", "before", null],
    ["travel", "room", "inside", null],
    ["travel", "travel", "inside", null],
    ["visa", "budget", "inside", null],
    ["trip", "visa", "inside", null],
    ["flight", "hotel", "before", null],
    ["hotel", "flight", "after", null],
    // What is gone neither moves nor holds.
    ["old", "budget", "before", null],
    ["budget", "old", "before", null],
  ])("%s on %s (%s)", (moved, target, zone, place) => {
    expect(dropPlace(trip, moved, target, zone, none)).toEqual(place);
  });

  test("below one that is closed is behind it", () => {
    expect(dropPlace(trip, "budget", "travel", "after", new Set(["travel"]))).toEqual({
      parentId: "trip",
      before: "visa",
    });
  });

  test("is into the middle of what holds parts, else above or below", () => {
    expect([0.1, 0.5, 0.9].map((at) => zoneAt(at, true))).toEqual(["before", "inside", "after"]);
    expect([0.1, 0.49, 0.9].map((at) => zoneAt(at, false))).toEqual(["before", "before", "after"]);
  });
});

describe("moving a row by keys", () => {
  test.each<[id: string, direction: Direction, place: Place | null]>([
    ["travel", "up", { parentId: "trip", before: "budget" }],
    ["budget", "up", null],
    ["budget", "down", { parentId: "trip", before: "visa" }],
    // What is gone is no sibling to pass.
    ["travel", "down", { parentId: "trip", before: null }],
    ["visa", "down", null],
    ["visa", "in", { parentId: "travel", before: null }],
    ["travel", "in", null],
    ["room", "out", { parentId: "travel", before: null }],
    ["flight", "out", { parentId: "trip", before: "visa" }],
    ["visa", "out", null],
    ["trip", "down", null],
    ["old", "up", null],
  ])("%s %s", (id, direction, place) => {
    expect(stepPlace(trip, id, direction)).toEqual(place);
  });
});

test("whatever is dropped wherever, nothing comes to stand beneath itself or beside its goal", () => {
  const shape = fc.array(fc.tuple(fc.nat(3), fc.constantFrom("goal", "step", "slot")), { minLength: 1, maxLength: 20 });
  const zone = fc.constantFrom<Zone>("before", "inside", "after");
  fc.assert(
    fc.property(shape, fc.nat(20), fc.nat(20), zone, (given, from, to, where) => {
      let depth = 0;
      let room = 1;
      const nodes = given.map(([deep, kind], index) => {
        depth = Math.min(room, deep + 1);
        // A detail has no parts.
        room = kind === "slot" ? depth : depth + 1;
        return [depth, `n${index}:${kind}`] as const;
      });
      const rows = outline([0, "root:goal"], ...nodes);
      const [moved, target] = [rows[from % rows.length]?.id ?? "", rows[to % rows.length]?.id ?? ""];
      const place = dropPlace(rows, moved, target, where, none);
      if (!place) return;
      expect([moved, ...ancestorsOf(rows, moved)].at(-1)).toBe("root");
      expect([place.parentId, ...ancestorsOf(rows, place.parentId)]).not.toContain(moved);
      expect(rows.find(({ id }) => id === place.parentId)?.kind).not.toBe("slot");
      if (place.before !== null) {
        expect(rows.find(({ id }) => id === place.before)?.parentId).toBe(place.parentId);
        expect(place.before).not.toBe(moved);
      }
    }),
  );
});

test("a value that is a date is shown as one, and a due date knows when it has passed", () => {
  const now = new Date(2026, 10, 21, 12).getTime();
  expect(shownValue("2026-12-15")).toMatch(/15/);
  expect(shownValue("2026-12-15")).not.toBe("2026-12-15");
  for (const plain of ["Lisbon", "12:00", "2026-12", "2026-12-15 or so"]) expect(shownValue(plain)).toBe(plain);
  expect(dueWords("2026-11-20", now)).toEqual({ text: "due yesterday", late: true });
  expect(dueWords("2026-11-21", now)).toEqual({ text: "due today", late: false });
  expect(dueWords("2026-11-21 11:00", now).late).toBe(true);
  expect(dueWords("soon", now)).toEqual({ text: "due soon", late: false });
});
