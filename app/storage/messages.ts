import type { Failure } from "../contract/errors.ts";
import type { MessageStatus, Origin } from "../contract/index.ts";
import type { Db } from "./connection.ts";
import { erasedMark } from "./redact.ts";

/** A stored conversation. Times are ms since 1970 UTC, as everywhere in storage. */
export type ConversationRow = { id: string; title: string; origin: Origin; createdAt: number; updatedAt: number };

/** A stored message; `parentId` makes the messages of a conversation a tree, whose newest leaf is the current branch. */
export type MessageRow = {
  id: string;
  conversationId: string;
  parentId: string | null;
  role: "user" | "assistant" | "other";
  speaker: string | null;
  text: string;
  status: MessageStatus;
  createdAt: number;
  zone: string | null;
  model: string | null;
  failure: Failure | null;
  /** Of a reply: the other computer that wrote it; null where it was this one. */
  remote?: string | null | undefined;
  /** Of a reply: the oldest turns of the conversation that the model was told in short only. */
  droppedTurns?: number | undefined;
};

type StoredMessage = Omit<MessageRow, "failure"> & { failure: string | null };

const messageColumns = `m.id, m.conversation_id AS conversationId, m.parent_id AS parentId, m.role, m.speaker, m.text,
  m.status, m.created_at AS createdAt, m.zone, m.model, m.failure, m.dropped_turns AS droppedTurns, m.remote`;
/** Quick-ask conversations, newest first, that are looked through for the questions asked last. */
const quickConversations = 200;

/** What a conversation is called: by the user, else by what was said in it, else by its first words. */
export const shownTitle = "coalesce(iif(renamed, NULL, made_title), title)";

const conversationColumns = `id, ${shownTitle} AS title, origin, created_at AS createdAt, updated_at AS updatedAt`;

const toRow = (stored: StoredMessage): MessageRow => ({
  ...stored,
  failure: stored.failure === null ? null : (JSON.parse(stored.failure) as Failure),
});

export type MessageRepository = ReturnType<typeof messageRepository>;

/** Conversations and their messages. */
export function messageRepository(db: Db) {
  const insertConversation = db.prepare(
    `INSERT INTO conversation (id, title, origin, created_at, updated_at)
     VALUES (:id, :title, :origin, :createdAt, :updatedAt)`,
  );
  const getConversation = db.prepare<[string], ConversationRow>(
    `SELECT ${conversationColumns} FROM conversation WHERE id = ?`,
  );
  const listConversations = db.prepare<[number, number], ConversationRow>(
    `SELECT ${conversationColumns} FROM conversation WHERE hidden_by IS NULL
     ORDER BY updated_at DESC, seq DESC LIMIT ? OFFSET ?`,
  );
  const countConversations = db
    .prepare<[], number>("SELECT count(*) FROM conversation WHERE hidden_by IS NULL")
    .pluck();
  const renameConversation = db.prepare("UPDATE conversation SET title = ?, renamed = 1 WHERE id = ?");
  const touchConversation = db.prepare("UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?");
  const insertMessage = db.prepare(
    `INSERT INTO message
       (id, conversation_id, parent_id, role, speaker, text, status, created_at, zone, model, remote, failure)
     VALUES (:id, :conversationId, :parentId, :role, :speaker, :text, :status, :createdAt, :zone, :model, :remote, :failure)`,
  );
  const getMessage = db.prepare<[string], StoredMessage>(`SELECT ${messageColumns} FROM message m WHERE m.id = ?`);
  const newestOf = db
    .prepare<[string], string>("SELECT id FROM message WHERE conversation_id = ? ORDER BY seq DESC LIMIT 1")
    .pluck();
  const repliesTo = db.prepare<[string], StoredMessage>(
    `SELECT ${messageColumns} FROM message m WHERE m.parent_id = ? ORDER BY m.seq`,
  );
  const branchTo = db.prepare<[string, number], StoredMessage>(
    `WITH RECURSIVE branch (id, parent_id, depth) AS (
       SELECT id, parent_id, 0 FROM message WHERE id = ?
       UNION ALL
       SELECT p.id, p.parent_id, branch.depth + 1 FROM message p JOIN branch ON p.id = branch.parent_id
       WHERE branch.depth + 1 < ?
     )
     SELECT ${messageColumns} FROM branch JOIN message m ON m.id = branch.id ORDER BY branch.depth DESC`,
  );
  const saidSince = db.prepare<[number, number], StoredMessage>(
    `SELECT ${messageColumns} FROM message m WHERE m.seq > (SELECT max(seq) FROM message) - ? AND m.created_at >= ?
     ORDER BY m.seq`,
  );
  const quickQuestions = db
    .prepare<[number], string>(
      `SELECT m.text FROM (
         SELECT id FROM conversation WHERE origin = 'quick' AND hidden_by IS NULL ORDER BY updated_at DESC LIMIT ${quickConversations}
       ) c CROSS JOIN message m ON m.conversation_id = c.id
       WHERE m.role = 'user' AND instr(m.text, '${erasedMark}') = 0 ORDER BY m.seq DESC LIMIT ?`,
    )
    .pluck();
  const writeText = db.prepare("UPDATE message SET text = ? WHERE id = ? AND status = 'streaming'");
  const finish = db.prepare(
    `UPDATE message SET text = :text, status = :status, model = :model, failure = :failure, dropped_turns = :droppedTurns
     WHERE id = :id`,
  );
  const markRemote = db.prepare("UPDATE message SET remote = ? WHERE id = ?");
  const cutShort = db.prepare(
    "UPDATE message SET status = 'interrupted', failure = ? WHERE status = 'streaming' RETURNING conversation_id",
  );

  return {
    createConversation(row: ConversationRow): void {
      insertConversation.run(row);
    },
    conversation(id: string): ConversationRow | undefined {
      return getConversation.get(id);
    },
    /** Newest first, as all lists without those that an import is still bringing in. */
    conversations(limit: number, offset: number): ConversationRow[] {
      return listConversations.all(limit, offset);
    },
    conversationCount(): number {
      return countConversations.get() ?? 0;
    },
    /** Names the conversation for good; false where it does not exist. */
    rename(id: string, title: string): boolean {
      return renameConversation.run(title, id).changes > 0;
    },
    /** Stores the message and moves its conversation to the top of the list. */
    insert(row: MessageRow): void {
      insertMessage.run({
        ...row,
        remote: row.remote ?? null,
        failure: row.failure === null ? null : JSON.stringify(row.failure),
      });
      touchConversation.run(row.createdAt, row.conversationId);
    },
    message(id: string): MessageRow | undefined {
      const stored = getMessage.get(id);
      return stored && toRow(stored);
    },
    /** The newest message of the conversation: the end of its current branch. */
    leaf(conversationId: string): string | null {
      return newestOf.get(conversationId) ?? null;
    },
    replies(messageId: string): MessageRow[] {
      return repliesTo.all(messageId).map(toRow);
    },
    /** The messages from the first one down to this one, oldest first; with a limit, the last so many of them. */
    branch(messageId: string, limit = Number.MAX_SAFE_INTEGER): MessageRow[] {
      return branchTo.all(messageId, limit).map(toRow);
    },
    /** The last so many messages of all conversations that were said at `since` or later, oldest first. */
    saidSince(since: number, limit: number): MessageRow[] {
      return saidSince.all(limit, since).map(toRow);
    },
    /** What the user said last in conversations that began in quick-ask, newest first. */
    quickQuestions(limit: number): string[] {
      return quickQuestions.all(limit);
    },
    /** Saves what has been streamed so far. */
    writeText(id: string, text: string): void {
      writeText.run(text, id);
    },
    /** Notes that another computer writes a reply; before it is asked, so that no crash loses it. */
    markRemote(id: string, host: string): void {
      markRemote.run(host, id);
    },
    finish(id: string, end: Pick<MessageRow, "text" | "status" | "model" | "failure" | "droppedTurns">): void {
      const { text, status, model, droppedTurns = 0 } = end;
      finish.run({
        text,
        status,
        model,
        droppedTurns,
        id,
        failure: end.failure === null ? null : JSON.stringify(end.failure),
      });
    },
    /** Marks every reply that a crash or quit left unfinished; returns how many there were. */
    markInterrupted(failure: Failure): number {
      return cutShort.all(JSON.stringify(failure)).length;
    },
  };
}
