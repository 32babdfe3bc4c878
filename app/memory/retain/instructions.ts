import { findContext } from "./context.ts";
import type { Draft } from "./rules/draft.ts";

const standing =
  /\b(?:always|never|from now on|from here on|in (?:the )?future|going forward|henceforth|every time|whenever|any ?time|each time|as a rule|by default|at all times)\b/i;
const toEbb =
  "use|call|write|answer|reply|respond|add|include|give|explain|ask|suggest|recommend|mention|say|talk|speak|format|start|begin|end|finish|apologi[sz]e|send|show|assume|translate|repeat|summari[sz]e|put|make|keep|be|sign|check|list|tell|provide|convert|quote|cite|remind|refer|address|treat|stick|stay|avoid|skip|spell|round|wait|let|help|think|double-check|consider";
const imperative = new RegExp(
  `^(?:(?:always|never|only|just|ever|do not|do not ever|never ever|stop|no longer|also|rather|instead|try to|make sure (?:you |to |that you )?(?:always )?|be sure to|remember to|please|you should|you must|you need to|you can|you are to|i want you to|i would like you to|i need you to|i expect you to|i would prefer (?:it )?if you|i would prefer you to|i prefer you to)\\s+)*(?:${toEbb}|${toEbb.replace(/e(?=\||$)/g, "").replaceAll("|", "ing|")}ing)\\b`,
  "i",
);
const style =
  /\b(?:metric|imperial|kilomet(?:re|er)s?|miles|celsius|fahrenheit|units|short|shorter|brief|concise|succinct|long|detailed|formal|informal|casual|polite|direct|blunt|honest|emojis?|bullet points?|bullets|tables?|markdown|jargon|slang|exclamation marks?|british|american|24[- ]?hour|12[- ]?hour|euros?|dollars?|pounds|first name|plain (?:english|language|text)|simple (?:english|words)|in (?:german|french|spanish|portuguese|italian|dutch|english|polish|swedish|norwegian|danish|finnish|japanese|chinese|korean|russian|arabic|hindi|turkish|greek|czech)|vegetarian recipes|answers|replies|responses)\b/i;
const aboutAnswers =
  /\b(?:your |the |my )?(?:answers?|replies|responses|explanations|emojis?|bullet points|small talk)\b/i;

const topics: readonly (readonly [string, RegExp])[] = [
  ["distance units", /\b(?:kilomet|miles|distances?|metric|imperial|feet)\b|\bkilomet/i],
  ["temperature units", /\b(?:celsius|fahrenheit|temperatures?)\b/i],
  [
    "language",
    /\bin (?:german|french|spanish|portuguese|italian|dutch|english|polish|swedish|norwegian|danish|finnish|japanese|chinese|korean|russian|arabic|hindi|turkish|greek|czech)\b/i,
  ],
  [
    "answer length",
    /\b(?:short|shorter|brief|concise|succinct|long|longer|detailed|thorough|in detail|one sentence|length)\b/i,
  ],
  ["emojis", /\bemojis?\b/i],
  ["format", /\b(?:bullet|bullets|tables?|markdown|plain text|lists?)\b/i],
  ["tone", /\b(?:formal|informal|casual|polite|direct|blunt|honest|tone|friendly)\b/i],
  ["time format", /\b(?:24[- ]?hour|12[- ]?hour|am\/pm)\b/i],
  ["currency", /\b(?:euros?|dollars?|pounds|currency)\b/i],
  ["spelling", /\b(?:british|american) (?:english|spelling)\b/i],
];

const notNames =
  /^(?:back|later|tomorrow|today|tonight|now|at|when|if|a|an|the|on|by|after|before|in|crazy|old|stupid|maybe|whatever|asap|again|old-fashioned|first|soon|any ?time|weird|picky|lazy)\b/i;

/** "call me Sam", "I go by Sam": how to address the user, or null. `line` is the sentence as written. */
export function readAddress(line: string): Draft | null {
  const match =
    /^(?:(?:please|just|you can|you may|from now on,?|always|do|everyone|everybody|people|my friends|friends|they all?|i prefer (?:it )?(?:if|when) (?:you|people)|i would like you to|i want you to|i prefer to be|i like to be|i am|i would rather be|to)\s+)*(?:(?:calls?|called|address(?:es)?) (?:me )?(?:as )?|refer to me as )(.+)$/i.exec(
      line,
    ) ?? /^(?:i|and i) (?:usually |mostly |just )?go by (?:the name )?(?:of )?(.+)$/i.exec(line);
  const asked = (match?.[1] ?? "")
    .replace(/\s*(?:,|\bplease\b|\bfrom now on\b|\binstead\b|\bfor short\b|\bnot\b.*|\bif you\b.*)\s*.*$/i, "")
    .trim();
  if (!match || asked === "" || notNames.test(asked) || asked.split(/\s+/).length > 3) return null;
  if (!/\bme\b|\bgo by\b|\bi (?:am|prefer|like|would)\b/i.test(line) || !/^[\p{L}][\p{L}' .-]*$/u.test(asked))
    return null;
  const isName = /^\p{Lu}/u.test(asked) || asked.split(/\s+/).length === 1;
  return isName
    ? { kind: "instruction", predicate: "address as", value: asked, importance: 0.95, single: true, safety: true }
    : null;
}

/** A standing instruction on how Ebb is to answer, or null. `line` is the sentence with its contractions written out. */
export function readInstruction(line: string): Draft | null {
  const text = line.replace(/^(?:please|and|also|oh|hey ebb|ebb|ok|okay)[,\s]+/i, "").trim();
  if (text.length > 400) return null;
  const lead =
    /^(?:from now on|from here on|in (?:the )?future|going forward|henceforth|by default|as a rule|starting (?:now|today)|next time)[,\s]+(?:please\s+)?/i.exec(
      text,
    );
  const whenLead =
    /^(?:when(?:ever)?|every time|each time|any ?time|if|for|in) (?:i|you|we|my|your|any|all|every|recipes?|code|emails?)\b[^,]{0,100}, (?:please )?/i.exec(
      text,
    );
  const core = lead ? text.slice(lead[0].length) : whenLead ? text.slice(whenLead[0].length) : text;
  const asked = imperative.test(core) && !/^(?:be|do not be) (?:back|right|there|here|sure|careful)\b/i.test(core);
  const marked = lead !== null || standing.test(text) || (whenLead !== null && /^(?:when|every|each|any)/i.test(text));
  const wanted =
    /^i (?:do not |always |never |would )?(?:want|like|prefer|hate|love|need|appreciate) .*$/i.test(text) &&
    aboutAnswers.test(text) &&
    style.test(text);
  const needed =
    marked &&
    /^i (?:need|want|expect|would like|prefer|would prefer) (?:all|every|any|my|your|the|it|you|to (?:see|get|have))\b/i.test(
      core,
    );
  const refused =
    /^no (?:more )?(?:emojis?|bullet points?|exclamation marks?|jargon|small talk|slang|apologies)\b/i.test(text);
  const forbids =
    /^(?:please )?(?:do not|never|stop)\b/i.test(core) &&
    asked &&
    !/\b(?:this|that|it|him|her|them|today|tonight|now)\b\s*$/i.test(core);
  const styled =
    asked &&
    style.test(core) &&
    /^(?:always |only |please )*(?:use|answer|reply|respond|write|speak|talk|keep|be|avoid|stick|spell|give me (?:distances|temperatures|prices|times))\b/i.test(
      core,
    ) &&
    !oneOff.test(core);
  if (!(asked && (marked || forbids || styled)) && !wanted && !needed && !refused) return null;
  const topic = topics.find(([, pattern]) => pattern.test(core))?.[0];
  const context = whenLead
    ? (findContext(text)?.context ?? whenLead[0].replace(/[,\s]+(?:please)?\s*$/i, "").toLowerCase())
    : "";
  return {
    kind: "instruction",
    predicate: topic === undefined ? "instruction" : `instruction: ${topic}`,
    value: context === "" ? core : text,
    importance: 0.9,
    single: topic !== undefined,
  };
}

/** What is asked for one text at hand only. */
const oneOff =
  /\b(?:this|that|these|it|a|an|the following|my (?:essay|letter|email|cv|text|message|report|speech)|email|essay|poem|story|letter|function|script)\b/i;
