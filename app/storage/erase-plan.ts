import type { Db } from "./connection.ts";
import { mergeRepository } from "./merges.ts";
import { findPhrase, isUnspaced, overlap, wordsOf } from "./redact.ts";

/** All that an erasure takes away, worked out once so that the database and each of its backups lose the same. */
export type ErasePlan = {
  memoryIds: string[];
  conversationIds: string[];
  /** The words that the memories rest on. `keep`: words of the same message that other memories rest on. */
  sources: { messageId: string; quote: string; keep: string[] }[];
  /** Word sequences that go wherever they were said. */
  phrases: string[];
  /** Replies made with what is erased: sentences that hold these words, or say the same in others, go. */
  replies: { messageId: string; phrases: string[] }[];
  /** Imports that were taken back, which copies still hold; `keep`: memories that have other grounds by now. */
  imports?: { id: string; keep: string[] }[];
  /** Tasks that these messages have led to lose these words, short ones too. */
  tasks?: { messageId: string; phrases: string[] }[];
  /** Goals that go with all beneath them; their names at the time. */
  goals?: { id: string; label: string }[];
  /** Reminders that go as they are, in their words. */
  reminders?: { id: string; text: string }[];
};

/** A passage of a message to erase, in its own words. */
export type Passage = { messageId: string; quote: string };

// In words. Shorter sequences occur by chance in texts that have nothing to do with the memory.
const phraseWords = 3;
const valueWords = 4;

/**
 * The plan for erasing memories and what was merged into them, and with `sources` the words that they came from, wherever those were repeated.
 * `passages` are further words to erase, which no memory rests on, and `reminders` ids of reminders that go along.
 */
export function planMemories(
  db: Db,
  named: readonly string[],
  options: { sources: boolean; passages?: readonly Passage[]; reminders?: readonly string[] },
): ErasePlan {
  const memoryIds = mergeRepository(db).withLosers(named);
  const { reminders = [] } = planReminders(db, options.reminders ?? []);
  const plan: ErasePlan = { memoryIds, conversationIds: [], sources: [], phrases: [], replies: [], reminders };
  if (!options.sources) return plan;
  const ids = JSON.stringify(memoryIds);
  const told = [
    ...db
      .prepare<[string], Passage & { memoryId: string }>(
        `SELECT memory_id AS memoryId, message_id AS messageId, quote FROM evidence
         WHERE memory_id IN (SELECT value FROM json_each(?))`,
      )
      .all(ids),
    ...(options.passages ?? []).map((passage) => ({ ...passage, memoryId: null })),
  ];
  const others = db
    .prepare<[string], Passage & { memoryId: string }>(
      `SELECT memory_id AS memoryId, message_id AS messageId, quote FROM evidence
       WHERE message_id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(told.map(({ messageId }) => messageId)));
  const erased = new Set(memoryIds);
  const kept = Map.groupBy(
    others.filter(({ memoryId }) => !erased.has(memoryId)),
    ({ messageId }) => messageId,
  );
  plan.sources = told.map(({ messageId, quote }) => ({
    messageId,
    quote,
    keep: kept.get(messageId)?.map((other) => other.quote) ?? [],
  }));

  const said = everSaid(db, ids);
  plan.phrases = distinct([
    ...[...told.map(({ quote }) => quote), ...said.map(({ text }) => text)].filter(
      (text) => extentOf(text) >= phraseWords,
    ),
    ...said.map(({ value }) => value).filter((value) => extentOf(value) >= valueWords),
  ]);
  const { replies, tasks } = planEchoes(db, ids, told, said);
  return { ...plan, replies, tasks };
}

/** For each reply, and each message that led to tasks, that was made with the memories or their sources, the words that it may have taken. */
function planEchoes(
  db: Db,
  ids: string,
  told: readonly (Passage & { memoryId: string | null })[],
  said: readonly Said[],
): Required<Pick<ErasePlan, "replies" | "tasks">> {
  const byMemory = new Map<string, Set<string>>();
  const byMessage = new Map<string, Set<string>>();
  for (const { memoryId, text, value } of said) {
    note(byMemory, memoryId, text);
    if (isTelling(value)) note(byMemory, memoryId, value);
  }
  for (const { memoryId, messageId, quote } of told) {
    note(byMessage, messageId, quote);
    if (memoryId === null) continue;
    note(byMemory, memoryId, quote);
    for (const words of byMemory.get(memoryId) ?? []) note(byMessage, messageId, words);
  }
  const replies = new Map<string, Set<string>>();
  for (const { replyId, memoryId, messageId } of repliesFrom(db, ids, JSON.stringify([...byMessage.keys()]))) {
    const words = memoryId === null ? byMessage.get(messageId ?? "") : byMemory.get(memoryId);
    for (const phrase of words ?? []) note(replies, replyId, phrase);
  }
  const listed = ([messageId, phrases]: [string, Set<string>]) => ({ messageId, phrases: distinct([...phrases]) });
  return { replies: [...replies].map(listed), tasks: [...byMessage].map(listed) };
}

function note(words: Map<string, Set<string>>, key: string, phrase: string): void {
  const known = words.get(key);
  if (known) known.add(phrase);
  else words.set(key, new Set([phrase]));
}

/** The plan for erasing reminders, which leaves the messages that asked for them. */
export function planReminders(db: Db, ids: readonly string[]): ErasePlan {
  const reminders = db
    .prepare<[string], { id: string; text: string }>(
      "SELECT id, text FROM reminder WHERE id IN (SELECT value FROM json_each(?))",
    )
    .all(JSON.stringify(ids));
  return { memoryIds: [], conversationIds: [], sources: [], phrases: [], replies: [], reminders };
}

/** The plan for erasing goals with all that stands beneath them, which leaves the messages that asked for them. */
export function planGoals(db: Db, ids: readonly string[]): ErasePlan {
  const goals = db
    .prepare<[string], { id: string; label: string }>(
      "SELECT id, label FROM task WHERE root_id = id AND id IN (SELECT value FROM json_each(?))",
    )
    .all(JSON.stringify(ids));
  return { memoryIds: [], conversationIds: [], sources: [], phrases: [], replies: [], goals };
}

/** The plan for erasing a whole conversation, the reminders asked for in it, the memories that only it gave evidence for, and replies made from it. */
export function planConversation(db: Db, conversationId: string): ErasePlan {
  const memoryIds = db
    .prepare<{ id: string }, string>(
      `SELECT m.id FROM memory m
       WHERE EXISTS (SELECT 1 FROM evidence e JOIN message g ON g.id = e.message_id
                     WHERE e.memory_id = m.id AND g.conversation_id = @id)
         AND NOT EXISTS (SELECT 1 FROM evidence e JOIN message g ON g.id = e.message_id
                         WHERE e.memory_id = m.id AND g.conversation_id <> @id)`,
    )
    .pluck()
    .all({ id: conversationId });
  const plan = planMemories(db, memoryIds, { sources: true });
  // Its own messages go as a whole; only what other conversations took from it is looked for.
  const isInside = db
    .prepare<[string, string], number>("SELECT count(*) FROM message WHERE id = ? AND conversation_id = ?")
    .pluck();
  const outside = ({ messageId }: { messageId: string }) => isInside.get(messageId, conversationId) === 0;
  const recalled = db
    .prepare<[string, string], { messageId: string; text: string }>(
      `SELECT r.id AS messageId, g.text FROM recall_log l JOIN message g ON g.id = l.message_id
       JOIN message r ON r.id = l.reply_id WHERE g.conversation_id = ? AND r.conversation_id <> ?`,
    )
    .all(conversationId, conversationId);
  const reminders = db
    .prepare<[string], { id: string; text: string }>(
      "SELECT r.id, r.text FROM reminder r JOIN message g ON g.id = r.message_id WHERE g.conversation_id = ?",
    )
    .all(conversationId);
  return {
    ...plan,
    reminders,
    conversationIds: [conversationId],
    sources: plan.sources.filter(outside),
    phrases: [],
    // What the user has planned stays; only the words themselves go with their messages.
    tasks: [],
    replies: [
      ...plan.replies.filter(outside),
      ...recalled.map(({ messageId, text }) => ({ messageId, phrases: text.split(/(?<=[.!?…])\s+|\n+/) })),
    ],
  };
}

/** True where the quote shares no words with what another memory of the same message rests on. */
export function standsApart(text: string, quote: string, other: string): boolean {
  const spans = findPhrase(text, quote);
  return findPhrase(text, other).every((kept) => spans.every((span) => !overlap(span, kept)));
}

type Said = { memoryId: string; text: string; value: string };

/** Every text and value that the memories ever had. */
function everSaid(db: Db, ids: string): Said[] {
  return db
    .prepare<{ ids: string }, Said>(
      `SELECT id AS memoryId, text, value FROM memory WHERE id IN (SELECT value FROM json_each(@ids))
       UNION SELECT memory_id, before ->> '$.text', before ->> '$.value' FROM memory_revision
         WHERE before IS NOT NULL AND memory_id IN (SELECT value FROM json_each(@ids))
       UNION SELECT memory_id, after ->> '$.text', after ->> '$.value' FROM memory_revision
         WHERE after IS NOT NULL AND memory_id IN (SELECT value FROM json_each(@ids))`,
    )
    .all({ ids });
}

/** Replies that recalled the memories or the messages, and those that answered the messages, with what led to each. */
function repliesFrom(
  db: Db,
  memoryIds: string,
  messageIds: string,
): { replyId: string; memoryId: string | null; messageId: string | null }[] {
  return db
    .prepare<{ memoryIds: string; messageIds: string }, ReturnType<typeof repliesFrom>[number]>(
      `SELECT reply_id AS replyId, memory_id AS memoryId, NULL AS messageId FROM recall_log
         WHERE memory_id IN (SELECT value FROM json_each(@memoryIds))
       UNION SELECT reply_id, NULL, message_id FROM recall_log
         WHERE message_id IN (SELECT value FROM json_each(@messageIds))
       UNION SELECT id, NULL, parent_id FROM message
         WHERE role = 'assistant' AND parent_id IN (SELECT value FROM json_each(@messageIds))`,
    )
    .all({ memoryIds, messageIds });
}

/** How many words a text has; where words aren't separated, two characters are taken for one. */
function extentOf(text: string): number {
  return wordsOf(text).reduce((sum, word) => sum + (isUnspaced(word) ? Math.ceil(word.length / 2) : 1), 0);
}

/** A value such as "no" or "4" would match half of every reply. */
function isTelling(value: string): boolean {
  return value.trim().length >= 4 || isUnspaced(value);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text.trim() !== "");
}
