import type { Db } from "./connection.ts";
import {
  type EdgeKind,
  labelKey,
  type RevisionOp,
  type TaskActor,
  type TaskNode,
  thenJson,
  type WhatIf,
} from "./task-row.ts";

/** What led to revisions, as it is taken elsewhere. */
export type PortableTaskChange = { id: string; at: number; conversationId: string | null; undoes: string | null };

/** A node with its past, as it is taken elsewhere; its edges go out by themselves, because they may lead to what comes later. */
export type PortableTask = Omit<
  TaskNode,
  "parentId" | "dependsOn" | "replaces" | "constrains" | "conflictsWith" | "reuses"
> & {
  whatIfs: Omit<WhatIf, "nodeId">[];
  revisions: {
    id: string;
    changeId: string;
    intentId: string;
    whatIfId: string | null;
    number: number | null;
    op: RevisionOp;
    who: TaskActor;
    at: number;
    messageId: string | null;
    quote: string | null;
    after: TaskNode | WhatIf | null;
  }[];
};

export type PortableTaskEdge = { fromId: string; kind: EdgeKind; toId: string };

type StoredTask = Omit<PortableTask, "value" | "rule" | "closing" | "whatIfs" | "revisions"> & {
  seq: number;
  value: string | null;
  rule: string | null;
  closing: string | null;
};
type StoredRevision = Omit<PortableTask["revisions"][number], "after"> & { after: string | null };

/** What an import is still bringing in is no part of what there is. */
const inSight = "(t.import_id IS NULL OR t.import_id IN (SELECT id FROM import WHERE state = 'done'))";

/** Tasks in pages, and tasks from elsewhere. Ids are kept: a task that is here already stays as it is. */
export function portableTasks(db: Db, page: number) {
  const changes = db.prepare<[number, number], PortableTaskChange & { seq: number }>(
    `SELECT c.seq, c.id, c.at, c.conversation_id AS conversationId, c.undoes FROM task_change c
     WHERE c.seq > ? AND c.seq <= ? AND EXISTS (
         SELECT 1 FROM task_revision r JOIN task t ON t.id = r.task_id WHERE r.change_id = c.id AND t.state <> 'undone')
       AND (c.import_id IS NULL OR c.import_id IN (SELECT id FROM import WHERE state = 'done'))
     ORDER BY c.seq LIMIT ${page}`,
  );
  const tasks = db.prepare<[number, number], StoredTask>(
    `SELECT t.seq, t.id, t.root_id AS rootId, t.kind, t.label, t.value, t.rule, t.state, t.closing, t.stale, t.summary, t.position,
       t.created_at AS createdAt, t.updated_at AS updatedAt
     FROM task t WHERE t.seq > ? AND t.seq <= ? AND t.state <> 'undone' AND ${inSight} ORDER BY t.seq LIMIT ${page}`,
  );
  const edges = db.prepare<[number, number], PortableTaskEdge & { seq: number }>(
    `SELECT e.seq, e.from_id AS fromId, e.kind, e.to_id AS toId FROM task_edge e JOIN task t ON t.id = e.from_id
       JOIN task other ON other.id = e.to_id
     WHERE e.seq > ? AND e.seq <= ? AND t.state <> 'undone' AND other.state <> 'undone' AND ${inSight} ORDER BY e.seq LIMIT ${page}`,
  );
  const whatIfs = db.prepare<[string], Omit<WhatIf, "nodeId" | "value"> & { value: string }>(
    `SELECT id, branch_id AS branchId, value, state, at FROM task_what_if
     WHERE task_id = ? AND state <> 'undone' ORDER BY seq`,
  );
  const revisions = db.prepare<[string], StoredRevision>(
    `SELECT r.id, r.change_id AS changeId, r.intent_id AS intentId, r.what_if_id AS whatIfId, r.number, r.op, r.who, r.at,
       r.message_id AS messageId, q.quote, r.after
     FROM task_revision r LEFT JOIN task_quote q ON q.revision_id = r.id WHERE r.task_id = ? ORDER BY r.seq`,
  );
  const addChange = db.prepare(`INSERT OR IGNORE INTO task_change (id, at, conversation_id, undoes, import_id)
    VALUES (@id, @at, @conversationId, @undoes, @importId)`);
  const addTask = db.prepare(`INSERT OR IGNORE INTO task
    (id, root_id, kind, label, label_key, value, rule, state, closing, stale, summary, position, created_at, updated_at, import_id)
    VALUES (@id, @rootId, @kind, @label, @labelKey, @value, @rule, @state, @closing, @stale, @summary, @position, @createdAt,
      @updatedAt, @importId)`);
  const addWhatIf = db.prepare(`INSERT OR IGNORE INTO task_what_if (id, branch_id, task_id, value, state, at)
    VALUES (@id, @branchId, @taskId, @value, @state, @at)`);
  const addRevision = db.prepare(`INSERT OR IGNORE INTO task_revision
    (id, change_id, intent_id, task_id, what_if_id, number, op, who, at, message_id, after)
    VALUES (@id, @changeId, @intentId, @taskId, @whatIfId, @number, @op, @who, @at, @messageId, @after)`);
  const addQuote = db.prepare("INSERT OR IGNORE INTO task_quote (revision_id, message_id, quote) VALUES (?, ?, ?)");
  const addEdge = db.prepare("INSERT OR IGNORE INTO task_edge (from_id, kind, to_id) VALUES (@fromId, @kind, @toId)");
  const has = db.prepare<[string], 1>("SELECT 1 FROM task WHERE id = ?").pluck();
  const hasChange = db.prepare<[string], 1>("SELECT 1 FROM task_change WHERE id = ?").pluck();
  const isAbove = db
    .prepare<PortableTaskEdge, 1>(
      `WITH RECURSIVE above (id) AS (
         SELECT @toId UNION SELECT e.to_id FROM task_edge e JOIN above ON e.from_id = above.id WHERE e.kind = 'subtask_of')
       SELECT 1 FROM above WHERE id = @fromId`,
    )
    .pluck();
  const parent = db.prepare<[string], 1>("SELECT 1 FROM task_edge WHERE from_id = ? AND kind = 'subtask_of'").pluck();

  return {
    readChanges: changes.all.bind(changes),
    readEdges: edges.all.bind(edges),
    readTasks: (after: number, upTo: number): (PortableTask & { seq: number })[] =>
      tasks.all(after, upTo).map((row) => ({
        ...row,
        value: parsed<TaskNode["value"]>(row.value),
        rule: parsed<TaskNode["rule"]>(row.rule),
        closing: parsed<TaskNode["closing"]>(row.closing),
        whatIfs: whatIfs.all(row.id).map((one) => ({ ...one, value: JSON.parse(one.value) as WhatIf["value"] })),
        revisions: revisions.all(row.id).map((one) => ({ ...one, after: parsed<TaskNode | WhatIf>(one.after) })),
      })),
    hasTask: (id: string): boolean => has.get(id) === 1,
    hasTaskChange: (id: string): boolean => hasChange.get(id) === 1,
    /** Out of sight until its import is done; nothing happens where it is here. */
    addTaskChange(row: PortableTaskChange, importId: string): void {
      addChange.run({ ...row, importId });
    },
    /** Out of sight until its import is done. False, and nothing is changed, where a task of that id is here. */
    addTask({ whatIfs: ifs, revisions: past, ...row }: PortableTask, importId: string): boolean {
      const { value, rule, closing } = row;
      const stored = { ...row, value: json(value), rule: json(rule), closing: json(closing), importId };
      if (addTask.run({ ...stored, labelKey: labelKey(row.label) }).changes === 0) return false;
      for (const one of ifs) addWhatIf.run({ ...one, taskId: row.id, value: JSON.stringify(one.value) });
      for (const { quote, ...one } of past) {
        const isNew = addRevision.run({ ...one, taskId: row.id, after: thenJson(one.after) }).changes === 1;
        if (isNew && quote !== null && one.messageId !== null) addQuote.run(one.id, one.messageId, quote);
      }
      return true;
    },
    /** False where a task would be a part of itself, or of two. */
    addTaskEdge(edge: PortableTaskEdge): boolean {
      if (edge.kind === "subtask_of" && (parent.get(edge.fromId) === 1 || isAbove.get(edge) === 1)) return false;
      addEdge.run(edge);
      return true;
    },
  };
}

function parsed<T>(stored: string | null): T | null {
  return stored === null ? null : (JSON.parse(stored) as T);
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
