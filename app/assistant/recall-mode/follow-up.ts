import { findContext } from "../../memory/retain/context.ts";
import { isCommonStart, relationOf } from "../../memory/retain/people.ts";
import type { PreviousTurn } from "../../memory/retain/reading.ts";
import { isModal, verbForm } from "../../memory/retain/verbs.ts";
import { readQuestion } from "./question.ts";

const lead = /^(?:and|but|or|so|ok|okay|oh|also|what about|how about|and what about|and how about|what of)(?:\s|,)+/i;
const pronouns = /\b(?:he|she|him|her|his|hers)\b/i;
const person =
  /\b(?:[Mm]y|[Oo]ur) (?:(?:older|younger|little|big|elder|best|twin|ex) )?([\p{L}-]+)(?: \p{Lu}[\p{L}'-]+)?/gu;
/** Turns back that a follow-up may go on from. */
const depth = 3;

/**
 * What a message asks once the question before it is taken into account: "And in the morning?" after "What do I drink at
 * work?" is "What do I drink in the morning?", and "she" is whoever was spoken of. A message that stands on its own comes
 * back as it is.
 */
export function contextualQuery(text: string, previous: readonly PreviousTurn[], level = 0): string {
  const asked = text.trim();
  if (asked.length > 200 || level > depth) return asked;
  const place = previous.findLastIndex((turn) => turn.role === "user");
  const last = previous[place];
  if (!last || last.text.length > 400) return asked;
  // Only a question can be gone on from: "Thanks!" and what was told leave nothing open.
  if (!isElliptical(asked) || !readQuestion(last.text).asks)
    return pronouns.test(asked) ? withNames(asked, previous) : asked;
  const base = contextualQuery(last.text, previous.slice(0, place), level + 1).replace(/[?.!\s]+$/, "");
  const fragment = stripLead(asked).replace(/[?.!\s]+$/, "");
  return fragment === "" || base === "" ? asked : `${merge(base, fragment)}?`;
}

function stripLead(text: string): string {
  let rest = text;
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(lead, "");
  }
  return rest;
}

function isElliptical(text: string): boolean {
  const rest = stripLead(text);
  const words = rest.split(/\s+/);
  if (words.length > 7 || /[.!]\s*\S/.test(rest)) return false;
  if (hasVerb(words)) return false;
  const led = rest.length < text.length;
  return led ? asks(text, rest) : /\?\s*$/.test(text) && words.length <= 4;
}

function hasVerb(words: readonly string[]): boolean {
  if (/^(?:i'm|it's|tell|remind|show|forget|remember)$/i.test(words[0] ?? "")) return true;
  if (/^(?:what|who|where|when|how|why|which|that|there|here|he|she|they)['’](?:s|re|d|ll)$/i.test(words[0] ?? ""))
    return true;
  return words.some((word, place) => {
    const form = verbForm(word.toLowerCase().replace(/[?.,!]+$/, ""));
    if (isModal(word.toLowerCase())) return true;
    // "And tea with milk?": a plain form may be a noun; an inflected one after another word is a verb.
    return (
      form !== null &&
      form.tense !== "progressive" &&
      (/^(?:be|have|do)$/.test(form.base) || (place > 0 && (form.thirdPerson || form.tense === "past")))
    );
  });
}

/** "And I like tea" goes on telling, "And in the morning?" asks on. */
function asks(text: string, rest: string): boolean {
  return (
    /\?\s*$/.test(text) ||
    /^(?:what|how) about\b/i.test(text) ||
    (!/^(?:i|we|my .+ \w+s|please|then)\b/i.test(rest) && rest.split(/\s+/).length <= 4)
  );
}

function merge(base: string, fragment: string): string {
  if (/^(?:before(?: that)?|previously|earlier|in the past|formerly|until then)$/i.test(fragment))
    return `${base} before`;
  if (/^(?:now|today|currently|these days|at the moment|nowadays)$/i.test(fragment)) {
    return base.replace(/\s*\b(?:before|previously|in the past|formerly)\b/gi, "");
  }
  const context = findContext(fragment);
  if (context && context.length >= fragment.length - 6) {
    const old = findContext(base);
    const rest = old ? `${base.slice(0, old.index)}${base.slice(old.index + old.length)}`.trim() : base;
    return `${rest} ${fragment}`.replaceAll(/\s+/g, " ");
  }
  if (/^(?:since |until |for )?(?:when|where|who|why|how|how old|what time|which day|how long)$/i.test(fragment)) {
    return `${fragment} ${base.replace(/^(?:what|who|where|when|which|how)(?:'s)?\s+/i, "")}`;
  }
  const named = personIn(fragment);
  if (named !== null) return aboutPerson(base, fragment);
  const topic =
    /\b((?:kinds?|sorts?|types?) of|favou?rite) ([\p{L}-]+)/iu.exec(base) ??
    /^(what|which) ([\p{L}-]+)(?= (?:do|does|did|am|is|are|was|were)\b)/iu.exec(base);
  if (topic) return base.replace(topic[0], `${topic[1]} ${fragment}`);
  return `${base} ${fragment}`;
}

function aboutPerson(base: string, who: string): string {
  const before = personIn(base);
  if (before !== null) {
    const owner = /^'s\b/.test(base.slice(base.indexOf(before) + before.length)) ? who.replace(/'s$/, "") : who;
    return base.replace(before, owner);
  }
  const asked = base
    .replace(/\bdo (?:i|we)\b/i, `does ${who}`)
    .replace(/\bam i\b/i, `is ${who}`)
    .replace(/\b(was|did|have|can|will) i\b/i, `$1 ${who}`);
  return asked === base ? base.replace(/\bmy\b/i, `${who}'s`) : asked;
}

/** The words that name a person: "my sister Mara" or a name inside the sentence; null where there are none. */
function personIn(text: string): string | null {
  for (const match of text.matchAll(person)) if (relationOf((match[1] ?? "").toLowerCase()) !== null) return match[0];
  for (const match of text.matchAll(/\p{Lu}\p{Ll}[\p{L}'-]*(?: \p{Lu}\p{Ll}[\p{L}'-]*)?/gu)) {
    if (!isCommonStart((match[0].split(/[\s']/)[0] ?? "").toLowerCase()) && !/^(?:I|You)\b/.test(match[0]))
      return match[0].replace(/'s$/, "");
  }
  return null;
}

/** "Where does she live?": whoever was named last, by the user or in what Ebb quoted. */
function withNames(text: string, previous: readonly PreviousTurn[]): string {
  if (personIn(text) !== null) return text;
  for (const turn of previous.slice(-4).toReversed()) {
    const said =
      turn.role === "assistant"
        ? [...turn.text.matchAll(/“([^”]+)”/g)].map(([, quote]) => quote ?? "").join(" ")
        : turn.text;
    const who = personIn(said.slice(0, 400));
    if (who === null) continue;
    return text
      .replace(/\b(?:she|he|him)\b/i, who)
      .replace(/\bher(?=\s+[\p{L}]+)(?!\s+(?:like|do|is|now)\b)|\bhis\b/iu, `${who}'s`)
      .replace(/\bher\b/i, who);
  }
  return text;
}
