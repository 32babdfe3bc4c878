import type { Db } from "./connection.ts";
import { type ErasePlan, standsApart } from "./erase-plan.ts";
import {
  erasedMark,
  findPhrase,
  isUnspaced,
  type Span,
  similarSentences,
  toSentences,
  without,
  wordsOf,
} from "./redact.ts";

/** What an erasure took away: memories, and messages that lost words or went as a whole. */
export type Erased = { memories: number; messages: number };

type StoredMessage = { id: string; conversationId: string; text: string };

// A reply that says the same in other words shares most of the longer ones.
const paraphraseShare = 0.6;
const titleChars = 60;

/** Carries out the plan in one transaction, or within the one that is open. Deleted rows are zeroed by SQLite (secure_delete), and by FTS5 likewise. */
export function applyErasure(db: Db, plan: ErasePlan): Erased {
  return db.transaction((): Erased => {
    const touched = redactMessages(db, plan);
    const phrasesIn = phraseMatcher(plan.phrases);
    eraseTitles(db, phrasesIn);
    dropForeignEvidence(db, touched, phrasesIn);
    const memories = removeAll(db, "memory", [...plan.memoryIds, ...memoriesThatSay(db, plan.phrases)]);
    const inConversations = db
      .prepare<[string], number>(
        "SELECT count(*) FROM message WHERE conversation_id IN (SELECT value FROM json_each(?))",
      )
      .pluck()
      .get(JSON.stringify(plan.conversationIds));
    // SQLite follows a chain of replies only a thousand messages deep.
    db.prepare("UPDATE message SET parent_id = NULL WHERE conversation_id IN (SELECT value FROM json_each(?))").run(
      JSON.stringify(plan.conversationIds),
    );
    removeAll(db, "conversation", plan.conversationIds);
    return { memories, messages: touched.length + (inConversations ?? 0) };
  })();
}

/** Takes the words out of messages and returns the ids of those that lost some. */
function redactMessages(db: Db, plan: ErasePlan): string[] {
  const byId = db.prepare<[string], StoredMessage>(
    "SELECT id, conversation_id AS conversationId, text FROM message WHERE id = ?",
  );
  const rewrite = messageWriter(db);
  const touched = new Set<string>();
  const take = (message: StoredMessage | undefined, spansIn: (text: string) => Span[]) => {
    if (!message || message.text === erasedMark) return;
    const text = without(message.text, spansIn(message.text));
    if (text === message.text) return;
    rewrite(message, text);
    touched.add(message.id);
  };

  for (const { messageId, quote, keep } of plan.sources) {
    take(byId.get(messageId), (text) => {
      const spans = findPhrase(text, quote);
      return toSentences(text, spans).flatMap((sentence) => {
        const inside = (other: string) =>
          findPhrase(text.slice(sentence.start, sentence.end), other).length > 0 && standsApart(text, quote, other);
        if (!keep.some(inside)) return [sentence];
        return spans.filter((span) => span.start < sentence.end && sentence.start < span.end);
      });
    });
  }
  for (const { messageId, phrases } of plan.replies) {
    take(byId.get(messageId), (text) => [
      ...toSentences(
        text,
        phrases.flatMap((phrase) => findPhrase(text, phrase)),
      ),
      ...phrases.flatMap((phrase) => similarSentences(text, phrase, paraphraseShare)),
    ]);
  }
  const holding = phraseFinder(db);
  for (const phrase of plan.phrases) {
    for (const id of holding(phrase)) take(byId.get(id), (text) => toSentences(text, findPhrase(text, phrase)));
  }
  return [...touched];
}

/** Rewrites a message, and the title that was made from it where it opened its conversation. */
function messageWriter(db: Db): (message: StoredMessage, text: string) => void {
  const update = db.prepare("UPDATE message SET text = ? WHERE id = ?");
  const retitle = db.prepare(`UPDATE conversation SET title = @title WHERE id = @conversationId AND renamed = 0
    AND @id = (SELECT id FROM message WHERE conversation_id = @conversationId ORDER BY seq LIMIT 1)`);
  return (message, text) => {
    update.run(text, message.id);
    const line = text.replace(/\s+/gu, " ");
    const title = line.length > titleChars ? `${line.slice(0, titleChars - 1).trimEnd()}…` : line;
    retitle.run({ title, id: message.id, conversationId: message.conversationId });
  };
}

/** Finds the messages in which a phrase may stand: all that have it, and perhaps some that only look like it. */
function phraseFinder(db: Db): (phrase: string) => string[] {
  const indexed = db
    .prepare<[string], string>(
      `SELECT g.id FROM message_fts f JOIN message g ON g.seq = f.rowid WHERE f.message_fts MATCH ?`,
    )
    .pluck();
  const scanned = db.prepare<[string], string>("SELECT id FROM message WHERE instr(lower(text), ?) > 0").pluck();
  return (phrase) => {
    if (wordsOf(phrase).length === 0 || isUnspaced(phrase)) return scanned.all(phrase.trim().toLowerCase());
    // The index walks through every text that has a word of the query, so it gets the rare words only.
    return indexed.all(
      rarestFirst(phrase)
        .slice(0, 2)
        .map((word) => `"${word}"`)
        .join(" AND "),
    );
  };
}

/** The distinct words of a phrase, longest first: long words are rare ones. */
function rarestFirst(phrase: string): string[] {
  return [...new Set(wordsOf(phrase))].sort((a, b) => b.length - a.length);
}

/** A test for texts that hold any of the phrases: cheap for many, because a text has the rarest word of only a few. */
function phraseMatcher(phrases: readonly string[]): (text: string) => boolean {
  const unindexed = phrases.filter((phrase) => wordsOf(phrase).length === 0 || isUnspaced(phrase));
  const byRarest = Map.groupBy(phrases, (phrase) => rarestFirst(phrase)[0] ?? "");
  return (text) => {
    const likely = wordsOf(text).flatMap((word) => byRarest.get(word) ?? []);
    return [...likely, ...unindexed].some((phrase) => findPhrase(text, phrase).length > 0);
  };
}

function eraseTitles(db: Db, holdsPhrase: (text: string) => boolean): void {
  const update = db.prepare("UPDATE conversation SET title = ? WHERE id = ?");
  for (const { id, title } of db
    .prepare<[], { id: string; title: string }>("SELECT id, title FROM conversation")
    .all()) {
    if (holdsPhrase(title)) update.run(erasedMark, id);
  }
}

/** Takes the phrases out of what other memories rest on: evidence quotes the very messages that have lost words. */
function dropForeignEvidence(db: Db, messageIds: readonly string[], holdsPhrase: (text: string) => boolean): void {
  const quotes = db
    .prepare<[string], { seq: number; quote: string }>(
      "SELECT seq, quote FROM evidence WHERE message_id IN (SELECT value FROM json_each(?))",
    )
    .all(JSON.stringify(messageIds));
  const drop = db.prepare("DELETE FROM evidence WHERE seq = ?");
  for (const { seq, quote } of quotes) if (holdsPhrase(quote)) drop.run(seq);
}

/** Memories whose text is one of the phrases and nothing more, such as an older version of what is erased. */
function memoriesThatSay(db: Db, phrases: readonly string[]): string[] {
  if (phrases.length === 0) return [];
  const wanted = new Set(phrases.map((phrase) => wordsOf(phrase).join(" ")));
  return db
    .prepare<[], { id: string; text: string }>("SELECT id, text FROM memory")
    .all()
    .filter(({ text }) => wanted.has(wordsOf(text).join(" ")))
    .map(({ id }) => id);
}

function removeAll(db: Db, table: "memory" | "conversation", ids: readonly string[]): number {
  return db.prepare(`DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`).run(JSON.stringify(ids))
    .changes;
}
