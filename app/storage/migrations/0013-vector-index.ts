import type { Migration } from "./index.ts";

const noteChanges = (kind: "message" | "memory"): string => {
  const note = (row: "old" | "new"): string =>
    `INSERT OR IGNORE INTO vector_stale (file, seq)
        SELECT key, ${row}.seq FROM vector_index
        WHERE model = ${row}.model AND kind = '${kind}' AND up_to >= ${row}.seq;`;
  return `
    CREATE TRIGGER ${kind}_vector_added AFTER INSERT ON ${kind}_vector BEGIN
      ${note("new")}
    END;
    CREATE TRIGGER ${kind}_vector_changed AFTER UPDATE OF data ON ${kind}_vector BEGIN
      ${note("new")}
    END;
    CREATE TRIGGER ${kind}_vector_gone AFTER DELETE ON ${kind}_vector BEGIN
      ${note("old")}
    END;`;
};

/**
 * The files that vectors are searched by, and what has changed of their rows since: in the transaction of the change, so that no crash
 * leaves a vector of an erased text in a file without a note of it.
 */
export const vectorIndex: Migration = {
  version: 13,
  name: "vector-index",
  sql: `
    CREATE TABLE vector_index (
      key   INTEGER PRIMARY KEY,
      -- of the file; never given twice
      name  TEXT NOT NULL UNIQUE,
      model INTEGER NOT NULL REFERENCES embedder (key) ON DELETE CASCADE,
      kind  TEXT NOT NULL CHECK (kind IN ('message', 'memory')),
      -- the last row that it covers
      up_to INTEGER NOT NULL,
      -- the vectors in it; NULL while it is being built
      count INTEGER
    ) STRICT;
    CREATE INDEX vector_index_of ON vector_index (model, kind, up_to);

    CREATE TABLE vector_stale (
      file    INTEGER NOT NULL REFERENCES vector_index (key) ON DELETE CASCADE,
      seq     INTEGER NOT NULL,
      -- 1 once the file no longer holds what the row had
      blanked INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (file, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX vector_stale_left ON vector_stale (file, seq) WHERE blanked = 0;
${noteChanges("message")}
${noteChanges("memory")}
  `,
};
