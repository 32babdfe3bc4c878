import type { Applied, TaskChange } from "../../tasks/apply.ts";
import { checkNode } from "../../tasks/check.ts";
import type { TaskValue } from "../../tasks/graph.ts";
import {
  ancestorsOf,
  type Graph,
  isFinished,
  openWhatIfs,
  partsOf,
  statusOf,
  subtreeOf,
  type TaskNode,
} from "../../tasks/graph.ts";
import { showValue } from "../../tasks/values.ts";

/** Things named in one sentence, and lines of a list. */
const bounds = { named: 6, lines: 30 } as const;

/** What an intent did, in a sentence or two each; what was refused, asked, and broken comes last. */
export function tell(applied: Applied): string[] {
  const own = applied.changes.filter(({ byRule }) => !byRule);
  const lines: string[] = [];
  for (const [op, changes] of Map.groupBy(own, ({ op }) => op)) lines.push(...sentencesFor(op, changes, applied.graph));
  const stale = applied.changes.filter(({ byRule, before, after }) => byRule && after?.stale && !before?.stale);
  if (stale.length > 0) {
    const names = listed(stale.flatMap(({ after }) => after?.label ?? []));
    lines.push(`${capital(names)} ${stale.length === 1 ? "rests" : "rest"} on that: worth another look.`);
  }
  if (own.length === 0 && applied.results.some(({ outcome }) => outcome === "unchanged"))
    lines.push("That is so already.");
  lines.push(...applied.questions.map(({ text }) => text));
  lines.push(
    ...applied.conflicts.map(
      ({ constraint, node }) => `That breaks a rule: ${nameIn(node)} against ${nameIn(constraint)}.`,
    ),
  );
  lines.push(...applied.refusals.map(({ message }) => message));
  return lines;
}

function sentencesFor(op: TaskChange["op"], changes: readonly TaskChange[], graph: Graph): string[] {
  const nodes = changes.flatMap(({ after, before }) => after ?? before ?? []);
  const tops = nodes.filter(({ parentId }) => !nodes.some(({ id }) => id === parentId));
  const names = listed(tops.map(({ label }) => label));
  switch (op) {
    case "NEW":
      return added(tops, nodes, graph);
    case "UPDATE":
    case "ACCEPT":
    case "ROLLBACK":
      return changes.map(({ before, after }) => changed(before, after));
    case "REPLACE":
      return [`Replaced: ${listed(nodes.filter(({ state }) => state !== "removed").map(({ label }) => label))}.`];
    case "REMOVE":
      return [`Removed: ${names}.`];
    case "CANCEL":
      return [`Cancelled: ${names}.`];
    case "RESTORE":
      return [`Back again: ${names}.`];
    case "COMPLETE":
      return tops.flatMap((node) => completed(node, graph));
    case "UNDO":
      return [`Taken back: ${names}.`];
    default:
      return [];
  }
}

function added(tops: readonly TaskNode[], all: readonly TaskNode[], graph: Graph): string[] {
  return [...Map.groupBy(tops, ({ parentId }) => parentId)].map(([parentId, nodes]) => {
    const parent = parentId === null ? null : graph.nodes.get(parentId);
    const parts = nodes.map((node) => {
      const due = all.find((part) => part.parentId === node.id && part.label === "due");
      return withValue(node) + (due ? `, due ${said(due.value)}` : "");
    });
    return parent ? `Added to ${parent.label}: ${listed(parts)}.` : `New task: ${listed(parts)}.`;
  });
}

function changed(before: TaskNode | null, after: TaskNode | null): string {
  const label = after?.label ?? before?.label ?? "";
  const [from, to] = [before?.value ?? null, after?.value ?? null];
  if (from === null || to === null) return `${capital(label)}: ${said(to ?? from)}.`;
  return `${capital(label)}: ${said(to)}, instead of ${said(from)}.`;
}

function completed(node: TaskNode, graph: Graph): string[] {
  const line = `${node.state === "failed" ? "Given up" : "Done"}: ${node.label}.`;
  const parent = node.parentId === null ? undefined : graph.nodes.get(node.parentId);
  if (!parent) return [line];
  const left = openSteps(graph, parent);
  return [
    line,
    left.length > 0
      ? `Left in ${parent.label}: ${listed(left.map(({ label }) => label))}.`
      : `That was the last step of ${parent.label}.`,
  ];
}

/** What is left to do: of one goal its open steps and details, of everything a line for each goal. */
export function whatIsLeft(graph: Graph, of: TaskNode | null): string {
  if (of?.kind === "slot") return valueIn(graph, of);
  if (of) return leftOf(graph, of);
  const goals = partsOf(graph, null).filter((goal) => !isFinished(goal));
  const [only, ...others] = goals;
  if (!only) return "There is nothing left to do: you have no open tasks.";
  if (others.length === 0) return leftOf(graph, only);
  const lines = goals.slice(0, bounds.lines).map((goal) => {
    const left = openSteps(graph, goal);
    return `- ${goal.label}${dueOf(graph, goal)}${left.length > 0 ? `: ${listed(left.map(({ label }) => label))}` : ""}`;
  });
  const more = goals.length - lines.length;
  return [`You have ${goals.length} open tasks:`, "", ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

function valueIn(graph: Graph, slot: TaskNode): string {
  const goal = ancestorsOf(graph, slot)[0];
  const value = slot.value === null ? "not known yet" : said(slot.value);
  const { history, question } = checkNode(graph, slot);
  const earlier = [...new Set(history.slice(0, -1).map((past) => (past.gone ? past.gone : said(past.value))))];
  const before = earlier.length > 0 ? ` Before: ${listed(earlier)}.` : "";
  const line = `${capital(slot.label)}${goal ? ` of ${goal.label}` : ""}: ${value}.${before}`;
  return question ? `${line}\n${question.text}` : line;
}

function leftOf(graph: Graph, goal: TaskNode): string {
  if (isFinished(goal)) return `${capital(goal.label)} is finished${goal.summary ? `: ${goal.summary}` : ""}.`;
  const left = openSteps(graph, goal);
  const details = partsOf(graph, goal.id).filter(({ kind, value }) => kind === "slot" && value !== null);
  const lines = [
    ...left.slice(0, bounds.lines).map((step) => `- ${withValue(step)}${markOf(graph, step)}`),
    ...(left.length > bounds.lines ? [`- and ${left.length - bounds.lines} more`] : []),
  ];
  const head = left.length > 0 ? `Left in ${goal.label}:` : `Nothing is left to do in ${goal.label}.`;
  const known = details.map((slot) => `${slot.label} ${said(slot.value)}${markOf(graph, slot)}`);
  const body = lines.length > 0 ? ["", ...lines] : [];
  const { conflicts } = checkNode(graph, goal);
  const broken = conflicts.map(
    ({ constraint, node }) => `${capital(nameIn(node))} breaks a rule: ${nameIn(constraint)}.`,
  );
  const more = known.length > 0 ? [`Known: ${listed(known, bounds.lines)}.`, ...broken] : broken;
  return [head, ...body, ...(more.length > 0 ? ["", ...more] : [])].join("\n");
}

function openSteps(graph: Graph, goal: TaskNode): TaskNode[] {
  return subtreeOf(graph, goal.id).filter((node) => {
    const isLeaf = !partsOf(graph, node.id).some(({ kind }) => kind === "step" || kind === "goal");
    const isWork = node.kind === "step" || node.kind === "goal";
    const gone = [...ancestorsOf(graph, node), node].some(({ state }) => state === "removed" || state === "cancelled");
    return node.id !== goal.id && isWork && isLeaf && !gone && (!isFinished(node) || node.stale !== null);
  });
}

function markOf(graph: Graph, node: TaskNode): string {
  const status = statusOf(graph, node);
  const why = node.stale === null ? undefined : graph.nodes.get(node.stale);
  if (status === "stale") return ` (to be looked at again${why ? `: ${why.label} has changed` : ""})`;
  if (status === "blocked") return " (waits for something else)";
  return openWhatIfs(graph, node.id).length > 0 ? " (a question is open)" : "";
}

function dueOf(graph: Graph, goal: TaskNode): string {
  const due = partsOf(graph, goal.id).find(({ kind, label }) => kind === "slot" && label === "due");
  return due?.value == null ? "" : `, due ${said(due.value)}`;
}

const withValue = ({ label, value }: TaskNode): string => (value === null ? label : `${label} (${said(value)})`);

/** A value in a sentence: dates in words. */
function said(value: TaskValue | null): string {
  const date = typeof value === "string" ? /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?$/.exec(value) : null;
  if (!date) return showValue(value);
  const day = Date.parse(`${date[1]}T00:00:00Z`);
  if (Number.isNaN(day)) return showValue(value);
  return dates.format(day) + (date[2] ? ` at ${date[2]}` : "");
}

const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const nameIn = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function listed(names: readonly string[], most: number = bounds.named): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
