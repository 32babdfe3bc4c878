import type { Migration } from "./index.ts";

/**
 * Questions name times ("last weekend"): what was said then is found without a word in common. And memories that contradict
 * one another are a reason of their own for leaving one out.
 */
export const recall: Migration = {
  version: 9,
  name: "recall",
  sql: `
    CREATE INDEX message_created ON message (created_at);

    CREATE TABLE recall_rejection_9 (
      seq            INTEGER PRIMARY KEY,
      reply_id       TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
      memory_id      TEXT REFERENCES memory (id) ON DELETE CASCADE,
      memory_version INTEGER,
      message_id     TEXT REFERENCES message (id) ON DELETE CASCADE,
      reason         TEXT NOT NULL
        CHECK (reason IN ('weak', 'crowded', 'archived', 'superseded', 'forbidden', 'conflict')),
      score          REAL NOT NULL,
      -- {part: number}
      parts          TEXT NOT NULL,
      CHECK ((memory_id IS NULL) <> (message_id IS NULL))
    ) STRICT;
    INSERT INTO recall_rejection_9 SELECT * FROM recall_rejection;
    DROP TABLE recall_rejection;
    ALTER TABLE recall_rejection_9 RENAME TO recall_rejection;
    CREATE INDEX recall_rejection_reply ON recall_rejection (reply_id);
    CREATE INDEX recall_rejection_memory ON recall_rejection (memory_id);
    CREATE INDEX recall_rejection_message ON recall_rejection (message_id);
  `,
};
