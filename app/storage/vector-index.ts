import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Db } from "./connection.ts";
import { layout } from "./folder.ts";
import type { BuildTask, IndexResult, IndexTask } from "./index-build.ts";
import { blankEntries, closing, indexPath, type OpenIndex, openIndexFile, readHead } from "./index-file.ts";

/** Which texts: what people said in messages, or memories. */
export type VectorKind = "message" | "memory";
export const vectorKinds = ["memory", "message"] as const;

/** A file that covers rows, as the database has it. */
type Covered = { key: number; name: string; model: number; kind: VectorKind; upTo: number; count: number };
/** A file that covers rows up to `upTo`; `index` is null until it has been checked. */
export type Cover = { key: number; upTo: number; count: number; index: OpenIndex | null };

export type VectorIndexes = ReturnType<typeof vectorIndexes>;

/**
 * The files that vectors are searched by: one for each table. The rows remain the truth, and every file can be built again. A file
 * is known by its row in the database, and one that no row knows is deleted. Changes of covered rows are noted by
 * triggers.
 */
export function vectorIndexes(db: Db, folder: string) {
  const rows = db.prepare<[], Covered>(
    "SELECT key, name, model, kind, up_to AS upTo, count FROM vector_index WHERE count IS NOT NULL ORDER BY key",
  );
  const drafts = db.prepare<[], { key: number; name: string }>(
    "SELECT key, name FROM vector_index WHERE count IS NULL",
  );
  const begin = db
    .prepare<object, number>(
      "INSERT INTO vector_index (name, model, kind, up_to) VALUES (@name, @model, @kind, @upTo) RETURNING key",
    )
    .pluck();
  const complete = db.prepare("UPDATE vector_index SET count = ? WHERE key = ?");
  const remove = db.prepare("DELETE FROM vector_index WHERE key = ?");
  const others = db.prepare<[number], { key: number; name: string }>(
    "SELECT key, name FROM vector_index WHERE model <> ?",
  );
  const staleCount = db.prepare<[number], number>("SELECT count(*) FROM vector_stale WHERE file = ?").pluck();
  const unblanked = db.prepare<[], { file: number; seq: number; name: string; count: number | null }>(
    `SELECT s.file, s.seq, f.name, f.count FROM vector_stale s JOIN vector_index f ON f.key = s.file
     WHERE s.blanked = 0 ORDER BY s.file, s.seq`,
  );
  const noteBlanked = db.prepare("UPDATE vector_stale SET blanked = 1 WHERE file = ? AND blanked = 0");
  const newest = {
    message: newestRow(db, "message"),
    memory: newestRow(db, "memory"),
  };

  const open = new Map<number, OpenIndex>();
  /** Files that may be searched, by their table; none until `start`, so that all rows are read where nobody checks files. */
  let covers: Covered[] = [];
  let swept = false;

  const drop = ({ key, name }: { key: number; name: string }): void => {
    covers = covers.filter((cover) => cover.key !== key);
    open.get(key)?.close();
    open.delete(key);
    const { path, draft } = indexPath(folder, name);
    rmSync(path, { force: true });
    rmSync(draft, { force: true });
    remove.run(key);
  };

  /** Opens a file that has been read to its end, where it fits its row. */
  const accept = (cover: Covered): boolean => {
    const { path } = indexPath(folder, cover.name);
    const head = readHead(path);
    const fits =
      head?.name === cover.name &&
      head.upTo === cover.upTo &&
      head.count === cover.count &&
      // More are overwritten than this database knows of: it is an older copy.
      head.blanked <= (staleCount.get(cover.key) ?? 0);
    const index = fits ? openIndexFile(path) : null;
    if (index) open.set(cover.key, index);
    return index !== null;
  };

  /** Deletes every file that no row knows, as a crash leaves one. */
  const sweep = (): void => {
    const known = new Set<string>();
    for (const { name } of [...rows.all(), ...drafts.all()]) {
      const { path, draft } = indexPath(folder, name);
      known.add(basename(path)).add(basename(draft));
    }
    const { vectors } = layout(folder);
    for (const name of existsSync(vectors) ? readdirSync(vectors) : []) {
      if (known.has(name)) continue;
      try {
        rmSync(join(vectors, name), { recursive: true, force: true });
      } catch (error) {
        if (!name.endsWith(closing)) throw error;
      }
    }
    swept = true;
  };

  const blank = (): void => {
    if (!swept) sweep();
    for (const stale of Map.groupBy(unblanked.all(), ({ file }) => file).values()) {
      const { file: key, name, count } = stale[0] as { file: number; name: string; count: number | null };
      const { path, draft } = indexPath(folder, name);
      if (count === null) {
        // Being written now, or about to be and then without them.
        if (existsSync(draft)) drop({ key, name });
        continue;
      }
      try {
        blankEntries(
          path,
          stale.map(({ seq }) => seq),
        );
      } catch {
        // Missing, damaged, or on a failing disk: it is built again.
        drop({ key, name });
        continue;
      }
      noteBlanked.run(key);
    }
  };

  return {
    /**
     * Overwrites in the files what covered rows had that have changed or gone, and deletes a file in which that cannot be done. To be
     * called outside a transaction. @throws the file system's error where a file can't be deleted either
     */
    blank,
    /** From now on files are searched. Removes what a crash left, and every file that is none of ours. */
    start(): void {
      for (const row of drafts.all()) drop(row);
      covers = rows.all();
      sweep();
      blank();
    },
    /** Removes the files of every embedder but this. */
    keepOnly(model: number): void {
      for (const row of others.all(model)) drop(row);
    },
    /** The file that covers the embedder's vectors of that table, or null. */
    cover(kind: VectorKind, model: number): Cover | null {
      const cover = covers.find((each) => each.kind === kind && each.model === model);
      return cover ? { ...cover, index: open.get(cover.key) ?? null } : null;
    },
    /** How many covered rows have changed, or gone, since the file was built. */
    staleOf: (key: number): number => staleCount.get(key) ?? 0,
    /** A file to be read to its end before it is used, or null. */
    nextCheck(model: number): { task: IndexTask; key: number } | null {
      const cover = covers.find((each) => each.model === model && !open.has(each.key));
      if (!cover) return null;
      return { task: { work: "check", path: indexPath(folder, cover.name).path }, key: cover.key };
    },
    /** Takes the result of a check: the file is used from now on, or deleted. */
    checked(key: number, { count }: IndexResult): void {
      const cover = covers.find((each) => each.key === key);
      if (cover && (count !== cover.count || !accept(cover))) drop(cover);
    },
    /** Begins a file of all vectors of that table that the embedder has; changes are noted for it from now on. */
    begin(kind: VectorKind, model: number, dim: number): BuildTask {
      mkdirSync(layout(folder).vectors, { recursive: true, mode: 0o700 });
      const name = `${kind}-${model}-${randomUUID()}`;
      const upTo = newest[kind].get(model) ?? 0;
      const key = begin.get({ name, model, kind, upTo }) as number;
      const { database } = layout(folder);
      return { work: "build", database, draft: indexPath(folder, name).draft, key, name, model, kind, dim, upTo };
    },
    /** Takes the result of a build: the file is used from now on, and the one before deleted. False where there is none. */
    built({ key, name, kind, model, upTo }: BuildTask, { count }: IndexResult): boolean {
      const row = { key, name };
      const { path, draft } = indexPath(folder, name);
      const wanted = drafts.all().some((each) => each.key === key);
      if (!wanted || count === 0 || !existsSync(draft)) {
        drop(row);
        return false;
      }
      renameSync(draft, path);
      const before = covers.filter((each) => each.kind === kind && each.model === model);
      db.transaction(() => {
        complete.run(count, key);
        for (const old of before) remove.run(old.key);
      })();
      before.forEach(drop);
      blank();
      const cover: Covered = { key, name, model, kind, upTo, count };
      if (!accept(cover)) {
        drop(row);
        return false;
      }
      covers = [...covers, cover];
      return true;
    },
    /** A build that came to nothing. */
    abandon: ({ key, name }: BuildTask): void => drop({ key, name }),
    /** Lets go of all files. */
    close(): void {
      for (const index of open.values()) index.close();
      open.clear();
      covers = [];
    },
  };
}

function newestRow(db: Db, kind: VectorKind) {
  return db.prepare<[number], number>(`SELECT max(seq) FROM ${kind}_vector WHERE model = ?`).pluck();
}
