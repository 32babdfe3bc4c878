import type { Migration } from "./index.ts";

/** Reminders. `rings_at` is when one is due next; what is NULL there does not ring by itself any more. */
export const reminders: Migration = {
  version: 15,
  name: "reminders",
  sql: `
    CREATE TABLE reminder (
      seq           INTEGER PRIMARY KEY,
      id            TEXT NOT NULL UNIQUE,
      text          TEXT NOT NULL,
      -- the task that it belongs to; what became of that is not its business
      task_id       TEXT,
      -- the message that asked for it
      message_id    TEXT REFERENCES message (id) ON DELETE SET NULL,
      -- how it comes round, as JSON; NULL for one that rings once
      recurrence    TEXT,
      -- IANA zone whose clocks it goes by
      zone          TEXT NOT NULL,
      next_at       INTEGER,
      snoozed_until INTEGER,
      -- the moment that it last rang for, and when it did
      due_at        INTEGER,
      fired_at      INTEGER,
      state         TEXT NOT NULL CHECK (state IN ('waiting', 'ringing', 'done', 'cancelled')),
      created_at    INTEGER NOT NULL,
      ended_at      INTEGER,
      -- when it came into this database: what was due before that does not ring
      arrived_at    INTEGER NOT NULL,
      -- set while a removal can still be undone: the state before, and when it becomes final
      state_before  TEXT,
      erase_at      INTEGER,
      -- the import that brought it; gone with that, and out of sight until it is done
      import_id     TEXT REFERENCES import (id) ON DELETE CASCADE,
      rings_at      INTEGER GENERATED ALWAYS AS (
                      CASE WHEN state IN ('waiting', 'ringing')
                        THEN min(coalesce(snoozed_until, next_at), coalesce(next_at, snoozed_until)) END) VIRTUAL
    ) STRICT;
    CREATE INDEX reminder_due ON reminder (rings_at) WHERE rings_at IS NOT NULL;
    CREATE INDEX reminder_state ON reminder (state, ended_at);
    CREATE INDEX reminder_message ON reminder (message_id);
    CREATE INDEX reminder_erase ON reminder (erase_at) WHERE erase_at IS NOT NULL;
    CREATE INDEX reminder_import ON reminder (import_id);
  `,
};
