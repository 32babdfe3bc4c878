import type { Db } from "./connection.ts";

export type TidyingKind = "merged" | "observed";

/** One time that Ebb tidied up: how many changes of each kind still stand. Times in ms. */
export type Tidying = { id: string; beganAt: number; merged: number; observed: number };

export type TidyingRepository = ReturnType<typeof tidyingRepository>;

const kept = 20;

/** What was tidied up when, and by which changes. */
export function tidyingRepository(db: Db) {
  const open = db.prepare<[], { seq: number }>(
    "SELECT seq FROM tidying WHERE ended_at IS NULL ORDER BY seq DESC LIMIT 1",
  );
  const begin = db.prepare<[string, number], { seq: number }>(
    "INSERT INTO tidying (id, began_at) VALUES (?, ?) RETURNING seq",
  );
  const end = db.prepare("UPDATE tidying SET ended_at = ? WHERE ended_at IS NULL");
  const thin = db.prepare(`DELETE FROM tidying WHERE seq <= (SELECT max(seq) FROM tidying) - ${kept}`);
  const add = db.prepare("INSERT INTO tidying_change (tidying_seq, change_id, kind) VALUES (?, ?, ?)");
  const standing = `SELECT t.id, t.began_at AS beganAt,
      count(DISTINCT iif(c.kind = 'merged', c.change_id, NULL)) AS merged,
      count(DISTINCT iif(c.kind = 'observed', r.memory_id, NULL)) AS observed
    FROM tidying t JOIN tidying_change c ON c.tidying_seq = t.seq
      JOIN memory_revision r ON r.change_id = c.change_id AND r.undone = 0`;
  const last = db.prepare<[], Tidying>(`${standing} GROUP BY t.seq ORDER BY t.seq DESC LIMIT 1`);
  const changes = db
    .prepare<[string], string>(
      `SELECT c.change_id FROM tidying t JOIN tidying_change c ON c.tidying_seq = t.seq
       WHERE t.id = ? ORDER BY c.seq DESC`,
    )
    .pluck();

  return {
    /** Notes a change under the run that is under way, or begins one. `id` and `at` (ms) are for a new one. */
    note(change: { id: string; at: number; changeId: string; kind: TidyingKind }): void {
      const { seq } = open.get() ?? (begin.get(change.id, change.at) as { seq: number });
      add.run(seq, change.changeId, change.kind);
      thin.run();
    },
    /** Nothing is left to do: what comes next belongs to another run. */
    end(at: number): void {
      end.run(at);
    },
    /** The last run of which something still stands. */
    last: (): Tidying | undefined => last.get(),
    /** The changes of a run, last first. */
    changesOf: (id: string): string[] => changes.all(id),
  };
}
