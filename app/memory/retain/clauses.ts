import { isCommonStart, relationOf } from "./people.ts";
import { isCapitalised, type Token } from "./tokens.ts";
import { isModal, verbForm } from "./verbs.ts";

const subjectWords = new Set("i we my our he she they it his her their you your there this that these".split(" "));
const joins = new Set([
  ",",
  "and",
  "but",
  "so",
  "because",
  "since",
  "although",
  "though",
  "while",
  "whereas",
  "as",
  "plus",
  "or",
]);
const breaks = new Set([";", "—", "–", "(", ")"]);
const adverbs = new Set(
  `also still just really now currently always usually often sometimes mostly mainly never recently already actually only even
  absolutely totally truly generally typically normally definitely finally soon then both do does did not cannot rarely hardly
  occasionally regularly simply strongly honestly secretly kind sort of`.split(/\s+/),
);
/** Verbs that may open a clause that shares its subject with the one before: "I live in Porto and work from home". */
const sharedVerbs = new Set(
  `be have live work love like enjoy prefer hate dislike drink eat speak play study move take drive own need go teach run use
  can will practise smoke wear collect get start join leave quit buy sell bake cook avoid detest adore suffer train want`.split(
    /\s+/,
  ),
);
const questionWords = new Set("what who whom whose where when why how which".split(" "));

/** A stretch of a sentence with one subject and verb; `shared` where its subject is that of the clause before. */
export type ClauseTokens = {
  tokens: Token[];
  shared: boolean;
  /** The subject that a relative clause goes on about, where it is not that of the clause before. */
  subject?: readonly Token[];
};

/** Cuts a sentence where a new clause begins. Lists of things ("tea, coffee and milk") stay whole. */
export function splitClauses(sentence: readonly Token[]): ClauseTokens[] {
  const { main: tokens, relative, antecedent } = takeOutRelative(sentence);
  const clauses: ClauseTokens[] = [];
  let current: Token[] = [];
  let shared = false;
  const push = (nextShared: boolean): void => {
    while (current.length > 0 && (joins.has(current.at(-1)?.lower ?? "") || current.at(-1)?.lower === "-"))
      current.pop();
    if (current.length > 0) clauses.push({ tokens: current, shared });
    current = [];
    shared = nextShared;
  };
  let plainSubject = startsPlain(tokens);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) break;
    if (breaks.has(token.lower) || (token.lower === "-" && current.length > 0)) {
      push(false);
      continue;
    }
    if (joins.has(token.lower) && current.some(isFiniteVerb)) {
      let next = i + 1;
      while (joins.has(tokens[next]?.lower ?? "")) next++;
      // "as" and "since" open clauses only before a subject: "as a nurse", "since 2019".
      const opens = opening(tokens, next, plainSubject);
      const subordinates =
        token.lower === "as" || token.lower === "since" || token.lower === "or" || token.lower === "so";
      if (opens === "subject" || (opens === "verb" && !subordinates)) {
        push(opens === "verb");
        if (opens === "subject") plainSubject = startsPlain(tokens.slice(next));
        i = next - 1;
        continue;
      }
    }
    current.push(token);
  }
  push(false);
  if (relative.length > 0)
    clauses.push({ tokens: relative, shared: true, ...(antecedent ? { subject: antecedent } : {}) });
  return clauses;
}

/** Before its verb a clause is not over: "my wife and I live ...". */
function isFiniteVerb(token: Token): boolean {
  const form = verbForm(token.lower);
  return isModal(token.lower) || (form !== null && form.tense !== "progressive");
}

/** "Tom, who lives in York, is a vet": the sentence without what is put in, and what is put in, as clauses of one subject. */
function takeOutRelative(tokens: readonly Token[]): {
  main: Token[];
  relative: Token[];
  antecedent: readonly Token[] | null;
} {
  const who = tokens.findIndex((token, place) => token.lower === "who" && tokens[place - 1]?.lower === ",");
  const end = who < 0 ? -1 : tokens.findIndex((token, place) => place > who && token.lower === ",");
  if (who < 0 || !verbForm(tokens[who + 1]?.lower ?? "")) return { main: [...tokens], relative: [], antecedent: null };
  const before = tokens.slice(0, who - 1);
  const antecedent = before.some(isFiniteVerb) ? objectOf(before) : null;
  // Whom "who" means must be sure, or what is told of them would be told of the wrong one.
  if (antecedent === undefined) return { main: before, relative: [], antecedent: null };
  return {
    main: [...before, ...(end < 0 ? [] : tokens.slice(end + 1))],
    relative: tokens.slice(who + 1, end < 0 ? undefined : end),
    antecedent,
  };
}

/** "I have a daughter, Mila": her, as "my daughter Mila"; undefined where the last words name nobody. */
function objectOf(tokens: readonly Token[]): readonly Token[] | undefined {
  const at = tokens.findLastIndex((token) => relationOf(token.lower) !== null);
  const relation = tokens[at];
  const names = tokens
    .slice(at + 1)
    .filter((token) => token.lower !== "," && token.lower !== "called" && token.lower !== "named");
  if (!relation || !names.every(isCapitalised)) return undefined;
  return [{ text: "My", lower: "my", start: relation.start, end: relation.start }, relation, ...names];
}

/** True for subjects whose verbs have no -s: I, we, they, plural nouns. */
function startsPlain(tokens: readonly Token[]): boolean {
  const found = tokens.slice(0, 12).find((token) => /^(?:i|we|they|you|he|she|it|my|our)$/.test(token.lower));
  return found !== undefined && /^(?:i|we|they|you)$/.test(found.lower);
}

function opening(tokens: readonly Token[], from: number, plainSubject: boolean): "subject" | "verb" | null {
  let i = from;
  while (adverbs.has(tokens[i]?.lower ?? "")) i++;
  const token = tokens[i];
  if (!token) return null;
  const next = tokens[i + 1];
  if (subjectWords.has(token.lower)) return opensWithSubject(tokens, i) ? "subject" : null;
  if (questionWords.has(token.lower) && next && token.lower !== "who") return "subject";
  if (token.lower === "please") return "subject";
  if (opensWithCircumstance(tokens, i)) return "subject";
  if (isModal(token.lower) && next && /^(?:you|we|i)$/.test(next.lower)) return "subject";
  if (token.lower === "the" || (isCapitalised(token) && !isCommonStart(token.lower))) {
    return nameWithVerb(tokens, i) ? "subject" : null;
  }
  if (tokens[from]?.lower === "do" || tokens[from]?.lower === "does" || tokens[from]?.lower === "did") return "verb";
  if (isModal(token.lower)) return "verb";
  const form = verbForm(token.lower);
  if (!form || !next || !sharedVerbs.has(form.base) || form.tense === "progressive" || form.tense === "participle")
    return null;
  if (next.lower === "," || joins.has(next.lower)) return null;
  if (form.tense === "past") return "verb";
  // "I like walks and drinks": with "I" a form in -s is a noun, with "she" one without.
  return form.thirdPerson !== plainSubject || token.lower === "am" || token.lower === "are" ? "verb" : null;
}

/** "and my sister" may go on with the list; a subject has a verb before the clause ends. */
function opensWithSubject(tokens: readonly Token[], from: number): boolean {
  const first = tokens[from]?.lower ?? "";
  if (/^(?:i|we|he|she|they|you|there)$/.test(first)) return tokens[from + 1] !== undefined;
  for (let i = from + 1; i < Math.min(tokens.length, from + 9); i++) {
    const word = tokens[i]?.lower ?? "";
    if (word === "," || word === "and" || breaks.has(word)) return false;
    const form = verbForm(word);
    if (isModal(word) || (form && form.tense !== "progressive" && i > from)) return true;
    if (/'s$/.test(word) && /^(?:an?|not|in|at|from|allergic|called)$/.test(tokens[i + 1]?.lower ?? "")) return true;
  }
  return false;
}

/** ", in winter I take the tram" */
function opensWithCircumstance(tokens: readonly Token[], from: number): boolean {
  if (!/^(?:in|on|at|for|with|during|after|before|when|while)$/.test(tokens[from]?.lower ?? "")) return false;
  const subject = tokens.findIndex(
    (token, place) => place > from + 1 && place <= from + 5 && /^(?:i|we)$/.test(token.lower),
  );
  return (
    subject > 0 &&
    tokens[subject + 1] !== undefined &&
    !tokens.slice(from, subject).some((token) => token.lower === "and")
  );
}

function nameWithVerb(tokens: readonly Token[], from: number): boolean {
  for (let i = from + 1; i < Math.min(tokens.length, from + 4); i++) {
    const token = tokens[i];
    if (!token) return false;
    const form = verbForm(token.lower);
    if (isModal(token.lower) || (form && (form.thirdPerson || form.tense === "past"))) return true;
    if (tokens[from]?.lower !== "the" && !isCapitalised(token)) return false;
  }
  return false;
}
