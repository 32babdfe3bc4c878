/** The text with typographic signs made plain and white space made one space, and where each character of it came from. */
type Plain = { text: string; at: number[] };

const plainSigns: Readonly<Record<string, string>> = {
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
};

/** Only white space and typographic quotes count as equal: everything else must be verbatim. */
export function plain(source: string): Plain {
  let text = "";
  const at: number[] = [];
  for (let i = 0; i < source.length; i++) {
    const char = source[i] ?? "";
    const space = /\s/.test(char);
    if (space && (text === "" || text.endsWith(" "))) continue;
    text += space ? " " : (plainSigns[char] ?? char);
    at.push(i);
  }
  return { text, at };
}

/**
 * Where the quote stands in a message's own words, as whole words, or null. The span is in characters of the message, because
 * masking keeps their places.
 */
export function locate(ownWords: string, quote: string): { start: number; end: number } | null {
  const wanted = plain(quote).text.trim();
  if (wanted === "" || wanted.includes("\uFFFC")) return null;
  const { text, at } = plain(ownWords);
  for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + 1)) {
    const to = from + wanted.length;
    if (cutsWord(text, from) || cutsWord(text, to)) continue;
    const start = at[from];
    const last = at[to - 1];
    if (start !== undefined && last !== undefined) return { start, end: last + 1 };
  }
  return null;
}

const spacedLetter = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{N}]/u;

/** True where a word of a script that puts spaces between words goes on over this place. */
function cutsWord(text: string, place: number): boolean {
  return spacedLetter.test(text[place - 1] ?? "") && spacedLetter.test(text[place] ?? "");
}
