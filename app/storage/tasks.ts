import type { Db } from "./connection.ts";
import {
  type EdgeKind,
  labelKey,
  type TaskNode,
  type TaskRevision,
  type TaskState,
  thenJson,
  type WhatIf,
} from "./task-row.ts";

export type TaskRepository = ReturnType<typeof taskRepository>;

/** A goal without a parent, for a list. Counts are of its steps and goals at any depth that are not gone. */
export type GoalRow = Pick<TaskNode, "id" | "label" | "state" | "summary" | "createdAt" | "updatedAt"> & {
  steps: number;
  finished: number;
};

/** The rows that a graph is made from. */
export type TaskRows = { nodes: TaskNode[]; whatIfs: WhatIf[]; revisions: TaskRevision[] };

/** A turn or an action that changed tasks; `undoes` is the change that it takes back. */
export type TaskChangeRow = { id: string; at: number; conversationId: string | null; undoes: string | null };

type StoredNode = Omit<
  TaskNode,
  "value" | "rule" | "closing" | "parentId" | "dependsOn" | "replaces" | "constrains" | "conflictsWith" | "reuses"
> & { value: string | null; rule: string | null; closing: string | null };
type StoredWhatIf = Omit<WhatIf, "value"> & { value: string };
type StoredRevision = Omit<Extract<TaskRevision, { subject: "node" }>, "subject" | "after"> & {
  whatIfId: string | null;
  after: string | null;
};

const nodeColumns = `t.id, t.root_id AS rootId, t.kind, t.label, t.value, t.rule, t.state, t.closing, t.stale, t.summary, t.position,
  t.created_at AS createdAt, t.updated_at AS updatedAt`;
const revisionColumns = `r.id, r.change_id AS changeId, r.intent_id AS intentId, r.task_id AS nodeId, r.what_if_id AS whatIfId, r.number,
  r.op, r.who, r.at, r.message_id AS messageId, r.after, q.quote`;
const revisionTables = "task_revision r LEFT JOIN task_quote q ON q.revision_id = r.id";
/** What an import is still bringing in, or takes back, is not there. */
const shown = `t.state <> 'undone' AND (t.import_id IS NULL
  OR t.import_id IN (SELECT id FROM import WHERE state = 'done'))`;

/** The task graph as it is stored: the nodes of whole goals, their history, and what changes have made of them. Times are ms. */
export function taskRepository(db: Db) {
  const token = db.prepare<[], string>("SELECT hex(token) FROM task_version").pluck();
  const openRoots = db
    .prepare<[], string>(
      `SELECT t.id FROM task t WHERE t.root_id = t.id AND t.state IN ('pending', 'active') AND ${shown}`,
    )
    .pluck();
  const linkedRoots = db
    .prepare<{ ids: string }, string>(
      `SELECT other.root_id FROM task one JOIN task_edge e ON e.from_id = one.id AND e.kind NOT IN ('subtask_of', 'reuses')
         JOIN task other ON other.id = e.to_id
       WHERE one.root_id IN (SELECT value FROM json_each(@ids)) AND other.root_id <> one.root_id
       UNION SELECT other.root_id FROM task one JOIN task_edge e ON e.to_id = one.id AND e.kind NOT IN ('subtask_of', 'reuses')
         JOIN task other ON other.id = e.from_id
       WHERE one.root_id IN (SELECT value FROM json_each(@ids)) AND other.root_id <> one.root_id`,
    )
    .pluck();
  const ofRoots = "t.root_id IN (SELECT value FROM json_each(?))";
  const nodes = db.prepare<[string], StoredNode>(`SELECT ${nodeColumns} FROM task t WHERE ${ofRoots} AND ${shown}
    ORDER BY t.seq`);
  const edges = db.prepare<[string], { fromId: string; kind: EdgeKind; toId: string }>(
    `SELECT e.from_id AS fromId, e.kind, e.to_id AS toId FROM task t JOIN task_edge e ON e.from_id = t.id
     WHERE ${ofRoots} ORDER BY e.seq`,
  );
  const whatIfs = db.prepare<[string], StoredWhatIf>(
    `SELECT w.id, w.branch_id AS branchId, w.task_id AS nodeId, w.value, w.state, w.at
     FROM task t JOIN task_what_if w ON w.task_id = t.id WHERE ${ofRoots} AND w.state <> 'undone' ORDER BY w.seq`,
  );
  const revisions = db.prepare<[string], StoredRevision>(
    `SELECT ${revisionColumns} FROM ${revisionTables} JOIN task t ON t.id = r.task_id WHERE ${ofRoots} ORDER BY r.seq`,
  );
  const labelled = db
    .prepare<[string, number], string>(
      `SELECT t.id FROM task t WHERE t.root_id = t.id AND t.label_key = ? AND ${shown} ORDER BY t.created_at DESC LIMIT ?`,
    )
    .pluck();
  const rootOf = db.prepare<[string], string>("SELECT root_id FROM task WHERE id = ?").pluck();

  const addChange = db.prepare(
    "INSERT INTO task_change (id, at, conversation_id, undoes) VALUES (@id, @at, @conversationId, @undoes)",
  );
  const addRevision = db.prepare(`INSERT INTO task_revision
    (id, change_id, intent_id, task_id, what_if_id, number, op, who, at, message_id, after)
    VALUES (@id, @changeId, @intentId, @nodeId, @whatIfId, @number, @op, @who, @at, @messageId, @after)`);
  const addQuote = db.prepare("INSERT INTO task_quote (revision_id, message_id, quote) VALUES (?, ?, ?)");
  const putNode = db.prepare(`INSERT INTO task
    (id, root_id, kind, label, label_key, value, rule, state, closing, stale, summary, position, created_at, updated_at)
    VALUES (@id, @rootId, @kind, @label, @labelKey, @value, @rule, @state, @closing, @stale, @summary, @position, @createdAt,
      @updatedAt)
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, label = excluded.label, label_key = excluded.label_key,
      value = excluded.value, rule = excluded.rule, state = excluded.state, closing = excluded.closing, stale = excluded.stale,
      summary = excluded.summary, position = excluded.position, created_at = excluded.created_at,
      updated_at = excluded.updated_at`);
  const undoneNode = db.prepare("UPDATE task SET state = 'undone' WHERE id = ?");
  const putWhatIf = db.prepare(`INSERT INTO task_what_if (id, branch_id, task_id, value, state, at)
    VALUES (@id, @branchId, @nodeId, @value, @state, @at)
    ON CONFLICT (id) DO UPDATE SET value = excluded.value, state = excluded.state`);
  const undoneWhatIf = db.prepare("UPDATE task_what_if SET state = 'undone' WHERE id = ?");
  const edgesOf = db.prepare<[string], { kind: EdgeKind; toId: string }>(
    "SELECT kind, to_id AS toId FROM task_edge WHERE from_id = ? ORDER BY seq",
  );
  const dropEdges = db.prepare("DELETE FROM task_edge WHERE from_id = ?");
  const addEdge = db.prepare("INSERT INTO task_edge (from_id, kind, to_id) VALUES (?, ?, ?)");
  const brought = db
    .prepare<[string], string>(
      "SELECT DISTINCT root_id FROM task WHERE id IN (SELECT value FROM json_each(?)) AND import_id IS NOT NULL",
    )
    .pluck();
  const detachChanges = db.prepare(
    `UPDATE task_change SET import_id = NULL WHERE import_id IS NOT NULL AND id IN (
       SELECT r.change_id FROM task_revision r JOIN task t ON t.id = r.task_id
       WHERE t.root_id IN (SELECT value FROM json_each(?)))`,
  );
  const detach = db.prepare("UPDATE task SET import_id = NULL WHERE root_id IN (SELECT value FROM json_each(?))");

  const ofChange = db.prepare<[string], StoredRevision>(
    `SELECT ${revisionColumns} FROM ${revisionTables} WHERE r.change_id = ? ORDER BY r.seq`,
  );
  const timeline = db.prepare<[string, number, number], StoredRevision & { seq: number }>(
    `SELECT r.seq, ${revisionColumns} FROM ${revisionTables} WHERE r.task_id = ? AND r.seq < ? ORDER BY r.seq DESC LIMIT ?`,
  );
  const change = db.prepare<[string], TaskChangeRow>(
    "SELECT id, at, conversation_id AS conversationId, undoes FROM task_change WHERE id = ?",
  );
  const standing = `c.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM task_change u WHERE u.undoes = c.id
    AND NOT EXISTS (SELECT 1 FROM task_change again WHERE again.undoes = u.id))`;
  const lastChange = db.prepare<[], string>(
    `SELECT c.id FROM task_change c WHERE ${standing} ORDER BY c.seq DESC LIMIT 1`,
  );
  const lastChangeIn = db.prepare<[string], string>(
    `SELECT c.id FROM task_change c WHERE c.conversation_id = ? AND ${standing} ORDER BY c.seq DESC LIMIT 1`,
  );
  const changesOfMessage = db
    .prepare<[string], string>("SELECT DISTINCT change_id FROM task_revision WHERE message_id = ? ORDER BY seq")
    .pluck();
  const goals = db.prepare<{ states: string; limit: number; offset: number }, GoalRow>(
    `SELECT t.id, t.label, t.state, t.summary, t.created_at AS createdAt, t.updated_at AS updatedAt,
       (SELECT count(*) FROM task s WHERE s.root_id = t.id AND s.id <> t.id AND s.kind IN ('step', 'goal')
          AND s.state IN ('pending', 'active', 'done', 'failed')) AS steps,
       (SELECT count(*) FROM task s WHERE s.root_id = t.id AND s.id <> t.id AND s.kind IN ('step', 'goal')
          AND s.state IN ('done', 'failed')) AS finished
     FROM task t WHERE t.root_id = t.id AND t.state IN (SELECT value FROM json_each(@states)) AND ${shown}
     ORDER BY t.updated_at DESC, t.seq DESC LIMIT @limit OFFSET @offset`,
  );
  const goalCount = db
    .prepare<[string], number>(
      `SELECT count(*) FROM task t WHERE t.root_id = t.id AND t.state IN (SELECT value FROM json_each(?)) AND ${shown}`,
    )
    .pluck();
  const openQuestions = db
    .prepare<[number], string>(
      `SELECT w.task_id FROM task_what_if w JOIN task t ON t.id = w.task_id
       WHERE w.state = 'open' AND t.state NOT IN ('removed', 'cancelled') AND ${shown}
       GROUP BY w.task_id ORDER BY min(w.at) LIMIT ?`,
    )
    .pluck();
  const focus = db
    .prepare<[string], string>(
      `SELECT f.task_id FROM task_focus f JOIN task t ON t.id = f.task_id WHERE f.conversation_id = ? AND ${shown}`,
    )
    .pluck();
  const setFocus = db.prepare(
    `INSERT INTO task_focus (conversation_id, task_id) VALUES (?, ?)
     ON CONFLICT (conversation_id) DO UPDATE SET task_id = excluded.task_id`,
  );

  const load = (roots: readonly string[]): TaskRows => {
    const all = new Set(roots);
    for (let fresh = [...all]; fresh.length > 0; ) {
      fresh = linkedRoots.all({ ids: JSON.stringify(fresh) }).filter((id) => !all.has(id));
      for (const id of fresh) all.add(id);
    }
    const ids = JSON.stringify([...all]);
    const ofNode = Map.groupBy(edges.all(ids), ({ fromId }) => fromId);
    return {
      nodes: nodes.all(ids).map((node) => fromStored(node, ofNode.get(node.id) ?? [])),
      whatIfs: whatIfs.all(ids).map((row) => ({ ...row, value: JSON.parse(row.value) as WhatIf["value"] })),
      revisions: revisions.all(ids).map(toRevision),
    };
  };

  const setEdges = (node: TaskNode): void => {
    const wanted = edgesFrom(node);
    const known = edgesOf.all(node.id);
    if (known.length === wanted.length && known.every((edge, at) => isSame(edge, wanted[at]))) return;
    if (known.length > 0) dropEdges.run(node.id);
    for (const { kind, toId } of wanted) addEdge.run(node.id, kind, toId);
  };

  const writeOne = (revision: TaskRevision): void => {
    const isWhatIf = revision.subject === "what_if";
    const { after, quote, messageId } = revision;
    addRevision.run({
      ...revision,
      whatIfId: isWhatIf ? revision.whatIfId : null,
      after: thenJson(after),
    });
    if (quote !== null && messageId !== null) addQuote.run(revision.id, messageId, quote);
    if (isWhatIf) {
      if (revision.after) putWhatIf.run({ ...revision.after, value: JSON.stringify(revision.after.value) });
      else undoneWhatIf.run(revision.whatIfId);
    } else if (revision.after) {
      putNode.run(toStored(revision.after));
      setEdges(revision.after);
    } else {
      undoneNode.run(revision.nodeId);
      dropEdges.run(revision.nodeId);
    }
  };

  return {
    /** Another text after each change of the tables, whoever made it. */
    version: (): string => token.get() ?? "",
    /** All goals that are not finished or gone, whole, with those that they depend on or that depend on them. */
    loadOpen: (): TaskRows => load(openRoots.all()),
    /** These goals, whole, with those that they are connected with. */
    load,
    /** Goals of that label, in whatever state, the newest first. */
    goalsLabelled: (label: string, limit: number): string[] => labelled.all(labelKey(label), limit),
    /** The goal that a node stands under, or undefined. */
    rootOf: (id: string): string | undefined => rootOf.get(id),
    /** Writes a change and what it has made of the graph: all of it or nothing. Words are kept where their message is named. */
    write: db.transaction((row: TaskChangeRow, made: readonly TaskRevision[]): void => {
      addChange.run(row);
      for (const revision of made) writeOne(revision);
      // What was changed here stays when the import that brought it is taken back.
      const roots = brought.all(JSON.stringify([...new Set(made.map(({ nodeId }) => nodeId))]));
      if (roots.length === 0) return;
      detachChanges.run(JSON.stringify(roots));
      detach.run(JSON.stringify(roots));
    }),
    change: (id: string): TaskChangeRow | undefined => change.get(id),
    /** All that a change did, in order. */
    revisionsOfChange: (changeId: string): TaskRevision[] => ofChange.all(changeId).map(toRevision),
    /** The changes that a message has led to, oldest first. */
    changesOfMessage: (messageId: string): string[] => changesOfMessage.all(messageId),
    /** The history of a node, newest first, before the entry `before` (a `cursor`), at most `limit`. */
    timeline(nodeId: string, limit: number, before?: number): { revisions: TaskRevision[]; cursor: number | null } {
      const rows = timeline.all(nodeId, before ?? Number.MAX_SAFE_INTEGER, limit);
      const cursor = rows.length < limit ? null : (rows.at(-1)?.seq ?? null);
      return { revisions: rows.map(({ seq: _, ...row }) => toRevision(row)), cursor };
    },
    /** The last change (of a conversation, where one is given) that was neither undone nor an undo itself. */
    lastChange: (conversationId?: string): string | undefined =>
      (conversationId === undefined ? lastChange.pluck().get() : lastChangeIn.pluck().get(conversationId)) as
        | string
        | undefined,
    /** A page of goals without a parent in these states, last changed first, and how many there are. */
    goals: (states: readonly TaskState[], limit: number, offset: number): { goals: GoalRow[]; total: number } => {
      const given = JSON.stringify(states);
      return { goals: goals.all({ states: given, limit, offset }), total: goalCount.get(given) ?? 0 };
    },
    /** Nodes with an open question, those asked first first. */
    questioned: (limit: number): string[] => openQuestions.all(limit),
    /** The node that a conversation is about, or undefined. */
    focus: (conversationId: string): string | undefined => focus.get(conversationId),
    setFocus(conversationId: string, nodeId: string): void {
      setFocus.run(conversationId, nodeId);
    },
  };
}

function edgesFrom(node: TaskNode): { kind: EdgeKind; toId: string }[] {
  const to = (kind: EdgeKind, ids: readonly (string | null)[]) =>
    ids.flatMap((toId) => (toId === null ? [] : { kind, toId }));
  return [
    ...to("subtask_of", [node.parentId]),
    ...to("depends_on", node.dependsOn),
    ...to("replaces", node.replaces),
    ...to("constrains", [node.constrains]),
    ...to("conflicts_with", [node.conflictsWith]),
    ...to("reuses", node.reuses),
  ];
}

function isSame(a: { kind: string; toId: string }, b: { kind: string; toId: string } | undefined): boolean {
  return a.kind === b?.kind && a.toId === b.toId;
}

function toStored(node: TaskNode) {
  const { value, rule, closing } = node;
  return {
    ...node,
    labelKey: labelKey(node.label),
    value: value === null ? null : JSON.stringify(value),
    rule: rule && JSON.stringify(rule),
    closing: closing && JSON.stringify(closing),
  };
}

function fromStored(stored: StoredNode, edges: readonly { kind: EdgeKind; toId: string }[]): TaskNode {
  const to = (kind: EdgeKind) => edges.flatMap((edge) => (edge.kind === kind ? [edge.toId] : []));
  return {
    ...stored,
    value: stored.value === null ? null : (JSON.parse(stored.value) as TaskNode["value"]),
    rule: stored.rule === null ? null : (JSON.parse(stored.rule) as TaskNode["rule"]),
    closing: stored.closing === null ? null : (JSON.parse(stored.closing) as TaskNode["closing"]),
    parentId: to("subtask_of")[0] ?? null,
    dependsOn: to("depends_on"),
    replaces: to("replaces"),
    constrains: to("constrains")[0] ?? null,
    conflictsWith: to("conflicts_with")[0] ?? null,
    reuses: to("reuses"),
  };
}

function toRevision({ whatIfId, after, number, ...row }: StoredRevision): TaskRevision {
  const then: unknown = after === null ? null : JSON.parse(after);
  return whatIfId === null
    ? { ...row, number, subject: "node", after: then as TaskNode | null }
    : { ...row, number: null, subject: "what_if", whatIfId, after: then as WhatIf | null };
}
