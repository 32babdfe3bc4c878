import { bare, type Clause, type Draft, fact } from "./draft.ts";
import { dated } from "./events.ts";
import { identityNouns, name } from "./identity.ts";

const states =
  /^(?:(?:very|really|quite|so|too|a bit|currently|still|always|all|almost|pretty)\s+)*(?:broken|fixed|old|new|small|big|large|tiny|huge|loud|noisy|quiet|dirty|clean|slow|fast|cheap|expensive|nice|great|bad|fine|good|ok|okay|empty|full|dead|gone|lost|missing|ready|late|busy|cold|hot|warm|wet|dry|sore|painful|acting up|killing me|ruined|cancelled|canceled|done|finished|over|closed|open|terrible|awful|amazing|wonderful|lovely|boring|stressful|hard|easy|difficult|important|annoying|messy|leaking|hurting|hurt|itchy|swollen|stiff)\b/i;
const colours =
  /^(?:(?:dark|light|bright|pale|metallic)\s+)?(?:red|blue|green|yellow|black|white|grey|gray|silver|orange|purple|pink|brown|beige|gold|golden|turquoise)$/i;
const secrets =
  /\b(?:password|passcode|code|pin|combination|wifi|wi-fi|key|number|address|alarm|username|login|ssid|licen[cs]e plate|landlord|plumber|electrician)\b/i;
const rescheduled =
  /^(?:been |got |now )?(?:moved|rescheduled|postponed|changed|pushed(?: back)?|brought forward|shifted|delayed|booked|scheduled|set|planned)\s*(?:to|until|till|for|on)?\s*/i;

/** "My X is Y" and "my X does Y", where X is a thing, a date or an attribute. */
export function aboutThing(clause: Clause): Draft[] | null {
  const { subject, phrase, rest } = clause;
  const noun = subject.noun;
  if (noun === "" || noun.length > 80) return null;
  if (phrase.modal !== null && phrase.modal !== "must" && phrase.modal !== "should") return null;
  if (subject.type === "other") return aboutNamedThing(clause);
  if (phrase.verb !== "be") return doesThing(clause, noun);
  const identity = identityNouns[noun];
  if (identity) return identityOf(clause, identity);
  if (clause.date) {
    const moved = dated(noun, { ...clause, rest: rest.replace(rescheduled, "") });
    return phrase.tense === "past" && !rescheduled.test(rest)
      ? (moved?.map((draft) => ({ ...draft, importance: 0.4 })) ?? null)
      : moved;
  }
  const value = bare(rest);
  if (value === "" || /^(?:that|to|going|trying|it|this|what|how|why|not sure)\b/i.test(rest)) return null;
  const favourite = /^(?:(?:all-time|absolute|current) )?(?:favou?rite) (.+)$/i.exec(noun);
  if (favourite) {
    return fact(`favourite ${favourite[1]}`, value, { kind: "preference", importance: 0.65, single: !subject.plural });
  }
  if (/^(?:favou?rite|preference|passion)$/.test(noun))
    return fact("likes", value, { kind: "preference", importance: 0.6 });
  if (states.test(value)) return fact(`${noun} state`, value, { importance: 0.3, single: true, how: "aside" });
  if (colours.test(value) && !/colou?r/.test(noun))
    return fact(`${noun} colour`, value, { importance: 0.4, single: true });
  if (phrase.tense === "past" && !phrase.perfect)
    return fact(noun, value, { importance: 0.3, single: true, how: "aside" });
  return fact(noun, value, { importance: secrets.test(noun) ? 0.7 : 0.5, single: !subject.plural });
}

function identityOf(
  { subject, rest, date }: Clause,
  { predicate, safety, importance }: { predicate: string; safety: boolean; importance: number },
): Draft[] | null {
  const said = `${bare(rest)} ${date && predicate !== "name" ? date.words : ""}`.trim();
  if (said === "") return null;
  if (predicate === "name") {
    if (subject.key === "user") return name(said, null);
    const key = subject.name === null ? `${subject.key} ${said.toLowerCase()}` : subject.key;
    return fact("name", said, { kind: "relationship", importance: 0.75, single: true, subject: key });
  }
  return fact(predicate, said, {
    importance,
    safety,
    single: !/^(?:allergy|medication|language|hobby)$/.test(predicate),
  });
}

/** "My lease ends in June", "my car needs new tyres". */
function doesThing({ phrase, rest, date }: Clause, noun: string): Draft[] | null {
  const predicate = `${noun} ${phrase.verb}`;
  const value = bare(rest);
  if (/^(?:say|think|want|tell|ask)$/.test(phrase.verb)) return null;
  if (
    rescheduled.test(`${phrase.verb === "get" ? "" : "moved"} ${rest}`.trim()) &&
    date &&
    /^(?:get|move|have)$/.test(phrase.verb)
  ) {
    return [{ kind: "event", predicate: noun, value: date.words, importance: 0.6, single: true }];
  }
  if (date && phrase.tense !== "past") {
    return [{ kind: "event", predicate, value: `${value} ${date.words}`.trim(), importance: 0.55, single: true }];
  }
  if (phrase.tense === "past" || phrase.perfect) {
    return [{ kind: "event", predicate, value: `${value} ${date?.words ?? ""}`.trim() || "yes", importance: 0.35 }];
  }
  if (phrase.progressive || value === "") return null;
  return fact(predicate, value, { importance: 0.4, single: true });
}

/** "The concert is on the 12th", "the wifi password is ...": what is worth keeping of a thing that is not said to be one's own. */
function aboutNamedThing(clause: Clause): Draft[] | null {
  const { subject, phrase, rest, date } = clause;
  const { noun } = subject;
  if (phrase.verb === "be" && secrets.test(noun) && !date && bare(rest) !== "") {
    return fact(noun, bare(rest), { importance: 0.7, single: true });
  }
  if (!date || (phrase.tense === "past" && !rescheduled.test(rest))) return null;
  if (/^(?:weather|news|war|election|president|government|film|movie|book|game|match|world|sun|moon)\b/.test(noun))
    return null;
  if (phrase.verb !== "be") {
    return /^(?:start|begin|end|close|open|leave|arrive|depart|land|take|happen|expire|come|visit|deliver|return|fall|finish|board|call)$/.test(
      phrase.verb,
    )
      ? [{ kind: "event", predicate: `${noun} ${phrase.verb}`, value: date.words, importance: 0.5, single: true }]
      : null;
  }
  return dated(noun, { ...clause, rest: rest.replace(rescheduled, "") });
}
