import type { ErrorCode } from "../contract/errors.ts";
import type { Db } from "./connection.ts";

/** A piece of background work. `payload` names what it is about by ids. Times are ms since 1970 (UTC). */
export type JobRow = {
  id: string;
  kind: string;
  payload: unknown;
  state: "waiting" | "running" | "failed";
  /** The lower comes first. */
  priority: number;
  /** How often it was taken, this time included. */
  attempts: number;
  notBefore: number;
  createdAt: number;
  triedWith: string | null;
  fault: ErrorCode | null;
};

export type NewJob = Pick<JobRow, "id" | "kind" | "payload" | "priority"> & { at: number };

type StoredJob = Omit<JobRow, "payload"> & { payload: string };

const columns = `id, kind, payload, state, priority, attempts, not_before AS notBefore, created_at AS createdAt,
  tried_with AS triedWith, fault`;

/** A wait longer than this (ms) comes from a clock that was set back: such a job is due. */
const longestWait = 7 * 86_400_000;
/** What was being done so often when the process died is hardly without blame. */
const mostCrashes = 12;

export type JobRepository = ReturnType<typeof jobRepository>;

/**
 * The durable queue. A job is taken, which leases it to this process, and then finished, given back, put off or given up. Only
 * the process that has the data folder takes jobs, so that a lease found at the start belongs to one that has died.
 */
export function jobRepository(db: Db) {
  const insert = db.prepare(`INSERT INTO job (id, kind, payload, state, priority, not_before, created_at)
    VALUES (@id, @kind, @payload, 'waiting', @priority, @at, @at)`);
  const next = db.prepare<{ kind: string; now: number }, StoredJob>(
    `SELECT ${columns} FROM job WHERE kind = @kind AND state = 'waiting'
       AND (not_before <= @now OR not_before > @now + ${longestWait}) ORDER BY priority, seq LIMIT 1`,
  );
  const dueAt = db
    .prepare<[string], number | null>("SELECT min(not_before) FROM job WHERE kind = ? AND state = 'waiting'")
    .pluck();
  const lease = db.prepare<[string | null, string], StoredJob>(
    `UPDATE job SET state = 'running', attempts = attempts + 1, tried_with = ? WHERE id = ? AND state = 'waiting'
     RETURNING ${columns}`,
  );
  const release = db.prepare(
    `UPDATE job SET state = iif(attempts < ${mostCrashes}, 'waiting', 'failed') WHERE kind = ? AND state = 'running'`,
  );
  const giveBack = db.prepare(
    "UPDATE job SET state = 'waiting', attempts = max(attempts - 1, 0) WHERE id = ? AND state = 'running'",
  );
  const putOff = db.prepare("UPDATE job SET state = 'waiting', not_before = @until, fault = @fault WHERE id = @id");
  const giveUp = db.prepare("UPDATE job SET state = 'failed', fault = ? WHERE id = ?");
  const drop = db.prepare("DELETE FROM job WHERE id = ?");
  const revive = db.prepare(`UPDATE job SET state = 'waiting', attempts = 0, not_before = 0, fault = NULL
    WHERE kind = ? AND state = 'failed' AND tried_with IS NOT ?`);
  const all = db.prepare<[string], StoredJob>(`SELECT ${columns} FROM job WHERE kind = ? ORDER BY priority, seq`);

  return {
    add(job: NewJob): void {
      insert.run({ ...job, payload: JSON.stringify(job.payload) });
    },
    /** The job that is due at `now`, the most urgent and oldest first, or undefined. It stays where it is. */
    next(kind: string, now: number): JobRow | undefined {
      const stored = next.get({ kind, now });
      return stored && toRow(stored);
    },
    /** When the next waiting job may be taken (ms), or null where none waits. */
    dueAt: (kind: string): number | null => dueAt.get(kind) ?? null,
    /** Leases the job and counts the attempt; undefined where it does not wait any more. */
    take(id: string, triedWith: string | null): JobRow | undefined {
      const stored = lease.get(triedWith, id);
      return stored && toRow(stored);
    },
    /** Releases the leases of a process that has died; their attempts stay counted, to an end. Returns how many there were. */
    release: (kind: string): number => release.run(kind).changes,
    /** Puts a taken job back as if it had not been tried. */
    giveBack(id: string): void {
      giveBack.run(id);
    },
    /** After an attempt that came to nothing: to be tried again from `until` (ms) on. */
    putOff(id: string, until: number, fault: ErrorCode): void {
      putOff.run({ id, until, fault });
    },
    /** After the last attempt: it is kept, to be seen and revived. */
    giveUp(id: string, fault: ErrorCode): void {
      giveUp.run(fault, id);
    },
    finish(id: string): void {
      drop.run(id);
    },
    /** Tries what has failed anew, where it was tried with something else. Returns how many there were. */
    revive: (kind: string, withOther: string): number => revive.run(kind, withOther).changes,
    all: (kind: string): JobRow[] => all.all(kind).map(toRow),
  };
}

function toRow(stored: StoredJob): JobRow {
  return { ...stored, payload: JSON.parse(stored.payload) as unknown };
}
