import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connect, type Db } from "./connection.ts";
import { layout } from "./folder.ts";
import { isOurs } from "./migrate.ts";
import { cleanFile } from "./page-file.ts";

/** A backup file: when it was made (ms since 1970 UTC) and where it lies. */
export type Backup = { path: string; at: number };

const fileName = /^ebb-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z)\.db$/;

/** All backups of the folder, newest first. */
export function listBackups(folder: string): Backup[] {
  let names: string[];
  try {
    names = readdirSync(layout(folder).backups);
  } catch {
    return [];
  }
  const found: Backup[] = [];
  for (const name of names) {
    const stamp = fileName.exec(name)?.[1];
    if (stamp === undefined) continue;
    const iso = stamp.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z/, "T$1:$2:$3.$4Z");
    found.push({ path: join(layout(folder).backups, name), at: Date.parse(iso) });
  }
  return found.sort((a, b) => b.at - a.at);
}

/** True where the file opens as an Ebb database and SQLite finds nothing wrong with it. */
export function isSound(path: string): boolean {
  let db: Db | undefined;
  try {
    db = connect(path, { readonly: true });
    return isOurs(db) && db.pragma("quick_check(1)", { simple: true }) === "ok";
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

/** The newest backup that passes its check, or null. */
export function newestSoundBackup(folder: string): Backup | null {
  return listBackups(folder).find((backup) => isSound(backup.path)) ?? null;
}

/**
 * Writes a verified copy of the open database through SQLite's online backup, then thins the old ones. The copy gets its
 * final name only after its check, so that a name in the list is a promise. Throws the file system's or SQLite's error.
 */
export async function makeBackup(db: Db, folder: string, now: number): Promise<Backup> {
  const { backups } = layout(folder);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const path = join(backups, `ebb-${new Date(now).toISOString().replaceAll(":", "-").replace(".", "-")}.db`);
  const draft = `${path}.part`;
  try {
    await db.backup(draft);
    // One file without a write-ahead log beside it: what is in the name is in the file.
    const copy = connect(draft);
    copy.pragma("journal_mode = DELETE");
    copy.close();
    // Nor copies of rows that SQLite left behind: they would outlive what is erased before the copy is listed.
    for (const _ of cleanFile(draft)) await new Promise(setImmediate);
    if (!isSound(draft)) throw new Error("the copy did not pass its check");
    renameSync(draft, path);
  } finally {
    for (const rest of [draft, `${draft}-wal`, `${draft}-shm`, `${draft}-journal`]) rmSync(rest, { force: true });
  }
  for (const old of thin(listBackups(folder), now)) rmSync(old.path, { force: true });
  return { path, at: now };
}

/** Deletes copies that a process left unfinished when it died: nothing knows them, and they hold all there was. */
export function dropDrafts(folder: string): void {
  const { backups, database } = layout(folder);
  rmSync(`${database}.restoring`, { force: true });
  for (const name of existsSync(backups) ? readdirSync(backups) : []) {
    if (/\.part(?:-wal|-shm|-journal)?$/.test(name)) rmSync(join(backups, name), { force: true });
  }
}

const day = 86_400_000;

/**
 * The backups to let go so that the newest of each of the last 7 days, 4 weeks and 12 months (of 30 days) stays; the
 * newest of all always stays.
 */
export function thin(backups: readonly Backup[], now: number): Backup[] {
  const newestFirst = [...backups].sort((a, b) => b.at - a.at);
  const kept = new Set<Backup>(newestFirst.slice(0, 1));
  for (const [span, count] of [
    [day, 7],
    [7 * day, 4],
    [30 * day, 12],
  ] as const) {
    const seen = new Set<number>();
    for (const backup of newestFirst) {
      const age = Math.floor(Math.max(0, now - backup.at) / span);
      if (age >= count || seen.has(age)) continue;
      seen.add(age);
      kept.add(backup);
    }
  }
  return newestFirst.filter((backup) => !kept.has(backup));
}
