import type { Considered, Rejection, UsedMemory } from "../contract/chat.ts";
import type { Db } from "./connection.ts";
import { erasedMark } from "./redact.ts";

/** One thing that recall offered to a reply: a memory at a version, or a message. `parts` are the score's parts. */
export type RecallEntry = {
  source: "memory" | "message";
  id: string;
  /** The memory's version at that moment; null for a message. */
  version: number | null;
  mark: string;
  score: number;
  parts: Readonly<Record<string, number>>;
  cited: boolean;
};

/** One thing that recall considered for a reply and did not offer. */
export type RejectionEntry = Omit<RecallEntry, "mark" | "cited"> & { reason: Rejection };

type Row = {
  replyId: string;
  mark: string;
  score: number;
  parts: string;
  memoryId: string | null;
  messageId: string | null;
  conversationId: string | null;
  text: string;
  saidAt: number;
  cited: 0 | 1;
};

export type RecallLog = ReturnType<typeof recallLog>;

type RejectionRow = Omit<Row, "replyId" | "mark" | "cited"> & { reason: Rejection };

/**
 * What a noted thing (row l) says of itself. A memory shows the words it had when the reply was made, and dates from the first
 * of the user's words behind it.
 */
const itself = `l.memory_id AS memoryId, l.message_id AS messageId, l.score, l.parts,
    g.conversation_id AS conversationId,
    coalesce(g.text,
      (SELECT r.after ->> '$.text' FROM memory_revision r
       WHERE r.memory_id = l.memory_id AND r.version = l.memory_version AND r.after IS NOT NULL
       ORDER BY r.seq DESC LIMIT 1),
      m.text) AS text,
    coalesce(g.created_at,
      (SELECT min(s.created_at) FROM evidence e JOIN message s ON s.id = e.message_id
       WHERE e.memory_id = l.memory_id),
      m.created_at) AS saidAt`;
const behind = "LEFT JOIN memory m ON m.id = l.memory_id LEFT JOIN message g ON g.id = l.message_id";
const notErased = `(m.id IS NULL OR m.deleted_by IS NULL) AND (g.id IS NULL OR g.text <> '${erasedMark}')`;

/** Which memories and turns entered which reply, and which did not. It holds ids and scores; the words come from where they are kept. */
export function recallLog(db: Db) {
  const insert = db.prepare(`INSERT INTO recall_log
    (reply_id, mark, memory_id, memory_version, message_id, score, parts, cited)
    VALUES (@replyId, @mark, @memoryId, @version, @messageId, @score, @parts, @cited)`);
  const clear = db.prepare("DELETE FROM recall_log WHERE reply_id = ?");
  const cite = db.prepare(
    "UPDATE recall_log SET cited = 1 WHERE reply_id = ? AND mark IN (SELECT value FROM json_each(?))",
  );
  const reject = db.prepare(`INSERT INTO recall_rejection
    (reply_id, memory_id, memory_version, message_id, reason, score, parts)
    VALUES (@replyId, @memoryId, @version, @messageId, @reason, @score, @parts)`);
  const clearRejected = db.prepare("DELETE FROM recall_rejection WHERE reply_id = ?");
  const rows = db.prepare<[string], Row>(`
    SELECT l.reply_id AS replyId, l.mark, l.cited, ${itself} FROM recall_log l ${behind}
    WHERE l.reply_id IN (SELECT value FROM json_each(?)) AND ${notErased} ORDER BY l.seq`);
  const rejectedRows = db.prepare<[string], RejectionRow>(`
    SELECT l.reason, ${itself} FROM recall_rejection l ${behind}
    WHERE l.reply_id = ? AND ${notErased} ORDER BY l.seq`);

  return {
    /** Notes what entered the reply and what did not, in place of what was noted before. */
    write: db.transaction(
      (replyId: string, entries: readonly RecallEntry[], rejected: readonly RejectionEntry[]): void => {
        clear.run(replyId);
        clearRejected.run(replyId);
        for (const entry of entries) {
          insert.run({ ...named(replyId, entry), mark: entry.mark, cited: entry.cited ? 1 : 0 });
        }
        for (const entry of rejected) reject.run({ ...named(replyId, entry), reason: entry.reason });
      },
    ),
    /** Marks entries of a reply as used by it. */
    cite(replyId: string, marks: Iterable<string>): void {
      cite.run(replyId, JSON.stringify([...marks]));
    },
    /** What entered each of the replies, best first; a reply without any has no entry. Erased things are left out. */
    usedIn(replyIds: readonly string[]): Map<string, UsedMemory[]> {
      const grouped = Map.groupBy(rows.all(JSON.stringify(replyIds)), (row) => row.replyId);
      return new Map([...grouped].map(([replyId, found]) => [replyId, found.map(toUsed)]));
    },
    /** All that was considered for the reply: what it used first, then what else it was offered, then what was left out. */
    explain(replyId: string): Considered[] {
      const offered = rows.all(JSON.stringify([replyId])).map(
        (row): Considered => ({
          ...toShown(row),
          outcome: row.cited === 1 ? "used" : "offered",
          reason: null,
          ...toScore(row),
        }),
      );
      const left = rejectedRows
        .all(replyId)
        .map((row): Considered => ({ ...toShown(row), outcome: "rejected", reason: row.reason, ...toScore(row) }));
      return [
        ...offered.filter(({ outcome }) => outcome === "used"),
        ...offered.filter(({ outcome }) => outcome === "offered"),
        ...left,
      ];
    },
  };
}

const named = (replyId: string, { source, id, version, score, parts }: Omit<RecallEntry, "mark" | "cited">) => ({
  replyId,
  memoryId: source === "memory" ? id : null,
  version,
  messageId: source === "message" ? id : null,
  score,
  parts: JSON.stringify(parts),
});

function toShown(row: Omit<Row, "replyId" | "mark" | "cited">) {
  return {
    source: row.memoryId === null ? ("message" as const) : ("memory" as const),
    id: row.memoryId ?? row.messageId ?? "",
    conversationId: row.conversationId,
    text: row.text,
    saidAt: row.saidAt,
  };
}

const toScore = ({ score, parts }: Pick<Row, "score" | "parts">) => ({
  score,
  parts: JSON.parse(parts) as Record<string, number>,
});

const toUsed = (row: Row): UsedMemory => ({ ...toShown(row), mark: row.mark, cited: row.cited === 1 });
