import type { MemoryKind, MemoryStatus } from "../contract/index.ts";
import type { Db } from "./connection.ts";
import { excerptOf } from "./excerpt.ts";
import { fromStored, type MemoryRow, memoryColumns, type StoredMemory } from "./memory-row.ts";
import { type ConversationRow, shownTitle } from "./messages.ts";
import type { IndexName } from "./piece-index.ts";
import { erasedMark } from "./redact.ts";
import { isPieced, partsOf } from "./scripts.ts";
import { termIndex } from "./term-index.ts";

export type { IndexName } from "./piece-index.ts";

export type SearchRepository = ReturnType<typeof searchRepository>;

/** One message as recall sees it. `previous` and `next` are the `seq` of its neighbours in the conversation. */
export type Turn = {
  seq: number;
  id: string;
  conversationId: string;
  role: "user" | "assistant" | "other";
  speaker: string | null;
  text: string;
  createdAt: number;
  previous: number | null;
  next: number | null;
};

/** A found conversation; `excerpt` is the passage that matched. */
export type FoundConversation = ConversationRow & { excerpt: string | null };

/** A memory as recall sees it. */
export type IndexedMemory = { seq: number; memory: MemoryRow };

const excerptTerms = 18;
const searchWords = 32;

/** Full-text reading: terms and rows for recall, and the searches of the conversation list and the memory panel. */
export function searchRepository(db: Db) {
  const { pieces, ...index } = termIndex(db);
  const turns = db.prepare<[string], Turn>(`
    SELECT g.seq, g.id, g.conversation_id AS conversationId, g.role, g.speaker, g.text, g.created_at AS createdAt,
      (SELECT max(p.seq) FROM message p WHERE p.conversation_id = g.conversation_id AND p.seq < g.seq) AS previous,
      (SELECT min(n.seq) FROM message n WHERE n.conversation_id = g.conversation_id AND n.seq > g.seq) AS next
    FROM json_each(?) j CROSS JOIN message g ON g.seq = j.value
    WHERE g.text <> '${erasedMark}'
      AND g.conversation_id NOT IN (SELECT id FROM conversation WHERE hidden_by IS NOT NULL)`);
  const memories = db.prepare<[string], StoredMemory & { seq: number }>(
    `SELECT m.seq, ${memoryColumns} FROM json_each(?) j CROSS JOIN memory m ON m.seq = j.value
     WHERE m.deleted_by IS NULL`,
  );
  // A subject is "mara", "sister mara" or "sister": each word is looked up as a whole subject and as its beginning. Two
  // look-ups in the index of subjects: with OR between them, SQLite reads every memory instead.
  const memoriesAbout = db.prepare<{ words: string; limit: number }, StoredMemory & { seq: number }>(
    `WITH named (seq) AS (
       SELECT m.seq FROM json_each(@words) w CROSS JOIN memory m ON m.subject = w.value
       UNION
       SELECT m.seq FROM json_each(@words) w CROSS JOIN memory m
         ON m.subject > w.value || ' ' AND m.subject < w.value || '!'
     )
     SELECT m.seq, ${memoryColumns} FROM named CROSS JOIN memory m ON m.seq = named.seq
     WHERE m.deleted_by IS NULL AND m.subject <> 'user' ORDER BY m.updated_at DESC LIMIT @limit`,
  );
  const memoriesOf = db.prepare<[string, string], StoredMemory & { seq: number }>(
    `SELECT m.seq, ${memoryColumns} FROM memory m WHERE m.subject IN (SELECT value FROM json_each(?))
     AND m.predicate IN (SELECT value FROM json_each(?)) AND m.deleted_by IS NULL`,
  );
  const between = db
    .prepare<[number, number, number], number>(
      "SELECT seq FROM message WHERE created_at BETWEEN ? AND ? AND role <> 'assistant' ORDER BY created_at LIMIT ?",
    )
    .pluck();
  const newSpeakers = db
    .prepare<[number, number], string>(
      "SELECT DISTINCT speaker FROM message WHERE seq > ? AND seq <= ? AND speaker IS NOT NULL",
    )
    .pluck();
  const newest = db.prepare<[], number | null>("SELECT max(seq) FROM message").pluck();
  const speakers = new Set<string>();
  let speakersUpTo = 0;

  const hits = `WITH found (seq, rank) AS (
      SELECT rowid, rank FROM message_fts WHERE message_fts MATCH @match UNION ALL SELECT value, 0 FROM json_each(@pieced)
    ), hit AS (
      SELECT g.conversation_id AS id, found.seq, min(found.rank) AS rank
      FROM found CROSS JOIN message g ON g.seq = found.seq
      WHERE g.text <> '${erasedMark}' GROUP BY g.conversation_id
    )`;
  const matching = `FROM conversation c LEFT JOIN hit ON hit.id = c.id
    WHERE c.hidden_by IS NULL AND (hit.id IS NOT NULL OR instr(lower(${shownTitle}), @title) > 0)`;
  const conversationPage = db.prepare<object, ConversationRow & { seq: number | null }>(
    `${hits} SELECT c.id, ${shownTitle} AS title, c.origin, c.created_at AS createdAt, c.updated_at AS updatedAt, hit.seq ${matching}
     ORDER BY instr(lower(${shownTitle}), @title) > 0 DESC, c.updated_at DESC, c.seq DESC LIMIT @limit OFFSET @offset`,
  );
  const conversationCount = db.prepare<object, number>(`${hits} SELECT count(*) ${matching}`).pluck();
  const excerpt = db
    .prepare<[string, number], string>(
      `SELECT snippet(message_fts, 0, char(2), char(3), '…', ${excerptTerms}) FROM message_fts
       WHERE message_fts MATCH ? AND rowid = ?`,
    )
    .pluck();

  const textOf = db.prepare<[number], string>("SELECT text FROM message WHERE seq = ?").pluck();

  const foundMemories = `FROM (
      SELECT rowid AS seq, rank FROM memory_fts WHERE memory_fts MATCH @match
      UNION ALL SELECT value, 0 FROM json_each(@pieced)
        WHERE value NOT IN (SELECT rowid FROM memory_fts WHERE memory_fts MATCH @match)
    ) f CROSS JOIN memory m ON m.seq = f.seq
    WHERE m.deleted_by IS NULL AND (@kind IS NULL OR m.kind = @kind)
    AND (@status = 'all' OR m.status = @status) AND (@pinned IS NULL OR m.pinned = @pinned)`;
  const memoryPage = db.prepare<object, StoredMemory>(
    `SELECT ${memoryColumns} ${foundMemories} ORDER BY f.rank, m.updated_at DESC LIMIT @limit OFFSET @offset`,
  );
  const memoryCount = db.prepare<object, number>(`SELECT count(*) ${foundMemories}`).pluck();
  const rowsWith = (name: IndexName) =>
    db
      .prepare<[string, number], number>(
        `SELECT rowid FROM ${name}_fts WHERE ${name}_fts MATCH ? ORDER BY rowid DESC LIMIT ?`,
      )
      .pluck();
  const withWords = { message: rowsWith("message"), memory: rowsWith("memory") };
  const textsOf = (name: IndexName) =>
    db.prepare<[string], { seq: number; text: string }>(
      `SELECT t.seq, t.text FROM json_each(?) j CROSS JOIN ${name} t ON t.seq = j.value`,
    );
  const texts = { message: textsOf("message"), memory: textsOf("memory") };
  const turnsWith = db.prepare<[string], { id: string; text: string; createdAt: number }>(
    `SELECT g.id, g.text, g.created_at AS createdAt FROM json_each(?) j CROSS JOIN message g ON g.seq = j.value
     WHERE g.role <> 'assistant' AND g.text <> '${erasedMark}' ORDER BY g.seq`,
  );

  /** The rows whose texts hold what is being typed in other scripts, or next to them; none where nothing is. */
  const piecedRows = (name: IndexName, query: string): number[] =>
    isPieced(query) || pieces[name].isUsed() ? pieces[name].rowsWithAll(partsOf(query).slice(0, searchWords)) : [];

  /** The rows whose texts hold all of the words, stemmed, newest first. */
  const rowsWithAll = (name: IndexName, words: readonly string[], limit: number): number[] => {
    // The tables' tokenizer cuts words at vowel marks: what is left of two words may be the same.
    const found = words.some(isPieced) ? [] : withWords[name].all(quoted(words), limit);
    if (words.length === 0 || !pieces[name].isUsed()) return found;
    const plain = index.terms(words.filter((word) => !isPieced(word)).join(" "));
    const stems = plain.map((term) => term.replace(/i$/, ""));
    const known = new Set(found);
    const others = pieces[name].rowsWithAll([...stems, ...words.filter(isPieced).flatMap(partsOf)]).reverse();
    const candidates = others.filter((seq) => !known.has(seq)).slice(0, limit - found.length);
    if (plain.length === 0) return [...found, ...candidates];
    const wanted = new Set(plain);
    const told = texts[name].all(JSON.stringify(candidates));
    return [
      ...found,
      ...told.filter(({ text }) => wanted.isSubsetOf(new Set(index.terms(text)))).map(({ seq }) => seq),
    ];
  };

  return {
    ...index,
    /** Messages by `seq`; ids that are gone and erased messages are left out. In no order. */
    turns: (seqs: readonly number[]): Turn[] => turns.all(JSON.stringify(seqs)),
    /** Memories by `seq`, of any status; those about to be deleted are left out. In no order. */
    memoriesBySeq: (seqs: readonly number[]): IndexedMemory[] => memories.all(JSON.stringify(seqs)).map(withSeq),
    /** Memories about any of the subjects with any of the predicates, of any status. */
    memoriesInSlots: (subjects: readonly string[], predicates: readonly string[]): IndexedMemory[] =>
      memoriesOf.all(JSON.stringify(subjects), JSON.stringify(predicates)).map(withSeq),
    /** Memories about somebody or something whose name begins with one of the lower-cased words, newest first. */
    memoriesAbout: (words: readonly string[], limit: number): IndexedMemory[] =>
      memoriesAbout.all({ words: JSON.stringify(words), limit }).map(withSeq),
    /** The `seq` of what people said from `from` to `to` (ms), oldest first. */
    turnsBetween: (from: number, to: number, limit: number): number[] => between.all(from, to, limit),
    /** Everyone who is named as the speaker of a message. */
    speakers(): ReadonlySet<string> {
      const upTo = newest.get() ?? 0;
      for (const speaker of newSpeakers.all(speakersUpTo, upTo)) speakers.add(speaker);
      speakersUpTo = upTo;
      return speakers;
    },
    /**
     * Conversations whose title contains the query or whose messages hold all its words (the last one as a beginning),
     * titles first, then newest first; the excerpt marks its hits with U+0002 and U+0003.
     */
    conversations(
      query: string,
      page: { limit: number; offset: number },
    ): { items: FoundConversation[]; total: number } {
      const match = allWords(query);
      const title = query.trim().toLowerCase();
      if (title === "") return { items: [], total: 0 };
      const pieced = JSON.stringify(piecedRows("message", query));
      const bound = { match, pieced, title, ...page };
      const told = (seq: number) => excerpt.get(match, seq) ?? excerptOf(textOf.get(seq) ?? "", partsOf(query));
      const items = conversationPage
        .all(bound)
        .map(({ seq, ...row }) => ({ ...row, excerpt: seq === null ? null : told(seq) }));
      return { items, total: conversationCount.get(bound) ?? 0 };
    },
    /** Memories that hold all words of the query (the last one as a beginning), best match first. */
    memories(
      query: string,
      filter: {
        kind?: MemoryKind | undefined;
        status: MemoryStatus | "all";
        pinned?: boolean | undefined;
        limit: number;
        offset: number;
      },
    ): { rows: MemoryRow[]; total: number } {
      const bound = {
        ...filter,
        match: allWords(query),
        pieced: JSON.stringify(piecedRows("memory", query)),
        kind: filter.kind ?? null,
        pinned: filter.pinned === undefined ? null : Number(filter.pinned),
      };
      return { rows: memoryPage.all(bound).map(fromStored), total: memoryCount.get(bound) ?? 0 };
    },
    /** Turns of people (never replies) that hold all the words, stemmed, in any order; none for no words. */
    turnsWithAll: (words: readonly string[]): { id: string; text: string; createdAt: number }[] =>
      turnsWith.all(JSON.stringify(rowsWithAll("message", words, Number.MAX_SAFE_INTEGER))),
    /** Memories of any status that hold all the words, newest first: at most `limit`, where one is given. */
    memoriesWithAll: (words: readonly string[], limit = Number.MAX_SAFE_INTEGER): MemoryRow[] =>
      memories
        .all(JSON.stringify(rowsWithAll("memory", words, limit)))
        .map(withSeq)
        .sort((a, b) => b.seq - a.seq)
        .map(({ memory }) => memory),
  };
}

function withSeq({ seq, ...stored }: StoredMemory & { seq: number }): IndexedMemory {
  return { seq, memory: fromStored(stored) };
}

/** An FTS5 query for rows with all of the words; the empty string token, which matches nothing, for none. */
function quoted(words: readonly string[]): string {
  return words.length === 0
    ? '""'
    : words.map((word) => `"${word.replaceAll('"', '""').replaceAll("\0", " ")}"`).join(" AND ");
}

/** An FTS5 query for all words of what is being typed: whole ones, and the last as a beginning. */
function allWords(query: string): string {
  // Found by its pieces alone, in whatever it stands.
  if (isPieced(query)) return quoted([]);
  const words = query.match(/[\p{L}\p{M}\p{N}]+/gu)?.slice(0, searchWords) ?? [];
  const open = /[\p{L}\p{M}\p{N}]$/u.test(query);
  return quoted(words) + (words.length > 0 && open ? "*" : "");
}
