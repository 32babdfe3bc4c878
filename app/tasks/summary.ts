import { isFinished, partsOf, type TaskNode, type View } from "./graph.ts";
import { showValue } from "./values.ts";

/** Characters of a summary: a line of a prompt. */
const summaryChars = 240;
/** More parts than a line has room for. */
const mostParts = 12;

/**
 * What came of a finished goal, in one line of its own words: its values, what was done, what failed, what was left open. Made from the graph
 * alone, so that it says the same each time.
 */
export function summaryOf(view: View, node: TaskNode): string {
  const parts = partsOf(view, node.id);
  const values = parts.filter(({ kind, value }) => kind === "slot" && value !== null);
  const work = parts.filter(({ kind }) => kind === "step" || kind === "goal");
  const groups = [
    listed("", values, withValue),
    listed(
      "done: ",
      work.filter(({ state }) => state === "done"),
      withValue,
    ),
    listed(
      "failed: ",
      work.filter(({ state }) => state === "failed"),
      withValue,
    ),
    listed(
      "left open: ",
      work.filter((part) => !isFinished(part)),
      ({ label }) => label,
    ),
  ].filter((group) => group !== "");
  const text = groups.join("; ") || (node.value === null ? "" : showValue(node.value));
  return text.length > summaryChars ? `${text.slice(0, summaryChars - 1)}…` : text;
}

function listed(head: string, parts: readonly TaskNode[], show: (part: TaskNode) => string): string {
  if (parts.length === 0) return "";
  const rest = parts.length - mostParts;
  return head + parts.slice(0, mostParts).map(show).join(", ") + (rest > 0 ? `, ${rest} more` : "");
}

function withValue({ label, value }: TaskNode): string {
  return value === null ? label : `${label} ${showValue(value)}`;
}
