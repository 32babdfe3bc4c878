import { randomUUID } from "node:crypto";
import type { Db } from "./connection.ts";
import { fullTextTables } from "./projections.ts";

/** Says that full-text indexes hold traces of what was deleted. */
const dueKey = "erase.clean";
/** Pages of an index that one step of cleaning works on. */
const pagesAtOnce = 100;

/**
 * Does the work with full-text indexes that only mark what is deleted as such: entry by entry, secure deletion takes milliseconds for
 * each; merging afterwards removes them all at once. That it is due is noted in the same transaction, which must be open.
 */
export function deletingLazily<T>(db: Db, work: () => T): T {
  const tables = tablesOf(db);
  for (const table of tables) tell(db, table, "secure-delete", 0);
  const result = work();
  for (const table of tables) tell(db, table, "secure-delete", 1);
  db.prepare("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)").run(dueKey, JSON.stringify(randomUUID()));
  return result;
}

/**
 * Writes the full-text indexes anew without what was deleted lazily, where that is due; each step is a transaction of its own. Not
 * within a transaction. What is not finished is due still.
 */
export function* cleanIndexes(db: Db): Generator<void> {
  const noted = db.prepare<[string], string>("SELECT value FROM setting WHERE key = ?").pluck();
  const done = db.prepare("DELETE FROM setting WHERE key = ? AND value = ?");
  const changes = db.prepare<[], number>("SELECT total_changes()").pluck();
  // What is deleted meanwhile is a note of its own.
  for (let note = noted.get(dueKey); note !== undefined; note = noted.get(dueKey)) {
    for (const table of tablesOf(db)) {
      // Begins to merge all that there is, however little.
      tell(db, table, "merge", -pagesAtOnce);
      for (;;) {
        yield;
        const before = changes.get() ?? 0;
        tell(db, table, "merge", pagesAtOnce);
        if ((changes.get() ?? 0) - before < 2) break;
      }
    }
    done.run(dueKey, note);
  }
}

function tablesOf(db: Db): string[] {
  const exists = db.prepare<[string], 1>("SELECT 1 FROM sqlite_master WHERE name = ?").pluck();
  return fullTextTables.filter((table) => exists.get(table) === 1);
}

function tell(db: Db, table: string, command: "secure-delete" | "merge", value: number): void {
  db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('${command}', ${value})`).run();
}
