import { isAnimal, relationOf } from "../people.ts";
import { bare, type Clause, type Draft, fact, type Rule } from "./draft.ts";

const have: Rule = (clause) => {
  const { rest, phrase, subject } = clause;
  if (phrase.modal !== null || rest === "") return null;
  if (isMeal(clause)) return fact("eats", bare(rest), { kind: "preference", importance: 0.5, single: true });
  if (/\b(?:eyes|hair|tattoos?|braces|freckles|beard|scar)$/i.test(rest))
    return fact("has", bare(rest), { importance: 0.4 });
  const called =
    /^(?:an? |one |the |two |three |four |\d+ )?(.*?)(?:,)? (?:called|named|whose names? (?:is|are)) (.+)$/i.exec(rest);
  const several = called ? rest.split(/\s+and\s+(?=an?\s+[\p{L} -]{2,30}\s+(?:called|named)\b)/u) : [];
  if (several.length > 1) return several.flatMap((one) => have({ ...clause, rest: one }) ?? []);
  if (called) {
    const relation = relationOf((called[1] ?? "").split(" ").at(-1) ?? "");
    const names = bare(called[2] ?? "").replace(/\s+and\s+(?=\p{Lu})/u, " and ");
    if (relation) {
      const single = !/ and |,/.test(names);
      return [
        {
          kind: "relationship",
          predicate: isAnimal(relation) ? "pet" : "relation",
          value: single ? `${relation} ${names}` : `${called[1]} ${names}`,
          importance: 0.75,
          subject: single && !isAnimal(relation) ? `${relation} ${names.toLowerCase()}` : "user",
        },
      ];
    }
    return fact((called[1] ?? "").toLowerCase(), names, { importance: 0.5 });
  }
  const named = /^(?:an?|one) (?:[\p{Ll}-]+ )?([\p{Ll}-]+),? (\p{Lu}[\p{L}'-]*)$/u.exec(rest);
  const namedRelation = named ? relationOf(named[1] ?? "") : null;
  if (named && namedRelation !== null) return have({ ...clause, rest: `a ${named[1]} called ${named[2]}` });
  const counted = /^(an?|one|two|three|four|five|six|no|\d+|some|a couple of)\s+(.+)$/i.exec(rest);
  if (!counted) return phrase.negated ? noneOf(rest) : null;
  const thing = bare(counted[2] ?? "");
  const head = thing.split(/,|\s+(?:in|from|with|at|who|that|of|for|and|on)\s+/i)[0] ?? thing;
  const noun = head.split(" ").at(-1)?.toLowerCase() ?? "";
  const relation = relationOf(noun);
  if (relation !== null) {
    const value = bare(rest.replace(/^an?\s+/i, ""));
    return [
      { kind: "relationship", predicate: isAnimal(relation) ? "pet" : relation, value, importance: 0.7, single: false },
    ];
  }
  if (
    noun === "birthday" ||
    noun === "question" ||
    /^(?:lot|idea|problem|feeling|question|favou?r|point|request|bit|look|minute|moment|hunch|thought|doubt|plan|list|text|email|document|sentence|paragraph|bug|error|couple|few|good|bad|great|nice|hard|lovely|weird)\b/i.test(
      head,
    )
  ) {
    return null;
  }
  if (clause.date && phrase.tense !== "past") return appointment(clause, thing);
  if (phrase.tense === "past") return null;
  if (subject.type !== "self" && subject.relation === null && subject.type !== "person") return null;
  return fact("has", bare(rest), { importance: 0.5 });
};

/** "have porridge for breakfast" */
function isMeal({ phrase, context, date, rest }: Clause): boolean {
  return (
    phrase.tense === "present" &&
    date === null &&
    /^(?:for|with|before|after|in the)\b/.test(context) &&
    !/^(?:an? |to |my )?(?:meeting|class|lesson|shift|call|training|practice|headache|pain|appointment|be|go)\b/i.test(
      rest,
    )
  );
}

function noneOf(rest: string): Draft[] | null {
  const thing = bare(rest.replace(/^any\s+/i, ""));
  return /^(?:time|idea|clue|money|energy|much|enough|a clue|to)\b/i.test(thing) || thing === ""
    ? null
    : fact("has", `no ${thing}`, { importance: 0.5, negated: false });
}

/** "have an exam on Friday": the noun names the slot, so that a new date replaces the old one. */
function appointment({ date }: Clause, thing: string): Draft[] | null {
  if (!date || /^(?:day|week|weekend|month|year|holiday from|time)\b/i.test(thing)) return null;
  return [
    { kind: "event", predicate: thing.toLowerCase(), value: `${thing} ${date.words}`, importance: 0.6, single: true },
  ];
}

const own: Rule = ({ rest, phrase }) => {
  const value = bare(rest);
  if (value === "" || phrase.modal !== null) return null;
  return possession(value, 0.5);
};

const makes =
  /\b(?:car|van|suv|hatchback|estate car|pickup|camper|VW|Volkswagen|BMW|Audi|Mercedes|Skoda|Škoda|Seat|Toyota|Honda|Ford|Opel|Vauxhall|Renault|Peugeot|Citro[eë]n|Fiat|Volvo|Tesla|Hyundai|Kia|Mazda|Nissan|Subaru|Suzuki|Dacia|Mini Cooper|Porsche|Jeep|Lexus|Chevrolet|Alfa Romeo|Land Rover|Jaguar|Mitsubishi|Polestar|BYD)\b/;

/** Something owned; a car by its make has the slot of "my car". */
function possession(value: string, importance: number): Draft[] {
  return fact(makes.test(value) ? "car" : "has", value, { importance });
}

const drive: Rule = ({ rest, phrase }) => {
  const car = /^(?:an?|my|the) (.+)$/i.exec(rest);
  if (phrase.negated && rest === "") return fact("drives", "does not drive", { negated: false });
  return car && phrase.tense === "present" && phrase.modal === null ? fact("car", bare(rest), { single: true }) : null;
};

/** "bought a new phone": a thing that is there from now on. */
const acquire: Rule = (clause) => {
  const { rest, phrase, subject } = clause;
  if ((phrase.tense !== "past" && !phrase.perfect) || phrase.modal !== null) return null;
  const got = /^(?:an?|another|two|three|some|my first|our first|my|our|the) (.+)$/i.exec(rest);
  if (!got || subject.type === "thing") return null;
  const thing = bare(rest);
  const noun = (thing.split(/\s+(?:in|from|with|at|for|called|named|of|on)\s+/i)[0] ?? thing).split(" ").at(-1) ?? "";
  const relation = relationOf(noun);
  if (relation !== null && isAnimal(relation)) return fact("pet", thing, { kind: "relationship", importance: 0.7 });
  if (
    /^(?:rid|up|out|ready|lost|sick|home|back|better|worse|haircut|lunch|dinner|breakfast|coffee|call|message|email|ticket|cold|headache|feeling|idea|bit|lot|good|nice|great)\b/i.test(
      thing,
    )
  )
    return null;
  return possession(thing, 0.45).map((draft) => (phrase.verb === "get" ? { ...draft, how: "aside" } : draft));
};

/** "sold the car": what was had is had no more. */
const dispose: Rule = ({ rest, phrase }) => {
  const what = /^(?:my|our|the) (?:old )?(.+)$/i.exec(rest);
  if (!what || phrase.tense === "future" || phrase.modal !== null) return null;
  const value = bare((what[1] ?? "").replace(/\s+to (?:an?|my|the)\b.*$/i, ""));
  if (/^(?:temper|mind|way|voice|appetite|patience|balance|game|match|bet|weight|interest|job)\b/i.test(value))
    return null;
  return fact("has", value, { importance: 0.45, negated: true });
};

/** Rules for what and whom somebody has, by the verb that they read. */
export const belongingRules: Readonly<Record<string, readonly Rule[]>> = {
  have: [have],
  own: [own],
  drive: [drive],
  buy: [acquire],
  get: [acquire],
  adopt: [acquire],
  rescue: [acquire],
  sell: [dispose],
  lose: [dispose],
};
