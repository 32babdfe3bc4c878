import { EbbError } from "../contract/errors.ts";
import type { Memory, MemoryKind, MemoryRevision, MemoryStatus } from "../contract/index.ts";
import type { MemoryPatch, MemoryRow, RevisionCause } from "../storage/memories.ts";
import { resolve, rivalsOf, type Settled } from "./conflicts.ts";
import { newChange, setPinned } from "./fading.ts";
import { firstGrade, firstReview } from "./forgetting.ts";
import { safeguard } from "./kept.ts";
import { restoreArchived } from "./restore.ts";
import { readMessage } from "./retain/read.ts";
import type { MemoryStore } from "./store.ts";
import { memoryView, revisionView } from "./views.ts";

/** Memories erased in one step. */
const erasedAtOnce = 40;

/** How long (ms) a deletion can be undone. */
export const undoWindow = 15_000;

export type Changed = { memory: Memory; changeId: string };

/** A page of memories, newest change first, or best match first with a query. */
export function listMemories(
  store: MemoryStore,
  filter: {
    query?: string | undefined;
    kind?: MemoryKind | undefined;
    status: MemoryStatus | "all";
    pinned?: boolean | undefined;
    limit: number;
    offset: number;
  },
  now: number,
): { items: Memory[]; total: number } {
  const { query, ...rest } = filter;
  const asked = query?.trim() ?? "";
  const { rows, total } = asked === "" ? store.memories.list(rest) : store.search.memories(asked, rest);
  return { items: views(store, rows, now), total };
}

/** One memory with what contradicts it, what it has to do with, and its history, oldest change first. @throws NOT_FOUND */
export function getMemory(
  store: MemoryStore,
  id: string,
  now: number,
): {
  memory: Memory;
  rivals: Memory[];
  related: Memory[];
  supports: Memory[];
  holder: Memory | null;
  history: MemoryRevision[];
} {
  const row = require(store, id);
  const holder = store.memories.get(store.merges.holderOf(id) ?? "");
  const supports = store.memories.getMany(store.consolidation.supportsOf(id));
  return {
    memory: view(store, row, now),
    rivals: views(store, rivalsOf(store, row), now),
    related: views(store, store.consolidation.related(id), now),
    supports: views(
      store,
      supports.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)),
      now,
    ),
    holder: holder ? view(store, holder, now) : null,
    history: store.memories.revisionsOf(id).map(revisionView),
  };
}

/** A memory that the user typed in: as good as an explicit "remember". */
export function addMemory(store: MemoryStore, given: { text: string; kind: MemoryKind }, now: number): Changed {
  const change = newChange(store, "added", now);
  const state = firstReview("remember", now);
  const { safety = false, ...meaning } = meaningOf(given.text, now) ?? {};
  const row = store.transaction(() => {
    const added = store.memories.insert(
      {
        id: store.newId(),
        kind: given.kind,
        text: given.text,
        subject: "user",
        predicate: "note",
        value: given.text,
        context: "",
        ...meaning,
        scope: "global",
        validFrom: null,
        validTo: null,
        status: "active",
        confidence: 1,
        trust: "user",
        importance: 0.6,
        pinned: false,
        neverUse: false,
        ...state,
      },
      change,
    );
    const { stability, difficulty } = state;
    store.memories.addReview({
      memoryId: added.id,
      at: now,
      grade: firstGrade("remember"),
      reason: "typed in",
      stability,
      difficulty,
    });
    return safety ? safeguard(store, added, change) : added;
  });
  return { memory: view(store, row, now), changeId: change.changeId };
}

/**
 * Gives the memory a text in the user's own words, which are now what it rests on. @throws NOT_FOUND, and CHANGED_MEANWHILE
 * unless `version` is the stored one
 */
export function editMemory(
  store: MemoryStore,
  edit: { id: string; version: number; text: string },
  now: number,
): Changed {
  return store.transaction(() => {
    const row = require(store, edit.id);
    if (row.version !== edit.version) {
      throw new EbbError(
        "CHANGED_MEANWHILE",
        "This memory has changed since you opened it.",
        "Look at it as it is now, then edit it again.",
      );
    }
    const { safety: _safety, ...meaning } = meaningOf(edit.text, now) ?? {
      value: newValue(row, edit.text),
      safety: false,
    };
    return apply(store, row, { text: edit.text, ...meaning, trust: "user", confidence: 1 }, "edited", now);
  });
}

/** Pins the memory, so that it never fades, or lets it go. @throws NOT_FOUND */
export function pinMemory(store: MemoryStore, given: { id: string; pinned: boolean }, now: number): Changed {
  return store.transaction(() => {
    const { row, changeId } = setPinned(store, require(store, given.id), given.pinned, now);
    return { memory: view(store, row, now), changeId };
  });
}

/** Brings an archived memory back into recall. @throws NOT_FOUND where it is not archived */
export function restoreMemory(store: MemoryStore, id: string, now: number): Changed {
  const { row, changeId } = restoreArchived(store, id, now);
  return { memory: view(store, row, now), changeId };
}

/** Takes the user's word on which of several memories hold, and when. @throws NOT_FOUND, INVALID_INPUT */
export function resolveConflict(store: MemoryStore, given: Settled, now: number): Changed {
  const { row, changeId } = resolve(store, given, now);
  return { memory: view(store, row, now), changeId };
}

/**
 * Takes memories away at once; they are erased for good at `until` (ms) or at quit, with `sources` together with the words
 * they came from. @throws NOT_FOUND where none of them exists
 */
export function deleteMemories(
  store: MemoryStore,
  given: { ids: readonly string[]; sources: boolean },
  now: number,
): { changeId: string; until: number } {
  const change = newChange(store, "deleted", now);
  const until = now + undoWindow;
  // What was merged into a memory says the same, and goes with it.
  const ids = store.merges.withLosers(given.ids);
  const marked = store.memories.setDeletion(ids, { eraseAt: until, sources: given.sources }, change);
  if (marked.length === 0) throw notFound();
  return { changeId: change.changeId, until };
}

/**
 * Erases for good what was deleted and can't be undone any more at `now` (ms), all that waits with
 * `Number.MAX_SAFE_INTEGER`, and finishes earlier erasures that were cut short. Returns how many memories went.
 */
export function eraseDue(store: MemoryStore, now: number): number {
  let erased = 0;
  for (const count of erasingDue(store, now)) erased += count;
  store.erase.finish();
  return erased;
}

/** The same in steps of tens of milliseconds, between which anything else may happen; each step yields how many memories went. */
export function* erasingDue(store: MemoryStore, now: number): Generator<number> {
  for (;;) {
    const [first, ...others] = store.memories.deletionsDue(now, erasedAtOnce);
    if (!first) break;
    const together = [first, ...others.filter(({ deletedBy }) => deletedBy === first.deletedBy)];
    const ids = together.map(({ id }) => id);
    const options = { sources: first.sources, at: Math.min(now, first.eraseAt) };
    // Within a transaction, backups and log wait for the end.
    yield store.transaction(() => store.erase.memories(ids, options)).memories;
  }
  while (store.erase.finishSome()) yield 0;
}

type Meaning = Pick<MemoryRow, "subject" | "predicate" | "value" | "context"> & { safety: boolean };

/** What the text says of whom, where the rules read it as one statement; else null. */
function meaningOf(text: string, now: number): Meaning | null {
  const { statements } = readMessage(text, { at: now, zone: "UTC", previous: [] });
  const [statement] = statements;
  if (!statement || statements.length > 1 || statement.negated) return null;
  const { subject, predicate, value, context, safety } = statement;
  return { subject, predicate, value, context, safety };
}

/** The part of the new text that stands where the old value stood in the old text; all of it where that can't be told. */
function newValue(row: MemoryRow, text: string): string {
  const start = row.text.indexOf(row.value);
  if (start < 0) return text;
  const before = row.text.slice(0, start);
  const after = row.text.slice(start + row.value.length);
  const fits = text.startsWith(before) && text.endsWith(after) && text.length > before.length + after.length;
  return fits ? text.slice(before.length, text.length - after.length) : text;
}

function apply(store: MemoryStore, row: MemoryRow, patch: MemoryPatch, cause: RevisionCause, now: number): Changed {
  const change = newChange(store, cause, now);
  return { memory: view(store, store.memories.update(row.id, patch, change), now), changeId: change.changeId };
}

function views(store: MemoryStore, rows: readonly MemoryRow[], now: number): Memory[] {
  const ids = rows.map((row) => row.id);
  const evidence = store.memories.evidenceOf(ids);
  const proofs = store.consolidation.proofsOf(ids);
  return rows.map((row) => memoryView(row, evidence.get(row.id) ?? [], now, proofs.get(row.id)));
}

function view(store: MemoryStore, row: MemoryRow, now: number): Memory {
  return views(store, [row], now)[0] as Memory;
}

function require(store: MemoryStore, id: string): MemoryRow {
  const row = store.memories.get(id);
  if (!row) throw notFound();
  return row;
}

function notFound(): EbbError {
  return new EbbError("NOT_FOUND", "That memory does not exist any more.", "Choose another one from the list.");
}
