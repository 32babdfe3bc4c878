import { bare, type Draft, fact, isProper, type Rule } from "./draft.ts";
import { isOccupation, occupation } from "./work.ts";

const identity = { importance: 0.85, safety: true } as const;

const nationalities =
  /^(?:half[- ]|part[- ])?(?:American|British|English|Scottish|Welsh|Irish|French|German|Spanish|Portuguese|Italian|Dutch|Belgian|Swiss|Austrian|Danish|Swedish|Norwegian|Finnish|Icelandic|Polish|Czech|Slovak|Hungarian|Romanian|Bulgarian|Greek|Turkish|Russian|Ukrainian|Serbian|Croatian|Bosnian|Slovenian|Albanian|Estonian|Latvian|Lithuanian|Chinese|Japanese|Korean|Thai|Vietnamese|Filipino|Filipina|Indonesian|Malaysian|Singaporean|Indian|Pakistani|Bangladeshi|Nepali|Nepalese|Sri Lankan|Iranian|Persian|Iraqi|Syrian|Lebanese|Israeli|Palestinian|Jordanian|Egyptian|Moroccan|Algerian|Tunisian|Nigerian|Ghanaian|Kenyan|Ethiopian|South African|Canadian|Mexican|Brazilian|Argentinian|Chilean|Colombian|Peruvian|Venezuelan|Cuban|Australian|New Zealander|Kiwi|Taiwanese|Afghan)\b(?: (?:citizen|national|by birth))?/;
const religions =
  /^(?:an? )?(?:practising |practicing |devout |lapsed |non-religious )?(Muslim|Christian|Catholic|Protestant|Jewish|Jew|Hindu|Buddhist|Sikh|atheist|agnostic|Quaker|Mormon|Orthodox)\b/i;
const status =
  /^(?:happily |recently |newly |still |not )?(married|single|divorced|engaged|widowed|separated|in a relationship)\b(?: to (.+))?/i;
const traits =
  /^(?:(?:very|quite|a bit|really|pretty|somewhat|rather)\s+)*((?:left|right)[- ]handed|ambidextrous|short-?sighted|near-?sighted|far-?sighted|colou?r-?blind|introvert(?:ed)?|extrovert(?:ed)?|an (?:introvert|extrovert|early bird|early riser|insomniac|only child|identical twin)|a (?:night owl|light sleeper|heavy sleeper|minimalist|perfectionist|twin|non-?smoker|smoker|vegetarian)|shy|tee-?total|gay|lesbian|bisexual|trans(?:gender)?|non-?binary|queer|asexual)\b/i;
const moods =
  /^(?:(?:so|very|really|a bit|quite|too|just|feeling|all|pretty|totally|a little|super|kind of|rather)\s+)*(?:tired|hungry|bored|here|back|fine|ok|okay|good|great|well|sorry|sure|ready|late|happy|sad|angry|busy|done|afraid not|glad|curious|wondering|thinking|stuck|confused|lost|home|excited|nervous|worried|sick|ill|cold|hot|thirsty|sleepy|exhausted|free|available|able|unable|about|right|wrong|not sure|certain|aware|looking|trying|asking|interested|going|coming)\b/i;

/** What "be" tells of someone besides health, work and taste; the clause's subject decides whom. */
export const beIdentity: Rule = (clause) => {
  const { rest, phrase, subject } = clause;
  const named = /^(?:called|named) (.+)$/i.exec(rest);
  if (named) {
    const said = bare(named[1] ?? "");
    const drafts = name(said, subject.relation);
    // As "my sister's name is Ana" does, it says which sister.
    const which = subject.relation !== null && subject.name === null && said !== "";
    return which
      ? (drafts?.map((draft) => ({ ...draft, subject: `${subject.key} ${said.toLowerCase()}` })) ?? null)
      : drafts;
  }
  const age =
    /^(?:only |already |almost |nearly |about )?(\d{1,3})(?:[- ]years?[- ]old|[- ]months?[- ]old| now)?$/i.exec(rest);
  if (age && Number(age[1]) > 0 && Number(age[1]) < 121) {
    return fact("age", /month/i.test(rest) ? rest : (age[1] ?? ""), { importance: 0.7, single: true });
  }
  const born = /^born (?:and (?:raised|bred) )?(.+)$/i.exec(rest);
  if (born) return birth(born[1] ?? "");
  if (rest === "born" && clause.date) return fact("birthday", clause.date.words, { ...identity, single: true });
  const from = /^(?:originally |actually )?from (.+)$/i.exec(rest);
  if (from && isProper(bare(from[1] ?? "")))
    return fact("origin", bare(from[1] ?? ""), { importance: 0.7, single: true });
  const live = /^(?:based|located|living) in (.+)$/i.exec(rest);
  if (live) return fact("home", bare(live[1] ?? ""), { importance: 0.8, single: true });
  const marital = status.exec(rest);
  if (marital) {
    const value = `${phrase.negated ? "not " : ""}${(marital[1] ?? "").toLowerCase()}${marital[2] ? ` to ${bare(marital[2])}` : ""}`;
    return fact("marital status", value, { importance: 0.7, single: true, negated: false });
  }
  const national = nationalities.exec(rest);
  if (national) return fact("nationality", national[0], { importance: 0.7 });
  const religion = religions.exec(rest);
  if (religion) return fact("religion", religion[1] ?? "", { importance: 0.6, single: true });
  const tall =
    /^((?:about |around |nearly )?\d[\d.,' ]*(?:"|'|ft|foot|feet|cm|m|metres?|meters?)\b.*?)(?: tall)?$/i.exec(rest);
  if (tall && /tall|cm|feet|foot|ft|'/.test(rest)) return fact("height", bare(tall[1] ?? ""), { single: true });
  const trait = traits.exec(rest);
  if (trait) return fact("trait", bare(trait[1] ?? ""), { importance: 0.5 });
  if (moods.test(rest)) return null;
  const relation = ofUser(rest);
  if (relation && subject.type === "person") {
    return [
      {
        kind: "relationship",
        predicate: "relation",
        value: relation,
        importance: 0.75,
        subject: subject.key.startsWith(relation) ? subject.key : `${relation} ${subject.key}`,
        single: true,
      },
    ];
  }
  const job = occupation(rest);
  if (job && (phrase.tense !== "past" || phrase.perfect || subject.type === "self" || subject.relation !== null))
    return job;
  if (/^(?:due|leaving|coming)\b/i.test(rest) && clause.date) {
    return [
      {
        kind: "event",
        predicate: rest.toLowerCase(),
        value: `${rest} ${clause.date.words}`,
        importance: 0.6,
        single: true,
      },
    ];
  }
  const away =
    /^(?:away|off work|on (?:holiday|vacation|leave|a (?:business )?trip|parental leave|maternity leave|paternity leave|sabbatical)\b.*|(?:staying )?in \p{Lu}.*|abroad\b.*)$/u.exec(
      rest || clause.context,
    );
  if (away && clause.date) {
    return [
      {
        kind: "event",
        predicate: "whereabouts",
        value: `${away[0]} ${clause.date.words}`,
        importance: 0.5,
        single: true,
      },
    ];
  }
  const learning = /^(?:good|great|bad|terrible|hopeless|brilliant|rubbish|fluent) (at|with|in) (.+)$/i.exec(rest);
  if (learning) return fact("skill", rest, { importance: 0.4 });
  if (/^(?:in charge of|responsible for|the (?:head|director|founder|owner|ceo|captain|president) of) /i.test(rest)) {
    return fact("job", rest, { importance: 0.7, single: true });
  }
  return subject.type === "self" || subject.relation !== null ? (selfName(clause) ?? memberOf(rest)) : null;
};

function memberOf(rest: string): Draft[] | null {
  const member =
    /^(?:an? )?(?:new |active |founding )?(?:member|part|owner|parent|mother|father|mum|mom|dad) of (.+)$/i.exec(rest);
  return member ? fact("is", bare(rest), { importance: 0.5 }) : null;
}

/** "I am Sam", "I am Sam Porter": a name and nothing else. */
function selfName({ rest, subject, phrase }: Parameters<Rule>[0]): Draft[] | null {
  if (subject.type !== "self" || subject.plural || phrase.negated || phrase.progressive) return null;
  if (!/^\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+){0,2}$/u.test(rest) || isOccupation(rest) || nationalities.test(rest))
    return null;
  return name(rest, null);
}

/** Somebody's name. */
export function name(value: string, relation: string | null): Draft[] | null {
  if (value === "" || value.split(/\s+/).length > 5) return null;
  return relation === null
    ? fact("name", value, { ...identity, single: true })
    : fact("name", value, { importance: 0.75, single: true, kind: "relationship" });
}

function birth(rest: string): Draft[] {
  const drafts: Draft[] = [];
  const place =
    /\bin ((?!(?:19|20)\d\d|January|February|March|April|May|June|July|August|September|October|November|December)\p{Lu}[\p{L} '-]+)/u.exec(
      rest,
    );
  const day =
    /\b(?:on|in) ((?:the )?\d.*|(?:19|20)\d\d|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b.*)/.exec(
      rest,
    );
  if (place)
    drafts.push(
      ...fact("birthplace", bare(place[1] ?? "").replace(/\s+(?:on|in)$/, ""), { importance: 0.7, single: true }),
    );
  if (day) drafts.push(...fact("birthday", bare(day[1] ?? ""), { ...identity, single: true }));
  return drafts.length > 0 ? drafts : fact("birthplace", bare(rest), { importance: 0.6, single: true });
}

/** "my sister", "a friend of mine": the relation, or null. */
function ofUser(rest: string): string | null {
  const match =
    /^(?:my|our) ((?:older |younger |big |little |twin |best |ex[- ])?[\p{L}-]+)$/iu.exec(rest) ??
    /^an? (?:old |good |close )?(friend|colleague|neighbou?r|cousin) of mine$/i.exec(rest);
  return match ? (match[1] ?? "").toLowerCase().replace(/^best /, "") : null;
}

/** Nouns of "my X is Y" that say who someone is. */
export const identityNouns: Readonly<Record<string, { predicate: string; safety: boolean; importance: number }>> = {
  name: { predicate: "name", safety: true, importance: 0.9 },
  "full name": { predicate: "full name", safety: true, importance: 0.85 },
  "first name": { predicate: "name", safety: true, importance: 0.9 },
  surname: { predicate: "surname", safety: true, importance: 0.85 },
  "last name": { predicate: "surname", safety: true, importance: 0.85 },
  nickname: { predicate: "nickname", safety: true, importance: 0.7 },
  pronouns: { predicate: "pronouns", safety: true, importance: 0.9 },
  birthday: { predicate: "birthday", safety: true, importance: 0.8 },
  birthdate: { predicate: "birthday", safety: true, importance: 0.8 },
  "date of birth": { predicate: "birthday", safety: true, importance: 0.8 },
  "blood type": { predicate: "blood type", safety: true, importance: 0.95 },
  "blood group": { predicate: "blood type", safety: true, importance: 0.95 },
  age: { predicate: "age", safety: false, importance: 0.7 },
  job: { predicate: "job", safety: false, importance: 0.8 },
  profession: { predicate: "job", safety: false, importance: 0.8 },
  occupation: { predicate: "job", safety: false, importance: 0.8 },
  employer: { predicate: "work", safety: false, importance: 0.7 },
  address: { predicate: "address", safety: false, importance: 0.8 },
  "home address": { predicate: "address", safety: false, importance: 0.8 },
  hometown: { predicate: "origin", safety: false, importance: 0.7 },
  "home town": { predicate: "origin", safety: false, importance: 0.7 },
  "native language": { predicate: "language", safety: false, importance: 0.6 },
  "mother tongue": { predicate: "language", safety: false, importance: 0.6 },
  "first language": { predicate: "language", safety: false, importance: 0.6 },
  hobby: { predicate: "hobby", safety: false, importance: 0.6 },
  hobbies: { predicate: "hobby", safety: false, importance: 0.6 },
  diet: { predicate: "diet", safety: false, importance: 0.8 },
  nationality: { predicate: "nationality", safety: false, importance: 0.7 },
  religion: { predicate: "religion", safety: false, importance: 0.6 },
  height: { predicate: "height", safety: false, importance: 0.5 },
  weight: { predicate: "weight", safety: false, importance: 0.5 },
  allergies: { predicate: "allergy", safety: true, importance: 0.95 },
  allergy: { predicate: "allergy", safety: true, importance: 0.95 },
  medication: { predicate: "medication", safety: true, importance: 0.95 },
  "emergency contact": { predicate: "emergency contact", safety: true, importance: 0.95 },
  "emergency contacts": { predicate: "emergency contact", safety: true, importance: 0.95 },
  "in case of emergency contact": { predicate: "emergency contact", safety: true, importance: 0.95 },
  "phone number": { predicate: "phone number", safety: false, importance: 0.7 },
  email: { predicate: "email", safety: false, importance: 0.7 },
};
