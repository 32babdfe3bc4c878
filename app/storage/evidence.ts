import type { Db } from "./connection.ts";

/** The user's own words that a memory rests on, with where and when (ms since 1970 UTC) they were said. */
export type EvidenceRow = {
  memoryId: string;
  messageId: string;
  conversationId: string;
  quote: string;
  saidAt: number;
};

export function evidenceRepository(db: Db) {
  const insert = db.prepare("INSERT OR IGNORE INTO evidence (memory_id, message_id, quote) VALUES (?, ?, ?)");
  const columns = `e.memory_id AS memoryId, e.message_id AS messageId, g.conversation_id AS conversationId, e.quote,
    g.created_at AS saidAt`;
  const ofMemories = db.prepare<[string], EvidenceRow>(`SELECT ${columns}
    FROM evidence e JOIN message g ON g.id = e.message_id
    WHERE e.memory_id IN (SELECT value FROM json_each(?)) ORDER BY g.created_at, e.seq`);
  const ofMessages = db.prepare<[string], EvidenceRow>(`SELECT ${columns}
    FROM evidence e JOIN message g ON g.id = e.message_id
    WHERE e.message_id IN (SELECT value FROM json_each(?)) ORDER BY g.created_at, e.seq`);

  return {
    /** Adding the same quote of the same message again changes nothing. */
    addEvidence(memoryId: string, messageId: string, quote: string): void {
      insert.run(memoryId, messageId, quote);
    },
    /** By memory, oldest words first; a memory without evidence has no entry. */
    evidenceOf: (memoryIds: readonly string[]): Map<string, EvidenceRow[]> =>
      Map.groupBy(ofMemories.all(JSON.stringify(memoryIds)), (row) => row.memoryId),
    /** By message: which memories rest on it, those about to be deleted included. */
    evidenceFrom: (messageIds: readonly string[]): Map<string, EvidenceRow[]> =>
      Map.groupBy(ofMessages.all(JSON.stringify(messageIds)), (row) => row.messageId),
  };
}
