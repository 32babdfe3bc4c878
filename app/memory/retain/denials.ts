/** How a sentence denies what it does not name: as wrong from the start, or as no longer so. */
export type Denial = "wrong" | "over";

const begin = "(?:(?:no|nope|sorry|wait|actually|well|oh|hm+|but|ebb)[,.! ]+)*";
const that = "(?:that|this|it)(?: one)?";
const truth = "(?:true|right|correct|accurate|so|the case|valid|current|up to date)";
const anyMore = "(?:any ?more|any longer)";
const very = "(?:(?:totally|completely|just|simply|still|really|plain|quite|actually|all) )?";

const over = new RegExp(
  `^${begin}(?:${that} is (?:no longer ${truth}|not ${very}${truth} ${anyMore}|outdated|out of date|old news)|not ${truth} ${anyMore}|no longer ${truth}|(?:i|we) (?:do|am|are|have) not ${anyMore}|(?:i|we) no longer do|not any ?more)$`,
  "i",
);
const wrong = new RegExp(
  `^${begin}(?:${that} (?:is|was) (?:${very}(?:wrong|incorrect|false|untrue|nonsense|a mistake)|not ${very}${truth})|you (?:are|got ${that}|have ${that}) ${very}(?:wrong|mistaken)|(?:i|we) never (?:said|told you|did|was|were|had) ?(?:that|so|it)?|not ${truth}|wrong|incorrect|untrue)$`,
  "i",
);
const flat = /^(?:no|nope|nah)[,.! ]+(?:i|we) (?:do|am|are|did|have|was|were) not$/i;

/**
 * Reads a sentence that denies what was just said without repeating it: "that's wrong", "not true any more", "no, I
 * don't". `line` is the sentence with its contractions written out; null where it is anything else.
 */
export function readDenial(line: string): Denial | null {
  const sentence = line.replaceAll(/\s+/g, " ").replace(/[\s.!]+$/, "");
  if (sentence.length > 80) return null;
  if (over.test(sentence)) return "over";
  return wrong.test(sentence) || flat.test(sentence) ? "wrong" : null;
}

/** True for a bare "no", which says that something is not right but not what. */
export function isRefusal(line: string): boolean {
  return /^(?:no|nope|nah|never)[\s.!]*$/i.test(line);
}
