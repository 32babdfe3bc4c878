import type { Db } from "./connection.ts";
import type { TaskKind, TaskRule, TaskState, TaskValue } from "./task-row.ts";

/** A line of a goal's outline, parents before their parts. */
export type OutlineLine = {
  depth: number;
  kind: TaskKind;
  label: string;
  value: TaskValue | null;
  rule: TaskRule | null;
  state: TaskState;
};

type Stored = Omit<OutlineLine, "value" | "rule"> & { value: string | null; rule: string | null };

/** Each goal without a parent with all that stands beneath it, in their order, gone ones included. */
export function taskOutlines(db: Db): () => Generator<OutlineLine[]> {
  const roots = db
    .prepare<[], string>(
      `SELECT t.id FROM task t WHERE t.root_id = t.id AND t.state <> 'undone'
         AND (t.import_id IS NULL OR t.import_id IN (SELECT id FROM import WHERE state = 'done'))
       ORDER BY t.position, t.seq`,
    )
    .pluck();
  const outline = db.prepare<[string], Stored>(
    // Siblings by position, as text that sorts like the number.
    `WITH RECURSIVE tree (id, depth, place) AS (
       SELECT ?, 0, ''
       UNION ALL
       SELECT t.id, tree.depth + 1, tree.place || printf('/%030.9f.%012d', t.position + 1e15, t.seq)
       FROM tree JOIN task_edge e ON e.to_id = tree.id AND e.kind = 'subtask_of' JOIN task t ON t.id = e.from_id
       WHERE t.state <> 'undone'
     )
     SELECT tree.depth, t.kind, t.label, t.value, t.rule, t.state FROM tree JOIN task t ON t.id = tree.id ORDER BY tree.place`,
  );
  return function* () {
    for (const id of roots.all()) {
      yield outline.all(id).map(({ value, rule, ...line }) => ({
        ...line,
        value: value === null ? null : (JSON.parse(value) as TaskValue),
        rule: rule === null ? null : (JSON.parse(rule) as TaskRule),
      }));
    }
  };
}
