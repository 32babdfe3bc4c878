import type { Failure } from "../contract/errors.ts";
import type { Db } from "./connection.ts";
import { fromStored, type MemoryRow, memoryColumns, type StoredMemory } from "./memory-row.ts";
import type { ConversationRow, MessageRow } from "./messages.ts";
import { type PortableTask, type PortableTaskChange, type PortableTaskEdge, portableTasks } from "./portable-tasks.ts";
import { type PortableReminder, portableReminders } from "./reminders.ts";
import { taskOutlines } from "./task-outline.ts";

/** A conversation as it is taken elsewhere; `source` and `sourceId` name where it was brought in from, if it was. */
export type PortableConversation = ConversationRow & {
  renamed: boolean;
  source: string | null;
  sourceId: string | null;
};

/** A message as it is taken elsewhere. */
export type PortableMessage = MessageRow & { sourceId: string | null };

/** What a column of a plain table refers to, or how it is stored where not as it is read. */
type ColumnKind = "message" | "memory" | "json" | "flag" | "plain";

/**
 * Tables that go out and come in row by row, with ids mapped. A row belongs to what its first reference names, and comes in only
 * together with it.
 */
export const plainTables = {
  recalled: {
    table: "recall_log",
    columns: {
      reply_id: "message",
      mark: "plain",
      memory_id: "memory",
      memory_version: "plain",
      message_id: "message",
      score: "plain",
      parts: "json",
      cited: "flag",
    },
  },
  rejected: {
    table: "recall_rejection",
    columns: {
      reply_id: "message",
      memory_id: "memory",
      memory_version: "plain",
      message_id: "message",
      reason: "plain",
      score: "plain",
      parts: "json",
    },
  },
} as const satisfies Record<string, { table: string; columns: Record<string, ColumnKind> }>;

export type PlainTable = keyof typeof plainTables;
export type PlainRow = Record<string, unknown>;

/** How far an export goes: the last row of each table at its beginning. What comes later is no part of it. */
export type PortableBounds = Record<
  "conversation" | "message" | "memory" | "reminder" | "task" | "taskChange" | "taskEdge" | PlainTable,
  number
>;

export type PortableRepository = ReturnType<typeof portableRepository>;

/** Rows read in one go: few enough to be held, and to leave the engine responsive. */
const page = 64;

/** Everything the user has, in pages of a bounded size, to be taken elsewhere; and rows from elsewhere. */
export function portableRepository(db: Db) {
  const last = (table: string) => db.prepare<[], number>(`SELECT coalesce(max(seq), 0) FROM ${table}`).pluck();
  const names = Object.keys(plainTables) as PlainTable[];
  const lasts = [
    ["conversation", last("conversation")],
    ["message", last("message")],
    ["memory", last("memory")],
    ["reminder", last("reminder")],
    ["task", last("task")],
    ["taskChange", last("task_change")],
    ["taskEdge", last("task_edge")],
    ...names.map((name) => [name, last(plainTables[name].table)] as const),
  ] as const;
  const total = db
    .prepare<[], number>(
      "SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM memory) + (SELECT count(*) FROM conversation)",
    )
    .pluck();
  const conversations = db.prepare<
    [number, number],
    Omit<PortableConversation, "renamed"> & { seq: number; renamed: 0 | 1 }
  >(
    `SELECT c.seq, c.id, c.title, c.renamed, c.origin, c.created_at AS createdAt, c.updated_at AS updatedAt,
       i.source, i.source_id AS sourceId
     FROM conversation c LEFT JOIN import_conversation i ON i.conversation_id = c.id
     WHERE c.seq > ? AND c.seq <= ? AND c.hidden_by IS NULL ORDER BY c.seq LIMIT ${page}`,
  );
  const messageColumns = `m.seq, m.id, m.conversation_id AS conversationId, m.parent_id AS parentId, m.role, m.speaker, m.text,
    m.status, m.created_at AS createdAt, m.zone, m.model, m.remote, m.failure, i.source_id AS sourceId`;
  type Stored = Omit<PortableMessage, "failure"> & { seq: number; failure: string | null };
  const messages = db.prepare<[number, number], Stored>(
    `SELECT ${messageColumns} FROM message m LEFT JOIN import_message i ON i.message_id = m.id
     WHERE m.seq > ? AND m.seq <= ?
       AND m.conversation_id NOT IN (SELECT id FROM conversation WHERE hidden_by IS NOT NULL)
     ORDER BY m.seq LIMIT ${page}`,
  );
  const messagesIn = db.prepare<[string, number], Stored>(
    `SELECT ${messageColumns} FROM message m LEFT JOIN import_message i ON i.message_id = m.id
     WHERE m.conversation_id = ? AND m.seq > ? ORDER BY m.seq LIMIT ${page}`,
  );
  const tree = db.prepare<[string], { id: string; parentId: string | null }>(
    "SELECT id, parent_id AS parentId FROM message WHERE conversation_id = ? ORDER BY seq",
  );
  const memories = db.prepare<[number, number], StoredMemory & { seq: number }>(
    `SELECT m.seq, ${memoryColumns} FROM memory m WHERE m.seq > ? AND m.seq <= ? AND m.deleted_by IS NULL
     ORDER BY m.seq LIMIT ${page}`,
  );
  const memoriesAbout = db.prepare<[string, string, number], StoredMemory & { seq: number }>(
    `SELECT m.seq, ${memoryColumns} FROM memory m WHERE m.subject = ? AND m.kind = ? AND m.seq > ? AND m.deleted_by IS NULL
     ORDER BY m.seq LIMIT ${page}`,
  );
  const subjects = db
    .prepare<[], string>(
      "SELECT DISTINCT subject FROM memory WHERE deleted_by IS NULL ORDER BY subject <> 'user', subject",
    )
    .pluck();
  const plain = new Map(
    names.map((name) => {
      const { table, columns } = plainTables[name];
      const list = Object.keys(columns);
      return [
        name,
        {
          columns: Object.entries(columns) as [string, ColumnKind][],
          read: db.prepare<[number, number], PlainRow & { seq: number }>(
            `SELECT seq, ${list.join(", ")} FROM ${table} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${page}`,
          ),
          // What is there already stays as it is.
          write: db.prepare(
            `INSERT OR IGNORE INTO ${table} (${list.join(", ")}) VALUES (${list.map((column) => `@${column}`).join(", ")})`,
          ),
        },
      ];
    }),
  );
  const tableOf = (name: PlainTable) => {
    const found = plain.get(name);
    if (!found) throw new Error(`no table ${name}`);
    return found;
  };
  const reminders = portableReminders(db, page);
  const { readTasks, readChanges, readEdges, ...addTasks } = portableTasks(db, page);
  const place = db.prepare<[string], string>("SELECT conversation_id FROM message WHERE id = ?").pluck();
  const changeBefore = db
    .prepare<[string, number], 1>("SELECT 1 FROM memory_revision WHERE change_id = ? AND seq <= ? LIMIT 1")
    .pluck();
  const lastRevision = last("memory_revision");

  return {
    /** Read in one transaction, so that no row refers beyond them. */
    bounds: db.transaction((): PortableBounds & { rows: number } => ({
      ...(Object.fromEntries(lasts.map(([name, query]) => [name, query.get() ?? 0])) as PortableBounds),
      rows: total.get() ?? 0,
    })),
    /** Pages of conversations after one another; each is read when it is asked for. */
    *conversations(upTo: number): Generator<PortableConversation[]> {
      for (const rows of pages((after) => conversations.all(after, upTo))) {
        yield rows.map(({ seq: _, ...row }) => ({ ...row, renamed: row.renamed === 1 }));
      }
    },
    /** Pages of the messages of all conversations, parents before what answers them. */
    *messages(upTo: number): Generator<PortableMessage[]> {
      for (const rows of pages((after) => messages.all(after, upTo))) yield rows.map(toMessage);
    },
    /** Pages of the messages of one conversation. */
    *messagesIn(conversationId: string): Generator<PortableMessage[]> {
      for (const rows of pages((after) => messagesIn.all(conversationId, after))) yield rows.map(toMessage);
    },
    /** What answers what in a conversation, in the order of writing: its last one ends the current branch. */
    tree: (conversationId: string): { id: string; parentId: string | null }[] => tree.all(conversationId),
    *memories(upTo: number): Generator<MemoryRow[]> {
      for (const rows of pages((after) => memories.all(after, upTo))) yield rows.map(toMemory);
    },
    *memoriesAbout(subject: string, kind: string): Generator<MemoryRow[]> {
      for (const rows of pages((after) => memoriesAbout.all(subject, kind, after))) yield rows.map(toMemory);
    },
    /** Whom and what memories are about, the user first. */
    subjects: (): string[] => subjects.all(),
    *reminders(upTo: number): Generator<PortableReminder[]> {
      for (const rows of pages((after) => reminders.read(after, upTo))) yield rows.map(({ seq: _, ...row }) => row);
    },
    /** Adds a reminder that comes into this database at `arrivedAt` (ms), out of sight until its import is done; false where it is here. */
    addReminder: reminders.add,
    *taskChanges(upTo: number): Generator<PortableTaskChange[]> {
      for (const rows of pages((after) => readChanges(after, upTo))) yield rows.map(({ seq: _, ...row }) => row);
    },
    *tasks(upTo: number): Generator<PortableTask[]> {
      for (const rows of pages((after) => readTasks(after, upTo))) yield rows.map(({ seq: _, ...row }) => row);
    },
    *taskEdges(upTo: number): Generator<PortableTaskEdge[]> {
      for (const rows of pages((after) => readEdges(after, upTo))) yield rows.map(({ seq: _, ...row }) => row);
    },
    ...addTasks,
    /** Each goal without a parent as an outline to read. */
    taskOutlines: taskOutlines(db),
    *plain(name: PlainTable, upTo: number): Generator<PlainRow[]> {
      const { read, columns } = tableOf(name);
      for (const rows of pages((after) => read.all(after, upTo))) {
        yield rows.map((row) =>
          Object.fromEntries(columns.map(([column, kind]) => [column, fromColumn(kind, row[column])])),
        );
      }
    },
    /** Adds a row whose references are those of this database. */
    addPlain(name: PlainTable, row: PlainRow): void {
      const { write, columns } = tableOf(name);
      write.run(Object.fromEntries(columns.map(([column, kind]) => [column, toColumn(kind, row[column])])));
    },
    /** The conversation that a message stands in, or undefined where there is no such message. */
    placeOf: (messageId: string): string | undefined => place.get(messageId),
    /** The last revision that there is now. */
    lastRevision: (): number => lastRevision.get() ?? 0,
    /** True where something was changed under that id, no later than that revision. */
    isChangeTaken: (changeId: string, upTo: number): boolean => changeBefore.get(changeId, upTo) === 1,
  };
}

function* pages<Row extends { seq: number }>(read: (after: number) => Row[]): Generator<Row[]> {
  for (let after = 0; ; ) {
    const rows = read(after);
    const end = rows.at(-1);
    if (!end) return;
    yield rows;
    after = end.seq;
  }
}

function toMessage({
  seq: _,
  failure,
  ...row
}: Omit<PortableMessage, "failure"> & { seq: number; failure: string | null }): PortableMessage {
  return { ...row, failure: failure === null ? null : (JSON.parse(failure) as Failure) };
}

function toMemory(found: StoredMemory & { seq: number }): MemoryRow {
  const { seq: _, ...stored } = found;
  return fromStored(stored);
}

function fromColumn(kind: ColumnKind, value: unknown): unknown {
  if (kind === "flag") return value === 1;
  return kind === "json" && typeof value === "string" ? (JSON.parse(value) as unknown) : value;
}

function toColumn(kind: ColumnKind, value: unknown): unknown {
  if (kind === "flag") return value === true ? 1 : 0;
  return kind === "json" ? JSON.stringify(value) : value;
}
