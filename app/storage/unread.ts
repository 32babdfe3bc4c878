import type { Db } from "./connection.ts";

/** A message that no language model has read yet. */
export type UnreadRow = { messageId: string; conversationId: string; tokens: number };

export type UnreadRepository = ReturnType<typeof unreadRepository>;

/** A conversation is looked through for so many unread messages at once. */
const pageSize = 200;

/** What a language model has still to read, in the order in which it is read: what was said here before what was brought in. */
export function unreadRepository(db: Db) {
  const insert = db.prepare(`INSERT OR IGNORE INTO unread (message_id, conversation_id, priority, tokens)
    VALUES (@messageId, @conversationId, @priority, @tokens)`);
  const drop = db.prepare("DELETE FROM unread WHERE message_id IN (SELECT value FROM json_each(?))");
  const count = db.prepare<[], number>("SELECT count(*) FROM unread").pluck();
  const first = db.prepare<[], { conversationId: string; priority: number }>(
    "SELECT conversation_id AS conversationId, priority FROM unread ORDER BY priority, conversation_id LIMIT 1",
  );
  const fullest = db.prepare<[], { conversationId: string; tokens: number }>(
    `SELECT conversation_id AS conversationId, sum(tokens) AS tokens FROM unread WHERE priority = 0
     GROUP BY conversation_id ORDER BY tokens DESC LIMIT 1`,
  );
  const ofConversation = db.prepare<{ conversationId: string }, UnreadRow>(
    `SELECT u.message_id AS messageId, u.conversation_id AS conversationId, u.tokens
     FROM unread u JOIN message g ON g.id = u.message_id
     WHERE u.priority IN (0, 1) AND u.conversation_id = @conversationId ORDER BY g.seq LIMIT ${pageSize}`,
  );
  return {
    /** Notes a message; one that is noted already stays as it is. */
    add(message: UnreadRow, imported: boolean): void {
      insert.run({ ...message, priority: imported ? 1 : 0 });
    },
    drop(messageIds: readonly string[]): void {
      drop.run(JSON.stringify(messageIds));
    },
    count: (): number => count.get() ?? 0,
    /** The conversation whose turn it is; `imported` where only what was brought in is left. */
    first(): { conversationId: string; imported: boolean } | undefined {
      const found = first.get();
      return found && { conversationId: found.conversationId, imported: found.priority === 1 };
    },
    /** The conversation in which most was said here since it was last read, with how many tokens that is. */
    fullest: (): { conversationId: string; tokens: number } | undefined => fullest.get(),
    /** The conversation's next messages, oldest first, up to `tokens` together, but one at least. */
    batch(conversationId: string, tokens: number): UnreadRow[] {
      const batch: UnreadRow[] = [];
      let sum = 0;
      for (const row of ofConversation.all({ conversationId })) {
        if (batch.length > 0 && sum + row.tokens > tokens) break;
        batch.push(row);
        sum += row.tokens;
      }
      return batch;
    },
  };
}
