import type { Subject } from "./subject.ts";
import { lineOf, type Token } from "./tokens.ts";
import type { VerbPhrase } from "./verb-phrase.ts";
import { isModal } from "./verbs.ts";

const askWords = /^(?:what|who|whom|whose|where|why|which|how)$/;
const auxiliaries = /^(?:am|is|are|was|were|do|does|did|has|have|had)$/;
const askedOf =
  /^(?:i|you|we|he|she|it|they|my|your|our|his|her|their|the|there|this|that|these|those|a|an|any|anyone|anybody|someone|not)$/;

/** True for a clause that asks, by its first words. */
export function isQuestion(tokens: readonly Token[]): boolean {
  const first = tokens[0]?.lower ?? "";
  const second = tokens[1];
  if (askWords.test(first))
    return !(first === "what" && second?.lower === "i" && tokens.some((token) => token.lower === "is"));
  if (first === "when") return second !== undefined && (auxiliaries.test(second.lower) || isModal(second.lower));
  if (auxiliaries.test(first) || isModal(first)) {
    return second !== undefined && (askedOf.test(second.lower) || /^\p{Lu}/u.test(second.text));
  }
  return false;
}

const requests = new Set(
  `write draft compose tell give suggest recommend explain show help make create generate translate summarise summarize rewrite list
  describe find search imagine pretend suppose assume let act roleplay play say think compare convert calculate plan brainstorm
  design check review answer respond define name sing continue finish improve fix correct proofread edit format solve prove`.split(
    /\s+/,
  ),
);

/** True for a sentence that asks for something to be done or made up: nothing in it is told as a fact. */
export function isRequest(tokens: readonly Token[]): boolean {
  const first = tokens[0]?.lower ?? "";
  const second = tokens[1]?.lower ?? "";
  if (first === "let" && (second === "us" || second === "me")) return true;
  return requests.has(first) && !/^(?:is|are|was|were|has|had|will)$/.test(second);
}

/** True where a message turns to make-believe: what follows is no fact either. */
export function isMakeBelieve(line: string): boolean {
  return /\b(?:imagine|pretend|role-?play|suppose(?! to)|supposing|let us say|hypothetically|in this (?:story|scenario|game)|act as|you are (?:now )?(?:a|an|my) (?!assistant)|in my (?:dream|novel|story|book)|my character)\b/.test(
    line,
  );
}

/** Words about saying, thinking and dreaming: what depends on them is not told as true. */
const reporting =
  /^(?:say|think|claim|believe|tell|ask|wonder|wish|hope|dream|imagine|pretend|assume|guess|suppose|argue|insist|joke|admit|deny|mention|reply|hear|read|write|post|doubt|swear|lie|insinuate|expect|decide|consider|mean|want|need|rumour|seem|look|feel)$/;
const clauseWords = /^(?:that|i|we|he|she|they|my|our|it|if|whether|about|me|him|us)$/;

/** True for "my boss thinks I ...", "I wish I ...", "she told me that ...": a clause within which no fact of ours is told. */
export function isReport(phrase: VerbPhrase): boolean {
  if (!reporting.test(phrase.verb)) return false;
  const first = phrase.rest[0]?.lower ?? "";
  if (/^(?:want|need|feel|look|seem|mean|consider|decide|expect|lie)$/.test(phrase.verb)) return true;
  if (phrase.verb === "read" || phrase.verb === "write" || phrase.verb === "hear") return clauseWords.test(first);
  return true;
}

/** True where the verb says what might be, ought to be or would be. */
export function isHypothetical(phrase: VerbPhrase, subject: Subject): boolean {
  if (phrase.modal === null) return false;
  if (phrase.modal === "must") return false;
  if (phrase.modal === "can") return subject.type === "thing" && !phrase.negated;
  if (phrase.modal === "would") return !/^(?:prefer|rather)$/.test(phrase.verb);
  return !(phrase.modal === "should" && phrase.negated && /^(?:eat|have|drink|take)$/.test(phrase.verb));
}

/** True for a sentence with a condition, outside of habits ("I get migraines if I drink wine"). */
export function isConditional(tokens: readonly Token[]): boolean {
  const line = ` ${lineOf(tokens)} `;
  if (/ (?:if only|as if|what if|unless) /.test(line)) return true;
  return (
    tokens[0]?.lower === "if" ||
    / , if | if (?:i|we) (?:were|had|was|get|got|could|win|won|move|find|found) /.test(line)
  );
}
