import Database from "better-sqlite3";

/** An open SQLite connection. Only app/storage speaks SQL to it; everything else calls repositories. */
export type Db = Database.Database;

/** "EBB1" as SQLite's application_id: tells Ebb's files from any other SQLite file. */
export const applicationId = 0x45424231;

/** A database that lives in this process's memory alone: not even what SQLite sets aside while it works touches a disk. */
export function connectInMemory(): Db {
  const db = connect(":memory:");
  db.pragma("temp_store = MEMORY");
  return db;
}

/**
 * Opens the file with the settings that Ebb's promises rest on: WAL with full sync (a committed message survives a power
 * cut), zeroed deleted pages, and foreign keys.
 */
export function connect(path: string, options: { readonly?: boolean } = {}): Db {
  const db = new Database(path, { readonly: options.readonly ?? false, timeout: 5_000 });
  try {
    db.pragma("foreign_keys = ON");
    db.pragma("trusted_schema = OFF");
    if (!options.readonly) {
      db.pragma("secure_delete = ON");
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = FULL");
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
