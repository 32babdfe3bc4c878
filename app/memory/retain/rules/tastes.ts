import { mainDomain } from "../../domains/read.ts";
import { bare, type Draft, fact, type Rule } from "./draft.ts";

const taste = { kind: "preference", importance: 0.6 } as const;

/** "an X", "to do X", "doing X very much": the thing liked. */
function liked(rest: string): string {
  return bare(
    rest
      .replace(/^(?:to (?=\p{L}))/iu, "")
      .replace(
        /\s+(?:very much|so much|a lot|the most|the best|too much|most of all|more than anything|a little|at all|too|as well|either|these days)\s*$/gi,
        "",
      ),
  );
}

/** What nobody can quote on its own: "it", "that", "you". */
const empty =
  /^(?:it|that|this|these|those|them|him|her|you|your|me|us|to|so|how|when|what|where|the (?:idea|way|sound|look)|idea|way|one|both|all|everything|anything|nothing|if|being able)?(?:$|\s+(?:when|if|that|you|it|is|was|idea|to be able)\b.*)/i;

const like: Rule = ({ rest, phrase }) => {
  if (phrase.modal === "would" || phrase.modal === "could" || phrase.modal === "might") return null;
  if (phrase.tense === "past" && !phrase.ended) return lovedOnce(rest);
  const over = /^(.+?)\s+(?:more|better) than\s+(.+)$/i.exec(rest);
  if (over) return preferred(over[1] ?? "", over[2] ?? "");
  const value = liked(rest);
  if (empty.test(value) || value.length > 120) return null;
  return phrase.negated ? fact("dislikes", value, { ...taste, negated: false }) : fact("likes", value, taste);
};

/** "I loved the concert": of an evening, not of life. */
function lovedOnce(rest: string): Draft[] | null {
  const value = liked(rest);
  return empty.test(value) ? null : fact("likes", value, { ...taste, importance: 0.4, how: "aside" });
}

const dislike: Rule = ({ rest, phrase }) => {
  if (phrase.modal === "would") return null;
  const value = liked(rest);
  if (empty.test(value) || value.length > 120) return null;
  return phrase.negated
    ? fact("likes", value, { ...taste, importance: 0.4, negated: false, how: "aside" })
    : fact("dislikes", value, taste);
};

function preferred(better: string, worse: string): Draft[] | null {
  const value = liked(better);
  if (empty.test(value)) return null;
  return fact("likes", value, { ...taste, importance: 0.65, ...(worse === "" ? {} : { instead: liked(worse) }) });
}

const prefer: Rule = ({ rest, phrase }) => {
  if (phrase.modal !== null && phrase.modal !== "would") return null;
  const over = /^(.+?)\s+(?:over|to|rather than|instead of|than|more than)\s+(.+)$/i.exec(rest.replace(/^to /i, ""));
  return over ? preferred(over[1] ?? "", over[2] ?? "") : preferred(rest, "");
};

/** "would rather watch documentaries (than horror films)" */
const rather: Rule = ({ rest }) => {
  const [, better = rest, worse = ""] = /^(.+?)\s+(?:than|instead of)\s+(.+)$/i.exec(rest) ?? [];
  const value = liked(better.replace(/^(?:watch|have|eat|drink|read|listen to|play|use|get|take|see)\s+/i, ""));
  if (empty.test(value) || /^(?:not|you|be|that)\b/i.test(rest)) return null;
  return fact("likes", value, { ...taste, importance: 0.65, ...(worse === "" ? {} : { instead: liked(worse) }) });
};

const cannotStand: Rule = ({ rest, phrase }) =>
  phrase.negated && phrase.modal === "can" && !empty.test(liked(rest))
    ? fact("dislikes", liked(rest), { ...taste, negated: false })
    : null;

const drink: Rule = ({ rest, phrase, context }) => {
  if (phrase.tense === "past" && !phrase.ended) return null;
  const value = liked(rest);
  if (value === "" || empty.test(value)) {
    return phrase.negated ? fact("drinks", "no alcohol", { ...taste, single: false, negated: false }) : null;
  }
  if (/^(?:too much|enough|more|less)\b/i.test(value)) return null;
  return phrase.negated
    ? fact("dislikes", value, { ...taste, negated: false })
    : fact("drinks", value, { ...taste, single: context !== "" });
};

const eat: Rule = ({ rest, phrase, context }) => {
  if (phrase.tense === "past" && !phrase.ended) return null;
  const value = liked(rest);
  if (
    empty.test(value) ||
    /^(?:out|in|late|early|alone|lunch|dinner|breakfast|at|too|a lot|anything|more|less|enough)\b/i.test(value)
  )
    return null;
  if (/^(?:vegan|vegetarian|halal|kosher|gluten-free|keto|paleo|low[- ]carb|plant-based)\b/i.test(value)) {
    return fact("diet", value, { importance: 0.8, single: true });
  }
  return phrase.negated
    ? fact("diet", `no ${value}`, { importance: 0.8, negated: false })
    : fact("eats", value, { ...taste, single: context !== "" });
};

/** "avoid shellfish" is a diet; "avoid crowds" is not. */
const avoid: Rule = ({ rest, phrase }) => {
  const value = liked(rest);
  if (empty.test(value) || phrase.negated || phrase.modal === "would") return null;
  if (mainDomain(value) !== "food") return fact("dislikes", value, taste);
  return fact("diet", `no ${value.replace(/^(?:eating|drinking|consuming|having) (?:any )?/i, "")}`, {
    importance: 0.7,
  });
};

/** "refuse to fly" */
const refuse: Rule = ({ rest, phrase }) => {
  const what = /^to (.+)$/i.exec(rest);
  if (!what || phrase.negated || phrase.tense !== "present" || phrase.progressive || phrase.modal !== null) return null;
  return empty.test(liked(rest)) ? null : fact("dislikes", liked(rest), taste);
};

const feelings: readonly (readonly [RegExp, "likes" | "dislikes" | "fear"])[] = [
  [/^(?:aversion|dislike|distaste|hatred|loathing|disdain|antipathy)$/, "dislikes"],
  [/^(?:preference|passion|love|fondness|weakness|liking|appreciation|soft spot|sweet spot)$/, "likes"],
  [/^(?:fear|phobia|dread)$/, "fear"],
];

/** "have a strong aversion to crowds", "have a fear of heights", "have a soft spot for jazz" */
const haveFeeling: Rule = ({ rest, phrase }) => {
  const felt =
    /^(?:an? |no )?(?:[\p{L}-]+ ){0,3}?(aversion|dislike|distaste|hatred|loathing|disdain|antipathy|preference|passion|love|fondness|weakness|liking|appreciation|soft spot|sweet spot|fear|phobia|dread) (?:to|towards?|for|of|against) (.+)$/iu.exec(
      rest,
    );
  const predicate = feelings.find(([words]) => words.test((felt?.[1] ?? "").toLowerCase()))?.[1];
  const value = liked(felt?.[2] ?? "");
  if (!felt || !predicate || empty.test(value) || value.length > 120) return null;
  if (phrase.negated || /^no /i.test(rest) || phrase.tense !== "present" || phrase.modal !== null) return null;
  return predicate === "fear" ? fact("fear", value, { importance: 0.5 }) : fact(predicate, value, taste);
};

const diets =
  /^(?:an? )?(?:strict |mostly |also |committed |lifelong |full )?(vegan|vegetarian|pescatarian|pescetarian|flexitarian|carnivore|teetotal(?:ler)?|fruitarian|gluten[- ]free|dairy[- ]free|plant-based)s?\b/i;
const dietPhrases = /^on (?:an? |the )?(.*\bdiet)\b/i;

/** "be vegan", "be into jazz", "be a fan of ...", "be obsessed with ...": what "be" tells about tastes, or null. */
export const beTaste: Rule = ({ rest, phrase }) => {
  const diet = diets.exec(rest) ?? dietPhrases.exec(rest);
  if (diet) {
    const value = (diet[1] ?? "").toLowerCase();
    return fact("diet", phrase.negated ? `not ${value}` : value, { importance: 0.8, single: true, negated: false });
  }
  const into =
    /^(?:(?:really|very|quite|so|totally|super|not|big|pretty|much)\s+)*(?:into|keen on|fond of|obsessed with|crazy about|mad about|in love with|interested in|passionate about|addicted to|(?:an? )?(?:huge |big |great |massive |lifelong |real |long-time )*(?:fan|lover) of) (.+)$/i.exec(
      rest,
    );
  if (into) {
    const value = liked(into[1] ?? "");
    if (empty.test(value)) return null;
    return phrase.negated ? fact("dislikes", value, { ...taste, negated: false }) : fact("likes", value, taste);
  }
  const person =
    /^(?:an? |such an? |more of an? )(?:huge |big |real |total )*([\p{L}-]+) (?:person|lover|fan|addict|fanatic|enthusiast|buff|nerd|geek)\b/iu.exec(
      rest,
    );
  if (person) {
    const what = (person[1] ?? "").toLowerCase();
    if (/^(?:morning|night|nice|good|bad|private|social|busy|normal)$/.test(what))
      return fact("trait", `${what} person`, { importance: 0.4 });
    return phrase.negated ? fact("dislikes", what, { ...taste, negated: false }) : fact("likes", what, taste);
  }
  const fear =
    /^(?:(?:really|very|quite|so|a bit|terribly)\s+)*(?:scared|afraid|terrified|frightened|petrified|tired|sick|bored) of (.+)$/i.exec(
      rest,
    );
  if (fear) {
    const value = liked(fear[1] ?? "");
    if (empty.test(value)) return null;
    return /scared|afraid|terrified|frightened|petrified/i.test(rest)
      ? fact("fear", value, { importance: 0.5 })
      : fact("dislikes", value, { ...taste, how: "aside" });
  }
  const against =
    /^(?:(?:really|very|quite|so|strongly|firmly|deeply|extremely)\s+)*(?:averse to|opposed to|against|uncomfortable (?:with|around|in|on)) (.+)$/i.exec(
      rest,
    );
  if (against && !phrase.negated && phrase.tense === "present" && phrase.modal === null) {
    const value = liked(against[1] ?? "");
    return empty.test(value) ? null : fact("dislikes", value, taste);
  }
  const over = /^(?:over|done with|fed up with|(?:so )?past) (.+)$/i.exec(rest);
  if (over && !/^(?:the moon|it|this|that|him|her|you|\d)\b/i.test(over[1] ?? ""))
    return fact("dislikes", liked(over[1] ?? ""), taste);
  return null;
};

/** Rules for likes, dislikes, food and drink, by the verb that they read. */
export const tasteRules: Readonly<Record<string, readonly Rule[]>> = {
  be: [beTaste],
  like: [like],
  love: [like],
  enjoy: [like],
  adore: [like],
  hate: [dislike],
  dislike: [dislike],
  detest: [dislike],
  loathe: [dislike],
  despise: [dislike],
  prefer: [prefer],
  rather: [rather],
  stand: [cannotStand],
  bear: [cannotStand],
  tolerate: [cannotStand],
  refuse: [refuse],
  have: [haveFeeling],
  drink: [drink],
  eat: [eat],
  avoid: [avoid],
  crave: [like],
};
