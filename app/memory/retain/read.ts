import { findDate } from "../../language/dates.ts";
import { ownWords, type Sentence, sentencesOf } from "../../language/source-text.ts";
import { type ClauseReading, type ReadingState, readClause } from "./clause-reader.ts";
import { splitClauses } from "./clauses.ts";
import { readForget, readRemember } from "./commands.ts";
import { isCorrection, readCorrection } from "./corrections.ts";
import { type Denial, isRefusal, readDenial } from "./denials.ts";
import { readAddress, readInstruction } from "./instructions.ts";
import { stripLeadIn } from "./lead-ins.ts";
import { isCommonStart } from "./people.ts";
import type { Circumstances, ForgetRequest, How, Reading, Statement } from "./reading.ts";
import type { Draft } from "./rules/draft.ts";
import { isConditional, isMakeBelieve, isQuestion, isRequest } from "./screen.ts";
import { readSubject, type Subject } from "./subject.ts";
import { isCapitalised, lineOf, sourceOf, type Token, tokenise } from "./tokens.ts";

export type { Circumstances, PreviousTurn, Reading, Statement } from "./reading.ts";

/** Characters of an earlier turn that are read for what a correction means. */
const earlierChars = 1_500;
/** Statements kept of one message. */
const statementLimit = 40;

/**
 * Reads what a message states about its author and the people around them, by rules: no model, no clock, and under 5 ms
 * whatever the text. Questions, wishes, conditions, quotations and what others say or think are not taken as facts.
 */
export function readMessage(message: string, circumstances: Circumstances): Reading {
  return readAll(message, circumstances, null).reading;
}

/** `antecedent` is the one spoken of before the message: what a first "she" means. */
function readAll(
  message: string,
  circumstances: Circumstances,
  antecedent: Subject | null,
): { reading: Reading; spokenOf: Subject | null } {
  const reading: Reading = { statements: [], forget: null, denial: null, disputes: false, mentions: [] };
  let denial: Denial | null = null;
  const { at, zone } = circumstances;
  const state: ReadingState = { message, at, zone, antecedent, lastSubject: null, lastTaste: null };
  const mentions = new Set<string>();
  for (const [place, sentence] of sentencesOf(ownWords(message)).entries()) {
    const tokens = tokenise(sentence.text, sentence.start);
    const line = lineOf(tokens);
    if (isMakeBelieve(line)) break;
    if (place === 0 && state.antecedent === null && pronouns.test(line))
      state.antecedent = spokenOfBefore(circumstances);
    // "That's wrong. I'm not ..." sets right as "no, I'm not ..." does.
    const corrects = stripLeadIn(tokens).corrective || denial === "wrong";
    denial = sentence.question ? null : readDenial(plainLine(tokens));
    reading.denial ??= denial;
    if (place === 0) reading.disputes = corrects || denial !== null || isRefusal(line);
    if (denial) continue;
    const outcome = readSentence(sentence, tokens, state, circumstances, reading, corrects);
    if (!sentence.question) for (const mention of mentionsOf(tokens)) mentions.add(mention);
    if (outcome.forget) reading.forget = outcome.forget;
    // A correction whose words are only filler ("no, it's which") comes to nothing.
    reading.statements.push(...outcome.statements.filter(({ text }) => text.length > 0));
    if (reading.statements.length >= statementLimit) break;
  }
  reading.mentions = [...mentions];
  return { reading, spokenOf: state.antecedent };
}

const pronouns = /^(?:(?:and|also|oh|by the way|btw|yes|well|so|but) ,? ?)*(?:he|she|they|it|his|her|their) /;

/** Whom the user's last message was about. */
function spokenOfBefore({ previous, zone }: Circumstances): Subject | null {
  const last = previous.findLast((turn) => turn.role === "user");
  if (!last || last.text.length > 2_000) return null;
  return readAll(last.text, { at: last.at, zone, previous: [] }, null).spokenOf;
}

type SentenceReading = { statements: Statement[]; forget: ForgetRequest | null };

function readSentence(
  sentence: Sentence,
  all: readonly Token[],
  state: ReadingState,
  circumstances: Circumstances,
  before: Reading,
  corrects: boolean,
): SentenceReading {
  const nothing: SentenceReading = { statements: [], forget: null };
  const opened = { ...stripLeadIn(all), corrective: corrects };
  const { tokens } = opened;
  if (tokens.length === 0) return nothing;
  const line = plainLine(tokens);

  const forget = readForget(line, () => before.statements.length > 0 || lastWasStatement(circumstances));
  if (forget) return { statements: [], forget };

  const remember = readRemember(plainLine(all.filter((token) => token.lower !== "\uFFFC"))) ?? readRemember(line);
  if (remember) return { statements: remembered(remember, tokens, state, opened.corrective), forget: null };

  const quote = sourceOf(state.message, tokens);
  if (!sentence.question) {
    const order = readAddress(line) ?? (opened.hedged ? null : readInstruction(line));
    if (order) return { statements: [ordered(order, quote, opened.corrective)], forget: null };
  }

  const correction = isCorrection(opened.corrective, line)
    ? readCorrection(line, quote, circumstances, before.statements, (turn, earlier) => {
        return readMessage(turn.text.slice(-earlierChars), { at: turn.at, zone: circumstances.zone, previous: earlier })
          .statements;
      })
    : null;
  if (correction && !sentence.question) return { statements: [correction], forget: null };

  if (isRequest(tokens) || isConditional(tokens)) return nothing;
  const denied = deniedTail(tokens);
  const statements = readClauses(
    sentence,
    denied?.kept ?? tokens,
    opened.hedged ? "aside" : "stated",
    state,
    before.statements,
  );
  return {
    statements: statements.map((statement) => corrective(statement, opened.corrective, denied?.wrong ?? null)),
    forget: null,
  };
}

/** "I'm 42, not 41": what holds, and what is denied at the end of the sentence. */
function deniedTail(tokens: readonly Token[]): { kept: readonly Token[]; wrong: string } | null {
  const at = tokens.findIndex((token, place) => token.lower === "not" && tokens[place - 1]?.lower === ",");
  const tail = tokens.slice(at + 1);
  if (
    at < 3 ||
    tail.length === 0 ||
    tail.length > 5 ||
    tail.some((token) => /^(?:is|am|are|because|when|if|that)$/.test(token.lower))
  )
    return null;
  return { kept: tokens.slice(0, at - 1), wrong: plainLine(tail) };
}

function corrective(statement: Statement, said: boolean, wrong: string | null): Statement {
  return { ...statement, correction: said || wrong !== null, instead: wrong ?? statement.instead };
}

function readClauses(
  sentence: Sentence,
  tokens: readonly Token[],
  how: How,
  state: ReadingState,
  before: readonly Statement[] = [],
): Statement[] {
  const statements: Statement[] = [];
  const clauses = splitClauses(tokens);
  let open: Statement[] = [];
  for (const [place, clause] of clauses.entries()) {
    const opened = place === 0 ? { tokens: clause.tokens, hedged: false } : stripLeadIn(clause.tokens);
    // The last clause of a question is what is asked; those before it may be told ("I'm vegan, what can I cook?").
    if (sentence.question && place === clauses.length - 1) break;
    if (sentence.question && place === 0 && isQuestion(opened.tokens)) break;
    if (clause.subject) state.lastSubject = readSubject([...clause.subject, ...clause.tokens]);
    const reading: ClauseReading = readClause(opened.tokens, clause.shared, opened.hedged ? "aside" : how, state);
    if (reading === "skip") break;
    if (reading === null || reading.statements.length === 0) {
      if (reading) remember(reading, state);
      extend(open, clause.tokens, state.message);
      continue;
    }
    open = reading.statements;
    contrast(statements.at(-1) ?? before.at(-1), reading.statements);
    statements.push(...reading.statements);
    remember(reading, state);
  }
  return statements;
}

function remember(
  { subject, statements }: { subject: Subject; statements: readonly Statement[] },
  state: ReadingState,
): void {
  state.lastSubject = subject;
  if (subject.type !== "self") state.antecedent = ownerOf(subject, statements) ?? subject;
}

/** "My sister's name is Ana": a "she" after it is the sister, by her name where it was just told; null for what nobody has. */
function ownerOf(subject: Subject, statements: readonly Statement[]): Subject | null {
  if (subject.type !== "thing" || subject.relation === null) return null;
  const owner = subject.tokens.findIndex((token) => /['’]s$/.test(token.text));
  const named = statements.find((statement) => statement.predicate === "name");
  return {
    ...subject,
    type: "person",
    noun: "",
    key: named?.subject ?? subject.key,
    tokens: subject.tokens.slice(0, owner + 1),
  };
}

/** A reason that states nothing by itself ("they keep me awake") stays with what it explains. */
function extend(statements: Statement[], tail: readonly Token[], message: string): void {
  const words = sourceOf(message, tail).replaceAll("\uFFFC", "");
  if (!/^(?:they|it|because|since|which|as it|as they|that)\b/i.test(words) || words.length > 120) return;
  for (const statement of statements) {
    const label = / \([^()]*\)$/.exec(statement.text)?.[0] ?? "";
    statement.text = `${statement.text.slice(0, statement.text.length - label.length)}, ${words.replace(/[\s,.;!]+$/, "")}${label}`;
  }
}

/** "I don't enjoy X any more. I'd rather Y": says of Y what it takes the place of. */
function contrast(dropped: Statement | undefined, now: Statement[]): void {
  if (dropped?.predicate !== "dislikes") return;
  for (const statement of now) {
    if (
      statement.predicate !== "likes" ||
      statement.instead !== null ||
      !/\b(?:rather|prefer|instead|now)\b/i.test(statement.text)
    )
      continue;
    statement.instead = dropped.value;
    statement.text = `${statement.text} (instead of ${dropped.value})`;
  }
}

/** A command to remember: what it holds, by the rules where they know it, else as it stands. */
function remembered(
  command: { inner: string; todo: boolean },
  tokens: readonly Token[],
  state: ReadingState,
  correction: boolean,
): Statement[] {
  const innerTokens = tailOf(tokens, command.inner);
  const quote = sourceOf(state.message, tokens);
  const words = sourceOf(state.message, innerTokens).replace(/[\s.!?]+$/, "");
  if (words === "") return [];
  if (!command.todo) {
    const inner = stripLeadIn(innerTokens).tokens;
    const line = plainLine(inner);
    const order = readAddress(line) ?? readInstruction(line);
    if (order) return [{ ...ordered(order, quote, correction), how: "remember" }];
    const sentence = { text: words, start: 0, end: 0, question: false };
    const statements = readClauses(sentence, inner, "remember", state);
    if (statements.length > 0) return statements.map((statement) => ({ ...statement, quote, correction }));
  }
  const date = findDate(words, state.at, state.zone, "future");
  const label = date?.label ? ` (${date.label})` : "";
  const text = command.todo ? `Remember to ${words}` : words.charAt(0).toUpperCase() + words.slice(1);
  return [
    {
      kind: command.todo ? "event" : "fact",
      text: text + label,
      subject: "user",
      predicate: command.todo ? "to do" : "note",
      value: words,
      context: "",
      quote,
      validFrom: date?.start ?? null,
      validTo: null,
      single: false,
      importance: 0.7,
      safety: false,
      how: "remember",
      negated: false,
      correction,
      instead: null,
    },
  ];
}

function ordered(draft: Draft, quote: string, correction: boolean): Statement {
  const text = quote.replace(/[\s.!]+$/, "");
  return {
    kind: draft.kind,
    text: text.charAt(0).toUpperCase() + text.slice(1),
    subject: "user",
    predicate: draft.predicate,
    value: draft.value,
    context: "",
    quote,
    validFrom: null,
    validTo: null,
    single: draft.single ?? false,
    importance: draft.importance,
    safety: draft.safety ?? false,
    how: "stated",
    negated: false,
    correction,
    instead: null,
  };
}

/** The last tokens, which say what a command's line holds. */
function tailOf(tokens: readonly Token[], inner: string): readonly Token[] {
  for (let from = 0; from < tokens.length; from++) {
    const rest = tokens.slice(from);
    if (plainLine(rest).length <= inner.length) return rest;
  }
  return [];
}

/** The sentence with contractions written out, in its own letters. */
function plainLine(tokens: readonly Token[]): string {
  return tokens
    .map((token) => token.text)
    .join(" ")
    .replaceAll(/\s+([,:;.!?)])/g, "$1")
    .replaceAll("\uFFFC", "")
    .trim();
}

/** True where the user's last message told something, be it of a kind that is learned or not. */
function lastWasStatement({ previous, zone }: Circumstances): boolean {
  const last = previous.findLast((turn) => turn.role === "user");
  if (!last) return false;
  if (/^\s*(?:i|my|we|our|the|he|she|his|her)\b[^?]*$/i.test(last.text.slice(0, 2_000))) return true;
  return readMessage(last.text, { at: last.at, zone, previous: [] }).statements.length > 0;
}

/** Names of several words or inside the sentence, and the nouns of "my X": what may come up again. */
function mentionsOf(tokens: readonly Token[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.lower === "my" && tokens[i + 1]) found.push(tokens[i + 1]?.lower.replace(/'s$/, "") ?? "");
    if (!isCapitalised(token) || (i === 0 && isCommonStart(token?.lower ?? ""))) continue;
    let end = i + 1;
    while (isCapitalised(tokens[end])) end++;
    const name = tokens.slice(i, end).map((part) => part.lower.replace(/'s$/, ""));
    if (!name.every(isCommonStart)) found.push(name.join(" "));
    i = end - 1;
  }
  return found.filter((mention) => mention.length > 2);
}
