/** What kind of answer a question wants, and how a text that has one looks. */
type AnswerKind = { asked: RegExp; told: RegExp; weight: number };

const months =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const weekdays = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";

const kinds: readonly AnswerKind[] = [
  {
    asked: /^\s*when\b|\bhow long\b|\b(?:what|which) (?:year|month|day|date|time)\b|\bsince when\b/i,
    told: new RegExp(
      `\\b(?:yesterday|today|tonight|tomorrow|last|next|ago|weeks?|weekend|months?|years?|morning|recently|since|soon|just|\\d{4}|${weekdays}|${months}|may)\\b`,
      "i",
    ),
    weight: 1,
  },
  {
    asked: /\bhow (?:many|much|old|long|often|far|tall|big)\b/i,
    told: /\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|once|twice|dozen|couple|several|hundred|half)\b/i,
    weight: 1,
  },
  {
    asked:
      /\bwhere\b|\b(?:which|what) (?:city|country|state|place|town|area|location|street|park|beach|school|restaurant)\b/i,
    told: /\b(?:in|at|to|from|near|around|visit\w*) (?:the )?\p{Lu}\p{Ll}+/u,
    weight: 1,
  },
  {
    asked: /\bnames?\b|\bcalled\b|\btitle\b|\b(?:which|what) (?:book|movie|film|song|band|team|game|show|brand)\b/i,
    told: /"[^"]+"|“[^”]+”|(?<=\p{Ll} |, )(?!I\b)\p{Lu}\p{Ll}+/u,
    weight: 1,
  },
  {
    asked: /\bfeel|\bfelt\b|\bemotion|\breact/i,
    told: /\b(?:feel\w*|felt|happy|sad|excit\w+|nervous|proud|grateful|thankful|lov\w+|amazing|awesome|scared|anxious|stress\w*|relax\w*|calm|joy|upset|inspir\w+|hop(?:e\w*|ing)|worr\w+)\b/i,
    weight: 0.5,
  },
  {
    asked: /\bwhy\b|\breasons?\b/i,
    told: /\b(?:because|since|so that|cause|reason|due to|that's why|so i|inspired|motivat\w+|want\w* to|helps?)\b/i,
    weight: 0.5,
  },
];

/** The kinds of answer that a question wants; none for most. */
export const answersWanted = (question: string): readonly AnswerKind[] =>
  kinds.filter(({ asked }) => asked.test(question));

/** How much a text looks like one of the wanted answers, 0 to 1: a time for "when", a number for "how many". */
export function answers(wanted: readonly AnswerKind[], text: string): number {
  return wanted.reduce((most, { told, weight }) => (weight > most && told.test(text) ? weight : most), 0);
}

/** Mid-sentence capitals other than "I" mark names of people, places and things. */
const properName = /(?<=[\p{Ll}\d,;] )(?!I\b)\p{Lu}[\p{L}']+/gu;

/** True for a text that names something by its proper name, the speakers apart. `speakers` are lower-cased. */
export function namesSomething(text: string, speakers: ReadonlySet<string>): boolean {
  for (const [name] of text.matchAll(properName)) if (!speakers.has(name.toLowerCase())) return true;
  return false;
}
