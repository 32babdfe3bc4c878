import type { Db } from "./connection.ts";
import { fromStored, type MemoryRow, memoryColumns, type StoredMemory } from "./memory-row.ts";
import type { QueryVector } from "./nearest.ts";
import { decodeVector } from "./vector-codes.ts";

/** Why two memories are related: they are about the same person or thing, share telling words, or mean much the same. */
export type LinkKind = "subject" | "words" | "meaning";

/** One of the memories most like another; `weight` in 0 to 1. */
export type Link = { otherId: string; kind: LinkKind; weight: number };

/** A memory with the integer key by which vectors and words know it. */
export type Keyed = { seq: number; memory: MemoryRow };

/** The stems that tell what a memory is about, and whether an observation may be made of each. */
export type Words = ReadonlyMap<string, { topic: boolean }>;

/** A memory that an observation may rest on: in which conversation and when (ms) its words were said. */
export type Mention = { memoryId: string; text: string; conversationId: string | null; saidAt: number };

export type ConsolidationRepository = ReturnType<typeof consolidationRepository>;

/** Memories that tidying up has still to look at, and what it makes of them: keys, words, links and supports of observations. */
export function consolidationRepository(db: Db) {
  const joined = `m.seq, ${memoryColumns}`;
  const next = db
    .prepare<[number, number], number>(
      "SELECT memory_seq FROM memory_due WHERE not_before <= ? ORDER BY not_before, memory_seq LIMIT ?",
    )
    .pluck();
  const done = db.prepare("DELETE FROM memory_due WHERE memory_seq = ?");
  const putOff = db.prepare("UPDATE memory_due SET not_before = ? WHERE memory_seq = ?");
  const bySeq = db.prepare<[number], StoredMemory & { seq: number }>(
    `SELECT ${joined} FROM memory m WHERE m.seq = ? AND m.deleted_by IS NULL`,
  );
  const dropKeys = db.prepare("DELETE FROM memory_key WHERE memory_seq = ?");
  const addKey = db.prepare("INSERT OR IGNORE INTO memory_key (key, memory_seq) VALUES (?, ?)");
  const dropWords = db.prepare("DELETE FROM memory_word WHERE memory_seq = ?");
  const addWord = db.prepare("INSERT INTO memory_word (word, memory_seq, topic) VALUES (?, ?, ?)");
  const wordsOf = db
    .prepare<[number], string>("SELECT word FROM memory_word WHERE memory_seq = ? AND topic = 1 ORDER BY word")
    .pluck();
  const withKeys = db.prepare<{ seq: number }, StoredMemory & { seq: number }>(
    `SELECT DISTINCT ${joined} FROM memory_key own JOIN memory_key k ON k.key = own.key JOIN memory m ON m.seq = k.memory_seq
     WHERE own.memory_seq = @seq AND m.seq <> @seq AND m.deleted_by IS NULL ORDER BY m.seq`,
  );
  const frequency = db
    .prepare<[string, number], number>("SELECT count(*) FROM (SELECT 1 FROM memory_word WHERE word = ? LIMIT ?)")
    .pluck();
  const sharing = db
    .prepare<[string, number], number>("SELECT memory_seq FROM memory_word WHERE word = ? ORDER BY memory_seq LIMIT ?")
    .pluck();
  const many = db.prepare<[string], StoredMemory & { seq: number }>(
    `SELECT ${joined} FROM json_each(?) j CROSS JOIN memory m ON m.seq = j.value WHERE m.deleted_by IS NULL ORDER BY m.seq`,
  );
  const ofSubject = db
    .prepare<[string, number], number>("SELECT seq FROM memory WHERE subject = ? ORDER BY seq DESC LIMIT ?")
    .pluck();
  const mentions = db.prepare<[string], Mention>(
    `SELECT m.id AS memoryId, m.text, g.conversation_id AS conversationId, coalesce(g.created_at, m.created_at) AS saidAt
     FROM memory_word w JOIN memory m ON m.seq = w.memory_seq
       LEFT JOIN evidence e ON e.memory_id = m.id LEFT JOIN message g ON g.id = e.message_id
     WHERE w.word = ? AND w.topic = 1 AND m.deleted_by IS NULL AND m.status = 'active' ORDER BY saidAt, m.seq`,
  );
  const links = db.prepare<[string], Link>(
    `SELECT other_id AS otherId, kind, weight FROM memory_link WHERE memory_id = ? ORDER BY weight DESC, other_id`,
  );
  const owners = db.prepare<[string], { id: string; seq: number }>(
    "SELECT m.id, m.seq FROM memory_link l JOIN memory m ON m.id = l.memory_id WHERE l.other_id = ?",
  );
  const putLink = db.prepare(`INSERT INTO memory_link (memory_id, other_id, kind, weight)
    VALUES (@memoryId, @otherId, @kind, @weight)
    ON CONFLICT (memory_id, other_id) DO UPDATE SET kind = excluded.kind, weight = excluded.weight`);
  const turnLink = db.prepare(`UPDATE memory_link SET other_id = @otherId, kind = @kind, weight = @weight
    WHERE memory_id = @memoryId AND other_id = @instead`);
  const dropLink = db.prepare("DELETE FROM memory_link WHERE memory_id = ? AND other_id = ?");
  const related = db.prepare<[string], StoredMemory>(
    `SELECT ${memoryColumns} FROM memory_link l JOIN memory_link back ON back.memory_id = l.other_id AND back.other_id = l.memory_id
     JOIN memory m ON m.id = l.other_id
     JOIN memory own ON own.id = l.memory_id
     WHERE l.memory_id = ? AND own.status = 'active' AND m.status = 'active' AND m.deleted_by IS NULL ORDER BY l.weight DESC, m.id`,
  );
  const supports = db
    .prepare<[string], string>("SELECT memory_id FROM observation_support WHERE observation_id = ? ORDER BY memory_id")
    .pluck();
  const addSupport = db.prepare("INSERT OR IGNORE INTO observation_support (observation_id, memory_id) VALUES (?, ?)");
  const dropSupport = db.prepare("DELETE FROM observation_support WHERE observation_id = ? AND memory_id = ?");
  const proofs = db.prepare<[string], { id: string; count: number }>(
    `SELECT observation_id AS id, count(*) AS count FROM observation_support
     WHERE observation_id IN (SELECT value FROM json_each(?)) GROUP BY observation_id`,
  );
  const observed = db
    .prepare<[string], 1>(
      "SELECT 1 FROM memory WHERE subject = 'user' AND predicate = ? AND kind = 'observation' LIMIT 1",
    )
    .pluck();
  const observationsOn = db
    .prepare<[string], string>(
      `SELECT DISTINCT observation_id FROM observation_support
       WHERE memory_id IN (SELECT value FROM json_each(?)) ORDER BY observation_id`,
    )
    .pluck();
  const observedSince = db
    .prepare<[number], number>(
      "SELECT count(*) FROM memory WHERE kind = 'observation' AND created_at > ? AND deleted_by IS NULL",
    )
    .pluck();
  const vectorOf = db.prepare<[number], { model: number; data: Buffer }>(
    `SELECT v.model, v.data FROM embedder e JOIN memory_vector v ON v.model = e.key AND v.seq = ? WHERE e.role = 'serving'`,
  );

  return {
    /** The next memories (by `seq`) to look at, those that have waited longest first. `now` in ms. */
    nextDue: (now: number, limit: number): number[] => next.all(now, limit),
    setDone(seq: number): void {
      done.run(seq);
    },
    /** Looks at it again at `until` (ms), unless it changes before. */
    putOff(seq: number, until: number): void {
      putOff.run(until, seq);
    },
    /** The memory, or undefined where it is gone or about to go. */
    bySeq(seq: number): MemoryRow | undefined {
      const stored = bySeq.get(seq);
      return stored && keyed(stored).memory;
    },
    /** By which keys the memory is found by others that say the same. */
    setKeys(seq: number, keys: readonly string[]): void {
      dropKeys.run(seq);
      for (const key of keys) addKey.run(key, seq);
    },
    setWords(seq: number, words: Words): void {
      dropWords.run(seq);
      for (const [word, { topic }] of words) addWord.run(word, seq, topic ? 1 : 0);
    },
    /** The words of the memory of which an observation may be made. */
    topicsOf: (seq: number): string[] => wordsOf.all(seq),
    /** Memories of any status that have a key in common with this one. */
    withKeysOf: (seq: number): Keyed[] => withKeys.all({ seq }).map(keyed),
    /** How many memories have the word, counted up to `most`. */
    frequency: (word: string, most: number): number => frequency.get(word, most) ?? 0,
    /** Memories (by `seq`) with the word, the oldest so many. */
    withWord: (word: string, limit: number): number[] => sharing.all(word, limit),
    many: (seqs: readonly number[]): Keyed[] => many.all(JSON.stringify(seqs)).map(keyed),
    /** The newest memories (by `seq`) about the subject. */
    ofSubject: (subject: string, limit: number): number[] => ofSubject.all(subject, limit),
    /** Each time that the word was said in what an active memory rests on, oldest first. */
    mentionsOf: (word: string): Mention[] => mentions.all(word),
    /** The memories most like this one, best first: at most five. */
    links: (memoryId: string): Link[] => links.all(memoryId),
    /** The memories in whose list this one is. */
    linkedBy: (memoryId: string): { id: string; seq: number }[] => owners.all(memoryId),
    putLink(memoryId: string, link: Link): void {
      putLink.run({ memoryId, ...link });
    },
    /** Puts a link in the place of the one to `instead`. */
    turnLink(memoryId: string, instead: string, link: Link): void {
      turnLink.run({ memoryId, instead, ...link });
    },
    /** Takes a link away; the memory that loses it is looked at again. */
    dropLink(memoryId: string, otherId: string): void {
      dropLink.run(memoryId, otherId);
    },
    /** The memories that are related to this one, and it to them, best first. */
    related: (memoryId: string): MemoryRow[] => related.all(memoryId).map(fromStored),
    /** The memories that an observation is made of. */
    supportsOf: (observationId: string): string[] => supports.all(observationId),
    addSupport(observationId: string, memoryId: string): void {
      addSupport.run(observationId, memoryId);
    },
    dropSupport(observationId: string, memoryId: string): void {
      dropSupport.run(observationId, memoryId);
    },
    /** Of how many memories each of these observations is made; nothing for what is none. */
    proofsOf: (ids: readonly string[]): Map<string, number> =>
      new Map(proofs.all(JSON.stringify(ids)).map(({ id, count }) => [id, count])),
    /** The observations that rest on any of these memories. */
    observationsOn: (memoryIds: readonly string[]): string[] => observationsOn.all(JSON.stringify(memoryIds)),
    /** True where there is an observation in that slot, even one about to be deleted. */
    isObserved: (predicate: string): boolean => observed.get(predicate) === 1,
    /** How many observations were made after `since` (ms). */
    observedSince: (since: number): number => observedSince.get(since) ?? 0,
    /** The memory's vector as a question to search by, or null where it has none yet. */
    vectorOf(seq: number): QueryVector | null {
      const stored = vectorOf.get(seq);
      if (!stored) return null;
      const { codes, inverseLength } = decodeVector(stored.data);
      return { model: stored.model, values: Float32Array.from(codes, (code) => code * inverseLength) };
    },
  };
}

function keyed({ seq, ...stored }: StoredMemory & { seq: number }): Keyed {
  return { seq, memory: fromStored(stored) };
}
