import { isAnimal, relationOf } from "../people.ts";
import { bare, type Clause, type Draft, fact, isProper, type Rule } from "./draft.ts";

const home = { importance: 0.8, single: true } as const;

/** A place without what follows it: "Lisbon with my wife" is Lisbon. */
function place(rest: string): string {
  return bare(
    rest.replace(
      /\s+(?:with (?:my|our|two|three|a)|by myself|on my own|alone|together|near (?:the|my)|these days|now|most of)\b.*$/i,
      "",
    ),
  );
}

const live: Rule = ({ rest, phrase }) => {
  const where =
    /^(?:(?:alone|together|abroad|currently|happily)\s+)?(in|on|near|at|by|outside|close to|just outside) (.+)$/i.exec(
      rest,
    );
  if (where) {
    const value = place(where[2] ?? "");
    if (/^(?:peace|fear|hope|the moment|the past|debt|silence|harmony)\b/i.test(value)) return null;
    return fact("home", /^in$/i.test(where[1] ?? "") ? value : `${where[1]?.toLowerCase()} ${value}`, home);
  }
  if (/^(?:here|there)$/i.test(rest)) return null;
  const withWhom = /^(?:together )?with (.+)$/i.exec(rest);
  if (withWhom) return fact("lives with", bare(withWhom[1] ?? ""), { importance: 0.6, single: true });
  if (/^(?:alone|by myself|on my own)$/i.test(rest))
    return fact("lives with", "nobody, lives alone", { importance: 0.6, single: true, negated: false });
  return phrase.tense === "present" && isProper(rest) ? fact("home", place(rest), home) : null;
};

const move: Rule = ({ rest, phrase }) => {
  const to = /\b(?:to|into) (?!(?:a new|an?|my new|another) (?:flat|apartment|house|place|office)\b)(.+)$/i.exec(rest);
  if (!to) {
    const within = /^(?:in with (.+)|in(?:to)? (an? .+)|house|out)$/i.exec(rest);
    if (within?.[1]) return fact("lives with", bare(within[1]), { importance: 0.6, single: true });
    return within ? [{ kind: "event", predicate: "move", value: `moved ${rest}`, importance: 0.5 }] : null;
  }
  const value = place((to[1] ?? "").replace(/\s+from\s+.+$/i, ""));
  if (/^(?:the next|another|next|bed|tears)\b/i.test(value)) return null;
  if (phrase.modal !== null) return null;
  return fact("home", value, home);
};

const grow: Rule = ({ rest }) => {
  const up = /^up (?:in|on|near) (.+)$/i.exec(rest);
  if (up) return fact("origin", place(up[1] ?? ""), { importance: 0.7, single: true });
  return /^up\b/i.test(rest) || rest === "" ? null : fact("grows", bare(rest), { importance: 0.4 });
};

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
  if (phrase.tense === "future" || phrase.modal !== null) return null;
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

const marry: Rule = ({ rest, phrase, date }) => {
  if (phrase.tense === "future" || phrase.progressive) {
    return [
      {
        kind: "event",
        predicate: "wedding",
        value: `${rest} ${date?.words ?? ""}`.trim(),
        importance: 0.75,
        single: true,
      },
    ];
  }
  return fact("marital status", rest === "" ? "married" : `married ${bare(rest)}`, { importance: 0.75, single: true });
};

const getStatus: Rule = (clause) => {
  const changed = /^(married|engaged|divorced)\b(?: to (.+))?/i.exec(clause.rest);
  if (!changed) return null;
  if (clause.phrase.tense === "future" || clause.phrase.progressive) return marry({ ...clause, rest: "" });
  const who = changed[2] ? ` to ${bare(changed[2])}` : "";
  return fact("marital status", `${(changed[1] ?? "").toLowerCase()}${who}`, { importance: 0.75, single: true });
};

const breakUp: Rule = ({ rest }) => {
  const who = /^up(?: with (.+))?$/i.exec(rest);
  return who
    ? fact("marital status", `broke up${who[1] ? ` with ${bare(who[1])}` : ""}`, { importance: 0.7, single: true })
    : null;
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

/** Rules for home, family, belongings and habits, by the verb that they read. */
export const lifeRules: Readonly<Record<string, readonly Rule[]>> = {
  live: [live],
  reside: [live],
  stay: [({ rest, date }) => (date ? [{ kind: "event", predicate: "stay", value: rest, importance: 0.5 }] : null)],
  move: [move],
  relocate: [move],
  settle: [
    ({ rest }) =>
      /^(?:down )?in /i.test(rest) ? fact("home", place(rest.replace(/^(?:down )?in /i, "")), home) : null,
  ],
  grow: [grow],
  speak: [speak],
  learn: [learning],
  have: [have],
  own: [own],
  drive: [drive],
  buy: [acquire],
  get: [wake, getStatus, acquire],
  adopt: [acquire],
  rescue: [acquire],
  sell: [dispose],
  lose: [dispose],
  marry: [marry],
  divorce: [() => fact("marital status", "divorced", { importance: 0.75, single: true })],
  break: [breakUp],
  split: [breakUp],
  wear: [wear],
  wake: [wake],
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
  cycle: [habit],
  jog: [habit],
  row: [habit],
  weigh: [({ rest }) => (/^\d/.test(rest) ? fact("weight", bare(rest), { single: true }) : null)],
  go: [goes],
  use: [uses],
};
