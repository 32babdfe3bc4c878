import type { Recalled } from "../memory/recall/recall.ts";

/** Share of a memory's own words that a reply must hold for it to have plainly used the memory. */
const plainly = 0.6;
/** Shorter words carry too little to tell one memory from another. */
const shortestWord = 4;

const common = new Set(
  "about after also been from have just like more over said some than that their them then there they this were what when where which will with would your".split(
    " ",
  ),
);

const ownWords = (text: string): Set<string> =>
  new Set(
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length >= shortestWord && !common.has(word)),
  );

/**
 * The marks of the memories that a reply used: those that it cites as [m1], and those whose distinctive words it holds without
 * saying so.
 */
export function attribution(reply: string, recalled: readonly Pick<Recalled, "mark" | "text">[]): Set<string> {
  const cited = new Set(
    [...reply.matchAll(/\[(m\d+(?:\s*[,;]\s*m\d+)*)\]/g)].flatMap((match) => (match[1] ?? "").split(/\s*[,;]\s*/)),
  );
  const said = ownWords(reply);
  const used = new Set<string>();
  for (const { mark, text } of recalled) {
    const own = [...ownWords(text)];
    const shared = own.filter((word) => said.has(word)).length;
    if (cited.has(mark) || (shared >= 2 && shared / own.length >= plainly)) used.add(mark);
  }
  return used;
}
