import type { Migration } from "./index.ts";

/**
 * Work in the background that outlives a crash, and the messages that a language model has still to read. A message leaves
 * `unread` in the transaction that puts it into a job. Ids only: what is erased or deleted is in neither.
 */
export const jobs: Migration = {
  version: 7,
  name: "jobs",
  sql: `
    CREATE TABLE job (
      seq        INTEGER PRIMARY KEY,
      id         TEXT NOT NULL UNIQUE,
      kind       TEXT NOT NULL,
      -- what it is about, as JSON: ids, never text
      payload    TEXT NOT NULL,
      -- running: leased by this process, or by one that has died
      state      TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'failed')),
      priority   INTEGER NOT NULL,
      -- counted when it is taken, so that what brings the process down each time comes to an end
      attempts   INTEGER NOT NULL DEFAULT 0,
      not_before INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      -- what it was last tried with, such as the name of a model
      tried_with TEXT,
      -- the error code of the last attempt
      fault      TEXT
    ) STRICT;
    CREATE INDEX job_next ON job (kind, state, priority, seq);

    CREATE TABLE unread (
      message_id      TEXT PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
      conversation_id TEXT NOT NULL,
      -- 0: said here; 1: brought in from elsewhere, which waits
      priority        INTEGER NOT NULL,
      tokens          INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX unread_conversation ON unread (priority, conversation_id, tokens);

    CREATE INDEX memory_conflict ON memory (created_at) WHERE status = 'conflict';
  `,
};
