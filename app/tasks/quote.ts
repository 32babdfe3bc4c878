import { locate } from "../language/quote.ts";

/**
 * True where the quote stands in the turn as whole words, whatever the case of its letters: an intent must not rest on words that nobody
 * said.
 */
export function isQuoted(turn: string, quote: string): boolean {
  return /[\p{L}\p{N}]/u.test(quote) && locate(turn.toLowerCase(), quote.toLowerCase()) !== null;
}
