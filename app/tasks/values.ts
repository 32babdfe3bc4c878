import type { TaskRule, TaskScalar, TaskValue } from "./graph.ts";

/** True where two values say the same: "Seattle" and "seattle", "1" and 1, 9:00 and 09:00. The order of a list doesn't count. */
export function sameValue(a: TaskValue | null, b: TaskValue | null): boolean {
  if (a === null || b === null) return a === b;
  const [some, others] = [listOf(a), listOf(b)];
  return (
    some.length === others.length &&
    some.every((one) => others.some((other) => compare(one, other) === 0)) &&
    others.every((one) => some.some((other) => compare(one, other) === 0))
  );
}

/**
 * True where the value breaks the rule. Both are compared as times of day (HH:MM), as ISO dates, as numbers or, where neither is any of these,
 * as text; what cannot be compared breaks no `before`, `after`, `min` or `max`. "Before" and "after" leave out the value itself, "min" and
 * "max" don't. Of a list every entry must keep to the rule; `min` and `max` with a number count its entries.
 */
export function breaks(value: TaskValue | null, rule: TaskRule): boolean {
  if (value === null) return false;
  const bounds = listOf(rule.value);
  switch (rule.op) {
    case "equals":
      return !sameValue(value, rule.value);
    case "not":
      return Array.isArray(rule.value) && Array.isArray(value)
        ? sameValue(value, rule.value)
        : listOf(value).some((entry) => bounds.some((bound) => compare(entry, bound) === 0));
    case "one_of":
      return listOf(value).some((entry) => !bounds.some((bound) => compare(entry, bound) === 0));
    default: {
      const entries = Array.isArray(value) && isCount(value, rule) ? [value.length] : listOf(value);
      return entries.some((entry) => bounds.some((bound) => isOutside(rule.op, compare(entry, bound))));
    }
  }
}

function isCount(entries: readonly TaskScalar[], { op, value }: TaskRule): boolean {
  if ((op !== "min" && op !== "max") || Array.isArray(value) || numberOf(value) === null) return false;
  return entries.every((entry) => numberOf(entry) === null);
}

function isOutside(op: TaskRule["op"], order: number | null): boolean {
  if (order === null) return false;
  if (op === "before") return order >= 0;
  if (op === "after") return order <= 0;
  return op === "min" ? order < 0 : order > 0;
}

function listOf(value: TaskValue): readonly TaskScalar[] {
  return Array.isArray(value) ? value : [value];
}

/** Negative, 0 or positive, or null where the two are of different kinds. */
function compare(a: TaskScalar, b: TaskScalar): number | null {
  for (const read of [timeOf, numberOf]) {
    const [left, right] = [read(a), read(b)];
    if (left !== null && right !== null) return left - right;
    if (left !== null || right !== null) return null;
  }
  const [left, right] = [dateOf(a), dateOf(b)];
  if (left !== null && right !== null) {
    // A day without a time is the whole day.
    const length = Math.min(left.length, right.length);
    return order(left.slice(0, length), right.slice(0, length));
  }
  if (left !== null || right !== null) return null;
  return order(plain(a), plain(b));
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function plain(value: TaskScalar): string {
  return String(value).normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** Minutes of the day. */
function timeOf(value: TaskScalar): number | null {
  const match = /^\s*(\d{1,2}):(\d\d)(?::(\d\d))?\s*$/.exec(String(value));
  if (!match) return null;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return hours <= 24 && minutes < 60 && seconds < 60 ? hours * 60 + minutes + seconds / 60 : null;
}

/** YYYY-MM-DD, or that and THH:MM. */
function dateOf(value: TaskScalar): string | null {
  const match = /^\s*(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?)?\s*$/.exec(String(value));
  if (!match) return null;
  return match[2] === undefined ? (match[1] ?? null) : `${match[1]}T${match[2]}`;
}

function numberOf(value: TaskScalar): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(value)) return null;
  return Number(value);
}

const shownChars = 60;

/** A value in a sentence, cut where it is long. */
export function showValue(value: TaskValue | null, chars = shownChars): string {
  if (value === null) return "";
  const text = (Array.isArray(value) ? value.join(", ") : String(value)).replace(/\s+/gu, " ");
  return text.length > chars ? `${text.slice(0, chars - 1)}…` : text;
}
