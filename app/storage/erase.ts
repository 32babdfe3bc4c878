import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connect, type Db } from "./connection.ts";
import { applyErasure, type Erased } from "./erase-apply.ts";
import { cutLog, eraseCheck } from "./erase-check.ts";
import {
  type ErasePlan,
  type Passage,
  planConversation,
  planGoals,
  planMemories,
  planReminders,
} from "./erase-plan.ts";
import { layout } from "./folder.ts";
import { cleanIndexes } from "./lazy-deletion.ts";
import { fromStored, memoryColumns, type StoredMemory } from "./memory-row.ts";
import { cleanFile } from "./page-file.ts";
import { tombstones } from "./tombstones.ts";
import type { VectorIndexes } from "./vector-index.ts";

export type { Erased } from "./erase-apply.ts";
export type { Passage } from "./erase-plan.ts";

export type Eraser = ReturnType<typeof eraser>;

const planKey = "erase.plan.";

/**
 * Erasing for good: from the tables and the full-text indexes at once, then from the files that vectors are searched by, from every
 * backup, from damaged files set aside, and from the write-ahead log.
 * Between the two the plan is kept in the database, so that a crash or an enclosing transaction only puts off the rest:
 * `finish` does it, at the latest at the next start.
 */
export function eraser(db: Db, folder: string, indexes: VectorIndexes) {
  const graves = tombstones(db);
  const check = eraseCheck(db, folder);
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

  function* finishing(): Generator<void> {
    indexes.blank();
    const due = plans.all();
    const parsed = due.map(({ value }) => JSON.parse(value) as ErasePlan);
    if (due.length > 0) yield* eraseInCopies(folder, parsed);
    yield* cleanIndexes(db);
    // The plans name what is erased: they go the same way.
    for (const { key } of due) dropPlan.run(key);
    if (due.length > 0) logIsCut = false;
    if (logIsCut) return;
    check.restart();
    logIsCut = cutLog(db);
  }
  let underWay: Generator<void> | null = null;

  const finishSome = (): boolean => {
    if (db.inTransaction) return false;
    underWay ??= finishing();
    if (!underWay.next().done) return true;
    underWay = null;
    return false;
  };

  const finish = (): boolean => {
    if (db.inTransaction) return false;
    // Begun before what is to be finished now.
    underWay?.return(undefined);
    underWay = null;
    while (finishSome()) {
      // To the end.
    }
    return logIsCut;
  };

  const erase = (plan: ErasePlan, at: number): Erased => {
    const erased = db.transaction(() => {
      for (const stored of byIds.all(JSON.stringify(plan.memoryIds))) graves.bury(fromStored(stored), at);
      keepPlan.run(planKey + randomUUID(), JSON.stringify(plan));
      check.mark();
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
     * repeated, and `passages` of messages and `reminders` besides. `at` is now (ms). Inside a transaction the backups and the log wait
     * for `finish`.
     */
    memories: (
      ids: readonly string[],
      options: { sources: boolean; at: number; passages?: readonly Passage[]; reminders?: readonly string[] },
    ): Erased => erase(planMemories(db, ids, options), options.at),
    /**
     * Erases a conversation, the memories that only it gave evidence for, and what other replies took from it. Nothing
     * happens for an unknown id.
     */
    conversation: (id: string, at: number): Erased => erase(planConversation(db, id), at),
    /** Erases goals with all that ever stood beneath them; what was said stays. */
    goals: (ids: readonly string[], at: number): Erased => erase(planGoals(db, ids), at),
    /** Erases reminders; what was said stays. */
    reminders: (ids: readonly string[], at: number): Erased => erase(planReminders(db, ids), at),
    /** What an import brought goes from backups too, with the next `finish`; memories in `keep` have other grounds by now. */
    importInCopies(id: string, keep: readonly string[]): void {
      const plan: ErasePlan = {
        memoryIds: [],
        conversationIds: [],
        sources: [],
        phrases: [],
        replies: [],
        imports: [{ id, keep: [...keep] }],
      };
      keepPlan.run(planKey + randomUUID(), JSON.stringify(plan));
    },
    /**
     * Does what is left of earlier erasures: backups and the write-ahead log. False where that has to wait, because a
     * transaction is open or the log is being read.
     */
    finish,
    /** One step of that, tens of milliseconds long; false where there is nothing left to do, or it has to wait. */
    finishSome,
    /** What comes after that: the database file is looked through for what SQLite left behind. */
    check,
  };
}

/**
 * Does the same in each copy of the database. A backup in which it can't be done is deleted, for it would keep what has to go; a
 * damaged file that was set aside, only where the words can be read in it.
 */
function* eraseInCopies(folder: string, due: readonly ErasePlan[]): Generator<void> {
  const { backups, quarantine } = layout(folder);
  for (const name of namesIn(backups)) {
    if (/\.db$/i.test(name) && !(yield* eraseIn(join(backups, name), due))) remove(join(backups, name));
  }
  for (const name of namesIn(quarantine)) {
    const { database } = layout(join(quarantine, name));
    if (!existsSync(database) || (yield* eraseIn(database, due))) continue;
    if (due.some((plan) => mayHold(database, plan))) remove(database);
  }
}

/** True where the file now holds none of it, and no log beside it does. */
function* eraseIn(path: string, due: readonly ErasePlan[]): Generator<void, boolean> {
  try {
    const copy = connect(path);
    try {
      for (const plan of due) {
        applyErasure(copy, plan);
        yield;
      }
      yield* cleanIndexes(copy);
      // A copy made while an erasure was under way holds its plan.
      copy.prepare(`DELETE FROM setting WHERE key LIKE '${planKey}%'`).run();
      copy.pragma("wal_checkpoint(TRUNCATE)");
      // One file again, without a write-ahead log beside it.
      copy.pragma("journal_mode = DELETE");
    } finally {
      copy.close();
    }
    yield* cleanFile(path);
    return true;
  } catch {
    return false;
  }
}

const sideFiles = ["", "-wal", "-shm", "-journal"];

/** Whether words of the plan stand in a file that can't be opened; of whole conversations it can't be told, so they do. */
function mayHold(path: string, { conversationIds, phrases, sources, reminders = [], goals = [] }: ErasePlan): boolean {
  if (conversationIds.length > 0) return true;
  const words = [
    ...phrases,
    ...sources.map(({ quote }) => quote),
    ...reminders.map(({ text }) => text),
    ...goals.map(({ label }) => label),
  ];
  return sideFiles.some((suffix) => {
    if (!existsSync(path + suffix)) return false;
    const bytes = readFileSync(path + suffix);
    return words.some((text) => bytes.includes(text));
  });
}

function remove(path: string): void {
  for (const suffix of sideFiles) rmSync(path + suffix, { force: true });
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
