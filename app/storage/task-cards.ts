import type { Db } from "./connection.ts";
import type { RevisionOp, TaskNode, WhatIf } from "./task-row.ts";

/** One node in a change: what it was before and after it, or the value that was asked about. */
export type CardRow = {
  nodeId: string;
  op: RevisionOp;
  /** The label of the goal that it stands under, or null where it is one. */
  goal: string | null;
  /** True where a rule did it: a stale mark, a conflict, a summary. */
  byRule: boolean;
  before: TaskNode | null;
  after: TaskNode | null;
  asked: WhatIf | null;
};

export type Card = { changeId: string; undoable: boolean; undone: boolean; rows: CardRow[] };

type Stored = {
  nodeId: string;
  op: RevisionOp;
  goal: string | null;
  number: number | null;
  whatIfId: string | null;
  before: string | null;
  after: string | null;
  /** It is not any more what this made of it. */
  changed: 0 | 1;
  /** Something that this did not make hangs on it. */
  held: 0 | 1;
};

export type TaskCards = ReturnType<typeof taskCards>;

/** What changes did to tasks, for the cards under the turns that made them. */
export function taskCards(db: Db) {
  const ofMessages = db.prepare<[string], { messageId: string; changeId: string }>(
    `SELECT message_id AS messageId, change_id AS changeId FROM task_revision
     WHERE message_id IN (SELECT value FROM json_each(?)) GROUP BY change_id ORDER BY min(seq)`,
  );
  const rows = db.prepare<[string], Stored>(
    `SELECT r.task_id AS nodeId, r.op, r.number, r.what_if_id AS whatIfId, r.after,
       (SELECT g.label FROM task t JOIN task g ON g.id = t.root_id WHERE t.id = r.task_id AND t.root_id <> t.id) AS goal,
       (SELECT p.after FROM task_revision p WHERE p.task_id = r.task_id AND p.what_if_id IS NULL AND p.seq <
          (SELECT min(f.seq) FROM task_revision f WHERE f.task_id = r.task_id AND f.change_id = r.change_id)
        ORDER BY p.seq DESC LIMIT 1) AS before,
       (SELECT l.after FROM task_revision l WHERE l.task_id = r.task_id AND l.what_if_id IS r.what_if_id
        ORDER BY l.seq DESC LIMIT 1) IS NOT r.after AS changed,
       EXISTS (SELECT 1 FROM task_edge e WHERE e.to_id = r.task_id AND e.kind IN ('subtask_of', 'depends_on', 'constrains')
          AND e.from_id NOT IN (SELECT o.task_id FROM task_revision o WHERE o.change_id = r.change_id)) AS held
     FROM task_revision r WHERE r.change_id = ? ORDER BY r.seq`,
  );
  const undone = db
    .prepare<[string], number>(
      `SELECT 1 FROM task_change u WHERE u.undoes = ?
         AND NOT EXISTS (SELECT 1 FROM task_change again WHERE again.undoes = u.id)`,
    )
    .pluck();

  const card = (changeId: string): Card => {
    const all = rows.all(changeId);
    // Of a node that several intents of the change were about, the last says how it is.
    const last = new Map(all.map((row) => [row.whatIfId ?? row.nodeId, row]));
    const bySubject = Map.groupBy(all, ({ whatIfId, nodeId }) => whatIfId ?? nodeId);
    const isUndone = undone.get(changeId) !== undefined;
    return {
      changeId,
      undone: isUndone,
      undoable: !isUndone && all.length > 0 && ![...bySubject.values()].some(isStuck),
      rows: [...last.values()].map(toRow),
    };
  };

  return {
    card,
    /** The changes that each of the messages has led to, oldest first; a message without any has no entry. */
    ofMessages(ids: readonly string[]): Map<string, Card[]> {
      const grouped = Map.groupBy(ofMessages.all(JSON.stringify(ids)), ({ messageId }) => messageId);
      return new Map([...grouped].map(([id, found]) => [id, found.map(({ changeId }) => card(changeId))]));
    },
  };
}

/** True where what was done to one node, or one what-if, can't be taken back. What rules marked stops nothing. */
function isStuck(rows: readonly Stored[]): boolean {
  const last = rows.at(-1);
  const isOwn = rows.some(({ number, whatIfId }) => number !== null || whatIfId !== null);
  const isNew = last?.whatIfId === null && last.before === null;
  return isOwn && (last?.changed === 1 || (isNew && last.held === 1));
}

function toRow({ nodeId, op, goal, number, whatIfId, before, after }: Stored): CardRow {
  const then: unknown = after === null ? null : JSON.parse(after);
  const isWhatIf = whatIfId !== null;
  return {
    nodeId,
    op,
    goal,
    byRule: number === null && !isWhatIf,
    before: before === null ? null : (JSON.parse(before) as TaskNode),
    after: isWhatIf ? null : (then as TaskNode | null),
    asked: isWhatIf ? (then as WhatIf | null) : null,
  };
}
