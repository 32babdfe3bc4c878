import type { Db } from "./connection.ts";
import { type IndexName, pieceIndex } from "./piece-index.ts";
import { gluedWords, isPieced, piecesOf, withoutPieces } from "./scripts.ts";

/** One occurrence list entry: `seq` of the row and how often the term stands in it. */
export type Posting = { seq: number; count: number };

/** Rows that are read for words next to other scripts, at most; the newest. */
const gluedRows = 500;

/**
 * The full-text tables seen term by term (fts5vocab), for rankings that FTS5's own bm25() has no room for. Terms are
 * what the tables' tokenizer makes of words, folded and stemmed, and pieces of what is written in other scripts, which stand in
 * the index of pieces. No query syntax is involved, so no text can break it.
 */
export function termIndex(db: Db) {
  // What the user asks passes through a temporary table; it has no business on the disk.
  db.pragma("temp_store = MEMORY");
  db.exec(`
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.asked USING fts5 (
      text, content = '', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.asked_terms USING fts5vocab (temp, asked, instance);
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.message_terms USING fts5vocab (main, message_fts, instance);
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.message_frequency USING fts5vocab (main, message_fts, row);
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.memory_terms USING fts5vocab (main, memory_fts, instance);
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.memory_frequency USING fts5vocab (main, memory_fts, row);
  `);
  const ask = db.prepare("INSERT INTO temp.asked (rowid, text) VALUES (1, ?)");
  const asked = db.prepare<[], string>("SELECT term FROM temp.asked_terms ORDER BY offset").pluck();
  const clear = db.prepare("INSERT INTO temp.asked (asked) VALUES ('delete-all')");
  const wordTerms = db.transaction((text: string): string[] => {
    ask.run(text);
    const found = asked.all();
    clear.run();
    return found;
  });
  const pieces = { message: pieceIndex(db, "message"), memory: pieceIndex(db, "memory") };
  const isKnown = (piece: string): boolean => pieces.message.frequency(piece) > 0 || pieces.memory.frequency(piece) > 0;
  const terms = (text: string): string[] => {
    if (!isPieced(text)) return wordTerms(text);
    // A pair of characters that stands nowhere lies between two words, unless the word is not known at all.
    const ofPieces = piecesOf(text).flatMap((stretch) => {
      const known = stretch.filter(isKnown);
      return known.length > 0 ? known : stretch;
    });
    return [...wordTerms(withoutPieces(text)), ...ofPieces];
  };
  const statements = (index: IndexName) => ({
    postings: db.prepare<[string], number>(`SELECT doc FROM temp.${index}_terms WHERE term = ?`).pluck(),
    frequency: db.prepare<[string], number>(`SELECT doc FROM temp.${index}_frequency WHERE term = ?`).pluck(),
    // FTS5 keeps a varint of the row's token count, and as record 1 the count of rows and of all tokens.
    lengths: db
      .prepare<[string], [number, Buffer]>(
        `SELECT d.id, d.sz FROM json_each(?) j JOIN ${index}_fts_docsize d ON d.id = j.value`,
      )
      .raw(),
    texts: db.prepare<[string], { seq: number; text: string }>(
      `SELECT t.seq, t.text FROM json_each(?) j CROSS JOIN ${index} t ON t.seq = j.value`,
    ),
    totals: db.prepare<[], Buffer>(`SELECT block FROM ${index}_fts_data WHERE id = 1`).pluck(),
  });
  const indexes = { message: statements("message"), memory: statements("memory") };
  /** Rows beside `known` where a word stands next to another script without a space, so that it is none to the tables' tokenizer. */
  const glued = (index: IndexName, term: string, known: readonly Posting[]): Posting[] => {
    if (!pieces[index].hasLetters()) return [];
    // The stem of "happy" is "happi".
    const stem = term.length > 1 ? term.replace(/i$/, "") : term;
    const seqs = new Set(known.map(({ seq }) => seq));
    const others = pieces[index].rowsWithAll([stem]).filter((seq) => !seqs.has(seq));
    return indexes[index].texts
      .all(JSON.stringify(others.slice(-gluedRows)))
      .filter(({ text }) => gluedWords(text, stem).some((word) => wordTerms(withoutPieces(word)).includes(term)))
      .map(({ seq }) => ({ seq, count: 1 }));
  };

  return {
    pieces,
    /** The terms of the text, repeats included: those of words in their order, then the pieces. */
    terms,
    /** How many rows the index holds, and how many terms they have on average (1 where it is empty). */
    size(index: IndexName): { rows: number; averageLength: number } {
      const block = indexes[index].totals.get();
      if (!block || block.length === 0) return { rows: 0, averageLength: 1 };
      const [rows, next] = readVarint(block, 0);
      const [tokens] = readVarint(block, next);
      return { rows, averageLength: rows > 0 ? Math.max(1, tokens / rows) : 1 };
    },
    /** In how many rows the term stands. */
    frequency(index: IndexName, term: string): number {
      if (isPieced(term)) return pieces[index].frequency(term);
      return indexes[index].frequency.get(term) ?? glued(index, term, []).length;
    },
    /** The rows in which the term stands, in ascending order of `seq`. */
    postings(index: IndexName, term: string): Posting[] {
      if (isPieced(term)) return pieces[index].rows(term);
      const found: Posting[] = [];
      let last: Posting | undefined;
      for (const seq of indexes[index].postings.all(term)) {
        if (last?.seq === seq) {
          last.count += 1;
          continue;
        }
        last = { seq, count: 1 };
        found.push(last);
      }
      const others = glued(index, term, found);
      return others.length === 0 ? found : [...found, ...others].sort((a, b) => a.seq - b.seq);
    },
    /** How many terms each row has. */
    lengths(index: IndexName, seqs: readonly number[]): Map<number, number> {
      const rows = indexes[index].lengths.all(JSON.stringify(seqs));
      return new Map(rows.map(([seq, size]) => [seq, readVarint(size, 0)[0]]));
    },
  };
}

/** SQLite's variable-length integer: 7 bits a byte, high bit set on all but the last. Returns the value and its end. */
function readVarint(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  return [value, bytes.length];
}
