import type { UsedMemory } from "../contract/index.ts";
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

type Row = {
  replyId: string;
  mark: string;
  memoryId: string | null;
  messageId: string | null;
  conversationId: string | null;
  text: string;
  saidAt: number;
  cited: 0 | 1;
};

export type RecallLog = ReturnType<typeof recallLog>;

/** Which memories and turns entered which reply. It holds ids and scores; the words come from where they are kept. */
export function recallLog(db: Db) {
  const insert = db.prepare(`INSERT INTO recall_log
    (reply_id, mark, memory_id, memory_version, message_id, score, parts, cited)
    VALUES (@replyId, @mark, @memoryId, @version, @messageId, @score, @parts, @cited)`);
  const clear = db.prepare("DELETE FROM recall_log WHERE reply_id = ?");
  const cite = db.prepare(
    "UPDATE recall_log SET cited = 1 WHERE reply_id = ? AND mark IN (SELECT value FROM json_each(?))",
  );
  // A memory shows the words it had when the reply was made, and dates from the first of the user's words behind it.
  const rows = db.prepare<[string], Row>(`
    SELECT l.reply_id AS replyId, l.mark, l.memory_id AS memoryId, l.message_id AS messageId,
      g.conversation_id AS conversationId, l.cited,
      coalesce(g.text,
        (SELECT r.after ->> '$.text' FROM memory_revision r
         WHERE r.memory_id = l.memory_id AND r.version = l.memory_version AND r.after IS NOT NULL
         ORDER BY r.seq DESC LIMIT 1),
        m.text) AS text,
      coalesce(g.created_at,
        (SELECT min(s.created_at) FROM evidence e JOIN message s ON s.id = e.message_id
         WHERE e.memory_id = l.memory_id),
        m.created_at) AS saidAt
    FROM recall_log l
    LEFT JOIN memory m ON m.id = l.memory_id
    LEFT JOIN message g ON g.id = l.message_id
    WHERE l.reply_id IN (SELECT value FROM json_each(?))
      AND (m.id IS NULL OR m.deleted_by IS NULL) AND (g.id IS NULL OR g.text <> '${erasedMark}')
    ORDER BY l.seq`);

  return {
    /** Notes what entered the reply, in place of what was noted before. */
    write: db.transaction((replyId: string, entries: readonly RecallEntry[]): void => {
      clear.run(replyId);
      for (const entry of entries) {
        insert.run({
          replyId,
          mark: entry.mark,
          memoryId: entry.source === "memory" ? entry.id : null,
          version: entry.version,
          messageId: entry.source === "message" ? entry.id : null,
          score: entry.score,
          parts: JSON.stringify(entry.parts),
          cited: entry.cited ? 1 : 0,
        });
      }
    }),
    /** Marks entries of a reply as used by it. */
    cite(replyId: string, marks: Iterable<string>): void {
      cite.run(replyId, JSON.stringify([...marks]));
    },
    /** What entered each of the replies, best first; a reply without any has no entry. Erased things are left out. */
    usedIn(replyIds: readonly string[]): Map<string, UsedMemory[]> {
      const grouped = Map.groupBy(rows.all(JSON.stringify(replyIds)), (row) => row.replyId);
      return new Map([...grouped].map(([replyId, found]) => [replyId, found.map(toUsed)]));
    },
  };
}

function toUsed(row: Row): UsedMemory {
  return {
    source: row.memoryId === null ? "message" : "memory",
    id: row.memoryId ?? row.messageId ?? "",
    conversationId: row.conversationId,
    mark: row.mark,
    text: row.text,
    saidAt: row.saidAt,
    cited: row.cited === 1,
  };
}
