import { type Direction, findDate } from "../../language/dates.ts";
import { findContext } from "./context.ts";
import type { How, Statement } from "./reading.ts";
import { draftsOf } from "./rules/apply.ts";
import type { Clause } from "./rules/draft.ts";
import { isHypothetical, isQuestion, isReport } from "./screen.ts";
import { comesRound, toStatement } from "./statement.ts";
import { readSubject, type Subject, wordsOfSubject } from "./subject.ts";
import { isCapitalised, lineOf, sourceOf, type Token } from "./tokens.ts";
import { readVerbPhrase, type VerbPhrase } from "./verb-phrase.ts";

/** What the clauses of a message share. */
export type ReadingState = {
  message: string;
  at: number;
  zone: string;
  /** The person or thing last spoken of: what "she" and "it" mean. */
  antecedent: Subject | null;
  /** The subject of the clause before, for those that go on with it. */
  lastSubject: Subject | null;
  /** What was last liked, disliked, drunk or eaten: what an object "it" means. */
  lastTaste: string | null;
};

/** A clause's outcome: what it states, "skip" where the sentence tells nothing from here on, or null for nothing. */
export type ClauseReading = { statements: Statement[]; subject: Subject } | "skip" | null;

const fillers =
  /(?:^|[\s,]+)(?:too|as well|now|right now|at the moment|currently|these days|nowadays|lately|recently|actually|already|though|anyway|by the way|btw|haha|lol|you know|most days|every day|sometimes|usually|often|either|again|instead|of course|for sure|in fact|to be honest|just|please|so far|yet|still|all the time)$/i;

/** Reads one clause. `hedged` and `how` tell how firmly it is said. */
export function readClause(tokens: readonly Token[], shared: boolean, how: How, state: ReadingState): ClauseReading {
  const { front, main } = splitFront(tokens);
  let subject: Subject | null;
  let verbTokens: readonly Token[];
  if (shared && state.lastSubject) {
    subject = state.lastSubject;
    verbTokens = main;
  } else {
    if (isQuestion(main)) return "skip";
    subject = readSubject(main) ?? causeOf(main);
    if (!subject) return null;
    verbTokens = main.slice(subject.verbAt);
  }
  const phrase = readVerbPhrase(verbTokens, !shared && subject.impliedBe);
  if (!phrase) return null;
  const resolved = resolvePronoun(subject, state);
  if (!resolved) return null;
  if (isReport(phrase)) return "skip";
  if (isHypothetical(phrase, resolved)) return { statements: [], subject: resolved };

  const told = buildClause(front, phrase, resolved, state);
  const meant = /^(?:it|them)$/i.test(told.rest) ? state.lastTaste : null;
  const clause = meant === null ? told : { ...told, rest: meant };
  const drafts = draftsOf(clause);
  const said = textOf(front, main, { subject, resolved, shared }, clause, state);
  const text = meant === null ? said : said.replace(/\b(?:it|them)\b/i, meant);
  const taste = drafts.find((draft) => /^(?:likes|dislikes|drinks|eats)$/.test(draft.predicate));
  if (taste) state.lastTaste = taste.value;
  const quote = sourceOf(state.message, tokens);
  const statements = drafts
    .map((draft) => toStatement(draft, clause, { text, quote, how, at: state.at }))
    .filter((statement) => statement.value !== "" && statement.text.length <= 600);
  return { statements, subject: resolved };
}

/** "latex gives me a rash": a thing that is named without more. */
function causeOf(tokens: readonly Token[]): Subject | null {
  const at = tokens.findIndex((token) => /^(?:gives?|makes?|causes?)$/.test(token.lower));
  if (at < 1 || at > 4 || tokens[at + 1]?.lower !== "me") return null;
  const noun = lineOf(tokens.slice(0, at));
  return {
    type: "other",
    key: "user",
    noun,
    relation: null,
    name: null,
    plural: false,
    tokens: tokens.slice(0, at),
    verbAt: at,
    impliedBe: false,
  };
}

/** "In the morning I prefer tea": what stands before the subject, and the rest. */
function splitFront(tokens: readonly Token[]): { front: readonly Token[]; main: readonly Token[] } {
  const first = tokens[0];
  if (
    !first ||
    !/^(?:in|at|on|by|for|after|before|during|when|whenever|while|last|next|this|every|since|until|from|yesterday|today|tomorrow|tonight|nowadays|currently|now|recently|lately|usually|sometimes|often|most|these|two|three|a|an|back|as|with|over|once|mornings|evenings|weekends|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|\d.*)$/.test(
      first.lower,
    )
  ) {
    return { front: [], main: tokens };
  }
  const from = /^(?:when|whenever|while|once|as)$/.test(first.lower) ? 2 : 1;
  for (let i = from; i < Math.min(tokens.length, 14); i++) {
    const word = tokens[i]?.lower ?? "";
    const before = tokens[i - 1]?.lower ?? "";
    const begins =
      word === "i" ||
      word === "we" ||
      (/^(?:my|our|he|she|they)$/.test(word) &&
        (before === "," || !/^(?:in|at|on|by|for|after|before|during|with|from|of|over|since|until)$/.test(before)));
    if (!begins && !(before === "," && isCapitalised(tokens[i]))) continue;
    if (from === 2 && before !== "," && !lineOf(tokens.slice(i)).includes(" ")) continue;
    const end = before === "," ? i - 1 : i;
    return { front: tokens.slice(0, end), main: tokens.slice(i) };
  }
  return { front: [], main: tokens };
}

function resolvePronoun(subject: Subject, state: ReadingState): Subject | null {
  const { antecedent } = state;
  const owner = /^(his|her|their)(?: (.+))?$/.exec(subject.key);
  if (owner) {
    if (antecedent?.type !== "person") return null;
    const key = owner[2] === undefined ? antecedent.key : `${antecedent.key}'s ${owner[2]}`;
    return { ...subject, key };
  }
  if (subject.type !== "pronoun") return subject;
  if (!antecedent) return null;
  const ofPerson = antecedent.type === "person";
  if (subject.key === "it" ? ofPerson && antecedent.relation === null : !ofPerson) return null;
  return { ...antecedent, tokens: antecedent.tokens, impliedBe: false, verbAt: subject.verbAt };
}

function buildClause(front: readonly Token[], phrase: VerbPhrase, subject: Subject, state: ReadingState): Clause {
  const { message, at, zone } = state;
  const restSource = sourceOf(message, phrase.rest);
  const frontSource = sourceOf(message, front);
  const direction: Direction =
    phrase.tense === "past" ||
    phrase.perfect ||
    (phrase.tense === "present" && !phrase.progressive && /\b(?:since|for)\b/i.test(restSource))
      ? "past"
      : "future";
  const date =
    findDate(restSource, at, zone, direction) ?? (front.length > 0 ? findDate(frontSource, at, zone, direction) : null);
  const foundContext = findContext(restSource) ?? findContext(frontSource);
  let rest = date ? restSource.replace(date.words, " ") : restSource;
  const inRest = findContext(rest);
  if (inRest) rest = rest.slice(0, inRest.index) + rest.slice(inRest.index + inRest.length);
  rest = rest
    .replace(/\bany ?(?:more|longer)\b/gi, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\s+,/g, ",")
    .trim();
  for (let previous = ""; previous !== rest; ) {
    previous = rest;
    rest = rest
      .replace(fillers, "")
      .replace(/[\s,;:.!-]+$/, "")
      .replace(/^(?:now|also|just|really|still|actually|already|currently|,)\s+/i, "")
      .trim();
  }
  // "I was a teacher for ten years" does not say which ten.
  const unplaced = date !== null && /^since /.test(date.label ?? "") && phrase.tense === "past" && !phrase.perfect;
  // "aisle seats on planes but window seats on trains" holds in both.
  const second = foundContext ? findContext(rest) : null;
  const context = second && second.context !== foundContext?.context ? "" : (foundContext?.context ?? "");
  return { subject, phrase, rest, date: unplaced ? null : date, context };
}

type Parts = { subject: Subject; resolved: Subject; shared: boolean };

/** The clause as a sentence of its own: the user's words, the subject filled in, relative dates spelled out. */
function textOf(
  front: readonly Token[],
  main: readonly Token[],
  { subject, resolved, shared }: Parts,
  clause: Clause,
  state: ReadingState,
): string {
  const { message } = state;
  const lead =
    front.length > 0
      ? `${sourceOf(message, front)}${/^(?:in|at|on|next|last|this|yesterday|today|tomorrow)$/i.test(front[0]?.lower ?? "") ? " " : ", "}`
      : "";
  let said: string;
  if (shared) said = `${wordsOfSubject(resolved.tokens)} ${sourceOf(message, main)}`;
  else if (subject.type === "pronoun") said = `${wordsOfSubject(resolved.tokens)} ${afterPronoun(main, message)}`;
  else if (/^(?:his|her|their)\b/.test(subject.key) && state.antecedent) {
    const owner = wordsOfSubject(state.antecedent.tokens);
    said = `${owner}'s ${sourceOf(message, main.slice(1))}`;
  } else said = sourceOf(message, main);
  const whole = `${lead}${said}`
    .replaceAll("\uFFFC", "")
    .replaceAll(/\s+/g, " ")
    .replace(/[\s,;:—–-]+$/, "")
    .replace(/[.!?]+$/, "")
    .trim();
  const label =
    clause.date?.label && !comesRound.test(whole) && !whole.includes(clause.date.label)
      ? ` (${clause.date.label})`
      : "";
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}${label}`;
}

/** "She's a nurse" without its "she": "is a nurse". */
function afterPronoun(main: readonly Token[], message: string): string {
  const [pronoun, verb] = main;
  if (!pronoun || !verb) return "";
  return verb.start === pronoun.start
    ? `${verb.text} ${sourceOf(message, main.slice(2))}`
    : sourceOf(message, main.slice(1));
}
