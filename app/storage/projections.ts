import type { Db } from "./connection.ts";

/** Full-text tables and the tables or views that they are projections of. */
const projections = [
  { index: "message_fts", base: "message" },
  { index: "memory_fts", base: "memory" },
  { index: "message_pieces", base: "message_piece_text" },
  { index: "memory_pieces", base: "memory_piece_text" },
] as const;

export const fullTextTables = projections.map(({ index }) => index);

/** Rebuilds each full-text table that lacks rows of its base table or has too many; all of them with `force`. */
export function mendProjections(db: Db, options: { force?: boolean } = {}): void {
  const exists = db.prepare<[string], 1>("SELECT 1 FROM sqlite_master WHERE name = ?").pluck();
  for (const { index, base } of projections) {
    if (exists.get(index) !== 1) continue;
    if (!options.force && inStep(db, index, base)) continue;
    db.prepare(`INSERT INTO ${index} (${index}) VALUES ('rebuild')`).run();
  }
}

function inStep(db: Db, index: string, base: string): boolean {
  const indexed = db.prepare(`SELECT count(*) FROM ${index}_docsize`).pluck().get();
  const rows = db.prepare(`SELECT count(*) FROM ${base}`).pluck().get();
  const missing = db
    .prepare(`SELECT EXISTS (SELECT 1 FROM ${base} b LEFT JOIN ${index}_docsize d ON d.id = b.seq WHERE d.id IS NULL)`)
    .pluck()
    .get();
  return indexed === rows && missing === 0;
}
