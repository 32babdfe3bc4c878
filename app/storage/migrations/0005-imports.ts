import type { Migration } from "./index.ts";

/**
 * Conversations from elsewhere. An import that was cut short (`writing`) or is being taken back (`undoing`) is recognised at
 * the next start; source ids tell what is here already; `learn_at` is when a message was said while Ebb has still to learn from it.
 */
export const imports: Migration = {
  version: 5,
  name: "imports",
  sql: `
    CREATE TABLE import (
      id    TEXT PRIMARY KEY,
      at    INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('writing', 'done', 'undoing'))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE import_conversation (
      conversation_id TEXT PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
      import_id       TEXT NOT NULL REFERENCES import (id) ON DELETE CASCADE,
      source          TEXT NOT NULL,
      source_id       TEXT NOT NULL,
      UNIQUE (source, source_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX import_conversation_import ON import_conversation (import_id);

    CREATE TABLE import_message (
      message_id      TEXT PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
      import_id       TEXT NOT NULL REFERENCES import (id) ON DELETE CASCADE,
      conversation_id TEXT NOT NULL,
      source_id       TEXT NOT NULL,
      learn_at        INTEGER,
      UNIQUE (conversation_id, source_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX import_message_import ON import_message (import_id);
    CREATE INDEX import_message_learn ON import_message (learn_at) WHERE learn_at IS NOT NULL;
  `,
};
