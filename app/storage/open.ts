import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { EbbError, type Failure } from "../contract/errors.ts";
import { dropDrafts, isSound, makeBackup, newestSoundBackup } from "./backup.ts";
import { connect, type Db } from "./connection.ts";
import { damagedError, storageError } from "./errors.ts";
import { layout, prepareFolder } from "./folder.ts";
import { isEmpty, isOurs, migrate, versionOf } from "./migrate.ts";
import { type Migration, migrations } from "./migrations/index.ts";
import { mendProjections } from "./projections.ts";

/** An open database; `readOnly` says why nothing may be written, or is null. */
export type OpenDatabase = { db: Db; readOnly: Failure | null };

/**
 * Opens the folder's database, making or migrating it as needed; a migration is preceded by a verified backup. Throws a
 * STORAGE_ error; a damaged, foreign or newer file is never written to.
 */
export async function openDatabase(
  folder: string,
  now: number,
  steps: readonly Migration[] = migrations,
): Promise<OpenDatabase> {
  const schemaVersion = steps.at(-1)?.version ?? 0;
  let db: Db | undefined;
  try {
    prepareFolder(folder);
    const { database } = layout(folder);
    if (existsSync(database)) {
      // Looked at before anything that writes: a foreign file must not even get a write-ahead log from us.
      db = connect(database, { readonly: true });
      if (!isOurs(db) && !isEmpty(db)) throw foreignError(database);
      if (versionOf(db) > schemaVersion) return { db, readOnly: newerError(versionOf(db), schemaVersion).toFailure() };
      db.close();
    }
    dropDrafts(folder);
    db = connect(database);
    // A file that lost its content looks like a new one; with backups beside it, it is not.
    if (isEmpty(db) && newestSoundBackup(folder)) throw damagedError(folder);
    const version = versionOf(db);
    if (version > 0 && version < schemaVersion) await makeBackup(db, folder, now);
    migrate(db, steps);
    mendProjections(db);
    return { db, readOnly: null };
  } catch (error) {
    db?.close();
    throw storageError(error, folder);
  }
}

/**
 * Moves the database with its side files to `quarantine/<time>/`, whole and unchanged. Returns that folder, or null where
 * there was nothing to move.
 */
export function quarantine(folder: string, now: number): string | null {
  const { database, quarantine: root, vectors } = layout(folder);
  // Of this database, and built again from any other.
  rmSync(vectors, { recursive: true, force: true });
  const files = [database, `${database}-wal`, `${database}-shm`].filter((path) => existsSync(path));
  if (files.length === 0) return null;
  const place = join(root, new Date(now).toISOString().replaceAll(":", "-").replace(".", "-"));
  mkdirSync(place, { recursive: true, mode: 0o700 });
  for (const path of files) renameSync(path, join(place, basename(path)));
  return place;
}

/** Sets the present database aside and puts the newest sound backup in its place. Throws NOT_FOUND without one. */
export function restoreNewestBackup(folder: string, now: number): void {
  const backup = newestSoundBackup(folder);
  if (!backup) {
    throw new EbbError("NOT_FOUND", "There is no backup that can be restored.", "Begin an empty memory instead.");
  }
  const { database } = layout(folder);
  const draft = `${database}.restoring`;
  rmSync(draft, { force: true });
  try {
    copyFileSync(backup.path, draft);
    if (!isSound(draft)) throw damagedError(folder);
    quarantine(folder, now);
    renameSync(draft, database);
  } catch (error) {
    rmSync(draft, { force: true });
    throw storageError(error, folder);
  }
}

function foreignError(path: string): EbbError {
  return new EbbError(
    "STORAGE_FOREIGN",
    `${path} is a database of another program. Ebb has left it untouched.`,
    "Move that file away, or start Ebb with EBB_HOME set to another folder.",
  );
}

function newerError(version: number, known: number): EbbError {
  return new EbbError(
    "STORAGE_NEWER",
    `This memory was written by a newer Ebb (schema ${version}; this one knows ${known}). It is open for reading only.`,
    "Install the newest Ebb to go on writing. You can read and export everything meanwhile.",
  );
}
