import type { Db } from "./connection.ts";
import type { Change, MemoryRow, RevisionCause } from "./memory-row.ts";

/** One entry of the append-only history. `before` or `after` is null where the memory did not exist. */
export type Revision = {
  changeId: string;
  memoryId: string;
  version: number;
  at: number;
  cause: RevisionCause;
  messageId: string | null;
  before: MemoryRow | null;
  after: MemoryRow | null;
  undone: boolean;
};

type Stored = Omit<Revision, "before" | "after" | "undone"> & {
  before: string | null;
  after: string | null;
  undone: 0 | 1;
};

const columns = `change_id AS changeId, memory_id AS memoryId, version, at, cause, message_id AS messageId,
  before, after, undone`;

/** The history of memories: what each change made of each. */
export function revisionRepository(db: Db) {
  const insert = db.prepare(`INSERT INTO memory_revision
    (change_id, memory_id, version, at, cause, message_id, before, after, undone)
    VALUES (@changeId, @memoryId, @version, @at, @cause, @messageId, @before, @after, @undone)`);
  const ofMemory = db.prepare<[string], Stored>(
    `SELECT ${columns} FROM memory_revision WHERE memory_id = ? ORDER BY seq`,
  );
  const ofChange = db.prepare<[string], Stored>(
    `SELECT ${columns} FROM memory_revision WHERE change_id = ? ORDER BY seq`,
  );
  const ofMessages = db.prepare<[string], Stored>(`SELECT ${columns} FROM memory_revision
    WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY seq`);
  const later = db
    .prepare<{ memoryId: string; changeId: string }, number>(
      `SELECT EXISTS (SELECT 1 FROM memory_revision r WHERE r.memory_id = @memoryId AND r.undone = 0 AND r.cause <> 'undone'
         AND r.seq > (SELECT max(seq) FROM memory_revision WHERE memory_id = @memoryId AND change_id = @changeId))`,
    )
    .pluck();
  const markUndone = db.prepare("UPDATE memory_revision SET undone = 1 WHERE change_id = ?");

  return {
    /** Appends what a change made of one memory. `undone` is set for entries that can't be taken back. */
    addRevision(
      entry: { before: MemoryRow | null; after: MemoryRow | null; memoryId: string; version: number; undone?: boolean },
      change: Change,
    ): void {
      insert.run({
        ...change,
        memoryId: entry.memoryId,
        version: entry.version,
        before: entry.before && JSON.stringify(entry.before),
        after: entry.after && JSON.stringify(entry.after),
        undone: entry.undone ? 1 : 0,
      });
    },
    /** Oldest first. */
    revisionsOf: (memoryId: string): Revision[] => ofMemory.all(memoryId).map(fromJson),
    /** Everything that one change did, in the order it was done. */
    revisionsOfChange: (changeId: string): Revision[] => ofChange.all(changeId).map(fromJson),
    /** What was learned from these messages, oldest first. */
    revisionsOfMessages: (messageIds: readonly string[]): Revision[] =>
      ofMessages.all(JSON.stringify(messageIds)).map(fromJson),
    /** True where another change has touched the memory since and still stands. */
    changedSince: (memoryId: string, changeId: string): boolean => later.get({ memoryId, changeId }) === 1,
    markUndone(changeId: string): void {
      markUndone.run(changeId);
    },
  };
}

function fromJson(stored: Stored): Revision {
  return {
    ...stored,
    before: stored.before === null ? null : (JSON.parse(stored.before) as MemoryRow),
    after: stored.after === null ? null : (JSON.parse(stored.after) as MemoryRow),
    undone: stored.undone === 1,
  };
}
