import type { Mention } from "../../storage/consolidation.ts";
import type { Change, MemoryPatch, MemoryRow } from "../../storage/memories.ts";
import { firstGrade, firstReview } from "../forgetting.ts";
import { contentStems, fold, stem } from "../retain/words.ts";
import type { MemoryStore } from "../store.ts";
import { isSensitive } from "./sensitive.ts";

/** What an observation must rest on: memories, and different days or conversations in which they were said. */
const clear = { memories: 3, occasions: 3 } as const;
/** Memories of which an observation must still be made once it is there. */
const leastLeft = 2;
/** Observations made anew within this time (ms), at most. */
const newLimit = { count: 3, span: 86_400_000 } as const;
/** From this share of common memories on, two words tell of the same thing. */
const sameThing = 0.6;
/** Words of a memory that are looked at, and memories of one word: what more have is too common to be worth a remark. */
const bounds = { words: 6, memories: 200 } as const;

/** Words that are no topic by themselves. */
const common = new Set(
  `day week month year hour minute today yesterday tomorrow tonight morning afternoon evening night weekend monday tuesday wednesday
  thursday friday saturday sunday january february march april may june july august september october november december time
  first last next new old big small great good nice best better bad favourite little long short high low right left full whole half
  love enjoy want need make take give use try think feel find see look keep start stop work live like hate prefer call name ask talk
  buy eat drink read write watch play travel meet speak come home house place way part number people person man woman friend family
  guy bit couple few every usually often sometimes never always about around back another other different own`
    .split(/\s+/)
    .map(stem),
);

/** The words of which an observation may be made: those that tell what a statement of the user's is about. */
export function topicWords(row: MemoryRow): string[] {
  if (row.status !== "active" || row.subject !== "user" || row.neverUse) return [];
  if (!["fact", "event", "preference"].includes(row.kind) || row.value.startsWith("not ")) return [];
  if (isSensitive(`${row.text} ${row.value}`, row.predicate)) return [];
  return contentStems(row.value)
    .filter((word) => word.length >= 3 && !/\d/.test(word) && !common.has(word))
    .slice(0, bounds.words);
}

/** What several memories have in common. */
type Cluster = { word: string; mentions: Mention[]; memories: Set<string>; conversations: number; days: number };

/** What came of looking at a memory's words: the changes made, and whether more wait for another day. */
export type Observed = { changes: string[]; waits: boolean };

/**
 * Makes an observation of each word that comes up in enough memories, said on enough occasions, and tells those that there are anew. What
 * is observed of several words for one thing is told by the word that comes up most. `words` are those of a memory, now and before.
 */
export function observe(store: MemoryStore, words: readonly string[], now: number): Observed {
  const observed: Observed = { changes: [], waits: false };
  for (const word of [...new Set(words)].sort()) {
    const count = store.consolidation.frequency(word, bounds.memories + 1);
    if (count > bounds.memories) continue;
    const row = observationOf(store, word);
    if (!row && count < clear.memories) continue;
    const cluster = clusterOf(store, word);
    const made = row ? tellAnew(store, row, cluster, now) : begin(store, cluster, now);
    if (made === "later") observed.waits = true;
    else if (made) observed.changes.push(made);
  }
  return observed;
}

function clusterOf(store: MemoryStore, word: string): Cluster | null {
  const mentions = store.consolidation.mentionsOf(word);
  if (mentions.length === 0) return null;
  const told = mentions.flatMap(({ conversationId }) => conversationId ?? []);
  return {
    word,
    mentions,
    memories: new Set(mentions.map(({ memoryId }) => memoryId)),
    conversations: new Set(told).size,
    days: new Set(mentions.map(({ saidAt }) => Math.floor(saidAt / 86_400_000))).size,
  };
}

function isClear({ memories, conversations, days }: Cluster): boolean {
  return memories.size >= clear.memories && Math.max(conversations, days) >= clear.occasions;
}

/** False where another word tells of the same memories and comes up more often. */
function isFirst(store: MemoryStore, cluster: Cluster): boolean {
  const rivals = new Set(cluster.mentions.flatMap(({ text }) => contentStems(text)));
  rivals.delete(cluster.word);
  for (const word of rivals) {
    const count = store.consolidation.frequency(word, bounds.memories + 1);
    if (count > bounds.memories || count < cluster.memories.size) continue;
    const other = clusterOf(store, word);
    if (!other || !isClear(other) || !isSame(cluster.memories, other.memories)) continue;
    if (other.memories.size > cluster.memories.size) return false;
    if (other.memories.size === cluster.memories.size && other.word < cluster.word) return false;
  }
  return true;
}

/** True where an observation rests on the same memories already, whatever the user has made of it since. */
function isTold(store: MemoryStore, { memories }: Cluster): boolean {
  return store.consolidation
    .observationsOn([...memories])
    .some((id) => isSame(memories, new Set(store.consolidation.supportsOf(id))));
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.intersection(other).size >= sameThing * one.union(other).size;
}

/** What Ebb has noticed of the word: one that the user has not made their own words. */
function observationOf(store: MemoryStore, word: string): MemoryRow | undefined {
  return store.memories.inSlot("user", slotOf(word)).find(({ kind }) => kind === "observation");
}

/** One slot for each word, so that one thing is noticed once. */
const slotOf = (word: string): string => `mentions ${word}`;

function begin(store: MemoryStore, cluster: Cluster | null, now: number): string | "later" | null {
  if (!cluster || !isClear(cluster)) return null;
  const label = labelOf(cluster);
  // One that is about to be deleted is there still.
  if (label === null || store.consolidation.isObserved(slotOf(cluster.word)) || isTold(store, cluster)) return null;
  const said = {
    subject: "user",
    predicate: slotOf(cluster.word),
    value: label,
    context: "",
    text: sentence(label, cluster),
  };
  if (store.tombstones.erasedAt(said) !== null) return null;
  if (store.consolidation.observedSince(now - newLimit.span) >= newLimit.count) return "later";
  if (!isFirst(store, cluster)) return null;
  const change: Change = { changeId: store.newId(), at: now, cause: "observed", messageId: null };
  const state = firstReview("inferred", now);
  const row = store.memories.insert(
    {
      id: store.newId(),
      kind: "observation",
      ...said,
      scope: "global",
      validFrom: null,
      validTo: null,
      status: "active",
      confidence: confidenceOf(cluster),
      trust: "inferred",
      importance: 0.3,
      pinned: false,
      neverUse: false,
      ...state,
    },
    change,
  );
  const { stability, difficulty } = state;
  store.memories.addReview({
    memoryId: row.id,
    at: now,
    grade: firstGrade("inferred"),
    reason: "noticed",
    stability,
    difficulty,
  });
  for (const memoryId of cluster.memories) store.consolidation.addSupport(row.id, memoryId);
  return change.changeId;
}

/** Brings an observation up to what it rests on now; what rests on too little is put away. Returns the change, if any. */
function tellAnew(store: MemoryStore, row: MemoryRow, cluster: Cluster | null, now: number): string | null {
  // What the user has said, kept or put away is theirs.
  if (row.trust !== "inferred" || row.pinned || row.status !== "active" || isTakenBack(store, row)) return null;
  const change: Change = { changeId: store.newId(), at: now, cause: "observed", messageId: null };
  if (!cluster || cluster.memories.size < leastLeft || !stands(cluster, row.value)) {
    store.memories.update(row.id, { status: "archived", validTo: now }, change);
    return change.changeId;
  }
  const before = new Set(store.consolidation.supportsOf(row.id));
  for (const id of cluster.memories) if (!before.has(id)) store.consolidation.addSupport(row.id, id);
  for (const id of before) if (!cluster.memories.has(id)) store.consolidation.dropSupport(row.id, id);
  const patch: MemoryPatch = { text: sentence(row.value, cluster), confidence: confidenceOf(cluster) };
  if (patch.text === row.text && patch.confidence === row.confidence) return null;
  store.memories.update(row.id, patch, change);
  return change.changeId;
}

/** True where the user has taken back what Ebb made of it: it stays as it is. */
function isTakenBack(store: MemoryStore, row: MemoryRow): boolean {
  return store.memories.revisionsOf(row.id).some(({ cause, undone }) => cause === "observed" && undone);
}

function stands(cluster: Cluster, label: string): boolean {
  return cluster.mentions.some(({ text }) => text.includes(label));
}

/** The user's own word for it: the form that stands in most of the memories, in lower case where it does so anywhere. */
function labelOf({ word, mentions }: Cluster): string | null {
  const texts = new Map(mentions.map(({ memoryId, text }) => [memoryId, text]));
  const forms = new Map<string, number>();
  for (const text of texts.values()) {
    for (const form of new Set(text.match(/[\p{L}\p{M}][\p{L}\p{M}\p{N}'’-]*/gu) ?? [])) {
      if (stem(fold(form)) === word) forms.set(form, (forms.get(form) ?? 0) + 1);
    }
  }
  const isLower = (form: string): boolean => form === form.toLowerCase();
  const [best] = [...forms].sort(
    ([a, many], [b, more]) => Number(isLower(b)) - Number(isLower(a)) || more - many || (a < b ? -1 : 1),
  );
  return best?.[0] ?? null;
}

const month = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** What was noticed, in plain words: how often something came up, and since when. */
function sentence(label: string, { mentions, conversations, days }: Cluster): string {
  const [first, last] = [mentions[0]?.saidAt ?? 0, mentions.at(-1)?.saidAt ?? 0];
  const often = conversations >= clear.occasions ? `in ${conversations} conversations` : `on ${days} days`;
  const when =
    month.format(first) === month.format(last) ? `in ${month.format(first)}` : `since ${month.format(first)}`;
  return `${label.slice(0, 1).toUpperCase()}${label.slice(1)} came up ${often} ${when}.`;
}

/** Never sure: it is counted, not said. */
function confidenceOf({ memories }: Cluster): number {
  return Math.min(0.6, Math.round((0.35 + 0.05 * memories.size) * 100) / 100);
}
