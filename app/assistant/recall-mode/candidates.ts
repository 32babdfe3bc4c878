import { ownWords, sentencesOf } from "../../language/source-text.ts";
import type { Recalled } from "../../memory/recall/recall.ts";
import { findContext } from "../../memory/retain/context.ts";
import { relationOf } from "../../memory/retain/people.ts";
import { readMessage } from "../../memory/retain/read.ts";
import { contentStems, stem, wordsOf } from "../../memory/retain/words.ts";
import { readQuestion } from "./question.ts";

/** Something that may be quoted as an answer. */
export type Candidate = {
  mark: string;
  text: string;
  saidAt: number;
  subject: string;
  predicate: string;
  context: string;
  kind: string;
  validFrom: number | null;
  validTo: number | null;
  /** True where it is over or replaced. */
  past: boolean;
  /** Stems of its words, its slot and its subject. */
  stems: string[];
  /** Recall's score. */
  score: number;
};

/**
 * What the recalled memories and turns offer to quote. A turn is taken apart into what it states, by the same rules that
 * learn from it, and its other sentences; its questions and what it quotes of others are left out.
 */
export function candidatesOf(recalled: readonly Recalled[], at: number, zone: string): Candidate[] {
  return recalled.flatMap((item) => {
    if (!item.memory) return ofTurn(item, at, zone);
    // What was made out and contradicts the user's own words is no answer before they have said that it is so.
    const doubtful = item.memory.status === "conflict" && item.memory.trust === "inferred";
    return doubtful ? [] : [ofMemory(item, item.memory, at)];
  });
}

/** Stems of the words, and of what its relations stand for: a kitten is a cat, and mum is mother. */
function stemsOf(text: string): string[] {
  const stems = contentStems(text);
  for (const word of wordsOf(text)) {
    const relation = relationOf(word);
    if (relation !== null) stems.push(stem(relation));
  }
  return [...new Set(stems)];
}

function ofMemory(item: Recalled, memory: NonNullable<Recalled["memory"]>, at: number): Candidate {
  const { subject, predicate, context, kind, validFrom, validTo, value } = memory;
  return {
    mark: item.mark,
    text: memory.text,
    saidAt: item.saidAt,
    subject,
    predicate,
    context,
    kind,
    validFrom,
    validTo,
    past: memory.status === "superseded" || (kind !== "event" && validTo !== null && validTo <= at),
    stems: stemsOf(`${memory.text} ${predicate} ${value} ${subject === "user" ? "" : subject}`),
    score: item.score,
  };
}

function ofTurn(item: Recalled, at: number, zone: string): Candidate[] {
  const { statements } = readMessage(item.text, { at: item.saidAt, zone, previous: [] });
  const speaker = item.speaker?.toLowerCase() ?? null;
  const stated = statements
    .filter((statement) => statement.how !== "aside" || statement.kind !== "event" || statement.text !== "")
    .map((statement): Candidate => {
      const subject = statement.subject === "user" && speaker !== null ? speaker : statement.subject;
      return {
        mark: item.mark,
        text: speaker === null ? statement.text : `${item.speaker}: ${statement.text}`,
        saidAt: item.saidAt,
        subject,
        predicate: statement.predicate,
        context: statement.context,
        kind: statement.kind,
        validFrom: statement.validFrom,
        validTo: statement.validTo,
        past: statement.kind !== "event" && statement.validTo !== null && statement.validTo <= at,
        stems: stemsOf(`${statement.text} ${statement.predicate} ${subject === "user" ? "" : subject}`),
        score: item.score,
      };
    });
  const quotes = statements.map(({ quote }) => quote);
  const others = sentencesOf(ownWords(item.text))
    // A question answers none, with or without its mark.
    .filter(
      ({ question, text }) => !question && !readQuestion(text).asks && !text.includes("\uFFFC") && text.length <= 400,
    )
    .map(({ text }) => text.replaceAll(/\s+/g, " ").trim())
    .filter((text) => !quotes.some((quote) => text.includes(quote) || quote.includes(text)))
    .filter(
      (text) =>
        !/^(?:please |can |could |would |tell |suggest |recommend |write |explain |show |forget |delete |help )/i.test(
          text,
        ),
    )
    .map(
      (text): Candidate => ({
        mark: item.mark,
        text: speaker === null ? text : `${item.speaker}: ${text}`,
        saidAt: item.saidAt,
        subject: speaker ?? "",
        predicate: "",
        context: findContext(text)?.context ?? "",
        kind: "turn",
        validFrom: null,
        validTo: null,
        past: false,
        stems: stemsOf(`${text} ${speaker ?? ""}`),
        score: item.score,
      }),
    );
  return [...stated, ...others];
}
