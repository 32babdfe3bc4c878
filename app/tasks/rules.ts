import type { Draft } from "./draft.ts";
import { ancestorsOf, isFinished, isPresent, nodesOf, type TaskNode, type View } from "./graph.ts";
import { summaryOf } from "./summary.ts";
import { breaks, sameValue } from "./values.ts";

/** True where `from` waits for `to`, directly or not: for its parts, and for what it depends on. */
export function waitsFor(view: View, from: string, to: string): boolean {
  // Upwards from what is waited for: there is mostly less of that.
  const seen = new Set<string>([to]);
  const left = [to];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (id === from) return true;
    const parentId = view.nodes.get(id)?.parentId;
    for (const next of [...(view.dependents.get(id) ?? []), ...(parentId ? [parentId] : [])]) {
      if (seen.has(next)) continue;
      seen.add(next);
      left.push(next);
    }
  }
  return false;
}

/** What follows from a change by itself: stale marks, conflicts, and summaries of what is finished. */
export function settle(draft: Draft, options: { isResult: boolean }): void {
  if (!options.isResult) markDependents(draft);
  checkConstraints(draft);
  summarise(draft);
}

/**
 * Marks as stale all that rests on what has changed: what depends on it or on a goal that it is a part of, and what depends on that in turn,
 * what is nearer first (topological order). What is new, what had no value before, and a result that was waited for change nothing of
 * what others rest on.
 */
function markDependents(draft: Draft): void {
  const because = new Map<string, string>();
  const inOrder: string[] = [];
  /** Depth first, each after all that rests on it; iterative, because chains are as long as a user makes them. */
  const visit = (start: string): void => {
    const path: { id: string; next: Iterator<string> }[] = [];
    const enter = (id: string, cause: string): void => {
      because.set(id, cause);
      path.push({ id, next: restingOn(draft, id)[Symbol.iterator]() });
    };
    const open = (cause: string, id: string): void => {
      if (!because.has(id)) enter(id, cause);
    };
    for (const id of restingOn(draft, start)) {
      open(start, id);
      for (let last = path.at(-1); last; last = path.at(-1)) {
        const { value, done } = last.next.next();
        if (done) {
          path.pop();
          inOrder.push(last.id);
        } else {
          open(last.id, value);
        }
      }
    }
  };
  for (const id of draft.own()) if (isShifted(draft.before(id), draft.nodes.get(id))) visit(id);
  for (const id of inOrder.toReversed()) {
    const node = draft.nodes.get(id);
    if (!node || draft.isOwn(id) || !isPresent(node) || node.stale !== null) continue;
    draft.mark(id, { stale: because.get(id) ?? null });
  }
}

/** What depends on the node, or on a goal or step that it is a part of. */
function restingOn(view: View, id: string): string[] {
  const node = view.nodes.get(id);
  const around = node ? ancestorsOf(view, node).map((parent) => parent.id) : [];
  return [id, ...around].flatMap((each) => view.dependents.get(each) ?? []);
}

/** True where others can't rest on it as they did. */
function isShifted(before: TaskNode | undefined, after: TaskNode | undefined): boolean {
  if (!before || !after) return false;
  if (isPresent(before) !== isPresent(after)) return true;
  return before.value !== null && !sameValue(before.value, after.value);
}

/** Opens and resolves the conflicts of constraints that have changed, and of those on values that have. */
export function checkConstraints(draft: Draft): void {
  const due = new Set<string>();
  for (const id of draft.own()) {
    for (const constraint of draft.constraints.get(id) ?? []) due.add(constraint);
    if (draft.nodes.get(id)?.kind === "constraint") due.add(id);
  }
  for (const id of due) {
    const constraint = draft.nodes.get(id);
    if (!constraint) continue;
    const { rule, constrains } = constraint;
    const about = constrains === null ? undefined : draft.nodes.get(constrains);
    const isBroken = isPresent(constraint) && rule !== null && about && isPresent(about) && breaks(about.value, rule);
    const conflictsWith = isBroken ? constrains : null;
    if (conflictsWith !== constraint.conflictsWith) draft.mark(id, { conflictsWith });
  }
}

/** Writes the line of what has just been finished, and corrects it where a part was changed later. */
function summarise(draft: Draft): void {
  const due = new Map<string, TaskNode>();
  for (const node of nodesOf(draft, draft.own())) {
    due.set(node.id, node);
    for (const parent of ancestorsOf(draft, node)) due.set(parent.id, parent);
  }
  for (const [id, node] of due) {
    const hasParts = (draft.children.get(id) ?? []).length > 0;
    const summary = isFinished(node) && (node.kind === "goal" || hasParts) ? summaryOf(draft, node) : null;
    if (isPresent(node) && summary !== node.summary) draft.mark(id, { summary });
  }
}
