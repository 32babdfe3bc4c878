import {
  ancestorsOf,
  isFinished,
  isPresent,
  nodesOf,
  openWhatIfs,
  partsOf,
  statusOf,
  type TaskNode,
  type TaskRule,
  type View,
} from "./graph.ts";
import { showValue } from "./values.ts";

/** Characters of a slice: some 700 tokens, at four characters a token. */
const sliceChars = 2_800;
/** Characters of all that is told of one node when it is looked into. */
const detailChars = 6_000;
const labelChars = 60;

/** Parts of one node that are looked at closely, besides those that are marked: more than there is room for. */
const closely = 150;

/** What goes first where there is not room for all: smaller before larger. */
const rank = { path: 0, marked: 1, needed: 2, value: 3, open: 4, above: 5, rule: 6, finished: 7 } as const;

type Line = { text: string; rank: number; at: number };

/**
 * What a model is told of the tasks: for each active node the way down from its root goal, the values that stand along it, what it depends
 * on, what is stale, in conflict or asked about, what is left to do, and one line for each finished part; nothing of how it came to be.
 * It never has more than `chars` characters, however large the graph is; what had no room is counted. "" where no node is there.
 */
export function slice(graph: View, activeIds: readonly string[], chars = sliceChars): string {
  const active = [...new Set(nodesOf(graph, activeIds).flatMap((node) => workOf(graph, node)))];
  const all = active.map((node) => linesOf(graph, node));
  return fitted(
    all.flatMap(({ lines }) => lines),
    chars,
    all.reduce((sum, { unseen }) => sum + unseen, 0),
  );
}

/** The goal or step that is worked on where a node is active: what is gone or finished, a value and a rule belong to what is above. */
function workOf(graph: View, active: TaskNode): TaskNode[] {
  for (let node: TaskNode | undefined = active; node; node = graph.nodes.get(node.parentId ?? "")) {
    const isWork = isPresent(node) && (node.kind === "goal" || node.kind === "step");
    if (isWork && (node.parentId === null || !isFinished(node))) return [node];
  }
  return [];
}

/** The lines of one active node, and how many parts were passed over. */
function linesOf(graph: View, active: TaskNode): { lines: Line[]; unseen: number } {
  const lines: Line[] = [];
  let unseen = 0;
  if (isFinished(active)) {
    const text = `${active.state}: ${finishedLine(active)}${active.stale === null ? "" : markOf(graph, active)}`;
    return { lines: [{ text, rank: rank.path, at: active.updatedAt }], unseen };
  }
  const way = [...ancestorsOf(graph, active), active];
  for (const [depth, node] of way.entries()) {
    const indent = "  ".repeat(Math.min(depth, 8));
    const isActive = node === active;
    const add = (text: string, of: number, at = node.updatedAt) => lines.push({ text: indent + text, rank: of, at });
    add(`${isActive ? "now: " : ""}${headOf(graph, node)}`, rank.path);
    for (const text of concernsOf(graph, node)) add(`  ${text}`, rank.marked);
    if (isActive) for (const text of needsOf(graph, node)) add(`  needs ${text}`, rank.needed);
    const parts = partsOf(graph, node.id).filter((part) => !way.includes(part));
    const shown = newest(graph, parts);
    unseen += parts.length - shown.length;
    for (const part of shown) {
      const [text, of] = partLine(graph, part, isActive);
      add(`  ${text}`, of, part.updatedAt);
      for (const concern of concernsOf(graph, part)) add(`    ${concern}`, rank.marked, part.updatedAt);
    }
  }
  return { lines, unseen };
}

/** Parts that are marked, and of the others the newest ones, in their order: a list of thousands has no room for more. */
function newest(graph: View, parts: TaskNode[]): TaskNode[] {
  if (parts.length <= closely) return parts;
  const times = Float64Array.from(parts, ({ updatedAt }) => updatedAt).sort();
  const since = times[times.length - closely] ?? 0;
  let room = closely;
  return parts.filter((part) => (part.updatedAt >= since && room-- > 0) || isMarked(graph, part));
}

function isMarked(graph: View, { id, stale, conflictsWith }: TaskNode): boolean {
  return stale !== null || conflictsWith !== null || openWhatIfs(graph, id).length > 0;
}

function partLine(graph: View, part: TaskNode, isActive: boolean): [text: string, rank: number] {
  const ranked = (of: number) => (isMarked(graph, part) ? rank.marked : of);
  if (part.kind === "constraint") return [`rule: ${headOf(graph, part)}`, ranked(rank.rule)];
  if (part.kind === "slot") return [`- ${headOf(graph, part)}`, ranked(isActive ? rank.value : rank.above)];
  if (!isFinished(part)) return [`to do: ${headOf(graph, part)}`, ranked(rank.open)];
  const mark = part.stale === null ? "" : markOf(graph, part);
  return [`${part.state}: ${finishedLine(part)}${mark}`, ranked(rank.finished)];
}

/** A finished part in one line. */
function finishedLine(part: TaskNode): string {
  const said = part.summary ?? showValue(part.value);
  return said === "" ? short(part.label) : `${short(part.label)}: ${said}`;
}

/** The node with its value and, where it is remarkable, its status. */
function headOf(graph: View, node: TaskNode): string {
  return nameOf(graph, node) + markOf(graph, node);
}

/** The node with its value or its rule. */
function nameOf(graph: View, { label, value, rule, constrains }: TaskNode): string {
  const about = constrains === null ? undefined : graph.nodes.get(constrains);
  if (rule && about) return `${short(label)}: ${short(about.label)} ${showRule(rule)}`;
  return value === null ? short(label) : `${short(label)}: ${showValue(value, 120)}`;
}

function markOf(graph: View, node: TaskNode): string {
  const status = statusOf(graph, node);
  const changed = node.stale === null ? undefined : graph.nodes.get(node.stale);
  if (status === "stale" && changed) return ` (stale, since ${short(changed.label)} changed)`;
  if (status === "pending") return node.kind === "slot" ? " (not known yet)" : "";
  return status === "active" ? "" : ` (${status})`;
}

/** What is to be settled about a node. */
function concernsOf(graph: View, node: TaskNode): string[] {
  const concerns: string[] = [];
  const asked = openWhatIfs(graph, node.id).at(-1);
  if (asked) concerns.push(`open question: change it to ${showValue(asked.value)}?`);
  for (const constraint of nodesOf(graph, graph.constraints.get(node.id))) {
    if (constraint.conflictsWith === node.id && constraint.rule) {
      concerns.push(`conflict: ${short(constraint.label)} (${showRule(constraint.rule)})`);
    }
  }
  return concerns;
}

function needsOf(graph: View, node: TaskNode): string[] {
  return nodesOf(graph, node.dependsOn).map((other) =>
    isFinished(other) && other.kind !== "slot" ? `${finishedLine(other)} (${other.state})` : headOf(graph, other),
  );
}

const ruleWords: Record<TaskRule["op"], string> = {
  before: "before",
  after: "after",
  equals: "is",
  not: "is not",
  one_of: "is one of",
  min: "at least",
  max: "at most",
};

/** A rule in words, without what it is about. */
export function showRule({ op, value }: TaskRule): string {
  return `${ruleWords[op]} ${showValue(value)}`;
}

/** What is most needed, newest first, in the order in which it stands; the last line counts what had no room, and what was `unseen`. */
function fitted(lines: readonly Line[], chars: number, unseen: number): string {
  const size = ({ text }: Line) => text.length + 1;
  const isAll = unseen === 0 && lines.reduce((sum, line) => sum + size(line), 0) <= chars;
  if (isAll) return lines.map(({ text }) => text).join("\n");
  let room = chars - 40;
  const kept = new Set<Line>();
  for (const line of [...lines].sort((a, b) => a.rank - b.rank || b.at - a.at)) {
    if (size(line) > room) break;
    room -= size(line);
    kept.add(line);
  }
  const shown = lines.filter((line) => kept.has(line)).map(({ text }) => text);
  return [...shown, `(and ${lines.length - shown.length + unseen} more)`].join("\n");
}

function short(label: string): string {
  return label.length > labelChars ? `${label.slice(0, labelChars - 1)}…` : label;
}

/** All that stands in a node and beneath it, which its summary has taken the place of: a line each, in order, at most `chars` characters. */
export function expand(graph: View, id: string, chars = detailChars): string {
  const lines: Line[] = [];
  const walk = (node: TaskNode, depth: number): void => {
    const indent = "  ".repeat(Math.min(depth, 8));
    const status = node.kind === "goal" || node.kind === "step" ? `${node.kind}, ${statusOf(graph, node)}` : node.kind;
    lines.push({ text: `${indent}${nameOf(graph, node)} (${status})`, rank: depth, at: 0 });
    for (const text of [...needsOf(graph, node).map((need) => `needs ${need}`), ...concernsOf(graph, node)]) {
      lines.push({ text: `${indent}  ${text}`, rank: depth + 1, at: 0 });
    }
    for (const part of partsOf(graph, node.id)) walk(part, depth + 1);
  };
  const node = graph.nodes.get(id);
  if (node) walk(node, 0);
  return fitted(lines, chars, 0);
}
