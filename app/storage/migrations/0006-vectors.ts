import type { Migration } from "./index.ts";

/** The vectors of one table's texts and what keeps them in step. `wanted` says which rows have one. */
const vectorsOf = (table: "message" | "memory", wanted: string): string => `
    CREATE TABLE ${table}_vector (
      model INTEGER NOT NULL REFERENCES embedder (key) ON DELETE CASCADE,
      seq   INTEGER NOT NULL,
      -- float32 of 1 / the length of the codes, then an int8 for each dimension
      data  BLOB NOT NULL,
      PRIMARY KEY (model, seq)
    ) STRICT, WITHOUT ROWID;

    -- Only for a row that takes the place of a deleted one: the cursor comes by every other.
    CREATE TRIGGER ${table}_vector_insert AFTER INSERT ON ${table} WHEN ${wanted} BEGIN
      INSERT OR IGNORE INTO vector_due (model, kind, seq)
        SELECT key, '${table}', new.seq FROM embedder WHERE ${table}_cursor >= new.seq;
    END;
    CREATE TRIGGER ${table}_vector_delete AFTER DELETE ON ${table} BEGIN
      DELETE FROM ${table}_vector WHERE seq = old.seq AND model IN (SELECT key FROM embedder);
    END;
    CREATE TRIGGER ${table}_vector_update AFTER UPDATE OF text ON ${table}
      WHEN ${wanted} AND new.text IS NOT old.text BEGIN
      DELETE FROM ${table}_vector WHERE seq = old.seq AND model IN (SELECT key FROM embedder);
      INSERT OR IGNORE INTO vector_due (model, kind, seq)
        SELECT key, '${table}', new.seq FROM embedder WHERE ${table}_cursor >= new.seq;
    END;`;

/**
 * Vectors of what people said and of memories. Still to be embedded are the rows behind an embedder's cursor, in their
 * order, and those in `vector_due`, which changed or came after it had passed: a new row costs nothing until it is its
 * turn. A vector goes in the same transaction as its text.
 */
export const vectors: Migration = {
  version: 6,
  name: "vectors",
  sql: `
    CREATE TABLE embedder (
      -- never given twice: vectors of queries are kept by it
      key            INTEGER PRIMARY KEY AUTOINCREMENT,
      -- a hash of its files, so that vectors of different embedders never mix
      id             TEXT NOT NULL,
      -- NULL for the one that comes with Ebb, whose folder moves with each install
      folder         TEXT,
      dim            INTEGER NOT NULL CHECK (dim > 0),
      -- so many leading dimensions are enough to find candidates by
      scan_dim       INTEGER NOT NULL CHECK (scan_dim BETWEEN 1 AND dim),
      -- recall uses the serving one; a coming one takes its place once all is embedded; what is leaving is being removed
      role           TEXT NOT NULL CHECK (role IN ('serving', 'coming', 'leaving')),
      -- the last seq that it has come by
      message_cursor INTEGER NOT NULL DEFAULT 0,
      memory_cursor  INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE UNIQUE INDEX embedder_role ON embedder (role) WHERE role <> 'leaving';

    CREATE TABLE vector_due (
      model INTEGER NOT NULL REFERENCES embedder (key) ON DELETE CASCADE,
      kind  TEXT NOT NULL CHECK (kind IN ('message', 'memory')),
      seq   INTEGER NOT NULL,
      PRIMARY KEY (model, kind, seq)
    ) STRICT, WITHOUT ROWID;
${vectorsOf("message", "new.role <> 'assistant'")}
${vectorsOf("memory", "1")}
  `,
};
