import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connect, type Db } from "./connection.ts";
import { applyErasure, type Erased } from "./erase-apply.ts";
import { type ErasePlan, type Passage, planConversation, planMemories } from "./erase-plan.ts";
import { layout } from "./folder.ts";
import { fromStored, memoryColumns, type StoredMemory } from "./memory-row.ts";
import { tombstones } from "./tombstones.ts";

export type { Erased } from "./erase-apply.ts";
export type { Passage } from "./erase-plan.ts";

export type Eraser = ReturnType<typeof eraser>;

const checkpointTries = 3;
const planKey = "erase.plan.";

/**
 * Erasing for good: from the tables and the full-text indexes at once, then from every backup and the write-ahead log.
 * Between the two the plan is kept in the database, so that a crash or an enclosing transaction only puts off the rest:
 * `finish` does it, at the latest at the next start.
 */
export function eraser(db: Db, folder: string) {
  const graves = tombstones(db);
  const byIds = db.prepare<[string], StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m WHERE id IN (SELECT value FROM json_each(?))`,
  );
  const keepPlan = db.prepare("INSERT INTO setting (key, value) VALUES (?, ?)");
  const dropPlan = db.prepare("DELETE FROM setting WHERE key = ?");
  const plans = db.prepare<[], { key: string; value: string }>(
    `SELECT key, value FROM setting WHERE key LIKE '${planKey}%'`,
  );
  // Nobody knows what a crash has left in the log of an earlier run.
  let logIsCut = false;

  const finish = (): boolean => {
    if (db.inTransaction) return false;
    for (const { key, value } of plans.all()) {
      eraseInBackups(folder, JSON.parse(value) as ErasePlan);
      // The plan names what is erased: it goes the same way.
      dropPlan.run(key);
      logIsCut = false;
    }
    logIsCut ||= cutLog(db);
    return logIsCut;
  };

  const erase = (plan: ErasePlan, at: number): Erased => {
    const erased = db.transaction(() => {
      for (const stored of byIds.all(JSON.stringify(plan.memoryIds))) graves.bury(fromStored(stored), at);
      keepPlan.run(planKey + randomUUID(), JSON.stringify(plan));
      return applyErasure(db, plan);
    })();
    finish();
    return erased;
  };

  return {
    /** When (ms) a memory that said the same was last erased, or null: such a thing is not learned again by itself. */
    erasedAt: graves.erasedAt,
    /**
     * Erases memories with all that hangs on them; with `sources` also the words that they came from, wherever they were
     * repeated, and `passages` of messages besides. `at` is now (ms). Inside a transaction the backups and the log wait
     * for `finish`.
     */
    memories: (
      ids: readonly string[],
      options: { sources: boolean; at: number; passages?: readonly Passage[] },
    ): Erased => erase(planMemories(db, ids, options), options.at),
    /**
     * Erases a conversation, the memories that only it gave evidence for, and what other replies took from it. Nothing
     * happens for an unknown id.
     */
    conversation: (id: string, at: number): Erased => erase(planConversation(db, id), at),
    /**
     * Does what is left of earlier erasures: backups and the write-ahead log. False where that has to wait, because a
     * transaction is open or the log is being read.
     */
    finish,
  };
}

/** Moves the write-ahead log into the database and cuts it to nothing; tried again while another reader is busy. */
function cutLog(db: Db): boolean {
  for (let tries = 0; tries < checkpointTries; tries++) {
    const [state] = db.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
    if (state?.busy === 0) return true;
  }
  return false;
}

/** Does the same in each backup; one in which it can't be done is deleted, for it would keep what has to go. */
function eraseInBackups(folder: string, plan: ErasePlan): void {
  const { backups } = layout(folder);
  for (const name of namesIn(backups)) {
    if (!/\.db$/i.test(name)) continue;
    const path = join(backups, name);
    try {
      const copy = connect(path);
      try {
        copy.transaction(() => {
          applyErasure(copy, plan);
          // A copy made while an erasure was under way holds its plan.
          copy.prepare(`DELETE FROM setting WHERE key LIKE '${planKey}%'`).run();
        })();
        copy.pragma("wal_checkpoint(TRUNCATE)");
        // One file again, without a write-ahead log beside it.
        copy.pragma("journal_mode = DELETE");
      } finally {
        copy.close();
      }
    } catch {
      for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
    }
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
