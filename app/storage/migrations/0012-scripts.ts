import type { Migration } from "./index.ts";

/**
 * Code points whose texts are searched by pieces rather than by words: scripts that put no spaces between words, glue particles to
 * them or write vowels as marks (at which unicode61 cuts a word), and emoji (which it leaves out). From, to.
 */
export const pieceRanges: readonly (readonly [from: number, to: number])[] = [
  [0x0590, 0x08ff], // Hebrew, Arabic, Syriac, Thaana, N'Ko
  [0x0900, 0x109f], // Indic scripts, Thai, Lao, Tibetan, Myanmar
  [0x1100, 0x11ff], // Hangul letters
  [0x1700, 0x18af], // Philippine scripts, Khmer, Mongolian
  [0x1950, 0x1cff], // Tai scripts, Balinese and its kin
  [0x231a, 0x23ff], // emoji
  [0x25a0, 0x27bf],
  [0x2b00, 0x2bff],
  [0x2e80, 0xa4cf], // Chinese, kana, Bopomofo, Yi
  [0xa880, 0xabff], // Indic scripts, Hangul letters
  [0xac00, 0xd7ff], // Hangul
  [0xf900, 0xfaff], // Chinese
  [0xfb1d, 0xfdff], // Hebrew and Arabic letter forms
  [0xfe70, 0xfefc],
  [0xff66, 0xffdc], // half-width kana and Hangul
  [0x1f000, 0x1faff], // emoji
  [0x20000, 0x3ffff], // Chinese
];

/** Code points that the index leaves out, so that a word is found with and without them. From, to. */
export const unindexedRanges: readonly (readonly [from: number, to: number])[] = [
  [0x00ad, 0x00ad], // soft hyphen
  [0x05b0, 0x05bd], // Hebrew points
  [0x05bf, 0x05bf],
  [0x05c1, 0x05c2],
  [0x05c7, 0x05c7],
  [0x0640, 0x0640], // Arabic lengthening and vowels
  [0x064b, 0x0652],
  [0x0670, 0x0670],
  [0x200b, 0x200c], // zero width, but for the joiner of emoji
  [0x200e, 0x200f], // direction
  [0x202a, 0x202e],
  [0x2066, 0x2069],
  [0xfe0e, 0xfe0f], // text or emoji
  [0xfeff, 0xfeff],
];

/** What follows a text in the index, so that its last two characters begin a trigram too. */
const ending = "char(10, 10)";

const pieced = pieceRanges.map((range) => range.map((code) => String.fromCodePoint(code)).join("-")).join("");

/** GLOB ends at a NUL, so that nobody knows what follows one. */
const isPieced = (text: string): string => `(${text} GLOB '*[${pieced}]*' OR instr(CAST(${text} AS BLOB), x'00') > 0)`;

const indexed = (text: string): string => {
  const codes = unindexedRanges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, place) => from + place),
  );
  return `${codes.reduce((inner, code) => `replace(${inner}, char(${code}), '')`, text)} || ${ending}`;
};

/** `holds` says of a row ("old.", "new." or "") whether it is indexed by pieces; `columns` are those that it depends on. */
const piecesOf = (table: "message" | "memory", columns: string, holds: (row: string) => string): string => `
    -- The rows of the index, to be counted without reading every text.
    CREATE INDEX ${table}_pieced ON ${table} (seq) WHERE ${holds("")};
    CREATE VIEW ${table}_piece_text AS SELECT seq, ${indexed("text")} AS text FROM ${table} WHERE ${holds("")};
    CREATE VIRTUAL TABLE ${table}_pieces USING fts5 (
      text, content = '${table}_piece_text', content_rowid = 'seq', tokenize = 'trigram remove_diacritics 1'
    );
    INSERT INTO ${table}_pieces (${table}_pieces, rank) VALUES ('secure-delete', 1);
    CREATE TRIGGER ${table}_pieces_insert AFTER INSERT ON ${table} WHEN ${holds("new.")} BEGIN
      INSERT INTO ${table}_pieces (rowid, text) VALUES (new.seq, ${indexed("new.text")});
    END;
    CREATE TRIGGER ${table}_pieces_delete AFTER DELETE ON ${table} WHEN ${holds("old.")} BEGIN
      INSERT INTO ${table}_pieces (${table}_pieces, rowid, text) VALUES ('delete', old.seq, ${indexed("old.text")});
    END;
    -- One trigger: of two, nobody says which comes first.
    CREATE TRIGGER ${table}_pieces_update AFTER UPDATE OF ${columns} ON ${table}
      WHEN (${holds("old.")} OR ${holds("new.")}) AND (new.text IS NOT old.text OR ${holds("old.")} <> ${holds("new.")}) BEGIN
      INSERT INTO ${table}_pieces (${table}_pieces, rowid, text)
        SELECT 'delete', old.seq, ${indexed("old.text")} WHERE ${holds("old.")};
      INSERT INTO ${table}_pieces (rowid, text) SELECT new.seq, ${indexed("new.text")} WHERE ${holds("new.")};
    END;
    INSERT INTO ${table}_pieces (${table}_pieces) VALUES ('rebuild');`;

/**
 * A second full-text index, of trigrams, over the texts that are written in other scripts or have emoji: any part of them is
 * found. Texts of Latin letters alone cost it nothing. A reply enters it when it is whole: every flush would index it anew.
 */
export const scripts: Migration = {
  version: 12,
  name: "scripts",
  sql: `
${piecesOf("message", "text, status", (row) => `(${row}status <> 'streaming' AND ${isPieced(`${row}text`)})`)}
${piecesOf("memory", "text", (row) => isPieced(`${row}text`))}
  `,
};
