import type { Db } from "./connection.ts";

export type TransferRepository = ReturnType<typeof transferRepository>;

/** The messages that stand behind imported memories: evidence needs the words it quotes. */
export function transferRepository(db: Db) {
  const addConversation = db.prepare(
    "INSERT INTO conversation (id, title, renamed, created_at, updated_at) VALUES (@id, @title, 1, @at, @at)",
  );
  const addMessage = db.prepare(`INSERT INTO message (id, conversation_id, role, text, status, created_at)
    VALUES (@id, @conversationId, 'user', @text, 'complete', @saidAt)`);
  const text = db.prepare<[string], string>("SELECT text FROM message WHERE id = ?").pluck();
  const setText = db.prepare("UPDATE message SET text = ? WHERE id = ?");
  const dropConversation = db.prepare("DELETE FROM conversation WHERE id = ?");

  return {
    /** Begins the conversation that holds what imported memories were learned from. */
    addConversation(conversation: { id: string; title: string; at: number }): void {
      addConversation.run(conversation);
    },
    /** Adds something the user had said elsewhere. `saidAt` in ms. */
    addMessage(message: { id: string; conversationId: string; text: string; saidAt: number }): void {
      addMessage.run(message);
    },
    setMessageText(id: string, text: string): void {
      setText.run(text, id);
    },
    /** The text of a message, or undefined where there is none. */
    messageText: (id: string): string | undefined => text.get(id),
    /** Takes back what an import added. Nothing happens where there is no such conversation. */
    dropConversation(id: string): void {
      dropConversation.run(id);
    },
  };
}
