import { createHash, randomBytes } from "node:crypto";
import type { Db } from "./connection.ts";
import { wordsOf } from "./redact.ts";

/** What a memory says, by which it is known again after its erasure. */
export type Statement = { text: string; subject: string; predicate: string; value: string; context: string };

export type Tombstones = ReturnType<typeof tombstones>;

const saltKey = "tombstone.salt";

/**
 * Salted hashes of what the user had erased, so that it is not learned again from words that are still there. A hash says
 * nothing without the statement to compare.
 */
export function tombstones(db: Db) {
  const insert = db.prepare(
    "INSERT INTO tombstone (hash, at) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET at = excluded.at",
  );
  const newest = db
    .prepare<[string], number | null>("SELECT max(at) FROM tombstone WHERE hash IN (SELECT value FROM json_each(?))")
    .pluck();
  const readSalt = db.prepare<[string], string>("SELECT value FROM setting WHERE key = ?").pluck();
  const writeSalt = db.prepare("INSERT OR IGNORE INTO setting (key, value) VALUES (?, ?)");

  const hashes = (statement: Statement, salt: string): string[] => {
    const { subject, predicate, value, context } = statement;
    const keys = [statement.text, [subject, predicate, value, context].join("\n")];
    return keys.map((key) => createHash("sha256").update(salt).update(wordsOf(key).join(" ")).digest("hex"));
  };

  return {
    /** Remembers that this was erased, without what it was. */
    bury(statement: Statement, at: number): void {
      if (readSalt.get(saltKey) === undefined) writeSalt.run(saltKey, randomBytes(16).toString("hex"));
      for (const hash of hashes(statement, readSalt.get(saltKey) ?? "")) insert.run(hash, at);
    },
    /** When (ms) a memory that said the same was last erased, or null. */
    erasedAt(statement: Statement): number | null {
      const salt = readSalt.get(saltKey);
      return salt === undefined ? null : (newest.get(JSON.stringify(hashes(statement, salt))) ?? null);
    },
  };
}
