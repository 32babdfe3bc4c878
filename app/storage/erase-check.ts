import { randomUUID } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import type { Db } from "./connection.ts";
import { layout } from "./folder.ts";
import { cleanPages, findRemains } from "./page-file.ts";

export type EraseCheck = ReturnType<typeof eraseCheck>;

/** Says that the database file has still to be looked through. Holds nothing of what was erased. */
const dueKey = "erase.unchecked";
/** What has to be done before: backups, and full-text indexes. */
const before = "key LIKE 'erase.plan.%' OR key = 'erase.clean'";
/** Pages cleaned in one step: some ten milliseconds. */
const pagesAtOnce = 256;
/** Beside constant writing, no look at the file finds nothing; it is looked at again later. */
const mostRounds = 4;
const checkpointTries = 3;
/** SQLite's own. */
const autoCheckpoint = 1_000;

/**
 * Looks through the whole database file after an erasure and zeroes what belongs to nothing, until it finds no such byte: then
 * nothing is left but rows that are there. It needs not know what was erased, so that it can be done by a later run as well.
 */
export function eraseCheck(db: Db, folder: string) {
  const mark = db.prepare("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)");
  const marked = db
    .prepare<[string], string>(
      `SELECT value FROM setting WHERE key = ? AND NOT EXISTS (SELECT 1 FROM setting WHERE ${before})`,
    )
    .pluck();
  const anyMark = db.prepare<[string], 1>("SELECT 1 FROM setting WHERE key = ?").pluck();
  const unmark = db.prepare(
    `DELETE FROM setting WHERE key = ? AND value = ? AND NOT EXISTS (SELECT 1 FROM setting WHERE ${before})`,
  );
  // Kept open: on POSIX systems, closing a file drops all locks that this process has on it, SQLite's too.
  let opened: number | null = null;
  const file = (): number => {
    opened ??= openSync(layout(folder).database, "r+");
    return opened;
  };

  /** Pages are zeroed in the file itself: the log is empty, nobody else may write, and no copy of a page is kept in memory. */
  const clean = (numbers: readonly number[]): void => {
    db.transaction(() => cleanPages(file(), numbers)).immediate();
    db.pragma("shrink_memory");
  };

  /** True where at its beginning, or at a later moment, nothing was left. */
  function* checking(): Generator<void, boolean> {
    const note = marked.get(dueKey);
    if (note === undefined) return false;
    try {
      for (let round = 0; round < mostRounds; round++) {
        if (!cutLog(db)) return false;
        // What is written meanwhile stays in the log, so that the file is that of one moment.
        db.pragma("wal_autocheckpoint = 0");
        const numbers = yield* findRemains(file());
        if (numbers.length === 0) return unmark.run(dueKey, note).changes > 0;
        while (numbers.length > 0) {
          if (!cutLog(db)) return false;
          clean(numbers.splice(0, pagesAtOnce));
          yield;
        }
      }
      return false;
    } finally {
      if (db.open) db.pragma(`wal_autocheckpoint = ${autoCheckpoint}`);
    }
  }
  let underWay: Generator<void, boolean> | null = null;

  const stop = (): void => {
    underWay?.return(false);
    underWay = null;
  };

  return {
    /** Notes that something was erased, in the transaction that is open. */
    mark(): void {
      stop();
      mark.run(dueKey, randomUUID());
    },
    /** To be called where the write-ahead log goes into the file: a look that is under way begins anew. */
    restart: stop,
    /** True from an erasure until the file has been looked through. */
    isDue: (): boolean => anyMark.get(dueKey) === 1,
    /**
     * One step, some milliseconds long: "more" where there is more to do, "clean" where the file has been found clean, "later" where
     * nothing is to be done now. @throws MalformedPage, SQLite's and the file system's error
     */
    step(): "more" | "clean" | "later" {
      if (db.inTransaction) return "later";
      underWay ??= checking();
      try {
        const { done, value } = underWay.next();
        if (!done) return "more";
        underWay = null;
        return value ? "clean" : "later";
      } catch (error) {
        underWay = null;
        throw error;
      }
    },
    /** Lets go of the file; to be called once the database is closed. */
    close(): void {
      if (opened !== null) closeSync(opened);
      opened = null;
    },
  };
}

/** Moves the write-ahead log into the database and cuts it to nothing; tried again while another reader is busy. */
export function cutLog(db: Db): boolean {
  for (let tries = 0; tries < checkpointTries; tries++) {
    const [state] = db.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
    if (state?.busy === 0) return true;
  }
  return false;
}
