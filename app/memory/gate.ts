/** Characters of a message that decide whether it needs memory. */
const readChars = 400;

const pleasantries = new Set(
  `hi|hello|hey|hiya|yo|good morning|good afternoon|good evening|good night|good day|thank you|thanks|thanks a lot|thank you so much|thank
  you very much|many thanks|thx|ty|cheers|ok|okay|okey|k|great|nice|cool|perfect|awesome|wonderful|excellent|lovely|good|fine|sure|yes|yeah|
  yep|yup|no|nope|bye|goodbye|good bye|see you|see ya|later|lol|haha|hahaha|wow|hm|hmm|oh|got it|understood|sounds good|never mind|nevermind|
  no problem|no worries|you too|how are you|how are you doing|what's up|whats up|there|ebb|for that|for your help|for the help|all|everyone|
  again|today|then|that is all|that's all|that's it|that's great|that's good|that's fine|that's perfect|that's nice|i see|welcome|well done|
  good job|please|so much|very much|a lot|you`
    .replaceAll(/\s+/g, " ")
    .split("|")
    .map((phrase) => phrase.trim()),
);
const longestPhrase = 4;

const transformation =
  /^(?:please |can you |could you |would you |now |and )*(?:translate|summari[sz]e|rewrite|rephrase|reword|paraphrase|proofread|spell-?check|correct|shorten|fix|format|reformat|convert|continue|expand|simplify)\b[^\n]{0,160}(?::|\n)/i;
const arithmetic = /^[\d\s.,+\-*/^()=%x×÷?]+$|^what(?:'s| is)\s+[\d\s.,+\-*/^()%x×÷]+\??$/i;

/**
 * Whether a message is worth recalling for. Greetings, thanks and bare arithmetic are not, nor is work on a text that the
 * message itself brings.
 */
export function gate(text: string): boolean {
  const read = text.slice(0, readChars).trim();
  if (!/[\p{L}\p{N}]/u.test(read)) return false;
  if (text.length <= readChars && (isPleasantry(read) || arithmetic.test(read))) return false;
  return !(transformation.test(read) && !/\b(?:my|me|i)\b/i.test(read.split(/[:\n]/, 1)[0] ?? ""));
}

/** True where the text is nothing but set phrases. */
function isPleasantry(text: string): boolean {
  const words =
    text
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/[\p{L}\p{N}']+/gu) ?? [];
  for (let from = 0; from < words.length; ) {
    let length = Math.min(longestPhrase, words.length - from);
    while (length > 0 && !pleasantries.has(words.slice(from, from + length).join(" "))) length--;
    if (length === 0) return false;
    from += length;
  }
  return true;
}
