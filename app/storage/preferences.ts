import type { Db } from "./connection.ts";
import { fromStored, type MemoryRow, memoryColumns, type StoredMemory } from "./memory-row.ts";

export type PreferenceRepository = ReturnType<typeof preferenceRepository>;

/** Whether something is liked, or disliked, avoided or not borne. */
export type Polarity = "for" | "against";

/** Where a preference belongs, and what one memory adds to the slot's posterior at full retrievability. */
export type PreferenceRow = {
  domain: string;
  aspect: string;
  /** Stems of what is liked or not, in order. */
  value: string;
  polarity: Polarity;
  /** The circumstance in which it holds ("at work"), or "". */
  scope: string;
  alpha: number;
  beta: number;
};

/** A preference with its memory, and in how many messages it was said (1 where it was typed in) or by the user's word confirmed. */
export type Contribution = PreferenceRow & { seq: number; memory: MemoryRow; statements: number };

/** What a memory says about tastes. */
export type TasteReading = { preference: PreferenceRow | null; topics: ReadonlyMap<string, number> };

type Stored = Omit<Contribution, "memory"> & StoredMemory;

/** Preferences and topics of memories: derived from their rows, so that they can be read again at any time. */
export function preferenceRepository(db: Db) {
  const seqOf = db.prepare<[string], number>("SELECT seq FROM memory WHERE id = ?").pluck();
  const dropPreference = db.prepare("DELETE FROM preference WHERE memory_seq = ?");
  const dropTopics = db.prepare("DELETE FROM memory_topic WHERE memory_seq = ?");
  const addPreference = db.prepare(`INSERT INTO preference
    (memory_seq, domain, aspect, value, polarity, scope, alpha, beta)
    VALUES (@seq, @domain, @aspect, @value, @polarity, @scope, @alpha, @beta)`);
  const addTopic = db.prepare("INSERT INTO memory_topic (topic, memory_seq, weight) VALUES (?, ?, ?)");
  const note = db.prepare(`INSERT INTO taste_reading (memory_seq, reader) VALUES (?, ?)
    ON CONFLICT (memory_seq) DO UPDATE SET reader = excluded.reader`);
  const unread = db.prepare<object, StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m LEFT JOIN taste_reading r ON r.memory_seq = m.seq
     WHERE m.deleted_by IS NULL AND (r.reader IS NULL OR r.reader <> @reader) ORDER BY m.seq LIMIT @limit`,
  );
  const read = db.prepare<[number], number>("SELECT count(*) FROM taste_reading WHERE reader = ?").pluck();
  const memories = db.prepare<[], number>("SELECT count(*) FROM memory").pluck();
  const columns = `p.memory_seq AS seq, p.domain, p.aspect, p.value, p.polarity, p.scope, p.alpha, p.beta,
    max(1, (SELECT count(DISTINCT e.message_id) FROM evidence e WHERE e.memory_id = m.id))
      + (SELECT count(*) FROM review_log r WHERE r.memory_id = m.id AND r.reason = 'confirmed') AS statements,
    ${memoryColumns.replaceAll(/m\.(value|scope) AS \w+/g, "m.$1 AS memory_$1")}`;
  const all = db.prepare<[], Stored & { memory_value: string; memory_scope: string }>(
    `SELECT ${columns} FROM preference p JOIN memory m ON m.seq = p.memory_seq WHERE m.deleted_by IS NULL
     ORDER BY p.memory_seq`,
  );
  const sharing = db.prepare<[string], Stored & { memory_value: string; memory_scope: string }>(
    `SELECT ${columns} FROM json_each(?) j CROSS JOIN preference own ON own.memory_seq = j.value
     CROSS JOIN preference p ON p.domain = own.domain AND p.value = own.value AND p.scope = own.scope
     CROSS JOIN memory m ON m.seq = p.memory_seq WHERE m.deleted_by IS NULL
     GROUP BY p.memory_seq ORDER BY p.memory_seq`,
  );
  const doubtful = db
    .prepare<object, number>(
      `SELECT own.memory_seq FROM json_each(@seqs) j CROSS JOIN preference own ON own.memory_seq = j.value
       CROSS JOIN memory m ON m.seq = own.memory_seq
       WHERE own.alpha < @alpha OR own.beta > 0 OR (m.pinned = 0 AND m.last_review_at + m.stability * @span < @now)
         OR EXISTS (SELECT 1 FROM preference p WHERE p.domain = own.domain AND p.value = own.value
                    AND p.scope = own.scope AND p.memory_seq <> own.memory_seq)`,
    )
    .pluck();
  const postings = db
    .prepare<[string, number], [number, number]>(
      "SELECT memory_seq, weight FROM memory_topic WHERE topic = ? ORDER BY memory_seq DESC LIMIT ?",
    )
    .raw();

  return {
    /** Puts what was read of a memory in the place of what was known. Nothing happens for an unknown id. */
    replace: db.transaction((memoryId: string, reading: TasteReading, reader: number): void => {
      const seq = seqOf.get(memoryId);
      if (seq === undefined) return;
      dropPreference.run(seq);
      dropTopics.run(seq);
      if (reading.preference) addPreference.run({ seq, ...reading.preference });
      for (const [topic, weight] of reading.topics) addTopic.run(topic, seq, weight);
      note.run(seq, reader);
    }),
    /** Memories that this version of the reader has not read, oldest first. */
    unread(reader: number, limit: number): MemoryRow[] {
      // Two counts on small indexes spare reading every memory once all are done.
      if (read.get(reader) === memories.get()) return [];
      return unread.all({ reader, limit }).map(fromStored);
    },
    /** Every preference, oldest memory first; those about to be deleted are left out. */
    all: (): Contribution[] => all.all().map(fromJoined),
    /**
     * Of these memories (by `seq`), those whose preference does not stand by itself: less than `alpha` speaks for it, it shares its
     * slot, or its last review is longer ago than `span` (ms) for each day of its stability.
     */
    doubtful: (seqs: readonly number[], given: { alpha: number; span: number; now: number }): number[] =>
      doubtful.all({ ...given, seqs: JSON.stringify(seqs) }),
    /** All preferences of the slots that these memories (by `seq`) are in, those on the other side included. */
    sharingSlotsOf: (seqs: readonly number[]): Contribution[] => sharing.all(JSON.stringify(seqs)).map(fromJoined),
    /** The newest memories (by `seq`) on a topic, with its weight in each. */
    onTopic: (topic: string, limit: number): [seq: number, weight: number][] => postings.all(topic, limit),
  };
}

function fromJoined(joined: Stored & { memory_value: string; memory_scope: string }): Contribution {
  const { seq, domain, aspect, value, polarity, scope, alpha, beta, statements, memory_value, memory_scope, ...rest } =
    joined;
  const memory = fromStored({ ...rest, value: memory_value, scope: memory_scope });
  return { seq, domain, aspect, value, polarity, scope, alpha, beta, statements, memory };
}
