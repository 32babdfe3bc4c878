import { applicationId, type Db } from "./connection.ts";
import { type Migration, migrations } from "./migrations/index.ts";

/** The version of the last migration that this database has seen; 0 for an empty one. */
export function versionOf(db: Db): number {
  return Number(db.pragma("user_version", { simple: true }));
}

/** True for a database without a single table. */
export function isEmpty(db: Db): boolean {
  return db.prepare("SELECT count(*) FROM sqlite_master").pluck().get() === 0;
}

/** True for a file that some Ebb has written. */
export function isOurs(db: Db): boolean {
  return db.pragma("application_id", { simple: true }) === applicationId;
}

/** Brings the schema up to date, each step in a transaction of its own: a crash leaves the last whole step. */
export function migrate(db: Db, steps: readonly Migration[] = migrations): void {
  for (const step of steps) {
    if (step.version <= versionOf(db)) continue;
    db.transaction(() => {
      db.exec(step.sql);
      db.pragma(`user_version = ${step.version}`);
      db.pragma(`application_id = ${applicationId}`);
    }).immediate();
  }
}
