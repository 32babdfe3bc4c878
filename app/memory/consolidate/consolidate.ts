import { EbbError } from "../../contract/errors.ts";
import type { Words } from "../../storage/consolidation.ts";
import type { MemoryRow } from "../../storage/memories.ts";
import type { Tidying, TidyingKind } from "../../storage/tidyings.ts";
import { contentStems } from "../retain/words.ts";
import type { MemoryStore } from "../store.ts";
import { undo } from "../undo.ts";
import { cutNext } from "./episodes.ts";
import { readForLikeness } from "./likeness.ts";
import { linkWords, mayLink, relate } from "./links.ts";
import { mayMerge, mergeDuplicates } from "./merge.ts";
import { observe, topicWords } from "./observe.ts";

/** What a step did: `idle` where nothing was due. */
export type Step = { idle: boolean; memories: boolean; conversations: boolean };

/** What could not be observed on one day is looked at again so much later (ms). */
const anotherDay = 86_400_000;
/** Memories that are looked at in one transaction, at most. */
const together = 32;

/**
 * Does the next piece of tidying up, in one transaction of a few milliseconds: looks at one memory (merges it with what says the same,
 * makes an observation of what comes up often, relates it to others) or cuts one sitting of a conversation into episodes. What is due
 * stands in the database, so that stopping or a crash at any moment only puts off the rest. `now` in ms; memories are looked at together
 * as long as `hasTime` says so.
 */
export function consolidateNext(store: MemoryStore, now: number, hasTime: () => boolean = () => false): Step {
  const due = store.consolidation.nextDue(now, together);
  if (due.length > 0) {
    return store.transaction(() => {
      let memories = false;
      for (const [place, seq] of due.entries()) {
        if (place > 0 && !hasTime()) break;
        memories = lookAt(store, seq, now) || memories;
      }
      return { idle: false, memories, conversations: false };
    });
  }
  const episode = cutNext(store, now);
  if (episode === "none") store.tidyings.end(now);
  return { idle: episode === "none", memories: false, conversations: episode === "retitled" };
}

/** Looks at one memory; true where that changed any. */
function lookAt(store: MemoryStore, seq: number, now: number): boolean {
  const { consolidation, tidyings } = store;
  const note = (kind: TidyingKind, changes: readonly string[]): void => {
    for (const changeId of changes) tidyings.note({ id: store.newId(), at: now, changeId, kind });
  };
  const row = consolidation.bySeq(seq);
  const topicsBefore = consolidation.topicsOf(seq);
  consolidation.setKeys(seq, keysOf(store, row));
  const merged = row ? mergeDuplicates(store, seq, row, now) : [];
  note("merged", merged);
  // As the merge has left it.
  const left = row && store.memories.get(row.id);
  const words = wordsOf(left);
  consolidation.setWords(seq, words);
  const topics = left?.kind === "observation" ? contentStems(left.value) : left ? topicWords(left) : [];
  const { changes, waits } = observe(store, [...topicsBefore, ...topics], now);
  note("observed", changes);
  if (left) relate(store, seq, left, words);
  if (waits) consolidation.putOff(seq, now + anotherDay);
  else consolidation.setDone(seq);
  return merged.length + changes.length > 0;
}

/** What is merged into another is still found by what it says. */
function keysOf(store: MemoryStore, row: MemoryRow | undefined): string[] {
  if (!row || !(mayMerge(row) || store.merges.holderOf(row.id) !== undefined)) return [];
  return readForLikeness(row).keys;
}

/** The words by which what holds now is found, and whether an observation may be made of them. */
function wordsOf(row: MemoryRow | undefined): Words {
  if (!row || !mayLink(row)) return new Map();
  const topics = topicWords(row);
  return new Map([...linkWords(row), ...topics].map((word) => [word, { topic: topics.includes(word) }]));
}

/** What the last run did that still stands, or null. */
export function lastTidying(store: MemoryStore): Tidying | null {
  return store.tidyings.last() ?? null;
}

/**
 * Takes back what a run did, last first, as far as nothing else has touched it since. Returns how many changes were taken back and how
 * many had to stay. @throws NOT_UNDOABLE where nothing of it can be taken back
 */
export function undoTidying(store: MemoryStore, id: string, now: number): { undone: number; kept: number } {
  const result = { undone: 0, kept: 0 };
  for (const changeId of store.tidyings.changesOf(id)) {
    const revisions = store.memories.revisionsOfChange(changeId);
    if (revisions.length === 0 || revisions.every(({ undone }) => undone)) continue;
    try {
      undo(store, changeId, now);
      result.undone++;
    } catch (error) {
      if (!(error instanceof EbbError && error.code === "NOT_UNDOABLE")) throw error;
      result.kept++;
    }
  }
  if (result.undone > 0) return result;
  throw new EbbError(
    "NOT_UNDOABLE",
    "What was tidied up has changed since.",
    "Change the memories by hand if they are not right.",
  );
}
