import type { Db } from "./connection.ts";
import { type ErasePlan, standsApart } from "./erase-plan.ts";
import { redactTasks } from "./erase-tasks.ts";
import { deletingLazily } from "./lazy-deletion.ts";
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

/** A word in so few texts is rare enough; of frequent ones it isn't told how frequent they are. */
const fewHits = 8;
const manyRows = 200;

/** A plan that takes away more rows than this is carried out lazily in the full-text indexes. */
const fewRows = 64;

/**
 * Carries out the plan in one transaction, or within the one that is open. Deleted rows are zeroed by SQLite (secure_delete), and by
 * FTS5 likewise; of many rows its indexes keep traces until `cleanIndexes` has nothing left to do.
 */
export function applyErasure(db: Db, plan: ErasePlan): Erased {
  return db.transaction((): Erased => {
    const lazily =
      plan.memoryIds.length + plan.sources.length > fewRows ||
      plan.imports !== undefined ||
      messagesIn(db, plan.conversationIds) > fewRows;
    return lazily ? deletingLazily(db, () => carryOut(db, plan)) : carryOut(db, plan);
  })();
}

function carryOut(db: Db, plan: ErasePlan): Erased {
  const touched = redactMessages(db, plan);
  const phrasesIn = phraseMatcher(plan.phrases);
  eraseTitles(db, phrasesIn);
  dropForeignEvidence(db, touched, phrasesIn);
  removeReminders(db, plan, phrasesIn);
  redactTasks(db, plan, touched, phrasesIn);
  const memories = removeAll(db, "memory", [...plan.memoryIds, ...memoriesThatSay(db, plan.phrases)]);
  const inConversations = messagesIn(db, plan.conversationIds);
  // SQLite follows a chain of replies only a thousand messages deep.
  db.prepare("UPDATE message SET parent_id = NULL WHERE conversation_id IN (SELECT value FROM json_each(?))").run(
    JSON.stringify(plan.conversationIds),
  );
  removeAll(db, "conversation", plan.conversationIds);
  for (const { id, keep } of plan.imports ?? []) removeImport(db, id, keep);
  return { memories, messages: touched.length + inConversations };
}

function messagesIn(db: Db, conversationIds: readonly string[]): number {
  return (
    db
      .prepare<[string], number>(
        "SELECT count(*) FROM message WHERE conversation_id IN (SELECT value FROM json_each(?))",
      )
      .pluck()
      .get(JSON.stringify(conversationIds)) ?? 0
  );
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
  const indexed = likelyRows(db, "message");
  const scanned = db.prepare<[string], string>("SELECT id FROM message WHERE instr(lower(text), ?) > 0").pluck();
  return (phrase) => {
    if (wordsOf(phrase).length === 0 || isUnspaced(phrase)) return scanned.all(phrase.trim().toLowerCase());
    return indexed(phrase);
  };
}

/** Finds the rows that have the rarest words of a phrase: the index walks through every text that has a word of the query. */
function likelyRows(db: Db, table: "message" | "memory"): (phrase: string) => string[] {
  const match = `${table}_fts MATCH ?`;
  const count = db
    .prepare<[string], number>(`SELECT count(*) FROM (SELECT 1 FROM ${table}_fts WHERE ${match} LIMIT ${manyRows})`)
    .pluck();
  const holding = db
    .prepare<[string], string>(`SELECT t.id FROM ${table}_fts f JOIN ${table} t ON t.seq = f.rowid WHERE f.${match}`)
    .pluck();
  const counted = new Map<string, number>();
  const frequency = (word: string): number => {
    const known = counted.get(word) ?? count.get(`"${word}"`) ?? 0;
    counted.set(word, known);
    return known;
  };
  return (phrase) => {
    const words = rarestFirst(phrase);
    const rare = words.find((word) => frequency(word) <= fewHits);
    const rarest = rare === undefined ? words.sort((a, b) => frequency(a) - frequency(b)).slice(0, 2) : [rare];
    return holding.all(rarest.map((word) => `"${word}"`).join(" AND "));
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

/**
 * Takes away the reminders of the plan, those that say what goes everywhere, and those that a message asked for with the very words that
 * it loses. Nothing happens in a database that is older than reminders.
 */
function removeReminders(db: Db, plan: ErasePlan, holdsPhrase: (text: string) => boolean): void {
  if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'reminder'").get()) return;
  const lost = Map.groupBy(plan.sources, ({ messageId }) => messageId);
  const drop = db.prepare("DELETE FROM reminder WHERE id = ?");
  for (const { id } of plan.reminders ?? []) drop.run(id);
  if (plan.phrases.length === 0 && lost.size === 0) return;
  const all = db.prepare<[], { id: string; text: string; messageId: string | null }>(
    "SELECT id, text, message_id AS messageId FROM reminder",
  );
  for (const { id, text, messageId } of all.all()) {
    const asked = (messageId === null ? undefined : lost.get(messageId)) ?? [];
    if (holdsPhrase(text) || asked.some(({ quote }) => overlaps(text, quote))) drop.run(id);
  }
}

/** True where most of a reminder's words stand in the quote: times are cut out of what was said, and the rest may stand on both sides. */
function overlaps(text: string, quote: string): boolean {
  const words = new Set(wordsOf(text));
  if (words.size === 0) return quote.includes(text.trim());
  return words.intersection(new Set(wordsOf(quote))).size >= paraphraseShare * words.size;
}

/** Memories whose text is one of the phrases and nothing more, such as an older version of what is erased. */
function memoriesThatSay(db: Db, phrases: readonly string[]): string[] {
  const holding = likelyRows(db, "memory");
  const textOf = db.prepare<[string], string>("SELECT text FROM memory WHERE id = ?").pluck();
  return distinctPhrases(phrases).flatMap((phrase) => {
    const wanted = wordsOf(phrase).join(" ");
    if (wanted === "") return [];
    return holding(phrase).filter((id) => wordsOf(textOf.get(id) ?? "").join(" ") === wanted);
  });
}

function distinctPhrases(phrases: readonly string[]): string[] {
  return [...new Map(phrases.map((phrase) => [wordsOf(phrase).join(" "), phrase])).values()];
}

function removeAll(db: Db, table: "memory" | "conversation", ids: readonly string[]): number {
  return db.prepare(`DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`).run(JSON.stringify(ids))
    .changes;
}

/** Takes away what an import has brought, and what was learned from that alone, where the database knows of the import. */
function removeImport(db: Db, importId: string, keep: readonly string[]): void {
  if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'import_message'").get()) return;
  const given = { importId, keep: JSON.stringify(keep) };
  const brought = "SELECT message_id FROM import_message WHERE import_id = @importId";
  db.prepare(
    `DELETE FROM memory WHERE id NOT IN (SELECT value FROM json_each(@keep)) AND (
       id IN (SELECT memory_id FROM memory_revision WHERE change_id = @importId AND before IS NULL)
       OR (id IN (SELECT memory_id FROM evidence WHERE message_id IN (${brought}))
         AND id NOT IN (SELECT memory_id FROM evidence WHERE message_id NOT IN (${brought}))))`,
  ).run(given);
  db.prepare(`UPDATE message SET parent_id = NULL WHERE parent_id IN (${brought})`).run(given);
  db.prepare(`DELETE FROM message WHERE id IN (${brought})`).run(given);
  db.prepare(
    `DELETE FROM conversation WHERE NOT EXISTS (SELECT 1 FROM message g WHERE g.conversation_id = conversation.id)
       AND (id = @importId OR id IN (SELECT conversation_id FROM import_conversation WHERE import_id = @importId))`,
  ).run(given);
  db.prepare("DELETE FROM import WHERE id = @importId").run(given);
}
