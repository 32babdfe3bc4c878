import { ask, decide, setAside } from "./branches.ts";
import type { Draft } from "./draft.ts";
import {
  isFinished,
  isPresent,
  labelKey,
  partsOf,
  pathOf,
  type TaskKind,
  type TaskNode,
  type TaskState,
  type TaskValue,
} from "./graph.ts";
import type { Intent } from "./intent.ts";
import { bringBack, close, reopen } from "./presence.ts";
import { quoted, Refused } from "./refuse.ts";
import { rollBack } from "./roll-back.ts";
import { waitsFor } from "./rules.ts";
import {
  begun,
  cycle,
  firstState,
  named,
  nextPosition,
  placeOf,
  present,
  requireValued,
  sameRule,
  sibling,
  target,
  wrongKind,
} from "./targets.ts";
import { sameValue } from "./values.ts";

/** Carries out one intent on the draft and returns the node that it was about. @throws Refused */
export type Operation = (draft: Draft, intent: Intent) => TaskNode;

/** Intents by what they do. What follows from them by itself is done by `settle`. */
export const operations = {
  NEW: create,
  UPDATE: update,
  REPLACE: replace,
  REMOVE: (draft, intent) => close(draft, target(draft, intent), "removed"),
  CANCEL: (draft, intent) => close(draft, target(draft, intent), "cancelled"),
  RESTORE: (draft, intent) => bringBack(draft, target(draft, intent, "gone")),
  ROLLBACK: rollBack,
  CHECK: (draft, intent) => target(draft, intent),
  WHAT_IF: ask,
  COMPLETE: complete,
} as const satisfies Record<Intent["op"], Operation>;

function create(draft: Draft, intent: Intent): TaskNode {
  const { parent, label } = placeOf(draft, intent);
  const known = sibling(draft, parent, label);
  // A finished goal of the same name is another goal.
  const existing = known && (parent || (isPresent(known) && !isFinished(known))) ? known : undefined;
  if (existing && isPresent(existing)) return meet(draft, existing, intent);
  const kind = kindOf(intent, parent);
  const constrains = kind === "constraint" ? constrainedBy(draft, intent) : null;
  const { newId, at } = draft.context;
  const id = existing?.id ?? newId();
  reopen(draft, parent);
  const { value = null, rule } = intent;
  const node: TaskNode = {
    id,
    rootId: parent?.rootId ?? id,
    kind,
    label,
    value,
    rule: rule ? { op: rule.op, value: rule.value } : null,
    state: firstState(kind, value),
    closing: null,
    stale: null,
    summary: null,
    parentId: parent?.id ?? null,
    position: existing?.position ?? nextPosition(draft, parent),
    dependsOn: [],
    replaces: [],
    constrains,
    conflictsWith: null,
    reuses: [],
    createdAt: existing?.createdAt ?? at,
    updatedAt: at,
  };
  draft.put(id, node, "own");
  if (intent.depends_on) setDependencies(draft, node, intent.depends_on);
  return node;
}

/** A NEW of what is there: the same again confirms it; another value is a contradiction, which is asked about. */
function meet(draft: Draft, node: TaskNode, intent: Intent): TaskNode {
  const { kind, value, rule } = intent;
  if (kind !== undefined && kind !== node.kind) throw wrongKind(draft, node, `is a ${node.kind}, not a ${kind}`);
  if (rule) {
    if (node.kind !== "constraint") throw wrongKind(draft, node, `is a ${node.kind} and has no rule`);
    return setRule(draft, node, intent);
  }
  if (value === undefined) return node;
  requireValued(draft, node);
  if (node.value !== null && !sameValue(node.value, value)) return setAside(draft, node, value);
  decide(draft, node, value);
  if (node.value === null) draft.change(node.id, { value, state: begun(node), stale: null });
  else if (node.stale !== null) draft.change(node.id, { stale: null });
  return node;
}

function update(draft: Draft, intent: Intent): TaskNode {
  const node = present(draft, target(draft, intent));
  const { value, rule, depends_on } = intent;
  if (intent.parts) throw wrongKind(draft, node, "cannot have several parts as its value");
  if (value === undefined && !rule && !depends_on) {
    throw new Refused("malformed", `It is not said what is to change about ${quoted(pathOf(draft, node.id))}.`);
  }
  if (rule) return setRule(draft, node, intent);
  if (value !== undefined) setValue(draft, node, value);
  if (depends_on) {
    setDependencies(draft, node, depends_on);
    if (draft.nodes.get(node.id)?.stale) draft.change(node.id, { stale: null });
  }
  return node;
}

function replace(draft: Draft, intent: Intent): TaskNode {
  const node = present(draft, target(draft, intent));
  const { parts } = intent;
  if (!parts) throw wrongKind(draft, node, "can only be replaced by parts that have a name and a value each");
  if (node.kind === "constraint") throw wrongKind(draft, node, "is a constraint and has no parts");
  const names = new Set(parts.map(([label]) => labelKey(label)));
  if (names.size < parts.length) throw new Refused("malformed", "Two of the new parts have the same name.");
  if (node.kind === "goal") {
    for (const part of partsOf(draft, node.id)) if (!names.has(labelKey(part.label))) close(draft, part, "removed");
    for (const [label, value] of parts) setPart(draft, node, "slot", label, value);
    return node;
  }
  const parent = node.parentId === null ? undefined : draft.nodes.get(node.parentId);
  if (!parent) throw wrongKind(draft, node, "has nothing beside it");
  if (!names.has(labelKey(node.label))) close(draft, node, "removed");
  for (const [label, value] of parts) {
    const part = setPart(draft, parent, node.kind, label, value);
    if (part.id !== node.id && !part.replaces.includes(node.id)) {
      draft.change(part.id, { replaces: [...part.replaces, node.id] });
    }
  }
  return node;
}

/** Makes, brings back or changes a part by its label. */
function setPart(draft: Draft, parent: TaskNode, kind: TaskKind, label: string, value: TaskValue): TaskNode {
  const known = sibling(draft, parent, label);
  if (known && isPresent(known)) {
    setValue(draft, known, value);
    return draft.nodes.get(known.id) ?? known;
  }
  return create(draft, { op: "NEW", node: label, id: parent.id, kind, value });
}

function complete(draft: Draft, intent: Intent): TaskNode {
  const node = present(draft, target(draft, intent));
  if (node.kind === "constraint") throw wrongKind(draft, node, "is a constraint, which is never done");
  const state: TaskState = intent.outcome ?? "done";
  if (intent.value !== undefined) requireValued(draft, node);
  const value = intent.value ?? node.value;
  decide(draft, node, value);
  if (node.state !== state || node.stale !== null || !sameValue(value, node.value)) {
    draft.change(node.id, { state, value, stale: null });
  }
  return node;
}

function setValue(draft: Draft, node: TaskNode, value: TaskValue): void {
  requireValued(draft, node);
  decide(draft, node, value);
  if (JSON.stringify(node.value) === JSON.stringify(value) && node.stale === null) return;
  draft.change(node.id, { value, state: begun(node), stale: null });
}

function setRule(draft: Draft, node: TaskNode, intent: Intent): TaskNode {
  if (node.kind !== "constraint") throw wrongKind(draft, node, `is a ${node.kind} and has no rule`);
  if (intent.value !== undefined) throw wrongKind(draft, node, "is a constraint and has no value beside its rule");
  const { rule: given } = intent;
  if (!given) return node;
  const rule = { op: given.op, value: given.value };
  const constrains = constrainedBy(draft, intent);
  if (!sameRule(rule, node.rule) || constrains !== node.constrains) draft.change(node.id, { rule, constrains });
  return node;
}

function setDependencies(draft: Draft, node: TaskNode, paths: readonly string[]): void {
  const ids = paths.map((path) => {
    const found = present(draft, named(draft, path));
    if (found.kind === "constraint") throw wrongKind(draft, found, "is a constraint, which nothing can wait for");
    if (waitsFor(draft, found.id, node.id)) throw cycle(draft, node, found.id);
    return found.id;
  });
  const dependsOn = [...new Set(ids)];
  const isSame = dependsOn.length === node.dependsOn.length && dependsOn.every((id) => node.dependsOn.includes(id));
  if (!isSame) draft.change(node.id, { dependsOn });
}

function constrainedBy(draft: Draft, { rule }: Intent): string {
  if (!rule) throw new Refused("malformed", "A constraint needs a rule.");
  const about = present(draft, named(draft, rule.slot));
  requireValued(draft, about);
  return about.id;
}

function kindOf({ kind, value, rule, parts, node }: Intent, parent: TaskNode | undefined): TaskKind {
  const found = kind ?? (rule ? "constraint" : !parent ? "goal" : value === undefined ? "step" : "slot");
  if (!parent && found !== "goal") throw new Refused("wrong_type", `A ${found} stands under a goal.`);
  const hasValue = value !== undefined || parts !== undefined;
  if (hasValue && (found === "goal" || found === "constraint")) {
    throw new Refused("wrong_type", `${quoted(node)} is a ${found} and has no value.`);
  }
  if (rule && found !== "constraint") throw new Refused("wrong_type", `A ${found} has no rule.`);
  return found;
}
