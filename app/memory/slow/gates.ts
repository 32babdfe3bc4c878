import type { MemoryKind } from "../../contract/index.ts";
import { findDate } from "../../language/dates.ts";
import { locate, plain } from "../../language/quote.ts";
import { ownWords, type Sentence, sentenceLimit, sentencesOf } from "../../language/source-text.ts";
import { isUnspaced, type Span } from "../../storage/redact.ts";
import { splitClauses } from "../retain/clauses.ts";
import { findContext } from "../retain/context.ts";
import { stripLeadIn } from "../retain/lead-ins.ts";
import type { How, Statement } from "../retain/reading.ts";
import { isConditional, isMakeBelieve, isQuestion, isRequest } from "../retain/screen.ts";
import { comesRound } from "../retain/statement.ts";
import { readSubject, type Subject } from "../retain/subject.ts";
import { lineOf, tokenise } from "../retain/tokens.ts";
import { contentStems, wordsOf } from "../retain/words.ts";
import type { BatchMessage } from "./batch.ts";
import type { Candidate } from "./candidate.ts";
import { type SlotName, sayNo, slots } from "./slots.ts";

/** Why a candidate was refused. */
export type Refusal =
  /** Names no message of the batch. */
  | "message"
  /** Its quote does not stand in the words of that message's author. */
  | "quote"
  /** It is asked, wished, supposed, ordered, or said by somebody else. */
  | "untold"
  /** It says what the quote does not. */
  | "unsupported"
  /** It is about somebody of whom the quote does not speak. */
  | "subject";

export type Gated = { statement: Statement } | { refused: Refusal };

const refused = (why: Refusal): Gated => ({ refused: why });

const denies = /\b(?:no|not|never|none|nobody|nothing|neither|nor|without|hardly|no longer|any ?more)\b|n['’]t\b/i;
const over =
  /\b(?:used to|no longer|not .{1,60} any ?(?:more|longer)|formerly|previously|back when|stopped|quit|gave up)\b/i;
const supposes =
  /\b(?:would(?! (?:like|love|prefer|rather|hate|always|often))|wish(?:es|ed)?|if only|as if|what if|imagine|suppose(?! to)|pretend|hypothetical(?:ly)?|dream(?:t|ed)? (?:that|of being)|jok(?:e|ing)|kidding)\b/i;
const reports =
  /\b(?:(?:he|she|they|everyone|everybody|people|someone|somebody|mum|mom|dad|boss|doctor|friend|sister|brother|wife|husband|teacher|colleague|\p{Lu}\p{Ll}+) (?:say|says|said|think|thinks|thought|claims?|claimed|believes?|told (?:me|us|him|her|them)|asked|insists?|wrote|writes)|according to|apparently|rumou?r has it|(?:is|was)n['’]t true|not true) /iu;
const hedges =
  /\b(?:maybe|perhaps|possibly|probably|i (?:think|guess|suppose|believe|reckon)|might|not sure|may (?:be|have))\b/i;
const orders =
  /^(?:please )?(?:forget|erase|delete|remove|ignore|disregard|remember|memori[sz]e|note|store|save|add|always|never|from now on)\b/i;
const begins =
  /\b(?:since|now|just|still|moved|move|start(?:ed)?|became|joined|got|bought|for (?:\w+ ){1,2}(?:years?|months?|weeks?))\b/i;
/** What may stop being so. */
const states: ReadonlySet<SlotName> = new Set<SlotName>([
  "home",
  "job",
  "work",
  "studies",
  "working hours",
  "marital status",
  "lives with",
  "religion",
  "pet",
  "condition",
  "medication",
  "diet",
  "likes",
  "dislikes",
  "hobby",
  "has",
  "car",
  "uses",
  "project",
  "routine",
]);
/** What may be one thing in one circumstance and another in the next, besides tastes. */
const scoped: ReadonlySet<SlotName> = new Set<SlotName>([
  "home",
  "working hours",
  "lives with",
  "car",
  "uses",
  "routine",
]);
const firstPerson = /\b(?:i|im|i['’]m|ive|me|my|mine|myself|we|us|our|ours|we['’]re|we['’]ve)\b/i;
/** Words that a sentence may have beside those of the quote. */
const glue = new Set(
  contentStems(
    "user name live lives home work job like enjoy love dislike hate own use speak be become plan want called person in from",
  ),
);

const quoteChars = { min: 3, max: 400 } as const;

/**
 * Lets a candidate through as a statement only where its words are the author's own, are told as a fact, and say no more than
 * the quote does. Whatever a model was talked into, nothing passes that a person did not write.
 */
export function gate(candidate: Candidate, batch: readonly BatchMessage[]): Gated {
  const message = batch[candidate.message - 1];
  if (!message) return refused("message");
  const own = ownWords(message.text);
  const span = locate(own, candidate.quote);
  if (!span || span.end - span.start < quoteChars.min || span.end - span.start > quoteChars.max)
    return refused("quote");
  const quote = message.text.slice(span.start, span.end);
  if (!/[\p{L}\p{N}]/u.test(quote)) return refused("quote");
  const sentences = allSentences(own);
  const around = sentences.filter(({ start, end }) => start < span.end && span.start < end);
  if (!candidate.stated || around.length === 0 || !isTold(span, around, sentences)) return refused("untold");
  const near = nearby(message, sentences, around);
  if (!isSupported(candidate, quote, near)) return refused("unsupported");
  const subject = subjectOf(candidate, quote, near, spokenOf(span, around));
  if (subject === null) return refused("subject");
  const hedged = hedges.test(near.sentence);
  return {
    statement: toStatement({ candidate, message, quote, near, subject, how: hedged ? "supposed" : "inferred" }),
  };
}

/** The sentences of a text, however many. */
function allSentences(own: string): Sentence[] {
  const all: Sentence[] = [];
  for (let from = 0; ; from = all.at(-1)?.end ?? 0) {
    const some = sentencesOf(own.slice(from));
    all.push(...some.map((sentence) => ({ ...sentence, start: sentence.start + from, end: sentence.end + from })));
    if (some.length < sentenceLimit) return all;
  }
}

/** False where what surrounds the quote asks, orders, supposes, or reports what others say. */
function isTold(span: Span, around: readonly Sentence[], sentences: readonly Sentence[]): boolean {
  const [first] = around;
  for (const sentence of sentences) {
    if (sentence.start > span.start) break;
    if (isMakeBelieve(lineOf(tokenise(sentence.text, 0)))) return false;
  }
  for (const sentence of around) {
    const { tokens } = stripLeadIn(tokenise(sentence.text, sentence.start));
    // The last clause of a question is what is asked; what comes before it may be told.
    if (sentence.question && (isQuestion(tokens) || span.end >= sentence.end - 3)) return false;
    if (isQuestion(tokens) || isRequest(tokens) || isConditional(tokens)) return false;
    if (orders.test(lineOf(tokens))) return false;
  }
  const text = around.map((sentence) => sentence.text).join(" ");
  const before = first ? text.slice(0, Math.max(0, span.start - first.start)) : "";
  const quoted = text.slice(before.length, before.length + span.end - span.start);
  if (isQuestion(tokenise(quoted, 0)) || supposes.test(text)) return false;
  if (reports.test(`${before}${quoted} `)) return false;
  // "It is not as if I live there": what stands right before may turn the quote round.
  return (
    !denies.test(before.split(/[,;:—]|\b(?:but|and|so)\b/i).at(-1) ?? "") &&
    !/\b(?:not really|not!|(?:just )?(?:kidding|joking))/i.test(text)
  );
}

type Near = { sentence: string; text: string };

/** The sentence of the quote, and with it what was said right before. */
function nearby(message: BatchMessage, sentences: readonly Sentence[], around: readonly Sentence[]): Near {
  const first = around[0];
  const place = first ? sentences.indexOf(first) : 0;
  const sentence = around.map(({ text }) => text).join(" ");
  const previous = sentences.slice(Math.max(0, place - 2), place).map(({ text }) => text);
  return { sentence, text: [...previous, sentence, message.speaker ?? ""].join(" ").replaceAll("\uFFFC", " ") };
}

/** True where value and polarity are those of the quote: no name, number or denial that is not in it. */
function isSupported({ value, negated, slot }: Candidate, quote: string, near: Near): boolean {
  const trimmed = value.trim();
  if (trimmed === "" || !/[\p{L}\p{N}]/u.test(trimmed)) return false;
  const denied = denies.test(quote) || denies.test(near.sentence);
  if (negated ? !denies.test(quote) && !over.test(near.sentence) : denied && !sayNo.has(slot)) return false;
  const numbers = new Set(quote.match(/\d+/g) ?? []);
  if ((trimmed.match(/\d+/g) ?? []).some((number) => !numbers.has(number))) return false;
  const stems = contentStems(trimmed);
  if (stems.length === 0 || isUnspaced(trimmed)) {
    return plain(quote).text.toLowerCase().includes(plain(trimmed).text.trim().toLowerCase());
  }
  // The telling part of the value is in the quote itself; the rest may stand close by.
  const inQuote = new Set(contentStems(quote));
  const close = new Set([...inQuote, ...contentStems(near.sentence)]);
  return stems.some((word) => inQuote.has(word)) && stems.every((word) => close.has(word));
}

/** Of whom or what the clause speaks in which the quote begins; null where that can't be told. */
function spokenOf(span: Span, around: readonly Sentence[]): Subject | null {
  const [first] = around;
  if (!first) return null;
  let subject: Subject | null = null;
  for (const clause of splitClauses(stripLeadIn(tokenise(first.text, first.start)).tokens)) {
    const [begin] = clause.tokens;
    if (begin && begin.start > span.start) break;
    if (!clause.shared) subject = readSubject([...(clause.subject ?? []), ...clause.tokens]);
  }
  return subject;
}

/** Whom it is about, in the way of the rules ("user", "sister mara"); null where the quote speaks of somebody else. */
function subjectOf(candidate: Candidate, quote: string, near: Near, told: Subject | null): string | null {
  const subject = candidate.subject
    .trim()
    .toLowerCase()
    .replace(/^(?:my|the|our)\s+/, "");
  if (/^(?:user|i|me|the user|myself|)$/.test(subject)) {
    // "Mara lives in Porto" says nothing of where the user lives.
    const others = told?.type === "person" || told?.type === "pronoun";
    if (others && slots[candidate.slot].kind !== "relationship") return null;
    const spaced = /[a-z]/i.test(quote);
    return spaced && told !== null && told.type !== "self" && !firstPerson.test(near.sentence) ? null : "user";
  }
  if (!/^[\p{L}\p{M}\p{N}' .’-]{2,60}$/u.test(subject)) return null;
  const said = new Set(wordsOf(near.text).flatMap((word) => [word, word.replace(/'s$/, "")]));
  if (!wordsOf(subject).every((word) => said.has(word))) return null;
  return told?.type === "self" && !wordsOf(subject).some((word) => wordsOf(quote).includes(word)) ? null : subject;
}

function toStatement(given: {
  candidate: Candidate;
  message: BatchMessage;
  quote: string;
  near: Near;
  subject: string;
  how: How;
}): Statement {
  const { candidate, message, quote, near, subject, how } = given;
  const { kind, single, importance, safety } = slots[candidate.slot];
  const value = candidate.value.trim().replaceAll(/\s+/g, " ");
  const isOver = kind !== "event" && isPast(candidate, near);
  const words = plain(near.sentence).text.includes(plain(candidate.when).text.trim()) ? candidate.when : "";
  const date = findDate(words.trim() || quote, message.at, message.zone, candidate.time === "past" ? "past" : "future");
  const dated = date !== null && !comesRound.test(near.sentence) && (kind === "event" || date.precision !== "hour");
  const label = date?.label ? ` (${date.label})` : "";
  const predicate = candidate.slot === "other" ? "note" : candidate.slot;
  return {
    kind: kindOf(kind, candidate),
    text: textOf(candidate, quote, near) + label,
    subject,
    predicate,
    value: candidate.negated && !isOver ? `not ${value}` : value,
    context: contextOf(candidate.slot, kind, quote, near),
    quote,
    validFrom: dated && !isOver ? date.start : null,
    validTo: isOver
      ? Math.min(message.at, dated ? (date.end ?? date.start) : message.at)
      : dated && kind === "event"
        ? date.end
        : null,
    single,
    importance,
    safety: safety && how === "inferred" && !candidate.negated && !isOver,
    how,
    negated: candidate.negated && !isOver,
    correction: false,
    instead: null,
  };
}

/** The circumstance in which it holds: for tastes any that the sentence names, else one that the quote itself names in set words. */
function contextOf(slot: SlotName, kind: MemoryKind, quote: string, near: Near): string {
  if (kind === "preference") return findContext(near.sentence)?.context ?? "";
  const context = scoped.has(slot) ? (findContext(quote)?.context ?? "") : "";
  return /^wh(?:en|ile) /.test(context) ? "" : context;
}

/** True for a state that is told as over, and not as how the present one began. */
function isPast({ time, negated, slot }: Candidate, { sentence }: Near): boolean {
  if (over.test(sentence)) return time === "past" || negated;
  return time === "past" && !negated && states.has(slot) && !begins.test(sentence);
}

/** What is dated and to come is an event until its day. */
function kindOf(kind: MemoryKind, { time, when }: Candidate): MemoryKind {
  return kind === "fact" && time === "future" && when.trim() !== "" ? "event" : kind;
}

/** The model's sentence where the author's words bear all of it, else the author's words. */
function textOf({ text, negated }: Candidate, quote: string, near: Near): string {
  const sentence = text
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/[\s.]+$/, "");
  const known = new Set([...contentStems(near.text), ...glue]);
  const stems = contentStems(sentence);
  const borne = stems.length > 0 && stems.every((word) => known.has(word)) && !/^(?:the )?user\b/i.test(sentence);
  const sameNumbers = (sentence.match(/\d+/g) ?? []).every((number) => near.text.includes(number));
  const samePolarity = denies.test(sentence) === (negated || denies.test(quote));
  if (borne && sameNumbers && samePolarity && !isUnspaced(sentence) && sentence.length >= 3)
    return capitalised(sentence);
  const words = quote.replaceAll(/\s+/g, " ").replace(/[\s.,;:]+$/, "");
  return capitalised(words);
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
