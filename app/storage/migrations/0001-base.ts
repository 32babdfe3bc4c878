import type { Migration } from "./index.ts";

/**
 * Conversations, memories and their history. `seq` is the row's own integer key, because the full-text tables refer to
 * rows by it; `id` is the name that everything outside this folder uses. Times are milliseconds since 1970 (UTC).
 *
 * The full-text tables are projections of their base tables (external content, kept in step by triggers, with FTS5's own
 * secure-delete so that a deleted word leaves no byte) and can be rebuilt at any time.
 */
export const base: Migration = {
  version: 1,
  name: "base",
  sql: `
    CREATE TABLE conversation (
      seq        INTEGER PRIMARY KEY,
      id         TEXT NOT NULL UNIQUE,
      title      TEXT NOT NULL,
      -- 1 once the user has named it: a made-up title never replaces it
      renamed    INTEGER NOT NULL DEFAULT 0 CHECK (renamed IN (0, 1)),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX conversation_updated ON conversation (updated_at DESC, seq DESC);

    CREATE TABLE message (
      seq             INTEGER PRIMARY KEY,
      id              TEXT NOT NULL UNIQUE,
      conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
      parent_id       TEXT REFERENCES message (id) ON DELETE CASCADE,
      role            TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'other')),
      speaker         TEXT,
      text            TEXT NOT NULL,
      status          TEXT NOT NULL CHECK (status IN ('streaming', 'complete', 'interrupted', 'failed')),
      created_at      INTEGER NOT NULL,
      -- IANA zone in which it was said, for dates such as "next Friday"
      zone            TEXT,
      model           TEXT,
      -- why a reply failed or stopped: {code, message, remedy}
      failure         TEXT
    ) STRICT;
    CREATE INDEX message_conversation ON message (conversation_id, seq);
    CREATE INDEX message_parent ON message (parent_id);
    CREATE INDEX message_streaming ON message (status) WHERE status = 'streaming';

    CREATE TABLE memory (
      seq            INTEGER PRIMARY KEY,
      id             TEXT NOT NULL UNIQUE,
      kind           TEXT NOT NULL CHECK (kind IN
                       ('fact', 'event', 'preference', 'instruction', 'relationship', 'procedure', 'observation')),
      text           TEXT NOT NULL,
      subject        TEXT NOT NULL,
      predicate      TEXT NOT NULL,
      value          TEXT NOT NULL,
      -- the circumstance in which it holds ("at work"), or '' where it always does
      context        TEXT NOT NULL DEFAULT '',
      scope          TEXT NOT NULL DEFAULT 'global',
      valid_from     INTEGER,
      valid_to       INTEGER,
      status         TEXT NOT NULL CHECK (status IN ('active', 'provisional', 'conflict', 'superseded', 'archived')),
      confidence     REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
      trust          TEXT NOT NULL CHECK (trust IN ('user', 'confirmed', 'inferred', 'assistant')),
      importance     REAL NOT NULL CHECK (importance BETWEEN 0 AND 1),
      pinned         INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
      never_use      INTEGER NOT NULL DEFAULT 0 CHECK (never_use IN (0, 1)),
      -- days; FSRS-6
      stability      REAL NOT NULL,
      -- 1 to 10; FSRS-6
      difficulty     REAL NOT NULL,
      last_review_at INTEGER NOT NULL,
      last_used_at   INTEGER,
      use_count      INTEGER NOT NULL DEFAULT 0,
      created_at     INTEGER NOT NULL,
      updated_at     INTEGER NOT NULL,
      version        INTEGER NOT NULL DEFAULT 1,
      -- set while a deletion can still be undone: the change, when it becomes final, and whether the source words go too
      deleted_by     TEXT,
      erase_at       INTEGER,
      erase_sources  INTEGER CHECK (erase_sources IN (0, 1))
    ) STRICT;
    CREATE INDEX memory_slot ON memory (subject, predicate);
    CREATE INDEX memory_updated ON memory (updated_at DESC, seq DESC);
    CREATE INDEX memory_erase ON memory (erase_at) WHERE erase_at IS NOT NULL;

    CREATE TABLE memory_revision (
      seq        INTEGER PRIMARY KEY,
      -- one change may touch several memories, and is undone as a whole
      change_id  TEXT NOT NULL,
      memory_id  TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      version    INTEGER NOT NULL,
      at         INTEGER NOT NULL,
      cause      TEXT NOT NULL,
      -- the message that caused it, where one did
      message_id TEXT REFERENCES message (id) ON DELETE SET NULL,
      -- whole rows as JSON; NULL where the memory did not exist
      before     TEXT,
      after      TEXT,
      undone     INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
    ) STRICT;
    CREATE INDEX memory_revision_memory ON memory_revision (memory_id, seq);
    CREATE INDEX memory_revision_change ON memory_revision (change_id);
    CREATE INDEX memory_revision_message ON memory_revision (message_id);

    CREATE TABLE evidence (
      seq        INTEGER PRIMARY KEY,
      memory_id  TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
      quote      TEXT NOT NULL,
      UNIQUE (memory_id, message_id, quote)
    ) STRICT;
    CREATE INDEX evidence_message ON evidence (message_id);

    CREATE TABLE review_log (
      seq        INTEGER PRIMARY KEY,
      memory_id  TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      at         INTEGER NOT NULL,
      grade      TEXT NOT NULL CHECK (grade IN ('again', 'hard', 'good', 'easy')),
      reason     TEXT NOT NULL,
      stability  REAL NOT NULL,
      difficulty REAL NOT NULL
    ) STRICT;
    CREATE INDEX review_log_memory ON review_log (memory_id, seq);

    -- what entered which reply; holds ids and scores, never text
    CREATE TABLE recall_log (
      seq            INTEGER PRIMARY KEY,
      reply_id       TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
      mark           TEXT NOT NULL,
      memory_id      TEXT REFERENCES memory (id) ON DELETE CASCADE,
      -- the memory's version at that moment, so that the chip shows the words that were used
      memory_version INTEGER,
      message_id     TEXT REFERENCES message (id) ON DELETE CASCADE,
      score          REAL NOT NULL,
      -- {part: number}
      parts          TEXT NOT NULL,
      cited          INTEGER NOT NULL DEFAULT 0 CHECK (cited IN (0, 1)),
      CHECK ((memory_id IS NULL) <> (message_id IS NULL)),
      UNIQUE (reply_id, mark)
    ) STRICT;
    CREATE INDEX recall_log_memory ON recall_log (memory_id);
    CREATE INDEX recall_log_message ON recall_log (message_id);

    -- salted hashes of what the user had erased, so that it is not learned again
    CREATE TABLE tombstone (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE VIRTUAL TABLE message_fts USING fts5 (
      text, content = 'message', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    INSERT INTO message_fts (message_fts, rank) VALUES ('secure-delete', 1);
    CREATE TRIGGER message_fts_insert AFTER INSERT ON message BEGIN
      INSERT INTO message_fts (rowid, text) VALUES (new.seq, new.text);
    END;
    CREATE TRIGGER message_fts_delete AFTER DELETE ON message BEGIN
      INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', old.seq, old.text);
    END;
    CREATE TRIGGER message_fts_update AFTER UPDATE OF text ON message BEGIN
      INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', old.seq, old.text);
      INSERT INTO message_fts (rowid, text) VALUES (new.seq, new.text);
    END;

    CREATE VIRTUAL TABLE memory_fts USING fts5 (
      text, content = 'memory', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    INSERT INTO memory_fts (memory_fts, rank) VALUES ('secure-delete', 1);
    CREATE TRIGGER memory_fts_insert AFTER INSERT ON memory BEGIN
      INSERT INTO memory_fts (rowid, text) VALUES (new.seq, new.text);
    END;
    CREATE TRIGGER memory_fts_delete AFTER DELETE ON memory BEGIN
      INSERT INTO memory_fts (memory_fts, rowid, text) VALUES ('delete', old.seq, old.text);
    END;
    CREATE TRIGGER memory_fts_update AFTER UPDATE OF text ON memory BEGIN
      INSERT INTO memory_fts (memory_fts, rowid, text) VALUES ('delete', old.seq, old.text);
      INSERT INTO memory_fts (rowid, text) VALUES (new.seq, new.text);
    END;
  `,
};
