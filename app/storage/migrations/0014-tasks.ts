import type { Migration } from "./index.ts";

/**
 * Long tasks: the graph as it stands, and every revision that has led there. `task`, `task_edge` and `task_what_if` are what replaying the
 * revisions gives. The user's words hang on their message and go with it; the tasks stay.
 */
export const tasks: Migration = {
  version: 14,
  name: "tasks",
  sql: `
    CREATE TABLE task (
      seq         INTEGER PRIMARY KEY,
      id          TEXT NOT NULL UNIQUE,
      -- the goal without a parent that it stands under; its own id for that goal
      root_id     TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      kind        TEXT NOT NULL CHECK (kind IN ('goal', 'step', 'slot', 'constraint')),
      label       TEXT NOT NULL,
      -- the label without case, width and spacing
      label_key   TEXT NOT NULL,
      -- JSON
      value       TEXT,
      -- JSON: {op, value}
      rule        TEXT,
      -- 'undone': what made it was taken back; it is there for its revisions alone
      state       TEXT NOT NULL CHECK (state IN
                    ('pending', 'active', 'done', 'failed', 'cancelled', 'removed', 'undone')),
      -- JSON: {by, was} while cancelled or removed
      closing     TEXT,
      -- the task whose change it has not been looked at since
      stale       TEXT,
      summary     TEXT,
      -- among its siblings
      position    REAL NOT NULL,
      created_at  INTEGER NOT NULL,
      updated_at  INTEGER NOT NULL,
      -- the import that brought it, as long as nothing of its goal was changed here
      import_id   TEXT REFERENCES import (id) ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX task_root ON task (root_id, seq);
    CREATE INDEX task_goal ON task (state, updated_at DESC, seq DESC) WHERE root_id = id;
    CREATE INDEX task_goal_label ON task (label_key) WHERE root_id = id;
    CREATE INDEX task_import ON task (import_id) WHERE import_id IS NOT NULL;

    CREATE TABLE task_edge (
      seq     INTEGER PRIMARY KEY,
      from_id TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      kind    TEXT NOT NULL CHECK (kind IN
                ('subtask_of', 'depends_on', 'replaces', 'constrains', 'conflicts_with', 'reuses')),
      to_id   TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      UNIQUE (from_id, kind, to_id)
    ) STRICT;
    CREATE INDEX task_edge_to ON task_edge (to_id, kind);

    -- values that were asked about without changing anything; those of one turn are one branch
    CREATE TABLE task_what_if (
      seq       INTEGER PRIMARY KEY,
      id        TEXT NOT NULL UNIQUE,
      branch_id TEXT NOT NULL,
      task_id   TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      -- JSON
      value     TEXT NOT NULL,
      -- 'undone': as for tasks
      state     TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'dropped', 'undone')),
      at        INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX task_what_if_task ON task_what_if (task_id);
    CREATE INDEX task_what_if_open ON task_what_if (at) WHERE state = 'open';

    -- what one turn, or one action in the window, did
    CREATE TABLE task_change (
      seq             INTEGER PRIMARY KEY,
      id              TEXT NOT NULL UNIQUE,
      at              INTEGER NOT NULL,
      conversation_id TEXT REFERENCES conversation (id) ON DELETE SET NULL,
      -- the change that it takes back
      undoes          TEXT,
      -- the import that brought it, as long as nothing of its goals was changed here
      import_id       TEXT REFERENCES import (id) ON DELETE CASCADE
    ) STRICT;
    CREATE INDEX task_change_import ON task_change (import_id) WHERE import_id IS NOT NULL;
    CREATE INDEX task_change_conversation ON task_change (conversation_id, seq);
    CREATE INDEX task_change_undoes ON task_change (undoes) WHERE undoes IS NOT NULL;

    CREATE TABLE task_revision (
      seq        INTEGER PRIMARY KEY,
      id         TEXT NOT NULL UNIQUE,
      change_id  TEXT NOT NULL REFERENCES task_change (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      intent_id  TEXT NOT NULL,
      task_id    TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      -- set where it is about a what-if of the task
      what_if_id TEXT,
      number     INTEGER,
      op         TEXT NOT NULL,
      who        TEXT NOT NULL CHECK (who IN ('user', 'model', 'rule')),
      at         INTEGER NOT NULL,
      message_id TEXT REFERENCES message (id) ON DELETE SET NULL,
      -- JSON: the task, or the what-if, from then on; NULL where it was not there any more
      after      TEXT
    ) STRICT;
    CREATE INDEX task_revision_task ON task_revision (task_id, seq);
    CREATE INDEX task_revision_change ON task_revision (change_id, seq);
    CREATE INDEX task_revision_message ON task_revision (message_id) WHERE message_id IS NOT NULL;

    -- the user's words behind a revision
    CREATE TABLE task_quote (
      seq         INTEGER PRIMARY KEY,
      revision_id TEXT NOT NULL UNIQUE REFERENCES task_revision (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      message_id  TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
      quote       TEXT NOT NULL
    ) STRICT;
    CREATE INDEX task_quote_message ON task_quote (message_id);

    -- what a conversation is about now
    CREATE TABLE task_focus (
      conversation_id TEXT PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
      task_id         TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX task_focus_task ON task_focus (task_id);

    -- another one after each change, whoever made it: what is kept in memory is read again
    CREATE TABLE task_version (one INTEGER PRIMARY KEY CHECK (one = 1), token BLOB NOT NULL) STRICT;
    INSERT INTO task_version (one, token) VALUES (1, randomblob(8));
${["INSERT", "UPDATE", "DELETE"]
  .flatMap((verb) =>
    ["task", "task_what_if", "task_revision"].map(
      (table) => `
    CREATE TRIGGER ${table}_${verb.toLowerCase()}_version AFTER ${verb} ON ${table} BEGIN
      UPDATE task_version SET token = randomblob(8);
    END;`,
    ),
  )
  .join("")}
    CREATE TRIGGER task_quote_version AFTER DELETE ON task_quote BEGIN
      UPDATE task_version SET token = randomblob(8);
    END;
    CREATE TRIGGER import_version AFTER UPDATE OF state ON import BEGIN
      UPDATE task_version SET token = randomblob(8);
    END;
  `,
};
