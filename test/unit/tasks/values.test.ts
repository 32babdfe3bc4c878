import { expect, test } from "vitest";
import type { TaskRule, TaskValue } from "../../../app/tasks/graph.ts";
import { breaks, sameValue } from "../../../app/tasks/values.ts";

test.each<[TaskValue, TaskRule["op"], TaskValue, boolean]>([
  ["15:00", "before", "15:00", true],
  ["9:30", "before", "10:00", false],
  ["16:00", "after", "16:00", true],
  ["16:01", "after", "16:00", false],
  ["afternoon", "before", "15:00", false],
  ["2026-06-10", "before", "2026-06-09", true],
  ["2026-06-10", "after", "2026-06-09", false],
  ["2026-06-10T09:00", "max", "2026-06-10", false],
  ["2026-06-10T09:00", "before", "2026-06-10T08:59", true],
  ["10", "max", 9, true],
  ["10", "max", "9.5", true],
  [9, "max", "10", false],
  [9, "min", 10, true],
  ["10", "min", 10, false],
  ["banana", "before", "cherry", false],
  ["Seattle", "equals", " seattle", false],
  ["09:00", "equals", "9:00", false],
  ["1.0", "equals", 1, false],
  ["Seattle", "equals", "Boston", true],
  ["Seattle", "not", "SEATTLE", true],
  ["Seattle", "not", ["Boston", "seattle"], true],
  ["Seattle", "not", "Boston", false],
  ["Seattle", "one_of", ["Boston", "seattle"], false],
  ["Seattle", "one_of", ["Boston"], true],
  [["Alice", "Bob"], "not", "bob", true],
  [["Alice", "Bob"], "equals", ["bob", "alice"], false],
  [["Alice", "Bob"], "min", 3, true],
  [["Alice", "Bob"], "max", 2, false],
  [[3, 9], "max", 5, true],
  [["Alice", "Zoe"], "one_of", ["alice", "bob"], true],
  [true, "equals", "true", false],
])("%j is to be %s %j: broken is %s", (value, op, bound, broken) => {
  expect(breaks(value, { op, value: bound })).toBe(broken);
});

test("what is not known breaks nothing", () => {
  expect(breaks(null, { op: "equals", value: "x" })).toBe(false);
  expect(sameValue(null, null)).toBe(true);
  expect(sameValue(null, "")).toBe(false);
});
