import { isDeepStrictEqual } from "node:util";
import type { RevisionOp, TaskActor, TaskNode, TaskRevision, WhatIf } from "./graph.ts";
import { byPosition, type Graph, ownRevisions, placeKey, type View } from "./graph.ts";
import type { PersistentMap } from "./persistent-map.ts";

/** Who changes the graph, when, and by which words. `changeId` stands for all that one turn, or one action in the window, does. */
export type Context = {
  changeId: string;
  /** ms since 1970 (UTC). */
  at: number;
  who: TaskActor;
  messageId: string | null;
  newId: () => string;
};

class DraftMap<V> {
  readonly #base: PersistentMap<V>;
  readonly #changes = new Map<string, V | undefined>();

  constructor(base: PersistentMap<V>) {
    this.#base = base;
  }

  get(key: string): V | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  set(key: string, value: V | undefined): void {
    this.#changes.set(key, value);
  }

  finish(): PersistentMap<V> {
    return this.#base.with(this.#changes);
  }
}

type Lists = DraftMap<readonly string[]>;

/** A graph that one intent is changing. Where the intent is refused, it is thrown away, and nothing has happened. */
export class Draft implements View {
  readonly #from: Graph;
  readonly nodes: DraftMap<TaskNode>;
  readonly children: Lists;
  readonly labelled: Lists;
  readonly dependents: Lists;
  readonly constraints: Lists;
  readonly whatIfs: DraftMap<readonly WhatIf[]>;
  readonly revisions: DraftMap<readonly TaskRevision[]>;
  /** By node: whether the intent was about it, or a rule has changed it. */
  readonly #touched = new Map<string, "own" | "rule">();
  readonly #whatIfs = new Map<string, { nodeId: string; after: WhatIf | null }>();
  readonly intentId: string;
  readonly context: Context;

  constructor(graph: Graph, context: Context) {
    this.#from = graph;
    this.context = context;
    this.intentId = context.newId();
    this.nodes = new DraftMap(graph.nodes);
    this.children = new DraftMap(graph.children);
    this.labelled = new DraftMap(graph.labelled);
    this.dependents = new DraftMap(graph.dependents);
    this.constraints = new DraftMap(graph.constraints);
    this.whatIfs = new DraftMap(graph.whatIfs);
    this.revisions = new DraftMap(graph.revisions);
  }

  /** The node as it was before the intent. */
  before(id: string): TaskNode | undefined {
    return this.#from.nodes.get(id);
  }

  /** Nodes that the intent was about. */
  own(): string[] {
    return [...this.#touched].flatMap(([id, by]) => (by === "own" ? [id] : []));
  }

  isOwn(id: string): boolean {
    return this.#touched.get(id) === "own";
  }

  /** Changes a node that the intent is about. */
  change(id: string, to: Partial<TaskNode>): void {
    const node = this.nodes.get(id);
    if (node) this.put(id, { ...node, ...to, updatedAt: this.context.at }, "own");
  }

  /** Changes a node by a rule. */
  mark(id: string, to: Partial<TaskNode>): void {
    const node = this.nodes.get(id);
    if (node) this.put(id, { ...node, ...to }, "rule");
  }

  /** Adds, changes or (with null) takes away a node. */
  put(id: string, after: TaskNode | null, by: "own" | "rule"): void {
    const before = this.nodes.get(id);
    if (by === "own" || !this.#touched.has(id)) this.#touched.set(id, by);
    this.nodes.set(id, after ?? undefined);
    const isMoved = before?.parentId !== after?.parentId || before?.position !== after?.position || !before || !after;
    if (isMoved || (before && after && before.label !== after.label)) {
      if (before) drop(this.labelled, placeKey(before), id);
      if (after) append(this.labelled, placeKey(after), id);
    }
    if (isMoved) {
      if (before) drop(this.children, before.parentId ?? "", id);
      if (after) this.#insert(after);
    }
    relink(this.dependents, id, before?.dependsOn, after?.dependsOn);
    relink(this.constraints, id, listed(before?.constrains), listed(after?.constrains));
  }

  /** Adds, changes or (with null) takes away a what-if. */
  putWhatIf(nodeId: string, id: string, after: WhatIf | null): void {
    const others = (this.whatIfs.get(nodeId) ?? []).filter((known) => known.id !== id);
    const place = (this.whatIfs.get(nodeId) ?? []).findIndex((known) => known.id === id);
    const list = after ? others.toSpliced(place < 0 ? others.length : place, 0, after) : others;
    this.whatIfs.set(nodeId, list.length === 0 ? undefined : list);
    this.#whatIfs.set(id, { nodeId, after });
  }

  /** The graph with the changes, and the revisions that say what they were; no revisions where nothing has changed. */
  finish(op: RevisionOp, quote: string | null): { graph: Graph; revisions: TaskRevision[] } {
    const { changeId, at, who, messageId, newId } = this.context;
    const head = { changeId, intentId: this.intentId, op, at };
    const said = { quote, messageId };
    const revisions: TaskRevision[] = [];
    for (const [nodeId, by] of this.#touched) {
      const before = this.before(nodeId);
      const after = this.nodes.get(nodeId);
      if (isDeepStrictEqual(before, after)) continue;
      const common = { ...head, id: newId(), nodeId, subject: "node", after: after ?? null } as const;
      revisions.push(
        by === "own"
          ? { ...common, ...said, who, number: (ownRevisions(this, nodeId).at(-1)?.number ?? 0) + 1 }
          : { ...common, quote: null, messageId: null, who: "rule", number: null },
      );
    }
    for (const [whatIfId, { nodeId, after }] of this.#whatIfs) {
      revisions.push({ ...head, ...said, id: newId(), nodeId, who, subject: "what_if", number: null, whatIfId, after });
    }
    if (revisions.length === 0) return { graph: this.#from, revisions };
    for (const [nodeId, some] of Map.groupBy(revisions, (revision) => revision.nodeId)) {
      this.revisions.set(nodeId, [...(this.revisions.get(nodeId) ?? []), ...some]);
    }
    const graph: Graph = {
      nodes: this.nodes.finish(),
      children: this.children.finish(),
      labelled: this.labelled.finish(),
      dependents: this.dependents.finish(),
      constraints: this.constraints.finish(),
      whatIfs: this.whatIfs.finish(),
      revisions: this.revisions.finish(),
    };
    return { graph, revisions };
  }

  #insert(node: TaskNode): void {
    const key = node.parentId ?? "";
    const list = this.children.get(key) ?? [];
    let place = list.length;
    for (; place > 0; place--) {
      const other = this.nodes.get(list[place - 1] ?? "");
      if (other && byPosition(other, node) < 0) break;
    }
    this.children.set(key, list.toSpliced(place, 0, node.id));
  }
}

function listed(id: string | null | undefined): string[] {
  return id === null || id === undefined ? [] : [id];
}

function append(lists: Lists, key: string, id: string): void {
  lists.set(key, [...(lists.get(key) ?? []), id]);
}

function drop(lists: Lists, key: string, id: string): void {
  const rest = (lists.get(key) ?? []).filter((other) => other !== id);
  lists.set(key, rest.length === 0 ? undefined : rest);
}

function relink(lists: Lists, id: string, before: readonly string[] = [], after: readonly string[] = []): void {
  if (before === after) return;
  for (const to of before) if (!after.includes(to)) drop(lists, to, id);
  for (const to of after) if (!before.includes(to)) append(lists, to, id);
}
