import { findContext } from "../../memory/retain/context.ts";
import { isCommonStart, relationOf } from "../../memory/retain/people.ts";
import { contentStems, fold, stem } from "../../memory/retain/words.ts";

/** What a message asks for, read without a language model. */
export type Question = {
  /** True where it asks for something known, as opposed to telling or ordering. */
  asks: boolean;
  /** True for "what do you know about me?", and about `people` where it names them. */
  everything: boolean;
  /** Asked for a moment, a person, a place, or something else. */
  form: "when" | "who" | "where" | "other";
  /** True where it is about how things were before. */
  past: boolean;
  /** True for "I", "my", "we". */
  aboutUser: boolean;
  /** Relations ("sister") and lower-cased names that it is about. */
  people: string[];
  /** Slots that it asks for, by the predicates of memories. */
  predicates: string[];
  /** The circumstance that it asks about, or "". */
  context: string;
  /** Stems of its telling words, without those that only ask. */
  stems: string[];
};

const asking = /\?\s*$/;
const askStart =
  /^(?:and |so |but |ok |okay |hey |ebb |hi |please |now |also )*(?:what|who|whom|whose|where|when|why|which|how|do|does|did|am|is|are|was|were|has|have|had|can|could|will|would|should|tell me|remind me|show me|list|give me|recall|do you (?:know|remember)|i forgot|i do not remember|i don't remember|i can't remember|any idea|know)\b/i;
const everything =
  /\b(?:what|everything|all|anything|something|again what)\b.*\b(?:you|ebb) (?:all |still |already |actually )?(?:know|remember|have (?:stored|saved|learned|on)|learned|recall)\b(?! (?:how|where|when|if|whether))|\btell me (?:all |everything |something )?(?:about (?:me|myself)|(?:all |everything )?(?:you know|what you know))|\bwho am i\b|\bwhat have i told you\b(?! about (?!me\b))|\bmy (?:memories|profile)\b\??$|^(?:tell me|what (?:can you tell|do you know|have i told) (?:me |you )?)(?: more| everything| all)? about\b/i;
const past =
  /\b(?:before(?! (?:bed|bedtime|breakfast|lunch|dinner|work|sleep|going|i (?:go|eat|sleep)))|previous(?:ly)?|former(?:ly)?|used to|in the past|originally|back then|until (?:then|recently)|no longer|old(?= (?:job|home|flat|house|city|town|address|employer|company|car|name|phone|number|boss))|last(?= (?:job|home|flat|house|city|town|address|employer|company|car|boss)))\b|\bdid (?:i|we|he|she|they|my [\p{L}]+|\p{Lu}[\p{L}]+) (?:live|work|drive|own|use to|like|love)\b/iu;

/** Which slots ordinary questions ask for. All that match count. */
const slots: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /\bwhere\b.*\b(?:live|lives|lived|living|reside|based|home|move|moved|settled?)\b|\b(?:city|town|country|village|place|neighbourhood)\b.*\b(?:live|lives|lived|living|from|based|home)\b|\bwhere (?:is|was) (?:my |our |\w+'s )?home\b|\bmy (?:home|city|town)\b/i,
    ["home"],
  ],
  [/\baddress\b|\bstreet\b/i, ["address", "home"]],
  [/\bwhere\b.*\b(?:from|grow up|grew up|raised)\b|\bhome ?town\b|\borigin/i, ["origin", "birthplace"]],
  [/\bborn\b/i, ["birthplace", "birthday"]],
  [/\bbirthday\b|\bdate of birth\b/i, ["birthday"]],
  [/\bhow old\b|\bage\b/i, ["age", "birthday"]],
  [
    /\b(?:what|which)\b.*\bdo(?:es)?\b.*\b(?:do|for a living|for work)\b|\b(?:job|profession|occupation|career|living|role)\b|\bwork as\b/i,
    ["job", "work"],
  ],
  [
    /\bwhere\b.*\bwork|\bwho\b.*\bwork(?:s|ed)? for\b|\bemployer\b|\bcompany\b|\bwork(?:s|ed|ing)? (?:at|for)\b/i,
    ["work", "workplace", "job"],
  ],
  [/\b(?:name|names|named|called)\b|\bcall me\b|\bwho am i\b/i, ["name", "full name", "address as", "relation", "pet"]],
  [
    /\ballerg|\bavoid\b|\bintoleran|\bnot (?:be )?(?:able to )?eat\b|\bcan(?:'t|not| not)? (?:i|he|she|they|we|my \w+) (?:not )?(?:eat|have)\b|\bsafe (?:to|for me to) eat\b|\b(?:bad|dangerous) for me\b/i,
    ["allergy", "diet"],
  ],
  [/\bdiet\b|\bvegan\b|\bvegetarian\b|\b(?:cook|recipe|meal|restaurant|food|eat)s?\b/i, ["diet", "allergy", "eats"]],
  [/\b(?:medication|medicines?|pills?|tablets?|drugs?|prescription|meds)\b/i, ["medication"]],
  [
    /\bhealth(?!care|-care| care| ?insurance)|\b(?:condition|illness|disease|diagnos|medical|sick)/i,
    ["condition", "allergy", "medication", "blood type"],
  ],
  [/\bblood (?:type|group)\b/i, ["blood type"]],
  [
    /\b(?:dislike|hate|can(?:'t|not) stand|do(?:es)?(?: not|n't) (?:i |he |she |we |they |my \w+ )?(?:like|enjoy|love))/i,
    ["dislikes"],
  ],
  [
    /\b(?:like|likes|love|loves|enjoy|enjoys|prefer|prefers|preference|favou?rite|into|fan of|taste in)\b/i,
    ["likes", "drinks", "eats", "hobby"],
  ],
  [/\bdrinks?\b|\bbeverage/i, ["drinks", "likes"]],
  [/\b(?:breakfast|lunch|dinner|supper)\b/i, ["eats", "likes"]],
  [
    /\bhobb(?:y|ies)\b|\b(?:spare|free) time\b|\bfor fun\b|\binterests?\b/i,
    ["hobby", "likes", "play", "collect", "learning"],
  ],
  [/\bpets?\b|\banimals?\b/i, ["pet"]],
  [/\blanguages?\b|\bspeaks?\b/i, ["language", "learning"]],
  [/\bmarried\b|\bwife\b|\bhusband\b|\bspouse\b|\bsingle\b|\bpartner\b|\brelationship\b/i, ["marital status"]],
  [/\b(?:stud(?:y|ies|ied|ying)|degree|university|major)\b/i, ["studies"]],
  [/\bnationality\b|\bcitizen/i, ["nationality"]],
  [/\bpronouns\b/i, ["pronouns"]],
  [/\b(?:car|drive)\b/i, ["car"]],
  [/\btall\b|\bheight\b/i, ["height"]],
  [/\bweigh(?:t|s)?\b/i, ["weight"]],
  [/\bafraid\b|\bscared\b|\bfears?\b|\bphobia/i, ["fear"]],
  [/\bwho\b.*\blives? with\b|\blive with\b/i, ["lives with"]],
  [/\bcommut|\b(?:get|go|travel|come)s? to (?:work|school|the office|uni)\b/i, ["commute"]],
  [/\bwake|\bget up\b/i, ["wake-up time"]],
  [/\binstructions?\b|\bhow (?:should|do) you\b/i, ["instruction"]],
];

/** Words that only ask: what the slots stand for, and the frame of the question. */
const frame = new Set(
  `living live city town country place name called old age job profession do drink like love enjoy prefer favourite kind sort type avoid food eat
  when where time day date remember again tell remind know idea happen have need must currently now today currently today anything something
  information one told mention said talk`
    .split(/\s+/)
    .map(stem),
);

/** Reads a message as a question, in linear time whatever it is. */
export function readQuestion(text: string): Question {
  const line = text.slice(0, 1_000).replaceAll("’", "'").trim();
  const lower = fold(line);
  const asks = asking.test(line) || askStart.test(line);
  const context = findContext(line);
  const bare = context ? `${line.slice(0, context.index)} ${line.slice(context.index + context.length)}` : line;
  const people = peopleIn(line);
  return {
    asks,
    everything: everything.test(lower),
    form: /\bwhen\b|\bwhat (?:time|day|date)\b|\bwhich (?:day|date)\b|\bhow (?:soon|long until)\b/i.test(line)
      ? "when"
      : /\bwho\b|\bwhom\b|\bwhose\b/i.test(line)
        ? "who"
        : /\bwhere\b|\bwhich (?:city|town|country|place)\b/i.test(line)
          ? "where"
          : "other",
    past: past.test(line),
    aboutUser: /\b(?:i|me|my|mine|myself|we|us|our)\b/i.test(line),
    people,
    predicates: [
      ...new Set([
        ...slots.filter(([pattern]) => pattern.test(lower)).flatMap(([, names]) => names),
        ...nounsOf(lower),
      ]),
    ],
    context: context?.context ?? "",
    stems: contentStems(
      bare.replace(/\b(?:previously|before|used to|formerly|currently|right now|these days|any ?more)\b/gi, " "),
    ),
  };
}

/** True for a stem that tells what is asked for rather than how. */
export function isTelling(word: string): boolean {
  return !frame.has(word);
}

/** "my X": memories keep such things under their noun. */
function nounsOf(lower: string): string[] {
  const found: string[] = [];
  for (const [, words = ""] of lower.matchAll(/\b(?:my|our) ([\p{L}\p{N}' -]{2,60})/gu)) {
    const noun =
      words
        .split(
          /\s+(?:is|are|was|were|at|on|in|again|do|does|did|have|has|will|expire|end|start|begin|leave|land|called|named|and)\b/,
        )[0]
        ?.trim() ?? "";
    const owned = noun.replace(/^.*'s /, "");
    if (owned !== "" && relationOf(owned.split(" ")[0] ?? "") === null) found.push(owned.replace(/'s\b/g, ""));
  }
  return found;
}

function peopleIn(line: string): string[] {
  const found = new Set<string>();
  const words = line.match(/[\p{L}][\p{L}'-]*/gu) ?? [];
  words.forEach((word, place) => {
    const plain = word.replace(/'s$/, "");
    const relation = relationOf(plain.toLowerCase());
    // "my vet appointment" is about the appointment.
    // "a teacher" is an occupation, "my teacher" a person.
    if (
      relation !== null &&
      !/^(?:an?|any|the)$/i.test(words[place - 1] ?? "") &&
      !/^(?:appointment|visit|food|bill|name's)$/i.test(words[place + 1] ?? "")
    )
      found.add(relation);
    else if (place > 0 && /^\p{Lu}\p{Ll}/u.test(plain) && !isCommonStart(plain)) found.add(plain.toLowerCase());
  });
  return [...found];
}
