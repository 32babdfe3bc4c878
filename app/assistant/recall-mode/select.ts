import { coverage, stem } from "../../memory/retain/words.ts";
import type { Candidate } from "./candidates.ts";
import { isTelling, type Question } from "./question.ts";

/** Quotes in one answer, and in one about everything known. */
const answerLimit = 4;
const everythingLimit = 15;

/**
 * Words by which people speak of a topic without naming it, so that "What music do I like?" finds jazz. Stems, as
 * `contentStems` makes them.
 */
const topics: Readonly<Record<string, RegExp>> = {
  film: /^(?:film|cinema|documentar\w*|horror|thriller|comed\w*|sci-?fi|western|anim\w*|watch|actor|netflix|seri\w*|romcom\w*)$/,
  music:
    /^(?:music|jazz|rock|pop|classical|opera|hip-?hop|rap|metal|techno|blue|folk|song|band|concert|listen|album|singer|piano|guitar|punk|soul|indie|reggae)$/,
  drink:
    /^(?:drink|tea|coffe\w*|beer|wine|water|juic\w*|milk|cola|latt\w*|espresso|cappuccino|whisk\w*|gin|cocoa|lemonad\w*|matcha|smoothi\w*|soda|decaf)$/,
  food: /^(?:food|eat|pizza|pasta|sushi|curr\w*|soup|salad|bread|chees\w*|meat|fish|vegetabl\w*|fruit|ric\w*|burger|taco\w*|noodl\w*|chocolat\w*|dish|cuisin\w*|cook|garlic|onion|mushroom|oliv\w*|spicy|dessert|cake|porridg\w*|allergy|vegan|vegetarian)$/,
  sport:
    /^(?:sport|football|soccer|tennis|run|swim|hik\w*|climb|cycl\w*|yoga|gym|basketball|hockey|ski|surf|row|golf|box|volleyball|badminton|jog|marathon|handball|rugby|cricket|judo|karate|fenc\w*|rowing|sail|skat\w*|danc\w*|pilates|squash|baseball|softball|lacross\w*|athletic|gymnastic|archery|dart)$/,
  book: /^(?:book|read|novel|author|fiction|poetry|fantasy|crim\w*|biograph\w*)$/,
  colour: /^(?:colour|red|blue|green|yellow|black|whit\w*|purpl\w*|orang\w*|pink|brown|grey|gray|turquois\w*)$/,
  pet: /^(?:pet|dog|cat|rabbit|hamster|parrot|bird|horse|fish|turtl\w*|tortois\w*|snak\w*|puppy|kitten)$/,
  flower:
    /^(?:flower|tulip|ros\w*|lil\w*|daffodil|orchid|peony|peoni\w*|sunflower|daisy|dais\w*|lavender|iris|hydrangea|dahlia|carnation|violet)$/,
  fruit:
    /^(?:fruit|appl\w*|banana|orang\w*|mango\w*|strawberr\w*|raspberr\w*|cherr\w*|grap\w*|peach|pear|plum|kiwi|pineapple|melon|berr\w*)$/,
  instrument:
    /^(?:instrument|piano|guitar|violin|cello|flut\w*|drum|trumpet|saxophon\w*|clarinet|bass|harp|accordion|ukulel\w*|banjo|organ|viola|oboe|trombon\w*)$/,
  game: /^(?:game|chess|poker|minecraft|scrabbl\w*|catan|zelda|monopoly|puzzl\w*|card)$/,
  hobby:
    /^(?:hobby|paint|garden|knit|pottery|photograph\w*|draw|danc\w*|chess|collect|bak\w*|cook|hik\w*|read|play|sing|fish)$/,
};

type Scored = { candidate: Candidate; score: number };

/**
 * The candidates that answer the question, best first; none where nothing fits well enough. Prefers what stands in the slot,
 * about the person, and in the circumstance that is asked for; what is over answers only for the past.
 */
export function select(question: Question, candidates: readonly Candidate[], at: number): Candidate[] {
  const usable = distinct(candidates).filter((candidate) => mayAnswer(question, candidate));
  if (question.everything) return about(question, usable).slice(0, everythingLimit);
  const scored = usable
    .map((candidate) => ({ candidate, score: fitness(question, candidate, at) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.candidate.saidAt - a.candidate.saidAt);
  const inTime = question.past ? preferPast(scored) : scored;
  const best = inTime[0];
  if (!best) return [];
  const others = inTime.slice(1).filter(({ candidate, score }) => joins(question, best, candidate, score));
  return [best, ...others].slice(0, answerLimit).map(({ candidate }) => candidate);
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function about(question: Question, usable: Candidate[]): Candidate[] {
  return question.people.length === 0
    ? usable.filter((candidate) => candidate.subject === "user" && candidate.kind !== "turn")
    : usable;
}

/** Person, circumstance and time rule out; they don't only weigh. */
function mayAnswer(question: Question, candidate: Candidate): boolean {
  if (candidate.past && !question.past) return false;
  if (question.people.length > 0) {
    const words = new Set([...candidate.subject.split(/[\s']+/), ...candidate.stems]);
    if (
      !question.people.some(
        (person) =>
          words.has(person) || candidate.subject.includes(person) || candidate.text.toLowerCase().includes(person),
      )
    ) {
      return false;
    }
  } else if (
    question.aboutUser &&
    candidate.kind !== "turn" &&
    candidate.subject !== "user" &&
    question.form !== "who"
  ) {
    // "Do I have a dog?" is answered by "dog rex" too: what belongs to the user is named in the question.
    if (
      !question.stems.some((word) =>
        candidate.subject
          .split(/[\s']+/)
          .map(stem)
          .includes(word),
      )
    )
      return false;
  }
  return !(question.context !== "" && candidate.context !== "" && candidate.context !== question.context);
}

/** How well it answers; 0 where it does not. */
function fitness(question: Question, candidate: Candidate, at: number): number {
  const telling = question.stems.filter(isTelling).filter((word) => !question.people.includes(word));
  const lexical = topical(telling, candidate.stems);
  const inSlot = question.predicates.includes(candidate.predicate) || inNoun(question, candidate);
  const people = question.people.length > 0;
  const inContext = question.context !== "" && candidate.context === question.context;
  const met = question.people.filter(
    (person) => candidate.stems.includes(stem(person)) || candidate.subject.includes(person),
  );
  if (telling.length > 0) {
    // What is asked for must be there: a slot alone is not enough for "Do I like jazz?".
    if (lexical < 0.5 && !(inSlot && (lexical > 0 || inContext || isSlotQuestion(question, candidate)))) return 0;
  }
  const told = inContext && coverage(question.stems, candidate.stems) >= 0.5;
  if (telling.length === 0 && !inSlot && !told && !(people && loosely(question, candidate))) return 0;
  let score = 2 * lexical + (inSlot ? 1.5 - 0.1 * place(question, candidate) : 0) + 0.5 * Math.min(1, candidate.score);
  score += 0.5 * coverage(question.stems, candidate.stems) + (people ? met.length / question.people.length : 0);
  if (question.context !== "") score += inContext ? 1 : -0.5;
  else if (candidate.context !== "") score -= 0.1;
  if (candidate.kind === "turn") score -= 0.6;
  if (question.form === "when") score += hasDate(candidate) ? 0.8 : -0.3;
  if (question.form === "when" && candidate.validFrom !== null && candidate.kind === "event") {
    score += candidate.validFrom >= at - 86_400_000 ? 0.2 : 0;
  }
  if (question.form === "who" && candidate.subject !== "user" && candidate.subject !== "") score += 0.3;
  if (question.form === "where" && /\b(?:in|at|to|near|from)\s+\p{Lu}/u.test(candidate.text)) score += 0.2;
  if (candidate.validFrom !== null && candidate.validFrom > at && candidate.kind !== "event") score -= 1;
  return Math.max(score, 0.01);
}

/** The share of the asked words that the candidate has, by themselves or by their topic. */
function topical(asked: readonly string[], said: readonly string[]): number {
  if (asked.length === 0) return 0;
  const has = new Set(said);
  const met = asked.filter(
    (word) => has.has(word) || (topics[word] !== undefined && said.some((other) => topics[word]?.test(other))),
  );
  return met.length / asked.length;
}

function place(question: Question, candidate: Candidate): number {
  return Math.max(0, question.predicates.indexOf(candidate.predicate));
}

/** "my car insurance" asks for "car insurance" and for "car insurance expire". */
function inNoun(question: Question, candidate: Candidate): boolean {
  return question.predicates.some(
    (noun) =>
      noun.length > 2 && (candidate.predicate.startsWith(`${noun} `) || candidate.predicate.endsWith(` ${noun}`)),
  );
}

const wholeSlots =
  /^(?:home|address|job|work|name|full name|address as|age|birthday|allergy|diet|medication|condition|blood type|marital status|language|pet|origin|birthplace|nationality|pronouns|workplace|lives with|studies|hobby|wake-up time)$/;

/** Questions whose slot says all: "Is there any food I have to avoid?" shares no word with its answer. */
function isSlotQuestion(question: Question, candidate: Candidate): boolean {
  return (
    wholeSlots.test(candidate.predicate) &&
    question.predicates.indexOf(candidate.predicate) < 2 &&
    question.stems.filter(isTelling).length <= 2
  );
}

/** What is known of a person may answer although its slot is another: "Where does Mara live?" by "a nurse in Leeds". */
function loosely(question: Question, candidate: Candidate): boolean {
  if (question.form === "where") return /\b(?:in|at|to|near)\s+\p{Lu}/u.test(candidate.text);
  if (question.form === "who") return true;
  return question.predicates.length === 0;
}

function hasDate(candidate: Candidate): boolean {
  return (
    candidate.validFrom !== null ||
    /\b\d{1,2}\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b/i.test(
      candidate.text,
    )
  );
}

function preferPast(scored: readonly Scored[]): readonly Scored[] {
  const past = scored.filter(({ candidate }) => candidate.past);
  return past.length > 0
    ? past.toSorted((a, b) => b.score - a.score || (b.candidate.validTo ?? 0) - (a.candidate.validTo ?? 0))
    : scored;
}

const manyValued =
  /^(?:allergy|diet|medication|condition|likes|dislikes|drinks|eats|pet|language|hobby|has|relation|favourite .*|play|collect|instruction.*)$/;

/** Whether another candidate is quoted beside the best one. */
function joins(question: Question, best: Scored, candidate: Candidate, score: number): boolean {
  if (question.form === "when" || question.past)
    return score > best.score - 0.15 && candidate.predicate !== best.candidate.predicate && question.form !== "when";
  if (question.context !== "" && candidate.context !== question.context) return false;
  if (manyValued.test(best.candidate.predicate) && manyValued.test(candidate.predicate))
    return score >= best.score - 0.9;
  return score >= best.score - 0.35 && candidate.kind !== "turn";
}
