import type { Migration } from "./index.ts";

/** Model files and how they came here, downloads and copies that are under way, and the requests that they made. */
export const models: Migration = {
  version: 17,
  name: "models",
  sql: `
    CREATE TABLE model_file (
      path         TEXT PRIMARY KEY,
      -- 'in_place' files are the user's: they are never deleted
      origin       TEXT NOT NULL CHECK (origin IN ('downloaded', 'copied', 'in_place')),
      -- the entry of the catalog that it came by
      entry_id     TEXT,
      sha256       TEXT,
      added_at     INTEGER NOT NULL,
      last_used_at INTEGER,
      -- tokens of context that were chosen for it by what fits; NULL until it is used
      context      INTEGER
    ) STRICT, WITHOUT ROWID;

    -- in the order in which they are done, one at a time; what has arrived is the length of the part file
    CREATE TABLE download (
      seq         INTEGER PRIMARY KEY,
      id          TEXT NOT NULL UNIQUE,
      kind        TEXT NOT NULL CHECK (kind IN ('download', 'copy')),
      -- an address, or the path of the file that is copied
      source      TEXT NOT NULL,
      name        TEXT NOT NULL,
      -- the file's name in the models folder
      file        TEXT NOT NULL,
      entry_id    TEXT,
      sha256      TEXT,
      -- the length that the catalog promises
      bytes       INTEGER,
      state       TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'failed')),
      -- as JSON; with 'failed'
      failure     TEXT,
      -- what the server said of the file that the part belongs to
      etag        TEXT,
      total_bytes INTEGER,
      stated_sha256 TEXT,
      -- the user wants it in use once it is here
      use_it      INTEGER NOT NULL DEFAULT 0,
      -- set before the part gets its name: a crash between the two is made good by it
      finished_as TEXT,
      created_at  INTEGER NOT NULL
    ) STRICT;

    -- no content: when, whom, what for, how much
    CREATE TABLE outbound_request (
      seq   INTEGER PRIMARY KEY,
      at    INTEGER NOT NULL,
      host  TEXT NOT NULL,
      why   TEXT NOT NULL CHECK (why IN ('model-download', 'remote-list', 'remote-reply', 'remote-learning')),
      bytes INTEGER NOT NULL DEFAULT 0
    ) STRICT;
  `,
};
