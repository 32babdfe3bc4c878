import type { Migration } from "./index.ts";

/** The questions "Still true that ...?": which memory was asked about when, and what came of it. Ids only. */
export const questions: Migration = {
  version: 4,
  name: "questions",
  sql: `
    CREATE TABLE question (
      seq       INTEGER PRIMARY KEY,
      -- NULL once the memory is erased: that something was asked that day still counts
      memory_id TEXT REFERENCES memory (id) ON DELETE SET NULL,
      asked_at  INTEGER NOT NULL,
      answer    TEXT CHECK (answer IN ('yes', 'no', 'later'))
    ) STRICT;
    CREATE INDEX question_memory ON question (memory_id);
    CREATE INDEX question_asked ON question (asked_at);
  `,
};
