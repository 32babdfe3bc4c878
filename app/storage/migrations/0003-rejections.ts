import type { Migration } from "./index.ts";

/** What recall considered for a reply and left out, beside what it offered (recall_log): the other half of "why these?". */
export const rejections: Migration = {
  version: 3,
  name: "rejections",
  sql: `
    CREATE TABLE recall_rejection (
      seq            INTEGER PRIMARY KEY,
      reply_id       TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
      memory_id      TEXT REFERENCES memory (id) ON DELETE CASCADE,
      memory_version INTEGER,
      message_id     TEXT REFERENCES message (id) ON DELETE CASCADE,
      reason         TEXT NOT NULL CHECK (reason IN ('weak', 'crowded', 'archived', 'superseded', 'forbidden')),
      score          REAL NOT NULL,
      -- {part: number}
      parts          TEXT NOT NULL,
      CHECK ((memory_id IS NULL) <> (message_id IS NULL))
    ) STRICT;
    CREATE INDEX recall_rejection_reply ON recall_rejection (reply_id);
    CREATE INDEX recall_rejection_memory ON recall_rejection (memory_id);
    CREATE INDEX recall_rejection_message ON recall_rejection (message_id);
  `,
};
