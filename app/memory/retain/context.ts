/** A circumstance found in a text: its one spelling, and where its words stand. */
export type FoundContext = { context: string; index: number; length: number };

const dayParts: Readonly<Record<string, string>> = {
  morning: "in the morning",
  afternoon: "in the afternoon",
  evening: "in the evening",
  night: "at night",
};

const patterns: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /\b(?:in|during|on) (?:the |my )?(morning|afternoon|evening)s?\b|\b(mornings|afternoons|evenings)\b/i,
    (match) => dayParts[(match[1] ?? match[2] ?? "").toLowerCase().replace(/s$/, "")] ?? "",
  ],
  [/\b(?:at|during the|late at|in the) nights?\b/i, () => "at night"],
  [
    /\b(?:when (?:i am|i'm|im) |while )?at (?:the |my )?(?:work|office)\b|\bin the office\b|\bwhen i work\b|\bwhile working\b/i,
    () => "at work",
  ],
  [/\b(?:when (?:i am|i'm) )?at home\b(?! depot)/i, () => "at home"],
  [/\bat (?:school|uni|university|college)\b/i, () => "at school"],
  [/\bat the gym\b|\bwhen i work out\b/i, () => "at the gym"],
  [/\b(?:on|at|during) (?:the )?weekends?\b|\bweekends\b/i, () => "at the weekend"],
  [/\b(?:on|during) (?:the )?(?:weekdays|week days|workdays)\b|\bduring the (?:working )?week\b/i, () => "on weekdays"],
  [/\b(?:on )((?:mon|tues|wednes|thurs|fri|satur|sun)days)\b/i, (match) => `on ${(match[1] ?? "").toLowerCase()}`],
  [/\bin (?:the )?(summer|winter|spring|autumn|fall)s?\b/i, (match) => `in ${(match[1] ?? "").toLowerCase()}`],
  [
    /\b(for|with|at|after|before|during) (?:my |the )?(breakfast|lunch|dinner|supper|brunch|dessert|bed|bedtime|work|meals|exercise|training|a run)\b/i,
    (match) =>
      `${(match[1] ?? "").toLowerCase() === "at" ? "for" : match[1]?.toLowerCase()} ${match[2]?.toLowerCase()}`,
  ],
  [/\bin the (car|shower|bath|garden|kitchen|train|bus)\b/i, (match) => `in the ${match[1]?.toLowerCase()}`],
  [
    /\bon (?:the )?(train|bus|plane|planes|trains|flights|holiday|holidays|vacation|trips)\b/i,
    (match) => `on ${match[1]?.toLowerCase()}`,
  ],
  [
    /\bwhen(?:ever)? (?:i|we)(?:['’]m|['’]re)? (?:am |are |feel |go |get |have )?([a-z][a-z' -]{1,30}?)(?=[,.;!?]|$| (?:i|we|please|use|give|keep)\b)/i,
    (match) => `when ${(match[1] ?? "").toLowerCase().trim()}`,
  ],
  [
    /\bwhile (?:i am |i'm )?((?:work|driv|travel|cook|read|cod|study|exercis|runn)[a-z]*ing)\b/i,
    (match) => `while ${match[1]?.toLowerCase()}`,
  ],
];

/** The first circumstance that the text names, as one spelling for each ("mornings" is "in the morning"), or null. */
export function findContext(text: string): FoundContext | null {
  let best: FoundContext | null = null;
  for (const [pattern, spelling] of patterns) {
    const match = pattern.exec(text);
    if (!match || (best && best.index <= match.index)) continue;
    const context = spelling(match);
    if (context !== "") best = { context, index: match.index, length: match[0].length };
  }
  return best;
}
