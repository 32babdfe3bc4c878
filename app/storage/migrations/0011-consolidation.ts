import type { Migration } from "./index.ts";

/**
 * What tidying up makes of memories and conversations, and what it has still to look at. Triggers note what changes, so that a
 * memory or a conversation is looked at again whoever changed it; everything that is derived from a text goes with it, or is made
 * anew from what is left, in every copy of the database.
 */
export const consolidation: Migration = {
  version: 11,
  name: "consolidation",
  sql: `
    -- Memories to look at, from not_before (ms) on.
    CREATE TABLE memory_due (
      memory_seq INTEGER PRIMARY KEY REFERENCES memory (seq) ON DELETE CASCADE,
      not_before INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX memory_due_next ON memory_due (not_before, memory_seq);
    INSERT INTO memory_due (memory_seq) SELECT seq FROM memory;

    CREATE TRIGGER memory_due_insert AFTER INSERT ON memory BEGIN
      INSERT OR REPLACE INTO memory_due (memory_seq) VALUES (new.seq);
    END;
    CREATE TRIGGER memory_due_update AFTER UPDATE ON memory
      WHEN (new.text, new.value, new.kind, new.subject, new.predicate, new.context, new.scope, new.status, new.valid_from,
            new.valid_to, new.trust, new.pinned, new.never_use, new.deleted_by)
        IS NOT (old.text, old.value, old.kind, old.subject, old.predicate, old.context, old.scope, old.status, old.valid_from,
            old.valid_to, old.trust, old.pinned, old.never_use, old.deleted_by) BEGIN
      INSERT OR REPLACE INTO memory_due (memory_seq) VALUES (new.seq);
    END;
    CREATE TRIGGER memory_due_evidence AFTER INSERT ON evidence BEGIN
      INSERT OR REPLACE INTO memory_due (memory_seq) SELECT seq FROM memory WHERE id = new.memory_id;
    END;
    CREATE TRIGGER memory_due_evidence_gone AFTER DELETE ON evidence BEGIN
      INSERT OR REPLACE INTO memory_due (memory_seq) SELECT seq FROM memory WHERE id = old.memory_id;
    END;
    CREATE TRIGGER memory_due_vector AFTER INSERT ON memory_vector
      WHEN EXISTS (SELECT 1 FROM embedder WHERE key = new.model AND role = 'serving') BEGIN
      INSERT OR REPLACE INTO memory_due (memory_seq) SELECT seq FROM memory WHERE seq = new.seq;
    END;
    CREATE TRIGGER memory_due_embedder AFTER UPDATE OF role ON embedder
      WHEN new.role = 'serving' AND old.role <> 'serving' BEGIN
      INSERT OR REPLACE INTO memory_due (memory_seq) SELECT seq FROM memory;
    END;

    -- By what memories that say the same are found: hashes of their words.
    CREATE TABLE memory_key (
      key        TEXT NOT NULL,
      memory_seq INTEGER NOT NULL REFERENCES memory (seq) ON DELETE CASCADE,
      PRIMARY KEY (key, memory_seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memory_key_memory ON memory_key (memory_seq);

    -- The stems that tell what a memory is about; topic: 1 where an observation may be made of it.
    CREATE TABLE memory_word (
      word       TEXT NOT NULL,
      memory_seq INTEGER NOT NULL REFERENCES memory (seq) ON DELETE CASCADE,
      topic      INTEGER NOT NULL CHECK (topic IN (0, 1)),
      PRIMARY KEY (word, memory_seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memory_word_memory ON memory_word (memory_seq);

    -- The memories most like each one, at most five; two are related where each is in the other's list.
    CREATE TABLE memory_link (
      memory_id TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      other_id  TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      kind      TEXT NOT NULL CHECK (kind IN ('subject', 'words', 'meaning')),
      weight    REAL NOT NULL,
      PRIMARY KEY (memory_id, other_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memory_link_other ON memory_link (other_id);
    CREATE TRIGGER memory_link_gone AFTER DELETE ON memory_link BEGIN
      INSERT OR REPLACE INTO memory_due (memory_seq) SELECT seq FROM memory WHERE id = old.memory_id;
    END;

    -- Which memory says what another one said, since when it does so.
    CREATE TABLE merge (
      loser_id  TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      winner_id TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      change_id TEXT NOT NULL,
      -- the winner's own reviews as JSON where it took over the loser's, else NULL; taken: how many it took
      reviews   TEXT,
      taken     INTEGER NOT NULL,
      -- 1 once the user has taken them apart: they are not brought together again
      undone    INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
      PRIMARY KEY (loser_id, winner_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX merge_winner ON merge (winner_id);
    CREATE INDEX merge_change ON merge (change_id);

    -- What the winner rests on since then.
    CREATE TABLE merged_evidence (
      evidence_seq INTEGER PRIMARY KEY REFERENCES evidence (seq) ON DELETE CASCADE,
      change_id    TEXT NOT NULL
    ) STRICT;
    CREATE INDEX merged_evidence_change ON merged_evidence (change_id);

    -- What an observation is made of. The value of an observation is a word that stands in texts of these memories.
    CREATE TABLE observation_support (
      observation_id TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      memory_id      TEXT NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
      PRIMARY KEY (observation_id, memory_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX observation_support_memory ON observation_support (memory_id);
    -- Less than two, or none that has its word: it goes at once, in every copy. Else it is told anew.
    CREATE TRIGGER observation_support_gone AFTER DELETE ON observation_support BEGIN
      DELETE FROM memory WHERE id = old.observation_id AND trust = 'inferred' AND pinned = 0 AND (
        (SELECT count(*) FROM observation_support s WHERE s.observation_id = old.observation_id) < 2
        OR NOT EXISTS (SELECT 1 FROM observation_support s JOIN memory m ON m.id = s.memory_id
          WHERE s.observation_id = old.observation_id AND instr(m.text, memory.value) > 0));
      INSERT OR REPLACE INTO memory_due (memory_seq) SELECT seq FROM memory WHERE id = old.observation_id;
    END;

    -- Runs of messages of one conversation about one thing. block_seq: the first message of the sitting that was cut into them.
    CREATE TABLE episode (
      seq             INTEGER PRIMARY KEY,
      conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
      block_seq       INTEGER NOT NULL,
      first_seq       INTEGER NOT NULL,
      last_seq        INTEGER NOT NULL,
      messages        INTEGER NOT NULL,
      title           TEXT NOT NULL,
      summary         TEXT NOT NULL,
      -- when its first and its last message were said
      began_at        INTEGER NOT NULL,
      ended_at        INTEGER NOT NULL,
      UNIQUE (conversation_id, first_seq)
    ) STRICT;

    -- Conversations to cut into episodes, from which message on.
    CREATE TABLE episode_due (
      conversation_id TEXT PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
      from_seq        INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO episode_due SELECT conversation_id, min(seq) FROM message GROUP BY conversation_id;

    -- A title from what was said, in place of one from the first words; the user's own comes before it.
    ALTER TABLE conversation ADD COLUMN made_title TEXT;

    CREATE TRIGGER episode_message AFTER INSERT ON message BEGIN
      INSERT INTO episode_due VALUES (new.conversation_id, new.seq)
        ON CONFLICT DO UPDATE SET from_seq = min(from_seq, excluded.from_seq);
    END;
    CREATE TRIGGER episode_message_text AFTER UPDATE OF text ON message
      WHEN new.text IS NOT old.text AND EXISTS (
        SELECT 1 FROM episode e WHERE e.conversation_id = new.conversation_id
          AND e.first_seq <= new.seq AND e.last_seq >= new.seq) BEGIN
      INSERT INTO episode_due SELECT e.conversation_id, e.block_seq FROM episode e
        WHERE e.conversation_id = new.conversation_id AND e.first_seq <= new.seq AND e.last_seq >= new.seq
        ON CONFLICT DO UPDATE SET from_seq = min(from_seq, excluded.from_seq);
      DELETE FROM episode WHERE conversation_id = new.conversation_id AND first_seq <= new.seq AND last_seq >= new.seq;
      UPDATE conversation SET made_title = NULL WHERE id = new.conversation_id AND made_title IS NOT NULL;
    END;
    CREATE TRIGGER episode_message_gone AFTER DELETE ON message
      WHEN EXISTS (SELECT 1 FROM episode e WHERE e.conversation_id = old.conversation_id
        AND e.first_seq <= old.seq AND e.last_seq >= old.seq) BEGIN
      INSERT INTO episode_due SELECT e.conversation_id, e.block_seq FROM episode e
        JOIN conversation c ON c.id = e.conversation_id
        WHERE e.conversation_id = old.conversation_id AND e.first_seq <= old.seq AND e.last_seq >= old.seq
        ON CONFLICT DO UPDATE SET from_seq = min(from_seq, excluded.from_seq);
      DELETE FROM episode WHERE conversation_id = old.conversation_id AND first_seq <= old.seq AND last_seq >= old.seq;
      UPDATE conversation SET made_title = NULL WHERE id = old.conversation_id AND made_title IS NOT NULL;
    END;

    -- What was tidied up when, and by which changes; ids only.
    CREATE TABLE tidying (
      seq      INTEGER PRIMARY KEY,
      id       TEXT NOT NULL UNIQUE,
      began_at INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT;
    CREATE TABLE tidying_change (
      seq         INTEGER PRIMARY KEY,
      tidying_seq INTEGER NOT NULL REFERENCES tidying (seq) ON DELETE CASCADE,
      change_id   TEXT NOT NULL,
      kind        TEXT NOT NULL CHECK (kind IN ('merged', 'observed'))
    ) STRICT;
    CREATE INDEX tidying_change_tidying ON tidying_change (tidying_seq);
  `,
};
