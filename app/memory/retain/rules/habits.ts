import { bare, fact, isProper, type Rule } from "./draft.ts";

const speak: Rule = ({ rest }) => {
  const languages = bare(rest).replace(/^(?:fluent|a little|some|good|a bit of|basic)\s+/i, "");
  return isProper(languages) && languages.length < 60 ? fact("language", bare(rest), { importance: 0.6 }) : null;
};

const learning: Rule = ({ rest, phrase }) => {
  const what = bare(rest.replace(/^(?:how )?to /i, ""));
  if (what === "" || /^(?:that|about|from|a lot|it)\b/i.test(what) || (phrase.tense === "past" && !phrase.perfect))
    return null;
  return fact("learning", what, { importance: 0.5 });
};

const wear: Rule = ({ rest, phrase }) =>
  phrase.tense === "present" && !phrase.progressive ? fact("wears", bare(rest), { importance: 0.4 }) : null;

/** "wake up at 6", "get up at half past five" */
const wake: Rule = ({ rest, phrase, date, context }) => {
  if (phrase.tense !== "present" || !/^up\b/i.test(rest)) return null;
  const at =
    /^up (?:every (?:day|morning) )?(?:at|around|about|by) (.+)$/i.exec(rest)?.[1] ??
    (date?.precision === "hour" ? date.words : "");
  return at === ""
    ? null
    : fact("wake-up time", bare(at), { importance: 0.5, single: true, contextual: context !== "" });
};

/** What someone does as a habit: said in the simple present, or as what they have begun. */
const habit: Rule = ({ rest, phrase }) => {
  if (phrase.tense !== "present" || phrase.modal !== null || phrase.perfect) return null;
  const value = bare(rest);
  if (value.length > 120 || /^(?:it|that|this|you|with you|how|what|whether)\b/i.test(value)) return null;
  return fact(phrase.verb, value === "" ? "yes" : value, { importance: 0.5 });
};

/** Verbs of the mind, of talk and of the moment, which make no habit. */
const momentary =
  /^(?:need|want|get|see|look|seem|try|keep|put|set|give|find|come|let|call|wait|help|start|stop|begin|thank|appreciate|apologi[sz]e|suggest|recommend|understand|care|matter|mind|say|tell|ask|think|know|mean|forget|remember|wish|hope|mention|reply|claim|wonder|dream|imagine|pretend|assume|guess|suppose|hear|believe|agree|describe|explain|argue|admit|deny|insist|feel|be|do|have|rather|like|love|hate|prefer|enjoy|make|bring|show|send|paste|decide|expect|consider|require|include|contain|cost|happen|plan|miss|lose|win|turn|open|close|finish|complete|leave|arrive|die|break|fall|cause|trigger|react|skip|drop|fail|identify|refer|swear|await|deserve|become|spell|sound|smell|taste|stand|sit|lie|hold|go|swear|react|book|order|apply|return|change|switch|move)$/;

/** Whatever else someone does as a rule: "My uncle repairs clocks". */
export const generalHabit: Rule = (clause) => {
  const { phrase, subject, rest } = clause;
  if (momentary.test(phrase.verb) || rest === "" || phrase.progressive || phrase.negated) return null;
  if (subject.type !== "self" && subject.relation === null && subject.type !== "person") return null;
  return habit(clause);
};

/** "training for a triathlon", "writing a novel": what someone is at for a good while. */
const project: Rule = ({ rest, phrase }) => {
  if (!phrase.progressive || phrase.tense !== "present" || phrase.negated || phrase.modal !== null) return null;
  const lasting =
    phrase.verb === "write"
      ? /\b(?:book|novel|thesis|dissertation|memoir|blog|album|screenplay|musical|game|app)\b/i.test(rest)
      : /^(?:for|towards?) /i.test(rest) ||
        /^(?:build|design|develop|restore|renovate|translate|direct|compose|record)$/.test(phrase.verb);
  return lasting && rest !== "" ? fact("project", `${phrase.verb} ${bare(rest)}`, { importance: 0.5 }) : null;
};

/** "take the tram", "cycle to work" */
const commute: Rule = ({ rest, phrase, context }) => {
  const ride =
    /^(?:the |a |my )?(?:tram|bus|train|metro|subway|tube|underground|ferry|bike|bicycle|car|scooter|taxi)\b/i.test(
      rest,
    );
  const way = /\bto (?:work|school|the office|uni|university|college)\b/i.test(rest) || context === "at work";
  if (
    phrase.tense !== "present" ||
    phrase.progressive ||
    phrase.modal !== null ||
    phrase.negated ||
    !(way || (ride && phrase.verb === "take"))
  )
    return null;
  return fact("commute", `${phrase.verb} ${bare(rest)}`, { importance: 0.5, single: true });
};

const uses: Rule = ({ rest, phrase }) =>
  phrase.tense === "present" &&
  phrase.modal === null &&
  rest !== "" &&
  !/^(?:it|this|that|to|you|the word)\b/i.test(rest)
    ? fact("uses", bare(rest), { importance: 0.4, how: "aside" })
    : null;

const goes: Rule = ({ rest, phrase, date }) => {
  const off = /^off (.+)$/i.exec(rest);
  if (off) return fact("dislikes", bare(off[1] ?? ""), { kind: "preference", importance: 0.6, negated: false });
  if (date || phrase.tense !== "present" || phrase.progressive || phrase.modal !== null) return null;
  return /^(?:running|swimming|hiking|climbing|cycling|jogging|dancing|to (?:the gym|church|mosque|synagogue|yoga|choir|school|therapy|university|bed))\b/i.test(
    rest,
  )
    ? fact("go", bare(rest), { importance: 0.45 })
    : null;
};

/** Rules for habits, skills and pursuits, by the verb that they read. */
export const habitRules: Readonly<Record<string, readonly Rule[]>> = {
  speak: [speak],
  learn: [learning],
  wear: [wear],
  wake: [wake],
  get: [wake],
  drive: [commute],
  take: [commute],
  walk: [commute],
  ride: [commute, habit],
  cycle: [commute, habit],
  train: [project],
  prepare: [project],
  save: [project],
  write: [project],
  build: [project],
  design: [project],
  develop: [project],
  play: [habit],
  practise: [habit],
  practice: [habit],
  collect: [habit],
  support: [habit],
  volunteer: [habit],
  smoke: [habit],
  vape: [habit],
  bake: [habit],
  paint: [habit],
  sing: [habit],
  knit: [habit],
  meditate: [habit],
  swim: [habit],
  surf: [habit],
  climb: [habit],
  hike: [habit],
  jog: [habit],
  row: [habit],
  weigh: [({ rest }) => (/^\d/.test(rest) ? fact("weight", bare(rest), { single: true }) : null)],
  go: [goes],
  use: [uses],
};
