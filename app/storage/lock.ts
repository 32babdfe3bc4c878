import Database from "better-sqlite3";
import { errorCodeOf } from "./errors.ts";
import { layout } from "./folder.ts";

/** Holds the data folder until `release` is called or the process ends, however it ends. */
export type Lock = { release(): void };

/**
 * Takes the data folder for this process; null where another process has it. An exclusive SQLite transaction on a file
 * of its own is a lock that every platform's kernel lets go when its holder dies, so that no stale lock can remain.
 * Throws the file system's error where the lock file cannot be made.
 */
export function acquireLock(folder: string): Lock | null {
  const db = new Database(layout(folder).lock, { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (errorCodeOf(error).startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
  return {
    release() {
      if (db.open) db.close();
    },
  };
}
