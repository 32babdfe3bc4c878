import type { Migration } from "./index.ts";

/**
 * What memories say about tastes, read from their text by rules: at most one preference each, and topics by which a request for
 * suggestions finds it. Both go with the memory. A slot is all preferences of one domain, value and scope; `alpha` and `beta` are
 * what one memory adds to its posterior at full retrievability.
 */
export const preferences: Migration = {
  version: 8,
  name: "preferences",
  sql: `
    CREATE TABLE preference (
      memory_seq INTEGER PRIMARY KEY REFERENCES memory (seq) ON DELETE CASCADE,
      domain     TEXT NOT NULL,
      aspect     TEXT NOT NULL,
      -- stems of what is liked or not, in order
      value      TEXT NOT NULL,
      polarity   TEXT NOT NULL CHECK (polarity IN ('for', 'against')),
      -- the circumstance in which it holds ("at work"), or ''
      scope      TEXT NOT NULL,
      alpha      REAL NOT NULL CHECK (alpha >= 0),
      beta       REAL NOT NULL CHECK (beta >= 0)
    ) STRICT;
    CREATE INDEX preference_slot ON preference (domain, value, scope);

    CREATE TABLE memory_topic (
      topic      TEXT NOT NULL,
      memory_seq INTEGER NOT NULL REFERENCES memory (seq) ON DELETE CASCADE,
      weight     REAL NOT NULL,
      PRIMARY KEY (topic, memory_seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memory_topic_memory ON memory_topic (memory_seq);

    -- by which version of the reader each memory was read last
    CREATE TABLE taste_reading (
      memory_seq INTEGER PRIMARY KEY REFERENCES memory (seq) ON DELETE CASCADE,
      reader     INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX taste_reading_reader ON taste_reading (reader);
  `,
};
