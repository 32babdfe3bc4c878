import type { MemoryRow } from "../../storage/memories.ts";
import type { Polarity, PreferenceRow, TasteReading } from "../../storage/preferences.ts";
import { readTopics, strongest, type Topics, topicVector } from "../domains/read.ts";
import { findContext } from "../retain/context.ts";
import { contentStems, fold } from "../retain/words.ts";

/** What a memory adds to its slot (design, section 4): said outright, shown by a choice, or set right since. */
export const tasteWeights = { explicit: 4, choice: 1, corrected: 4 } as const;

/** Below this confidence something was said in passing: a choice, not a statement. */
const outright = 0.85;

const forSlots = /^(?:likes|drinks|eats|diet|hobby|play|collect|favou?rite .+)$/;
const againstSlots = /^(?:dislikes|fear|allergy)$/;
/** Facts that are no tastes and yet bear on what to suggest. */
const bearing = /^(?:condition|medication|religion|note)$/;
/** Where nothing in the words tells the domain. */
const usualDomains: Readonly<Record<string, string>> = {
  diet: "food",
  eats: "food",
  drinks: "food",
  allergy: "health",
  hobby: "hobbies",
};
const otherDomain = "other";

const refusal =
  /\b(?:not|no|never|don't|doesn't|can't|cannot|won't|dislikes?|hates?|loathes?|detests?|despises?|avoid(?:s|ing)?|refuses?|aversion|averse|against|opposed|allerg\w*|intoleran\w*|uncomfortable|uneasy|stop|without|free (?:of|from)|afraid|scared|terrified|fear(?:s|ful)?|phobia|unable|struggle|find .{1,40} (?:boring|difficult|annoying|overwhelming))\b/i;
const liking = /\b(?:prefer|like|love|enjoy|adore|favou?rite|always|only|fan of|keen on|into)\b/i;

/**
 * What a memory says about tastes: a preference where it is one, and its topics where it may bear on a suggestion. Nothing of
 * what must not be used, has faded, or is of somebody else; of what has been replaced or denied, the correction.
 */
export function readTaste(row: MemoryRow): TasteReading {
  const none: TasteReading = { preference: null, topics: new Map() };
  if (row.neverUse || row.subject !== "user" || !bearsOnTaste(row)) return none;
  const gone = row.status === "superseded" || row.status === "archived";
  const corrected = gone && row.validTo !== null;
  // What has merely faded, or been merged into another, speaks neither for nor against.
  if (gone && !corrected) return none;
  const read = readTopics(row.text);
  return {
    preference: isPreference(row) ? preferenceOf(row, read, corrected) : null,
    topics: corrected ? new Map() : topicVector(read),
  };
}

function bearsOnTaste(row: MemoryRow): boolean {
  return isPreference(row) || bearing.test(row.predicate);
}

function isPreference({ kind, predicate }: MemoryRow): boolean {
  return kind === "preference" || kind === "instruction" || forSlots.test(predicate) || againstSlots.test(predicate);
}

function preferenceOf(row: MemoryRow, topics: Topics, corrected: boolean): PreferenceRow | null {
  const domain = strongest(topics.domains) ?? usualDomains[row.predicate] ?? otherDomain;
  // "Answer in metric units" is an order about answers, no taste.
  if (row.kind === "instruction" && domain === otherDomain) return null;
  const its = [...topics.aspects].filter(([aspect]) => aspect.startsWith(`${domain}/`) && !aspect.endsWith("/general"));
  const aspect = strongest(new Map(its))?.slice(domain.length + 1) ?? "";
  const value = row.value.replace(/^(?:no|not|never) /i, "");
  const stems = contentStems(value);
  const weight = isOutright(row) ? tasteWeights.explicit : tasteWeights.choice;
  return {
    domain,
    aspect,
    value: stems.length > 0 ? stems.toSorted().join(" ") : fold(value).trim(),
    polarity: polarityOf(row),
    scope: row.context || (findContext(row.text)?.context ?? ""),
    alpha: corrected ? 0 : weight,
    // Of two that contradict each other neither holds until the user has said which.
    beta: corrected ? tasteWeights.corrected : row.status === "conflict" ? weight : 0,
  };
}

/** True where the user has said or confirmed it in so many words. */
export function isOutright({ trust, confidence, status }: MemoryRow): boolean {
  return status !== "provisional" && (trust === "confirmed" || trust === "user") && confidence >= outright;
}

function polarityOf({ predicate, value, text: said }: MemoryRow): Polarity {
  const text = said.replaceAll("’", "'");
  if (againstSlots.test(predicate)) return "against";
  if (forSlots.test(predicate)) return /^(?:no|not|never) /i.test(value) ? "against" : "for";
  const against = text.search(refusal);
  const liked = text.search(liking);
  // "I prefer trains and don't like flying" is told by what it begins with.
  return against >= 0 && (liked < 0 || against < liked) ? "against" : "for";
}
