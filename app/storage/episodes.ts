import type { Db } from "./connection.ts";
import { erasedMark } from "./redact.ts";

/** A message as it is cut into episodes; `text` only as far as it is read. */
export type EpisodeMessage = {
  seq: number;
  role: "user" | "assistant" | "other";
  text: string;
  createdAt: number;
};

/** A run of messages of one conversation about one thing. `firstSeq` to `lastSeq` are messages; times in ms. */
export type EpisodeRow = {
  conversationId: string;
  blockSeq: number;
  firstSeq: number;
  lastSeq: number;
  messages: number;
  title: string;
  summary: string;
  beganAt: number;
  endedAt: number;
};

export type EpisodeRepository = ReturnType<typeof episodeRepository>;

const columns = `conversation_id AS conversationId, block_seq AS blockSeq, first_seq AS firstSeq, last_seq AS lastSeq, messages,
  title, summary, began_at AS beganAt, ended_at AS endedAt`;

/** Episodes, and the conversations that have still to be cut into them. */
export function episodeRepository(db: Db) {
  const due = db.prepare<{ before: number; after: number }, { conversationId: string; fromSeq: number }>(
    `SELECT d.conversation_id AS conversationId, d.from_seq AS fromSeq
     FROM episode_due d JOIN conversation c ON c.id = d.conversation_id
     WHERE c.hidden_by IS NULL AND (c.updated_at <= @before OR c.updated_at > @after)
       AND NOT EXISTS (SELECT 1 FROM message g WHERE g.conversation_id = c.id AND g.status = 'streaming')
     LIMIT 1`,
  );
  const moveOn = db.prepare("UPDATE episode_due SET from_seq = ? WHERE conversation_id = ?");
  const done = db.prepare("DELETE FROM episode_due WHERE conversation_id = ?");
  const before = db.prepare<[string, number], EpisodeRow>(
    `SELECT ${columns} FROM episode WHERE conversation_id = ? AND first_seq < ? ORDER BY first_seq DESC LIMIT 1`,
  );
  const messages = db.prepare<{ conversationId: string; from: number; limit: number; chars: number }, EpisodeMessage>(
    `SELECT seq, role, substr(text, 1, @chars) AS text, created_at AS createdAt FROM message
     WHERE conversation_id = @conversationId AND seq >= @from ORDER BY seq LIMIT @limit`,
  );
  const drop = db.prepare("DELETE FROM episode WHERE conversation_id = ? AND first_seq >= ?");
  const insert = db.prepare(`INSERT INTO episode
    (conversation_id, block_seq, first_seq, last_seq, messages, title, summary, began_at, ended_at)
    VALUES (@conversationId, @blockSeq, @firstSeq, @lastSeq, @messages, @title, @summary, @beganAt, @endedAt)`);
  const of = db.prepare<[string], EpisodeRow>(
    `SELECT ${columns} FROM episode WHERE conversation_id = ? ORDER BY first_seq`,
  );
  const opening = db
    .prepare<[string], string>(
      `SELECT g.text FROM message g JOIN conversation c ON c.id = g.conversation_id
       WHERE g.conversation_id = ? AND c.renamed = 0 AND g.role <> 'assistant' AND g.text <> '${erasedMark}' ORDER BY g.seq LIMIT 1`,
    )
    .pluck();
  const retitle = db.prepare(
    "UPDATE conversation SET made_title = @title WHERE id = @id AND renamed = 0 AND made_title IS NOT @title",
  );

  return {
    /** A conversation that has messages to cut, said no later than `before` or after `after` (ms), and from which on. */
    nextDue: (when: { before: number; after: number }): { conversationId: string; fromSeq: number } | undefined =>
      due.get(when),
    /** Goes on from this message next; with null, all of it is cut. */
    moveOn(conversationId: string, fromSeq: number | null): void {
      if (fromSeq === null) done.run(conversationId);
      else moveOn.run(fromSeq, conversationId);
    },
    /** The last episode that begins before the message. */
    before: (conversationId: string, seq: number): EpisodeRow | undefined => before.get(conversationId, seq),
    /** Messages from that one on, in their order, each up to so many characters. */
    messages: (conversationId: string, from: number, limit: number, chars: number): EpisodeMessage[] =>
      messages.all({ conversationId, from, limit, chars }),
    /** Takes away the episodes from that message on; true where there were any. */
    drop: (conversationId: string, from: number): boolean => drop.run(conversationId, from).changes > 0,
    add(episode: EpisodeRow): void {
      insert.run(episode);
    },
    /** The conversation's episodes in their order. */
    of: (conversationId: string): EpisodeRow[] => of.all(conversationId),
    /** The first words of a conversation that nobody has named, or undefined. */
    openingOf: (conversationId: string): string | undefined => opening.get(conversationId),
    /** Gives an unnamed conversation a title, or with null the one from its first words; true where that changed it. */
    retitle: (id: string, title: string | null): boolean => retitle.run({ id, title }).changes > 0,
  };
}
