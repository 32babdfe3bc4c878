import type { Db } from "./connection.ts";

export type ModelOrigin = "downloaded" | "copied" | "in_place";

/** A model file that Ebb knows. Times in ms. */
export type ModelFileRow = {
  path: string;
  origin: ModelOrigin;
  entryId: string | null;
  sha256: string | null;
  addedAt: number;
  lastUsedAt: number | null;
  /** Tokens that were chosen by what fits; null until it is used. */
  context: number | null;
};

export type ModelFileRepository = ReturnType<typeof modelFileRepository>;

/** Which model files Ebb brought here, and which it was shown. */
export function modelFileRepository(db: Db) {
  const columns = "path, origin, entry_id AS entryId, sha256, added_at AS addedAt, last_used_at AS lastUsedAt, context";
  const all = db.prepare<[], ModelFileRow>(`SELECT ${columns} FROM model_file ORDER BY added_at DESC, path`);
  const one = db.prepare<[string], ModelFileRow>(`SELECT ${columns} FROM model_file WHERE path = ?`);
  const put = db.prepare(`INSERT INTO model_file (path, origin, entry_id, sha256, added_at)
    VALUES (@path, @origin, @entryId, @sha256, @addedAt)
    ON CONFLICT (path) DO UPDATE SET origin = excluded.origin, entry_id = excluded.entry_id,
      sha256 = excluded.sha256, added_at = excluded.added_at`);
  const shown = db.prepare(`INSERT INTO model_file (path, origin, added_at) VALUES (?, 'in_place', ?)
    ON CONFLICT (path) DO NOTHING`);
  const used = db.prepare("UPDATE model_file SET last_used_at = ? WHERE path = ?");
  const context = db.prepare("UPDATE model_file SET context = ? WHERE path = ?");
  const drop = db.prepare("DELETE FROM model_file WHERE path = ?");
  return {
    all: (): ModelFileRow[] => all.all(),
    get: (path: string): ModelFileRow | null => one.get(path) ?? null,
    /** Notes a file that Ebb wrote. */
    put(file: Pick<ModelFileRow, "path" | "origin" | "entryId" | "sha256" | "addedAt">): void {
      put.run(file);
    },
    /** Notes that a file was used; one that Ebb doesn't know yet is the user's own. */
    used(path: string, at: number): void {
      shown.run(path, at);
      used.run(at, path);
    },
    setContext(path: string, tokens: number): void {
      context.run(tokens, path);
    },
    drop(path: string): void {
      drop.run(path);
    },
  };
}
