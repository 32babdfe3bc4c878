import type { MemoryKind, MemoryStatus } from "../contract/index.ts";
import type { Db } from "./connection.ts";
import { evidenceRepository } from "./evidence.ts";
import {
  type Change,
  fromStored,
  inOrder,
  insertMemorySql,
  type MemoryPatch,
  type MemoryRow,
  memoryColumns,
  type NewMemory,
  type StoredMemory,
  toStored,
  updateMemorySql,
} from "./memory-row.ts";
import { reviewRepository } from "./reviews.ts";
import { revisionRepository } from "./revisions.ts";

export type { EvidenceRow } from "./evidence.ts";
export type { Change, MemoryPatch, MemoryRow, NewMemory, RevisionCause } from "./memory-row.ts";
export type { Revision } from "./revisions.ts";

export type MemoryRepository = ReturnType<typeof memoryRepository>;

/** Which memories a list shows. `all` statuses includes superseded and archived ones. */
export type MemoryFilter = {
  kind?: MemoryKind | undefined;
  status: MemoryStatus | "all";
  pinned?: boolean | undefined;
  limit: number;
  offset: number;
};

const fadedPage = 200;

/** A deletion that can still be undone. */
export type PendingDeletion = { id: string; deletedBy: string; eraseAt: number; sources: boolean };

/**
 * Memories with their evidence, reviews and revisions. A memory whose deletion is pending is seen only by the methods
 * that say so. Writes of several rows are one transaction. `onWrite` is called with each memory that is new or changed, in the
 * transaction that writes it.
 */
export function memoryRepository(db: Db, onWrite: (row: MemoryRow) => void = () => {}) {
  const revisions = revisionRepository(db);
  const visible = "m.deleted_by IS NULL";
  const byId = db.prepare<[string], StoredMemory>(`SELECT ${memoryColumns} FROM memory m WHERE id = ? AND ${visible}`);
  const taken = db.prepare<[string], number>("SELECT 1 FROM memory WHERE id = ?").pluck();
  const byIds = db.prepare<[string], StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m WHERE id IN (SELECT value FROM json_each(?)) AND ${visible}`,
  );
  const bySlot = db.prepare<[string, string], StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m WHERE subject = ? AND predicate = ? AND ${visible} ORDER BY created_at, seq`,
  );
  const bySubject = db.prepare<[string], StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m WHERE subject = ? AND ${visible} ORDER BY created_at, seq`,
  );
  // From one subject to the next in their index, however many memories each has.
  const subjectsWith = db
    .prepare<[string], string>(
      `WITH RECURSIVE subjects (name) AS (
         SELECT min(subject) FROM memory
         UNION ALL
         SELECT (SELECT min(subject) FROM memory WHERE subject > name) FROM subjects WHERE name IS NOT NULL
       )
       SELECT name FROM subjects WHERE name <> 'user' AND instr(' ' || name || ' ', ' ' || ? || ' ') > 0
         AND EXISTS (SELECT 1 FROM memory m WHERE m.subject = name AND ${visible})`,
    )
    .pluck();
  const byStatus = db.prepare<[string], StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m WHERE status IN (SELECT value FROM json_each(?)) AND ${visible}
     ORDER BY created_at, seq`,
  );
  const inConflict = db.prepare<[], StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m WHERE status = 'conflict' AND ${visible} ORDER BY created_at, seq`,
  );
  const filterSql = `FROM memory m WHERE ${visible} AND (@kind IS NULL OR kind = @kind)
    AND (@status = 'all' OR status = @status) AND (@pinned IS NULL OR pinned = @pinned)`;
  const page = db.prepare<object, StoredMemory>(
    `SELECT ${memoryColumns} ${filterSql} ORDER BY updated_at DESC, seq DESC LIMIT @limit OFFSET @offset`,
  );
  const total = db.prepare<object, number>(`SELECT count(*) ${filterSql}`).pluck();
  const faded = db.prepare<object, StoredMemory>(
    `SELECT ${memoryColumns} FROM memory m WHERE status IN ('active', 'provisional') AND pinned = 0 AND ${visible}
       AND last_review_at + stability * @span < @now AND importance >= @importance
     ORDER BY importance DESC, last_review_at + stability * @span, seq LIMIT ${fadedPage} OFFSET @offset`,
  );
  const insertRow = db.prepare(insertMemorySql);
  const updateRow = db.prepare(updateMemorySql);
  const removeRow = db.prepare("DELETE FROM memory WHERE id = ?");
  const used = db.prepare(`UPDATE memory SET last_used_at = ?, use_count = use_count + 1
    WHERE id IN (SELECT value FROM json_each(?))`);
  const setPending = db.prepare(`UPDATE memory
    SET deleted_by = @changeId, erase_at = @eraseAt, erase_sources = @sources WHERE id = @id AND deleted_by IS NULL`);
  const clearPending = db.prepare(
    "UPDATE memory SET deleted_by = NULL, erase_at = NULL, erase_sources = NULL WHERE deleted_by = ? AND id = ?",
  );
  const pending = db.prepare<[number, number], { id: string; deletedBy: string; eraseAt: number; sources: 0 | 1 }>(
    `SELECT id, deleted_by AS deletedBy, erase_at AS eraseAt, erase_sources AS sources FROM memory
     WHERE erase_at IS NOT NULL AND erase_at <= ? ORDER BY erase_at, deleted_by, seq LIMIT ?`,
  );

  const get = (id: string): MemoryRow | undefined => {
    const stored = byId.get(id);
    return stored && fromStored(stored);
  };

  return {
    ...revisions,
    ...evidenceRepository(db),
    ...reviewRepository(db),
    get,
    /** True where a memory has that id, even one about to be deleted. */
    isTaken: (id: string): boolean => taken.get(id) === 1,
    /** In no order; unknown ids are left out. */
    getMany: (ids: readonly string[]): MemoryRow[] => byIds.all(JSON.stringify(ids)).map(fromStored),
    /** Memories of any status for the subject and predicate, oldest first. */
    inSlot: (subject: string, predicate: string): MemoryRow[] => bySlot.all(subject, predicate).map(fromStored),
    /** Memories of any status about the subject, oldest first. */
    ofSubject: (subject: string): MemoryRow[] => bySubject.all(subject).map(fromStored),
    /** The subjects other than the user that have this word in them. */
    subjectsWith: (word: string): string[] => subjectsWith.all(word),
    /** Every memory with one of the statuses, oldest first. */
    all: (statuses: readonly MemoryStatus[] = ["active"]): MemoryRow[] =>
      byStatus.all(JSON.stringify(statuses)).map(fromStored),
    /** Memories that something else contradicts, oldest first. */
    inConflict: (): MemoryRow[] => inConflict.all().map(fromStored),
    /**
     * Active and provisional, unpinned memories of at least that importance whose last review is longer ago than `span` (ms) for each day of
     * their stability: the most important first, and of those the most faded. Read in pages as far as the caller goes, who
     * must not change any of them until then.
     */
    *faded(span: number, now: number, importance = 0): Generator<MemoryRow> {
      for (let offset = 0; ; offset += fadedPage) {
        const rows = faded.all({ span, now, importance, offset });
        for (const row of rows) yield fromStored(row);
        if (rows.length < fadedPage) return;
      }
    },
    /** A page, newest change first, and how many there are in all. */
    list(filter: MemoryFilter): { rows: MemoryRow[]; total: number } {
      const bound = {
        ...filter,
        kind: filter.kind ?? null,
        pinned: filter.pinned === undefined ? null : Number(filter.pinned),
      };
      return { rows: page.all(bound).map(fromStored), total: total.get(bound) ?? 0 };
    },
    /**
     * Stores a new memory and notes it in its history; `writeEarlier` may add entries of an earlier history, which come
     * before.
     */
    insert: db.transaction((memory: NewMemory, change: Change, writeEarlier?: () => void): MemoryRow => {
      const row = inOrder({
        version: 1,
        createdAt: change.at,
        updatedAt: change.at,
        lastUsedAt: null,
        useCount: 0,
        ...memory,
      });
      insertRow.run(toStored(row));
      writeEarlier?.();
      revisions.addRevision({ before: null, after: row, memoryId: row.id, version: row.version }, change);
      onWrite(row);
      return row;
    }),
    /** Changes the memory, counts its version up and notes both states in its history. Throws for an unknown id. */
    update: db.transaction((id: string, patch: MemoryPatch, change: Change): MemoryRow => {
      const before = get(id);
      if (!before) throw new Error(`no memory ${id}`);
      const after: MemoryRow = { ...before, ...patch, version: before.version + 1, updatedAt: change.at };
      updateRow.run(toStored(after));
      revisions.addRevision({ before, after, memoryId: id, version: after.version }, change);
      onWrite(after);
      return after;
    }),
    /** Takes the row away with all that hangs on it: for a change that is taken back, not for erasing. */
    remove(id: string): void {
      removeRow.run(id);
    },
    /** Notes that a reply used these memories. */
    markUsed(ids: readonly string[], at: number): void {
      used.run(at, JSON.stringify(ids));
    },
    /** Hides the memories until they are erased or restored, and notes it in their history. Unknown ids are left out. */
    setDeletion: db.transaction(
      (ids: readonly string[], deletion: { eraseAt: number; sources: boolean }, change: Change): string[] => {
        const marked: string[] = [];
        for (const id of new Set(ids)) {
          const before = get(id);
          if (!before) continue;
          setPending.run({
            id,
            changeId: change.changeId,
            eraseAt: deletion.eraseAt,
            sources: deletion.sources ? 1 : 0,
          });
          revisions.addRevision({ before, after: null, memoryId: id, version: before.version }, change);
          marked.push(id);
        }
        return marked;
      },
    ),
    /** Brings back a memory that the change was about to delete; false where it was not. */
    clearDeletion: (changeId: string, id: string): boolean => clearPending.run(changeId, id).changes > 0,
    /** Deletions that become final at `now` or before, all of them with `Number.MAX_SAFE_INTEGER`: at most `limit`. */
    deletionsDue: (now: number, limit: number): PendingDeletion[] =>
      pending.all(now, limit).map((row) => ({ ...row, sources: row.sources === 1 })),
  };
}
