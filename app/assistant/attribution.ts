import type { Recalled } from "../memory/recall/recall.ts";
import { contentStems } from "../memory/retain/words.ts";

/** Share of a memory's telling words that a reply has to hold to have plainly used it, and how many at least. */
const plainShare = 0.6;
const plainWords = 2;

/**
 * The marks of what a reply draws on: those that it cites as [m1], and those of memories whose distinctive words it has
 * without citing them. Words that several memories share tell none of them apart and don't count.
 */
export function attribution(reply: string, recalled: readonly Pick<Recalled, "mark" | "text">[]): Set<string> {
  const known = new Set(recalled.map(({ mark }) => mark));
  const used = new Set<string>();
  for (const [, list = ""] of reply.matchAll(/\[((?:m\d{1,3})(?:\s*[,;]\s*m\d{1,3})*)\]/gi)) {
    for (const mark of list.toLowerCase().split(/\s*[,;]\s*/)) if (known.has(mark)) used.add(mark);
  }
  const said = new Set(contentStems(reply.replaceAll(/\[m\d{1,3}\]/gi, " ")));
  const stems = new Map(recalled.map((item) => [item.mark, contentStems(item.text)]));
  const spread = new Map<string, number>();
  for (const words of stems.values()) for (const word of words) spread.set(word, (spread.get(word) ?? 0) + 1);
  for (const [mark, words] of stems) {
    const own =
      recalled.length > 1 ? words.filter((word) => (spread.get(word) ?? 0) < Math.max(2, recalled.length / 2)) : words;
    const met = own.filter((word) => said.has(word));
    if (met.length >= Math.min(plainWords, own.length) && met.length > 0 && met.length >= plainShare * own.length)
      used.add(mark);
  }
  return used;
}
