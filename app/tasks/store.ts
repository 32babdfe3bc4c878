import type { TaskRepository, TaskRows } from "../storage/tasks.ts";
import { type Applied, applyEdit, applyIntents, type Context, type Edit, undo } from "./apply.ts";
import { type Graph, graphOf, labelKey, labelsOf, type TaskActor, type TaskRevision } from "./graph.ts";

/** Where a change comes from: who, when (ms), and the conversation and the user's message, where there are any. */
export type Origin = { who: TaskActor; at: number; conversationId: string | null; messageId: string | null };

/** What came of a change; `changeId` takes it back, null where nothing has changed. */
export type Stored = Applied & { changeId: string | null };

export type TaskStore = ReturnType<typeof openTaskStore>;

/** Goals of the same name that an intent may mean. */
const namesakes = 8;

/**
 * The task graph of an open database. It is kept in memory as it was last read or written, and read again where anything else has touched
 * its tables, or a transaction was rolled back.
 */
export function openTaskStore(repository: TaskRepository, newId: () => string, transaction: <T>(work: () => T) => T) {
  let kept: { graph: Graph; version: string } | null = null;

  const graph = (): Graph => {
    const version = repository.version();
    if (kept?.version !== version) kept = { graph: graphOf(repository.loadOpen()), version };
    return kept.graph;
  };

  /** The graph with these goals in it, whatever their state. */
  const graphWith = (rootIds: readonly string[]): Graph => {
    const known = graph();
    const missing = rootIds.filter((id) => !known.nodes.get(id));
    if (missing.length === 0) return known;
    kept = { graph: joined(known, repository.load(missing)), version: repository.version() };
    return kept.graph;
  };

  const withNodes = (ids: readonly string[]): Graph => graphWith(ids.flatMap((id) => repository.rootOf(id) ?? []));

  const store = (applied: Applied, changeId: string, origin: Origin, undoes: string | null): Stored => {
    if (applied.revisions.length === 0) return { ...applied, changeId: null };
    const { at, conversationId } = origin;
    repository.write({ id: changeId, at, conversationId, undoes }, applied.revisions);
    const last = applied.results.findLast(({ outcome, nodeId }) => outcome !== "refused" && nodeId !== null);
    if (conversationId !== null && last?.nodeId && applied.graph.nodes.get(last.nodeId)) {
      repository.setFocus(conversationId, last.nodeId);
    }
    kept = { graph: applied.graph, version: repository.version() };
    return { ...applied, changeId };
  };

  const change = (origin: Origin, undoes: string | null, work: (changeId: string) => Applied): Stored =>
    transaction(() => {
      const changeId = newId();
      return store(work(changeId), changeId, origin, undoes);
    });

  const contextOf = ({ who, at, messageId }: Origin, changeId: string) => ({ changeId, at, who, messageId, newId });

  return {
    ...repository,
    /** All open goals with what they are connected with, and finished ones that were asked for. */
    graph,
    /** The graph with the goals of these nodes in it, whatever their state. */
    graphOfNodes: withNodes,
    /** The graph with all goals in it that a path, by its first label, may mean. */
    graphOfPaths: (paths: readonly string[]): Graph => graphWith(meantBy(paths)),
    /**
     * Carries out what was proposed and stores what came of it in one transaction. Nothing is thrown for what is refused: see `refusals`.
     * `turn` is the user's text, which every intent must then quote; `ids` names nodes by id, by the place of their intent. `follows` says
     * which finished goal a goal of that label, if it is begun, is to follow.
     */
    apply: (
      proposed: readonly unknown[],
      origin: Origin,
      options: { turn?: string; ids?: readonly (string | undefined)[]; follows?: ReadonlyMap<string, string> } = {},
    ): Stored =>
      change(origin, null, (changeId) => {
        const { ids = [], follows = new Map() } = options;
        graphWith(meantBy(proposed.flatMap(pathsIn)));
        const from = withNodes([...ids.flatMap((id) => id ?? []), ...follows.values()]);
        const context = contextOf(origin, changeId);
        return following(applyIntents(from, proposed, context, options), follows, context);
      }),
    /** Carries out an action of the window. */
    edit: (edit: Edit, origin: Origin): Stored =>
      change(origin, null, (changeId) => {
        const from = withNodes(edit.op === "REUSE" ? [edit.id, edit.from] : [edit.id]);
        return applyEdit(from, edit, contextOf(origin, changeId));
      }),
    /** Takes back a change, or an undo; refused where what it did has been changed since. */
    undo: (changeId: string, origin: Origin): Stored =>
      change(origin, changeId, (id) => {
        const revisions = repository.revisionsOfChange(changeId);
        const from = withNodes(revisions.map(({ nodeId }) => nodeId));
        return undo(from, revisions satisfies TaskRevision[], contextOf(origin, id));
      }),
  };

  function meantBy(paths: readonly string[]): string[] {
    const labels = new Set(paths.flatMap((path) => labelsOf(path).slice(0, 1)));
    return [...labels].flatMap((label) => repository.goalsLabelled(label, namesakes));
  }
}

/** Notes of each goal that was begun which finished one it follows, as part of the same change. */
function following(applied: Applied, follows: ReadonlyMap<string, string>, context: Context): Applied {
  let all = applied;
  for (const { nodeId, before, after } of applied.changes) {
    const from = before === null && after?.parentId === null ? follows.get(labelKey(after.label)) : undefined;
    if (from === undefined) continue;
    const { graph, revisions } = applyEdit(all.graph, { op: "REUSE", id: nodeId, from }, { ...context, who: "rule" });
    all = { ...all, graph, revisions: [...all.revisions, ...revisions] };
  }
  return all;
}

/** The graph with further goals in it; what it has of them already stays. */
function joined(graph: Graph, { nodes, whatIfs, revisions }: TaskRows): Graph {
  const isNew = ({ nodeId }: { nodeId: string }) => !graph.nodes.get(nodeId) && !graph.revisions.get(nodeId);
  return graphOf({
    nodes: [...graph.nodes.values(), ...nodes.filter(({ id }) => !graph.nodes.get(id))],
    whatIfs: [...[...graph.whatIfs.values()].flat(), ...whatIfs.filter(isNew)],
    revisions: [...[...graph.revisions.values()].flat(), ...revisions.filter(isNew)],
  });
}

function pathsIn(proposed: unknown): string[] {
  if (typeof proposed !== "object" || proposed === null) return [];
  const { node, depends_on, rule } = proposed as { node?: unknown; depends_on?: unknown; rule?: { slot?: unknown } };
  const all: unknown[] = [node, ...(Array.isArray(depends_on) ? depends_on : []), rule?.slot];
  return all.filter((path) => typeof path === "string").slice(0, 100);
}
