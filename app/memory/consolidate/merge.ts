import type { Keyed } from "../../storage/consolidation.ts";
import type { Change, MemoryPatch, MemoryRow } from "../../storage/memories.ts";
import { isExplicit } from "../agreement.ts";
import { fadesAt } from "../forgetting.ts";
import type { MemoryStore } from "../store.ts";
import { type Reading, readForLikeness, saysWithDetail } from "./likeness.ts";

/** Memories nearest in meaning that are compared. */
const nearest = 12;

/** What a group of merged memories goes by. */
type Standing = { row: MemoryRow; members: Set<string> };

/**
 * Brings a memory together with those that say the same: one of them stands for all from now on, the others are superseded, each as a
 * change of its own. Returns the changes. Doing it again finds nothing; in which order memories come does not matter.
 */
export function mergeDuplicates(store: MemoryStore, seq: number, row: MemoryRow, now: number): string[] {
  if (!mayMerge(row) && store.merges.holderOf(row.id) === undefined) return [];
  const changes: string[] = [];
  for (const { memory } of alike(store, seq, row)) {
    // Looked up anew: either may have been merged meanwhile.
    const [one, other] = [standing(store, row.id), standing(store, memory.id)];
    if (!one || !other || one.row.id === other.row.id || !mayJoin(store, one, other)) continue;
    const [winner, loser] = isBetter(store, one.row, other.row) ? [one.row, other.row] : [other.row, one.row];
    // What is pinned never goes.
    if (loser.pinned) continue;
    changes.push(merge(store, winner, loser, now));
  }
  return changes;
}

/** True for what may be brought together with others: what holds now and is neither contradicted, put away nor made up by Ebb. */
export function mayMerge(row: MemoryRow): boolean {
  return row.status === "active" && row.validTo === null && row.kind !== "observation" && row.kind !== "procedure";
}

/** Memories that say the same, by their keys, or by words and meaning; those that were merged before included. */
function alike(store: MemoryStore, seq: number, row: MemoryRow): Keyed[] {
  const { consolidation, vectors, merges } = store;
  const found = new Map(consolidation.withKeysOf(seq).map((item) => [item.seq, item]));
  const vector = mayMerge(row) ? consolidation.vectorOf(seq) : null;
  if (vector) {
    const reading = readForLikeness(row);
    const cosines = new Map(vectors.nearest("memory", vector, nearest).map((item) => [item.seq, item.cosine]));
    for (const item of consolidation.many([...cosines.keys()])) {
      if (item.seq === seq || found.has(item.seq) || !mayMerge(item.memory)) continue;
      const whole = [...membersOf(store, row.id), ...membersOf(store, item.memory.id)];
      const cosine = cosines.get(item.seq) ?? null;
      if (saysWithDetail(reading, readForLikeness(item.memory), cosine) && isChain(store, whole)) {
        found.set(item.seq, item);
      }
    }
  }
  return [...found.values()].filter(({ memory }) => mayMerge(memory) || merges.holderOf(memory.id) !== undefined);
}

/** True where of any two of these memories one says the other with more detail, so that no two of them differ. */
function isChain(store: MemoryStore, ids: readonly string[]): boolean {
  const readings = store.memories
    .getMany(ids)
    .map(readForLikeness)
    .sort((a, b) => a.tokens.length - b.tokens.length);
  return readings.every((long, place) => place === 0 || isWithin(readings[place - 1] as Reading, long));
}

function isWithin(short: Reading, long: Reading): boolean {
  const has = new Set(long.tokens);
  return short.tokens.every((token) => has.has(token));
}

/** What the memory is known as now, with all that is merged into it; undefined where that may not be merged. */
function standing(store: MemoryStore, id: string): Standing | undefined {
  let holder = id;
  for (let next = store.merges.holderOf(holder); next !== undefined; next = store.merges.holderOf(holder))
    holder = next;
  const row = store.memories.get(holder);
  return row && mayMerge(row) ? { row, members: membersOf(store, holder) } : undefined;
}

function membersOf(store: MemoryStore, id: string): Set<string> {
  return new Set(store.merges.withLosers([id]));
}

/** False for what the user has taken apart, and for what holds in different places. */
function mayJoin(store: MemoryStore, one: Standing, other: Standing): boolean {
  const { row } = one;
  if (row.scope !== other.row.scope && row.scope !== "global" && other.row.scope !== "global") return false;
  for (const id of one.members) {
    for (const { loserId, winnerId, undone } of store.merges.of(id)) {
      if (undone && (other.members.has(loserId) || other.members.has(winnerId))) return false;
    }
  }
  return true;
}

/** Pinned before not, what was said before what was made out, more before less, newer before older. */
function isBetter(store: MemoryStore, one: MemoryRow, other: MemoryRow): boolean {
  const ranks = [one, other].map((row) => [
    Number(row.pinned),
    Number(isExplicit(row)),
    trusted.indexOf(row.trust),
    readForLikeness(row).tokens.length,
    firstKnown(store, row),
  ]);
  const [first = [], second = []] = ranks;
  for (const [place, rank] of first.entries()) {
    const against = second[place] ?? 0;
    if (rank !== against) return rank > against;
  }
  return one.id < other.id;
}

const trusted: readonly MemoryRow["trust"][] = ["assistant", "inferred", "confirmed", "user"];

/** When (ms) the memory itself came to be, whatever it has taken over since. */
function firstKnown(store: MemoryStore, row: MemoryRow): number {
  return store.memories.revisionsOf(row.id).find(({ after }) => after !== null)?.after?.createdAt ?? row.createdAt;
}

function merge(store: MemoryStore, winner: MemoryRow, loser: MemoryRow, now: number): string {
  const { memories, merges } = store;
  const change: Change = { changeId: store.newId(), at: now, cause: "merged", messageId: null };
  const { changeId } = change;
  const stronger = fadesAt(loser) > fadesAt(winner);
  const taken = stronger ? memories.reviewsOf(loser.id) : [];
  const own = stronger ? memories.reviewsOf(winner.id) : [];
  merges.add({ loserId: loser.id, winnerId: winner.id, changeId }, stronger ? { own, count: taken.length } : null);
  merges.takeEvidence(loser.id, winner.id, changeId);
  const patch: MemoryPatch = {
    createdAt: Math.min(winner.createdAt, loser.createdAt),
    importance: Math.max(winner.importance, loser.importance),
    confidence: Math.max(winner.confidence, loser.confidence),
    scope: winner.scope === loser.scope ? winner.scope : "global",
    useCount: winner.useCount + loser.useCount,
    lastUsedAt: latest(winner.lastUsedAt, loser.lastUsedAt),
  };
  if (stronger) {
    // No review is made: the one's log takes the place of the other's, and replays to its state.
    memories.replaceReviews(
      winner.id,
      taken.map((entry) => ({ ...entry, memoryId: winner.id })),
    );
    const { stability, difficulty, lastReviewAt } = loser;
    Object.assign(patch, { stability, difficulty, lastReviewAt });
  }
  memories.update(loser.id, { status: "superseded" }, change);
  memories.update(winner.id, patch, change);
  return changeId;
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
