import { mainDomain } from "../../domains/read.ts";
import { bare, type Draft, fact, type Rule } from "./draft.ts";

const health = { importance: 0.95, safety: true } as const;

const conditions =
  /\b(?:diabet(?:es|ic)|asthma(?:tic)?|epilep(?:sy|tic)|coeliac|celiac|migraines?|hypertension|high blood pressure|low blood pressure|arthritis|anaemi[ac]|anemi[ac]|cancer|leukaemia|leukemia|depress(?:ion|ed clinically)|anxiety|adhd|autis(?:m|tic)|dyslexi[ac]|dyscalculia|tinnitus|vertigo|insomnia|sleep apnoea|sleep apnea|eczema|psoriasis|ibs|crohn'?s|colitis|thyroid|hypothyroidism|lupus|multiple sclerosis|parkinson'?s|alzheimer'?s|dementia|pacemaker|heart (?:condition|disease|failure|murmur)|arrhythmia|gout|glaucoma|cataracts?|endometriosis|pcos|osteoporosis|scoliosis|sciatica|hernia|reflux|gerd|covid|long covid|hiv|hepatitis|kidney (?:disease|stones?)|colou?r[- ]?blind|deaf|hard of hearing|hearing loss|blind|wheelchair|immunocompromised|haemophilia|hemophilia|sickle cell|bipolar|ptsd|ocd|narcolepsy|fibromyalgia|hay fever|bad (?:back|knee|knees|heart|hip)|chronic \w+|prosthetic|syndrome|disorder|disease|phobia|claustrophobi[ac])\b/i;
const intolerances =
  /^(?:(?:very|quite|highly|slightly|severely)\s+)?((?:lactose|gluten|fructose|histamine|egg|dairy|wheat|soy|alcohol|caffeine)[- ]intolerant|intolerant (?:to|of) .+|sensitive to (?:gluten|lactose|dairy|caffeine|wheat|penicillin|latex)\b.*|coeliac|celiac)/i;
const drugs =
  /\b(?:insulin|metformin|ibuprofen|aspirin|paracetamol|warfarin|statins?|antidepressants?|antibiotics?|blood thinners?|beta[- ]blockers?|the pill|birth control|inhalers?|vitamins?|vitamin \w+|supplements?|iron tablets|painkillers?|antihistamines?|steroids?|lithium|ritalin|adderall|melatonin|thyroxine|levothyroxine|medication|medicine|meds|tablets?|pills?|chemo(?:therapy)?|eye drops|epipen|\w+(?:pril|sartan|olol|statin|azole|mycin|cillin|prazole|formin|azepam|oxetine|traline|dipine|parin|xaban|profen|oxacin|cycline|gabalin|gliptin))\b/i;

/** "be allergic to ...", "be diabetic", "be on insulin": what "be" tells about health, or null. */
export const beHealth: Rule = ({ rest, phrase }) => {
  const allergic =
    /^(?:(?:very|badly|highly|extremely|deathly|severely|terribly|really|mildly|slightly|also|quite|super|violently|seriously)\s+)*allergic to (.+)$/i.exec(
      rest,
    );
  if (allergic) return allergy(allergic[1] ?? "");
  const intolerant = intolerances.exec(rest);
  if (intolerant) return fact("allergy", bare(intolerant[1] ?? ""), health);
  const diagnosed = /^(?:just |recently |newly )?diagnosed (?:with|as) (.+)$/i.exec(rest);
  if (diagnosed) return fact("condition", bare(diagnosed[1] ?? ""), health);
  const on = /^(?:on|taking) (.+)$/i.exec(rest);
  if (on && drugs.test(on[1] ?? "")) return fact("medication", bare(on[1] ?? ""), health);
  if (/^(?:\d+ (?:weeks|months) )?pregnant\b/i.test(rest))
    return fact("condition", "pregnant", { ...health, single: false });
  const condition = bare(rest);
  if (conditions.test(condition) && condition.length < 60 && phrase.tense !== "future") {
    return fact("condition", condition, health);
  }
  const blood = /^(?:blood (?:type|group) )?((?:A|B|AB|O)[+-](?:ve)?)$/.exec(rest);
  return blood ? fact("blood type", blood[1] ?? "", { ...health, single: true }) : null;
};

function allergy(list: string): Draft[] {
  const value = bare(list);
  return /^(?:anything|nothing|everything)\b/i.test(value)
    ? fact("allergy", value, { importance: 0.7 })
    : fact("allergy", value, health);
}

const have: Rule = ({ rest }) => {
  const list =
    /^(?:an? |the )?(?:(?:very|really|severe|bad|serious|mild|strong|slight|life-threatening|food)\s+)*allerg(?:y|ies) to (.+)$/i.exec(
      rest,
    ) ??
    /^(?:an? )?(?:(?:severe|bad|serious|mild|strong|slight|terrible)\s+)*([\p{L} -]{2,40}?) allerg(?:y|ies)\b/iu.exec(
      rest,
    );
  if (list) return allergy(list[1] ?? "");
  const intolerance = /^(?:an? )?([\p{L}]+) intolerance\b/iu.exec(rest);
  if (intolerance) return fact("allergy", `${intolerance[1]} intolerance`, health);
  const value = bare(rest);
  if (/^(?:an? )?(?:coeliac|celiac)\b/i.test(value)) return fact("allergy", value, health);
  if (conditions.test(value) && value.length < 80) return fact("condition", value, health);
  return /^(?:[a-z]+ )?(?:surgery|an operation)\b/i.test(value)
    ? [{ kind: "event", predicate: "operation", value, importance: 0.7 }]
    : null;
};

const take: Rule = ({ rest, phrase }) => {
  if (!drugs.test(rest) && !/\b\d+ ?(?:mg|mcg|ml|units)\b/i.test(rest)) return null;
  if (phrase.tense === "past" && !phrase.ended) return null;
  return fact("medication", bare(rest), health);
};

const suffer: Rule = ({ rest }) => {
  const from = /^from (.+)$/i.exec(rest);
  return from ? fact("condition", bare(from[1] ?? ""), health) : null;
};

/** "can not eat/have/tolerate ...": also said for diets, where it is as good a warning. */
const cannotEat: Rule = ({ rest, phrase }) => {
  if (!phrase.negated || (phrase.modal !== "can" && phrase.modal !== "must" && phrase.modal !== "should")) return null;
  const value = bare(rest);
  if (
    value === "" ||
    /^(?:it|that|this|here|out|there|until|before|today|tonight|tomorrow|now|to|any ?more)\b/i.test(value)
  )
    return null;
  return fact("allergy", `can't have ${value}`, { ...health, negated: false });
};

const makesIll: Rule = ({ rest, subject }) => {
  if (
    !/^(?:me|us) (?:sick|ill|hives|a rash|headaches?|migraines?|itch|sneeze|bloated|break out|throw up|nauseous|swell)/i.test(
      rest,
    )
  ) {
    return null;
  }
  const cause = subject.tokens.map((token) => token.text).join(" ");
  return fact("allergy", cause, { ...health, subject: "user" });
};

const hurt: Rule = ({ rest, phrase }) => {
  const part =
    /^(?:my |his |her |their )?(?:left |right )?(leg|arm|wrist|ankle|foot|toe|finger|hand|collarbone|rib|ribs|nose|hip|knee|shoulder|back|elbow|jaw|hamstring|acl)\b/i.exec(
      rest,
    );
  return part && phrase.tense === "past"
    ? [{ kind: "event", predicate: "injury", value: `${phrase.verb} ${rest}`, importance: 0.7 }]
    : null;
};

/** Rules for allergies, conditions, medication and injuries, by the verb that they read. */
export const healthRules: Readonly<Record<string, readonly Rule[]>> = {
  be: [beHealth],
  have: [cannotEat, have],
  get: [have],
  develop: [have],
  carry: [({ rest }) => (/\bepipen\b/i.test(rest) ? fact("medication", bare(rest), health) : null)],
  take: [take],
  use: [
    ({ rest }) =>
      /\b(?:inhaler|insulin|epipen|hearing aids?|wheelchair|cpap)\b/i.test(rest)
        ? fact("medication", bare(rest), health)
        : null,
  ],
  suffer: [suffer],
  eat: [cannotEat],
  tolerate: [
    ({ rest, phrase }) =>
      // Loud music is not to be borne either, and yet no matter of health.
      phrase.negated && /^(?:food|health)$/.test(mainDomain(rest) ?? "health")
        ? fact("allergy", `can't tolerate ${bare(rest)}`, { ...health, negated: false })
        : null,
  ],
  digest: [cannotEat],
  give: [makesIll],
  make: [makesIll],
  break: [hurt],
  sprain: [hurt],
  injure: [hurt],
};
