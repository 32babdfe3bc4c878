import type { Link, Words } from "../../storage/consolidation.ts";
import type { MemoryRow } from "../../storage/memories.ts";
import { contentStems } from "../retain/words.ts";
import type { MemoryStore } from "../store.ts";

/** So many memories are related to one at most. */
export const linkLimit = 5;

/** Likeness (0 to 1) from which two memories count as related: of their words, and of their meaning. */
const least = { words: 0.2, meaning: 0.55 } as const;
/** What sharing a subject other than the user adds. */
const sameSubject = 0.3;
/** Memories compared for one word, for all words, for a subject, and in meaning. A word that more memories have tells little. */
const compared = { word: 64, words: 48, subject: 32, nearest: 24 } as const;
const wordLimit = 24;
/** Words that tell what somebody does with a thing, not which thing. */
const vague = new Set(
  contentStems(
    `like likes love loves enjoy want wants need needs prefer hate make take give use try think feel find see look keep start stop am good
    nice great best favourite day days week month year time today new old my remember`,
  ),
);

/** True for what is shown as related to others. */
export function mayLink(row: MemoryRow): boolean {
  return row.status === "active" && row.kind !== "observation";
}

/** The stems by which memories are related: of what they say, and of whom they are about. */
export function linkWords(row: MemoryRow): string[] {
  const subject = row.subject === "user" ? "" : row.subject;
  return contentStems(`${row.text} ${subject}`)
    .filter((word) => !vague.has(word))
    .slice(0, wordLimit);
}

/** How much two memories have to do with each other, or null where nothing is to be said of it; the same whichever comes first. */
export function likeness(one: MemoryRow, other: MemoryRow, cosine: number | null): Omit<Link, "otherId"> | null {
  const [first, second] = [new Set(linkWords(one)), new Set(linkWords(other))];
  const common = first.intersection(second).size;
  const words = common === 0 ? 0 : common / first.union(second).size;
  const about = one.subject === other.subject && one.subject !== "user";
  const meaning = cosine !== null && cosine >= least.meaning ? cosine : 0;
  const shared = words >= least.words || about ? words + (about ? sameSubject : 0) : 0;
  if (shared === 0 && meaning === 0) return null;
  const kind = shared >= meaning ? (about ? "subject" : "words") : "meaning";
  // To a millionth: sums must not depend on the order of their parts.
  return { kind, weight: Math.min(1, Math.round(Math.max(shared, meaning) * 1e6) / 1e6) };
}

/**
 * Brings the lists of a memory and of those that it is like up to date. Each list is what the memories say now, in whatever order they
 * are looked at.
 */
export function relate(store: MemoryStore, seq: number, row: MemoryRow, words: Words): void {
  const { consolidation } = store;
  const found = mayLink(row) ? relatedTo(store, seq, row, words) : new Map<string, Link>();
  const best = ranked([...found.values()]).slice(0, linkLimit);
  replaceLinks(store, row.id, best);
  for (const { id } of consolidation.linkedBy(row.id)) if (!found.has(id)) consolidation.dropLink(id, row.id);
  for (const { otherId, kind, weight } of found.values()) {
    const own = consolidation.links(otherId);
    const offered: Link = { otherId: row.id, kind, weight };
    const held = own.find((link) => link.otherId === row.id);
    if (held && held.weight === weight && held.kind === kind) continue;
    const next = ranked([...own.filter((link) => link !== held), offered]).slice(0, linkLimit);
    replaceLinks(store, otherId, next);
  }
}

function replaceLinks(store: MemoryStore, memoryId: string, links: readonly Link[]): void {
  const { consolidation } = store;
  const before = new Map(consolidation.links(memoryId).map((link) => [link.otherId, link]));
  const leaving = [...before.keys()].filter((id) => !links.some(({ otherId }) => otherId === id));
  for (const link of links) {
    const held = before.get(link.otherId);
    if (held?.weight === link.weight && held.kind === link.kind) continue;
    const instead = held ? undefined : leaving.pop();
    if (instead === undefined) consolidation.putLink(memoryId, link);
    else consolidation.turnLink(memoryId, instead, link);
  }
  for (const otherId of leaving) consolidation.dropLink(memoryId, otherId);
}

/** Memories that have something to do with this one, by id. */
function relatedTo(store: MemoryStore, seq: number, row: MemoryRow, words: Words): Map<string, Link> {
  const { consolidation, vectors } = store;
  const shared = new Map<number, number>();
  for (const word of words.keys()) {
    const having = consolidation.withWord(word, compared.word + 1);
    if (having.length > compared.word) continue;
    for (const other of having) shared.set(other, (shared.get(other) ?? 0) + 1);
  }
  shared.delete(seq);
  // Those that share most of the words.
  const most = [...shared].sort(([a, many], [b, more]) => more - many || a - b).slice(0, compared.words);
  const seqs = new Set(most.map(([other]) => other));
  if (row.subject !== "user")
    for (const other of consolidation.ofSubject(row.subject, compared.subject)) seqs.add(other);
  // Those that have it in their list, whatever finds it there.
  for (const { seq: owner } of consolidation.linkedBy(row.id)) seqs.add(owner);
  const vector = consolidation.vectorOf(seq);
  if (vector) for (const { seq: other } of vectors.nearest("memory", vector, compared.nearest)) seqs.add(other);
  seqs.delete(seq);
  const others = consolidation.many([...seqs]).filter(({ memory }) => mayLink(memory));
  const cosines = vector
    ? vectors.cosines(
        "memory",
        vector,
        others.map((other) => other.seq),
      )
    : null;
  const found = new Map<string, Link>();
  for (const { seq: other, memory } of others) {
    const like = likeness(row, memory, cosines?.get(other) ?? null);
    if (like) found.set(memory.id, { otherId: memory.id, ...like });
  }
  return found;
}

function ranked(links: readonly Link[]): Link[] {
  return links.toSorted((a, b) => b.weight - a.weight || (a.otherId < b.otherId ? -1 : 1));
}
