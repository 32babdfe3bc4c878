import type { MemoryRow } from "../storage/memories.ts";
import type { Denial } from "./retain/denials.ts";
import { contentStems } from "./retain/words.ts";
import type { MemoryStore } from "./store.ts";

/** Several memories of which the user said that something is not so: which of them, has to be asked. */
export type Doubt = { how: Denial; texts: readonly string[] };

/** An answer to that: the places (from 0) of those that are wrong, none where all is right, and the words after it. */
export type Choice = { places: readonly number[]; rest: string };

/** Memories that a question lists at most: more can't be told apart in a line. */
export const doubtLimit = 9;

const heads: Readonly<Record<Denial, string>> = {
  wrong: "Which of these is wrong?",
  over: "Which of these is no longer so?",
};
const tail = "Say its number, “all of them”, or “none”.";

/** The question, as a reply: numbered, so that a number answers it. */
export function writeDoubt({ how, texts }: Doubt): string {
  return `${heads[how]}\n${texts.map((text, place) => `${place + 1}. “${oneLine(text)}”`).join("\n")}\n${tail}`;
}

/** What such a reply has asked; null for any other. */
export function readDoubt(reply: string): Doubt | null {
  const [head, ...lines] = reply.trim().split("\n");
  const how = (Object.keys(heads) as Denial[]).find((each) => heads[each] === head);
  if (how === undefined || lines.pop() !== tail) return null;
  const texts = lines.map((line, place) => {
    const text = /^(\d). “(.+)”$/.exec(line);
    return text?.[1] === String(place + 1) ? (text[2] ?? "") : "";
  });
  return texts.length > 0 && texts.every((text) => text !== "") ? { how, texts } : null;
}

/** The active memories that the question listed, each in its place; undefined for one that is gone or has changed. */
export function doubtedIn(store: MemoryStore, { texts }: Doubt): (MemoryRow | undefined)[] {
  return texts.map((text) => {
    const words = (text.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 12);
    const found = store.search.memoriesWithAll(words);
    return found.find((row) => row.status === "active" && oneLine(row.text) === text);
  });
}

const ordinals = "first,second,third,fourth,fifth,sixth,seventh,eighth,ninth".split(",");
const lead =
  /^(?:(?:no|well|oh|sorry|hm+|actually|just|only|it is|it's|that is|that's|that would be|i mean|i meant|i think|the wrong one is|wrong is|number|nr)\b[\s,:.]*|#\s*)+/i;
const isWrong =
  /^\s*(?:(?:is|are|was|were|isn't|is not|aren't|are not)\s+(?:(?:both|all|the)\s+)?(?:wrong|incorrect|false|untrue|true|right|so|correct)(?: one)?(?: any ?more)?)/i;
const place = `(?:the\\s+)?(?:(?:number\\s+|#\\s*)?[1-9](?:st|nd|rd|th)?|${ordinals.join("|")}|last|former|latter)(?:\\s+ones?)?`;
const places = new RegExp(`^${place}(?:\\s*(?:,|and|&|,\\s*and)\\s*${place})*(?![\\p{L}\\p{N}])`, "iu");
const all =
  /^(?:both|all|every one|everything|each)(?:\s+(?:of\s+(?:them|these|it)|two|three|four|five))?(?![\p{L}\p{N}])/iu;
const none = /^(?:none|neither|nothing|not any|no,? all (?:is|are) right)(?:\s+of\s+(?:them|these))?(?![\p{L}\p{N}])/iu;
const about =
  /^(?:the|that) (?:one|ones|memory|thing|part|bit)s?\s+(?:about|with|on|of|that says?|saying|where)\s+([^,.;:!?]{2,80})/i;

/**
 * Reads an answer to such a question: "2", "the second one", "1 and 3", "both", "none", "the one about jazz". Null for what is none, or
 * does not tell which.
 */
export function readChoice(message: string, { texts }: Doubt): Choice | null {
  const said = message.trim().replace(/’/g, "'").replace(lead, "");
  const topic = about.exec(said);
  if (topic) {
    const place = placeAbout((topic[1] ?? "").replace(/ (?:is|are|was) (?:wrong|not|no longer)\b.*$/i, ""), texts);
    return place === null ? null : { places: [place], rest: restOf(said.slice(topic[0].length)) };
  }
  for (const [pattern, read] of [
    [none, () => []],
    [all, () => texts.map((_, place) => place)],
    [places, (words: string) => placesOf(words, texts.length)],
  ] as const) {
    const match = pattern.exec(said);
    if (!match) continue;
    const chosen = read(match[0]);
    const after = said.slice(match[0].length);
    // "All good", "both of you", "2 sugars": a choice stands by itself, or before a pause.
    if (chosen === null || !/^\s*(?:[.,;:!]|$|-|—|please\b|because\b)/i.test(after.replace(isWrong, ""))) return null;
    return { places: chosen, rest: restOf(after) };
  }
  return null;
}

function placesOf(words: string, count: number): number[] | null {
  const found: number[] = [];
  for (const word of words.toLowerCase().match(/\d|[a-z]+/g) ?? []) {
    const ordinal = ordinals.indexOf(word);
    if (/\d/.test(word)) found.push(Number(word) - 1);
    else if (ordinal >= 0) found.push(ordinal);
    else if (word === "last" || (word === "latter" && count === 2)) found.push(count - 1);
    else if (word === "former" && count === 2) found.push(0);
  }
  return found.length > 0 && found.every((each) => each < count) ? [...new Set(found)] : null;
}

/** The only text with all the telling words. */
function placeAbout(topic: string, texts: readonly string[]): number | null {
  const stems = contentStems(topic);
  if (stems.length === 0) return null;
  const fits = texts.flatMap((text, place) => {
    const has = new Set(contentStems(text));
    return stems.every((word) => has.has(word)) ? [place] : [];
  });
  return fits.length === 1 ? (fits[0] as number) : null;
}

function restOf(after: string): string {
  return after
    .replace(isWrong, "")
    .replace(/^[\s.,;:!—-]+/, "")
    .trim();
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
