import type { Db } from "./connection.ts";

/** One of the tables whose texts are indexed. */
export type IndexName = "message" | "memory";

/** Occurrences that are counted of a piece; more make no difference. */
const counted = 20_001;

/** Between these lie the letters of other scripts, and of emoji only shades of skin, which unicode61 takes for letters. */
const letters = [
  ["\u0590", "\u1cff"],
  ["\u2e80", "\ufdff"],
  ["\ufe70", "\uffdc"],
  ["\u{1f3fb}", "\u{1f400}"],
  ["\u{20000}", "\u{3ffff}"],
] as const;

/**
 * The index of trigrams over texts in other scripts: any part of a text is found in it, one or two characters by the trigrams that
 * begin with them. Pieces are to be given as `asIndexed` has them.
 */
export function pieceIndex(db: Db, index: IndexName) {
  const table = `${index}_pieces`;
  db.exec(`
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.${index}_trigrams USING fts5vocab (main, ${table}, instance);
    CREATE VIRTUAL TABLE IF NOT EXISTS temp.${index}_trigram_rows USING fts5vocab (main, ${table}, row);
  `);
  const any = db.prepare<[], 1>(`SELECT EXISTS (SELECT 1 FROM ${table}_docsize)`).pluck();
  // Every character of a text begins a trigram.
  const anyLetters = db
    .prepare<[], 1>(
      `SELECT ${letters
        .map(
          ([from, to]) =>
            `EXISTS (SELECT 1 FROM temp.${index}_trigram_rows WHERE term >= '${from}' AND term <= '${to}')`,
        )
        .join(" OR ")}`,
    )
    .pluck();
  let hadLetters = false;
  const shortRows = db
    .prepare<[string, string], [number, number]>(
      `SELECT doc, count(*) FROM temp.${index}_trigrams WHERE term >= ? AND term <= ? GROUP BY doc ORDER BY doc`,
    )
    .raw();
  const shortCount = db
    .prepare<[string, string], number | null>(
      `SELECT sum(doc) FROM temp.${index}_trigram_rows WHERE term >= ? AND term <= ?`,
    )
    .pluck();
  const longRows = db
    .prepare<[string], number>(`SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid`)
    .pluck();
  const longCount = db
    .prepare<[string], number>(`SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ${counted})`)
    .pluck();

  /** The rows that hold the piece, ascending, and how often, as far as that is known; else once. */
  const rows = (piece: string): { seq: number; count: number }[] => {
    if (piece === "") return [];
    if (isShort(piece)) return shortRows.all(piece, after(piece)).map(([seq, count]) => ({ seq, count }));
    return longRows.all(phrase(piece)).map((seq) => ({ seq, count: 1 }));
  };

  return {
    /** False where no text has anything of such scripts. */
    isUsed: (): boolean => any.get() === 1,
    /** True where a text has not only emoji. */
    hasLetters(): boolean {
      hadLetters ||= anyLetters.get() === 1;
      return hadLetters;
    },
    rows,
    /** In how many rows the piece stands, about. */
    frequency(piece: string): number {
      if (piece === "") return 0;
      return (isShort(piece) ? shortCount.get(piece, after(piece)) : longCount.get(phrase(piece))) ?? 0;
    },
    /** The rows that hold all of the pieces, ascending; none for no pieces. */
    rowsWithAll(pieces: readonly string[]): number[] {
      const long = pieces.filter((piece) => !isShort(piece));
      const lists = pieces.filter(isShort).map((piece) => rows(piece).map(({ seq }) => seq));
      if (long.length > 0) lists.unshift(longRows.all(long.map(phrase).join(" AND ")));
      const [first = [], ...others] = lists;
      const sets = others.map((list) => new Set(list));
      return first.filter((seq) => sets.every((set) => set.has(seq)));
    },
  };
}

/** Shorter than a trigram. */
function isShort(piece: string): boolean {
  return piece.length < 6 && [...piece].length < 3;
}

function phrase(piece: string): string {
  return `"${piece.replaceAll('"', '""')}"`;
}

/** Not less than anything that begins with the piece. */
function after(piece: string): string {
  return `${piece}\u{10ffff}`;
}
