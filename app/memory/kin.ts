import type { MemoryRow } from "../storage/memories.ts";
import { type Gist, gistOf, kindOf, type Likeness, likenessOf } from "./gist.ts";
import { numerals } from "./phrasings.ts";
import { stem, wordsOf } from "./retain/words.ts";
import type { MemoryStore } from "./store.ts";

/** What a memory or a statement says of whom, in which circumstance and when. */
export type Told = Pick<MemoryRow, "kind" | "subject" | "text" | "context" | "validFrom">;

/** A known memory that says the same or the contrary, in whichever slot. */
export type Kin = { row: MemoryRow; likeness: Likeness };

/** Memories with the words of a statement, and in each slot, that are looked at: the newest. */
const limit = 50;
/** Slots of few memories in which the same is said with none of the words. */
const slotsOf: Readonly<Record<string, readonly string[]>> = {
  "@eat": ["diet", "eats"],
  "@drink": ["diet", "drinks"],
  "@smoke": ["smoke", "trait"],
  "@wake": ["wake-up time"],
  "@have": ["condition"],
};
/** Kinds that say nothing of the user that anything else could contradict or repeat. */
const others: ReadonlySet<MemoryRow["kind"]> = new Set<MemoryRow["kind"]>(["instruction", "procedure", "observation"]);
const day = 86_400_000;

/**
 * The known memories of the same subject that say the same as what is told, or the contrary, in other words or in another slot.
 * They are looked for by their words and slots, and among `near`, which whatever finds what means the like may propose: the words decide.
 */
export function kinOf(store: MemoryStore, told: Told, near: readonly MemoryRow[] = []): Kin[] {
  const gist = others.has(told.kind) ? null : gistOf(told.text);
  if (!gist) return [];
  const found = new Map<string, Kin>();
  for (const row of [...near, ...withItsWords(store, told, gist), ...inItsSlots(store, told, gist)]) {
    if (found.has(row.id) || !mayCompare(row, told)) continue;
    const known = gistLately(row.text);
    const likeness = known && likenessOf(known, gist);
    // What holds at work says nothing of what holds at home.
    if (!likeness || (row.context !== told.context && likeness === "same")) continue;
    found.set(row.id, { row, likeness });
  }
  return [...found.values()].sort((a, b) => a.row.createdAt - b.row.createdAt);
}

/** Memories with all its telling words, be it with the name of a kind in the place of what is of that kind. */
function withItsWords(store: MemoryStore, { text }: Told, { tokens }: Gist): MemoryRow[] {
  const said = new Map(wordsOf(text).map((word) => [numerals.get(word) ?? stem(word), word]));
  const telling = tokens.filter((token) => !token.startsWith("@"));
  const words = telling.map((token) => said.get(token) ?? token);
  const general = telling.map((token, place) => kindOf(token) ?? words[place] ?? token);
  const queries = general.join() === words.join() ? [words] : [words, general];
  return queries.flatMap((query) => (query.length === 0 ? [] : store.search.memoriesWithAll(query, limit)));
}

function inItsSlots(store: MemoryStore, { subject }: Told, { tokens }: Gist): MemoryRow[] {
  return tokens
    .flatMap((token) => slotsOf[token] ?? [])
    .flatMap((slot) => store.memories.inSlot(subject, slot).slice(-limit));
}

/** The gists of texts compared lately: the same memories are met again and again. */
const comparedLately = new Map<string, Gist | null>();
const keptGists = 5_000;

function gistLately(text: string): Gist | null {
  const known = comparedLately.get(text);
  if (known !== undefined) return known;
  const gist = gistOf(text);
  if (comparedLately.size >= keptGists) comparedLately.clear();
  comparedLately.set(text, gist);
  return gist;
}

/** True for what is held to be true of the same subject, of the same day where it is of one. */
function mayCompare(row: MemoryRow, told: Told): boolean {
  if (row.subject !== told.subject || others.has(row.kind) || row.status === "superseded") return false;
  if (row.status === "archived" && row.validTo !== null) return false;
  if (row.kind !== "event" && told.kind !== "event") return true;
  const days = [row, told].map(({ validFrom }) => (validFrom === null ? null : Math.floor(validFrom / day)));
  return row.kind === told.kind && days[0] === days[1];
}
