import type { Origin } from "../contract/index.ts";
import type { Db } from "./connection.ts";
import { cleanIndexes, deletingLazily } from "./lazy-deletion.ts";
import type { MessageRow } from "./messages.ts";

export type ChatImportRepository = ReturnType<typeof chatImportRepository>;

export type ChatImportState = "writing" | "done" | "undoing";

/** A message from elsewhere. `learnAt` is when it was said (ms) where Ebb is to learn from it, else null. */
export type NewImportedMessage = Pick<
  MessageRow,
  "id" | "conversationId" | "role" | "speaker" | "text" | "createdAt"
> & {
  parentId: string | null;
  sourceId: string;
  learnAt: number | null;
} & Partial<Pick<MessageRow, "status" | "zone" | "model" | "remote" | "failure">>;

/**
 * Conversations that were brought in from elsewhere: what is here already, under which import, and what is still to be
 * learned from. Times are ms.
 */
export function chatImportRepository(db: Db) {
  const begin = db.prepare("INSERT INTO import (id, at, state) VALUES (?, ?, 'writing')");
  const setState = db.prepare("UPDATE import SET state = ? WHERE id = ?");
  const stateOf = db.prepare<[string], ChatImportState>("SELECT state FROM import WHERE id = ?").pluck();
  const unfinished = db.prepare<[], string>("SELECT id FROM import WHERE state <> 'done'").pluck();
  const conversationFor = db
    .prepare<[string, string], string>(
      "SELECT conversation_id FROM import_conversation WHERE source = ? AND source_id = ?",
    )
    .pluck();
  const addConversation = db.prepare(
    `INSERT INTO conversation (id, title, renamed, origin, created_at, updated_at, hidden_by)
     VALUES (@id, @title, @renamed, @origin, @createdAt, @updatedAt, @importId)`,
  );
  const noteConversation = db.prepare(`INSERT INTO import_conversation (conversation_id, import_id, source, source_id)
    VALUES (@id, @importId, @source, @sourceId)`);
  const touch = db.prepare("UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?");
  const leafOf = db
    .prepare<[string], string>("SELECT id FROM message WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1")
    .pluck();
  const messageIds = db
    .prepare<[string], string>("SELECT source_id FROM import_message WHERE conversation_id = ?")
    .pluck();
  const addMessage = db.prepare(`INSERT INTO message
    (id, conversation_id, parent_id, role, speaker, text, status, created_at, zone, model, remote, failure)
    VALUES (@id, @conversationId, @parentId, @role, @speaker, @text, @status, @createdAt, @zone, @model, @remote, @failure)`);
  const noteMessage =
    db.prepare(`INSERT INTO import_message (message_id, import_id, conversation_id, source_id, learn_at)
    VALUES (@id, @importId, @conversationId, @sourceId, @learnAt)`);
  const toLearn = db
    .prepare<[number], string>(`SELECT m.message_id FROM import_message m CROSS JOIN import i ON i.id = m.import_id
      WHERE m.learn_at IS NOT NULL AND i.state = 'done' ORDER BY m.learn_at LIMIT ?`)
    .pluck();
  const leftToLearn = db.prepare<[], number>("SELECT count(*) FROM import_message WHERE learn_at IS NOT NULL").pluck();
  const learned = db.prepare("UPDATE import_message SET learn_at = NULL WHERE message_id = ?");
  const dropLearning = db.prepare(
    "UPDATE import_message SET learn_at = NULL WHERE import_id = ? AND learn_at IS NOT NULL",
  );
  const allMessages = db.prepare<[string], string>("SELECT message_id FROM import_message WHERE import_id = ?").pluck();
  const someMessages = db
    .prepare<[string, number], string>("SELECT message_id FROM import_message WHERE import_id = ? LIMIT ?")
    .pluck();
  const orphan = db.prepare("UPDATE message SET parent_id = NULL WHERE parent_id IN (SELECT value FROM json_each(?))");
  const dropMessages = db.prepare("DELETE FROM message WHERE id IN (SELECT value FROM json_each(?))");
  const dropConversations = db.prepare(`DELETE FROM conversation
    WHERE id IN (SELECT conversation_id FROM import_conversation WHERE import_id = ?)
      AND NOT EXISTS (SELECT 1 FROM message WHERE conversation_id = conversation.id)`);
  const drop = db.prepare("DELETE FROM import WHERE id = ?");
  const hideConversation = db.prepare("UPDATE conversation SET hidden_by = ? WHERE id = ?");
  const showConversations = db.prepare("UPDATE conversation SET hidden_by = NULL WHERE hidden_by = ?");
  const hideMemory = db.prepare("UPDATE memory SET deleted_by = ? WHERE id = ? AND deleted_by IS NULL");
  const showMemories = db.prepare("UPDATE memory SET deleted_by = NULL WHERE deleted_by = ?");
  const dropHidden = db.prepare(
    "DELETE FROM memory WHERE id IN (SELECT id FROM memory WHERE deleted_by = ? AND erase_at IS NULL LIMIT ?)",
  );
  const addedBy = db
    .prepare<[string, string], 1>("SELECT 1 FROM import_message WHERE message_id = ? AND import_id = ?")
    .pluck();
  const exists = db.prepare<[string], 1>("SELECT 1 FROM conversation WHERE id = ?").pluck();
  const broughtBy = db
    .prepare<[string, string], 1>("SELECT 1 FROM import_conversation WHERE conversation_id = ? AND import_id = ?")
    .pluck();
  const messageFor = db
    .prepare<[string, string], string>(
      "SELECT message_id FROM import_message WHERE conversation_id = ? AND source_id = ?",
    )
    .pluck();

  return {
    /** Notes the import before its first message, so that it can be taken back whatever happens. */
    begin(id: string, at: number): void {
      begin.run(id, at);
    },
    setState(id: string, state: ChatImportState): void {
      setState.run(state, id);
    },
    /** Undefined where there is no such import. */
    stateOf: (id: string): ChatImportState | undefined => stateOf.get(id),
    /** Imports that were cut short, and those that are being taken back. */
    unfinished: (): string[] => unfinished.all(),
    /** The conversation here that has been brought in from there, or undefined. */
    conversationFor: (source: string, sourceId: string): string | undefined => conversationFor.get(source, sourceId),
    addConversation(conversation: {
      id: string;
      importId: string;
      source: string;
      sourceId: string;
      title: string;
      /** 1 where somebody has named it, 0 where the title was made from its first words. */
      renamed: 0 | 1;
      origin?: Origin;
      createdAt: number;
      updatedAt: number;
    }): void {
      addConversation.run({ origin: "chat", ...conversation });
      noteConversation.run(conversation);
    },
    /** Keeps a conversation out of sight until `show`; those of `addConversation` are so from the beginning. */
    hideConversation(importId: string, conversationId: string): void {
      hideConversation.run(importId, conversationId);
    },
    /** Keeps a new memory out of sight until `show`. */
    hideMemory(importId: string, memoryId: string): void {
      hideMemory.run(importId, memoryId);
    },
    /** Shows all that the import has brought, at once. */
    show(importId: string): void {
      showConversations.run(importId);
      showMemories.run(importId);
    },
    /** Takes away up to `limit` of the import's memories that were never shown; returns how many there were. */
    dropHiddenMemories: (importId: string, limit: number): number => dropHidden.run(importId, limit).changes,
    /** True for a message that this import has brought. */
    hasBrought: (importId: string, messageId: string): boolean => addedBy.get(messageId, importId) === 1,
    hasConversation: (id: string): boolean => exists.get(id) === 1,
    /** True for a conversation that this import has brought. */
    hasBroughtConversation: (importId: string, id: string): boolean => broughtBy.get(id, importId) === 1,
    /** The message here that has that id where it came from, or undefined. */
    messageFor: (conversationId: string, sourceId: string): string | undefined =>
      messageFor.get(conversationId, sourceId),
    touch(conversationId: string, at: number): void {
      touch.run(at, conversationId);
    },
    /** The newest message of the conversation, or null. */
    leafOf: (conversationId: string): string | null => leafOf.get(conversationId) ?? null,
    /** The ids that the messages of the conversation had where they came from. */
    messageSourceIds: (conversationId: string): Set<string> => new Set(messageIds.all(conversationId)),
    addMessage(message: NewImportedMessage, importId: string): void {
      const { status = "complete", zone = null, model = null, remote = null, failure = null } = message;
      const told = failure && JSON.stringify(failure);
      addMessage.run({ ...message, status, zone, model, remote, failure: told });
      noteMessage.run({ ...message, importId });
    },
    /** The next messages to learn from, by the time at which they were said. */
    toLearn: (limit: number): string[] => toLearn.all(limit),
    /** How many messages are still to be learned from. */
    leftToLearn: (): number => leftToLearn.get() ?? 0,
    setLearned(messageId: string): void {
      learned.run(messageId);
    },
    dropLearning(importId: string): void {
      dropLearning.run(importId);
    },
    messageIds: (importId: string): string[] => allMessages.all(importId),
    /**
     * Takes away up to `limit` of the import's messages, in one transaction; what the user said after them stays. Returns how
     * many there were. The indexes keep traces of them until `cleanIndexes` has nothing left to do.
     */
    removeMessages: db.transaction((importId: string, limit: number): number => {
      const ids = someMessages.all(importId, limit);
      const list = JSON.stringify(ids);
      orphan.run(list);
      deletingLazily(db, () => dropMessages.run(list));
      return ids.length;
    }),
    /** Takes away the import's empty conversations and its own notes. */
    finishRemoval: db.transaction((importId: string): void => {
      dropConversations.run(importId);
      drop.run(importId);
    }),
    /** Writes the indexes anew without what was removed, step by step. */
    cleanIndexes: (): Generator<void> => cleanIndexes(db),
  };
}
