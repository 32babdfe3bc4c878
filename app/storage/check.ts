import { connect, type Db } from "./connection.ts";
import { errorCodeOf } from "./errors.ts";
import { mendProjections } from "./projections.ts";

/**
 * What SQLite's `quick_check` finds wrong with the file: no line where it is sound. Opens a reading connection of its own,
 * so that it can run beside the engine's.
 */
export function findFaults(path: string): string[] {
  let db: Db | undefined;
  try {
    db = connect(path, { readonly: true });
    const report = db.pragma("quick_check") as { quick_check: string }[];
    return report.map((row) => row.quick_check).filter((line) => line !== "ok");
  } catch (error) {
    const code = errorCodeOf(error);
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return [code];
    throw error;
  } finally {
    db?.close();
  }
}

/**
 * Rebuilds the full-text tables where they alone are at fault: they are projections, not records. Returns true where nothing else
 * was wrong.
 */
export function mendFaults(db: Db, faults: readonly string[]): boolean {
  if (faults.length === 0) return true;
  if (!faults.every((line) => /fts5/i.test(line))) return false;
  mendProjections(db, { force: true });
  return db.pragma("quick_check(1)", { simple: true }) === "ok";
}
