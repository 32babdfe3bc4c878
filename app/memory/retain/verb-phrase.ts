import { isCapitalised, type Token } from "./tokens.ts";
import { isModal, type VerbForm, verbForm } from "./verbs.ts";

/** What a clause says of its subject. */
export type VerbPhrase = {
  /** The main verb's base form. */
  verb: string;
  /** What follows it. */
  rest: Token[];
  tense: "present" | "past" | "future";
  progressive: boolean;
  perfect: boolean;
  negated: boolean;
  /** True for "used to", "no longer", "not ... any more", "stopped ...": it was so and is over. */
  ended: boolean;
  /** would, could, can, must ...; "have to" and "need to" count as must. */
  modal: string | null;
};

const adverbs =
  /^(?:also|still|just|really|now|currently|always|usually|often|sometimes|mostly|mainly|recently|already|actually|only|even|absolutely|totally|truly|generally|typically|normally|definitely|finally|soon|both|all|then|rarely|regularly|simply|strongly|originally|officially|probably|basically|newly|happily|deeply|quite|occasionally|secretly|seriously|severely|badly|very|so|too|kinda)$/;
const beWords = /^(?:am|is|are|was|were|be|been|being)$/;
const haveWords = /^(?:have|has|had|having)$/;
const doWords = /^(?:do|does|did)$/;
const endings = /(?:^| )(?:any ?more|any ?longer)(?=$| (?:at|in|on|for|to|since|because|,)\b| ,)/;
const stops = /^(?:stop|quit|finish|cease)$/;

/** Reads the verb that the tokens begin with, through its auxiliaries, or null where they begin with none. */
export function readVerbPhrase(tokens: readonly Token[], impliedBe: boolean): VerbPhrase | null {
  const state: VerbPhrase = {
    verb: "",
    rest: [],
    tense: "present",
    progressive: false,
    perfect: false,
    negated: false,
    ended: false,
    modal: null,
  };
  let i = 0;
  const word = (place = i): string => tokens[place]?.lower ?? "";
  const skip = (): void => {
    for (;;) {
      if (word() === "not" || word() === "never") state.negated = true;
      else if (word() === "no" && word(i + 1) === "longer") {
        state.negated = true;
        state.ended = true;
        i++;
      } else if (!adverbs.test(word())) return;
      i++;
    }
  };
  const done = (verb: string, from: number): VerbPhrase => finish(state, verb, tokens.slice(from));

  skip();
  if (impliedBe) return done("be", i);
  if (word() === "used" && word(i + 1) === "to") {
    state.tense = "past";
    state.ended = true;
    i += 2;
    skip();
  } else if (isModal(word())) {
    if (word() === "will" || word() === "shall") state.tense = "future";
    else state.modal = word();
    i++;
    skip();
    if (word() === "rather") {
      state.modal = null;
      return done("rather", i + 1);
    }
  }
  if (doWords.test(word())) {
    const past = word() === "did";
    let next = i + 1;
    while (word(next) === "not" || adverbs.test(word(next))) next++;
    const form = verbForm(word(next));
    if (form && form.tense === "present" && (next > i + 1 || !isCapitalised(tokens[next]))) {
      if (past) state.tense = "past";
      i++;
      skip();
    }
  }
  if (haveWords.test(word())) {
    const past = word() === "had";
    const at = i;
    i++;
    skip();
    if (word() === "got" && word(i + 1) !== "to") {
      const next = word(i + 1);
      if (/^(?:an?|the|my|two|three|four|some|no|\d+|another|one)$/.test(next) || !verbForm(next))
        return done("have", i + 1);
    }
    if (word() === "to" || (word() === "got" && word(i + 1) === "to")) {
      i += word() === "to" ? 1 : 2;
      state.modal = "must";
    } else {
      const form = verbForm(word());
      const participle = form && (form.tense === "participle" || form.tense === "past");
      if (!participle || (form.base === "have" && word() !== "had")) {
        if (past) state.tense = "past";
        return done("have", at + 1 + (i - at - 1));
      }
      state.perfect = true;
      if (past) state.tense = "past";
    }
  }
  if (beWords.test(word())) {
    if (/^(?:was|were)$/.test(word())) state.tense = "past";
    i++;
    skip();
    const form = verbForm(word());
    if (form?.tense !== "progressive" || /^(?:interesting|exciting|boring|annoying|amazing)$/.test(word()))
      return done("be", i);
    if (
      form.base === "go" &&
      word(i + 1) === "to" &&
      verbForm(word(i + 2))?.tense === "present" &&
      word(i + 3) !== ""
    ) {
      const main = verbForm(word(i + 2));
      // "was going to" never came to be.
      if (state.tense === "past") state.modal = "would";
      state.tense = "future";
      return done(main?.base ?? "", i + 3);
    }
    state.progressive = true;
    if (stops.test(form.base)) return stopped(state, tokens, i, done);
    return done(form.base, i + 1);
  }
  if (word() === "need" && word(i + 1) === "to") {
    state.modal ??= "must";
    i += 2;
    skip();
  }
  // After "will", "have to" and the like any word is a verb.
  const helped = state.modal !== null || state.tense === "future";
  const form = verbForm(word()) ?? (helped && /^\p{Ll}+$/u.test(word()) ? bareVerb(word()) : null);
  if (!form) return null;
  if (form.tense === "past" || form.tense === "participle") {
    // "I read" and "I put" are past and present alike; the present is the safer reading.
    if (!(form.base === word()) && !state.perfect) state.tense = state.tense === "future" ? "future" : "past";
  } else if (form.tense === "progressive") return null;
  if (state.perfect && form.tense !== "present") state.tense = form.base === "be" ? "present" : state.tense;
  if (stops.test(form.base) || (form.base === "give" && word(i + 1) === "up")) return stopped(state, tokens, i, done);
  if ((form.base === "start" || form.base === "begin") && verbForm(word(i + 1))?.tense === "progressive") {
    state.progressive = true;
    state.tense = "present";
    return done(verbForm(word(i + 1))?.base ?? "", i + 2);
  }
  if (form.base === "tend" && word(i + 1) === "to") return done(verbForm(word(i + 2))?.base ?? "", i + 3);
  return done(form.base, i + 1);
}

function bareVerb(base: string): VerbForm {
  return { base, tense: "present", thirdPerson: false };
}

/** "stopped eating meat": what is denied is the eating. */
function stopped(
  state: VerbPhrase,
  tokens: readonly Token[],
  at: number,
  done: (verb: string, from: number) => VerbPhrase,
): VerbPhrase {
  const given = tokens[at + 1]?.lower === "up";
  const next = at + (given ? 2 : 1);
  const inner = verbForm(tokens[next]?.lower ?? "");
  if (inner?.tense === "progressive") {
    state.negated = true;
    state.ended = true;
    state.tense = "present";
    return done(inner.base, next + 1);
  }
  if (given) {
    state.negated = true;
    state.ended = true;
    state.tense = "present";
    return done("like", next);
  }
  return done(verbForm(tokens[at]?.lower ?? "")?.base ?? "", at + 1);
}

function finish(state: VerbPhrase, verb: string, rest: readonly Token[]): VerbPhrase {
  const line = rest.map((token) => token.lower).join(" ");
  const over = endings.exec(line);
  if (!over) return { ...state, verb, rest: [...rest] };
  const from = line
    .slice(0, over.index)
    .split(" ")
    .filter((word) => word !== "").length;
  const kept = [...rest.slice(0, from), ...rest.slice(from + over[0].trim().split(" ").length)];
  return { ...state, verb, rest: kept, ended: state.ended || state.negated };
}
