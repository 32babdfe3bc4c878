import { isDeepStrictEqual } from "node:util";
import type { Db } from "./connection.ts";
import type { ErasePlan } from "./erase-plan.ts";
import { erasedMark, findPhrase } from "./redact.ts";
import { labelKey, type TaskRule, type TaskValue } from "./task-row.ts";

type StoredTask = { id: string; label: string; value: string | null; rule: string | null; summary: string | null };

/**
 * Takes erased words out of tasks: the goals of the plan as a whole; words that are quoted from messages which have lost them; and phrases in
 * names, values, rules and summaries, in all that they ever were. A task that a message of the plan has led to also loses what is too short
 * to be looked for anywhere else. Nothing happens in a database that is older than tasks.
 */
export function redactTasks(
  db: Db,
  plan: ErasePlan,
  touched: readonly string[],
  holdsPhrase: (text: string) => boolean,
): void {
  if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'task_revision'").get()) return;
  if (plan.goals && plan.goals.length > 0) {
    const ids = JSON.stringify(plan.goals.map(({ id }) => id));
    db.prepare("DELETE FROM task WHERE root_id IN (SELECT value FROM json_each(?))").run(ids);
    db.prepare("DELETE FROM task_change WHERE id NOT IN (SELECT change_id FROM task_revision)").run();
  }
  dropQuotes(db, touched, holdsPhrase);
  const led = phrasesOfTasks(db, plan);
  if (plan.phrases.length === 0 && led.size === 0) return;
  redactRows(db, (taskId, texts) => {
    const own = led.get(taskId) ?? [];
    return texts.some(holdsPhrase) ? [...plan.phrases, ...own] : own;
  });
}

/** For each task that a message of the plan has led to, the words that it may have taken from it. */
function phrasesOfTasks(db: Db, plan: ErasePlan): Map<string, string[]> {
  const ofMessage = db
    .prepare<[string], string>("SELECT DISTINCT task_id FROM task_revision WHERE message_id = ?")
    .pluck();
  const found = new Map<string, string[]>();
  for (const { messageId, phrases } of plan.tasks ?? []) {
    for (const id of ofMessage.all(messageId)) found.set(id, [...(found.get(id) ?? []), ...phrases]);
  }
  return found;
}

/** Quotes of messages that have lost words, where they don't stand in them any more. */
function dropQuotes(db: Db, messageIds: readonly string[], holdsPhrase: (text: string) => boolean): void {
  const quotes = db
    .prepare<[string], { seq: number; quote: string; text: string }>(
      `SELECT q.seq, q.quote, g.text FROM task_quote q JOIN message g ON g.id = q.message_id
       WHERE q.message_id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(messageIds));
  const drop = db.prepare("DELETE FROM task_quote WHERE seq = ?");
  for (const { seq, quote, text } of quotes) {
    if (holdsPhrase(quote) || findPhrase(text, quote).length === 0) drop.run(seq);
  }
}

/** What is said in a task or a what-if, now or then. */
type Said = { label?: string; value: TaskValue | null; rule?: TaskRule | null; summary?: string | null };

function redactRows(db: Db, wordsFor: (taskId: string, texts: readonly string[]) => readonly string[]): void {
  /** Undefined where nothing of it has to go. */
  const redacted = <Row extends Said>(taskId: string, row: Row): Row | undefined => {
    const words = wordsFor(taskId, textsOf(row));
    const after = words.length === 0 ? row : redact(row, words);
    return isDeepStrictEqual(after, row) ? undefined : after;
  };
  const setTask = db.prepare(
    "UPDATE task SET label = @label, label_key = @labelKey, value = @value, rule = @rule, summary = @summary WHERE id = @id",
  );
  for (const { id, label, summary, ...task } of db
    .prepare<[], StoredTask>("SELECT id, label, value, rule, summary FROM task")
    .all()) {
    const after = redacted(id, { label, summary, value: fromJson(task.value), rule: fromJson(task.rule) });
    if (!after) continue;
    const { value, rule } = after;
    setTask.run({ ...after, id, labelKey: labelKey(after.label), value: toJson(value), rule: toJson(rule) });
  }
  const setWhatIf = db.prepare("UPDATE task_what_if SET value = ? WHERE seq = ?");
  const setRevision = db.prepare("UPDATE task_revision SET after = ? WHERE seq = ?");
  for (const [set, sql] of [
    [setWhatIf, "SELECT seq, task_id AS taskId, json_object('value', json(value)) AS said FROM task_what_if"],
    [setRevision, "SELECT seq, task_id AS taskId, after AS said FROM task_revision WHERE after IS NOT NULL"],
  ] as const) {
    for (const { seq, taskId, said } of db.prepare<[], { seq: number; taskId: string; said: string }>(sql).all()) {
      const after = redacted(taskId, JSON.parse(said) as Said);
      if (after) set.run(JSON.stringify(set === setWhatIf ? after.value : after), seq);
    }
  }
}

function textsOf({ label, value, rule, summary }: Said): string[] {
  return [label, summary, value, rule?.value].flat().filter((text) => typeof text === "string");
}

function redact<Row extends Said>(row: Row, words: readonly string[]): Row {
  const text = <T>(given: T): T => {
    if (typeof given !== "string") return given;
    const spans = words.flatMap((phrase) => findPhrase(given, phrase));
    // A name or a value that is left in part still says what it was about.
    return (spans.length === 0 ? given : erasedMark) as T;
  };
  const value = <V extends TaskValue | null>(given: V): V =>
    (Array.isArray(given) ? given.map(text) : text(given)) as V;
  const { label, rule, summary } = row;
  return {
    ...row,
    value: value(row.value),
    ...(label !== undefined && { label: text(label) }),
    ...(rule && { rule: { ...rule, value: value(rule.value) } }),
    ...(summary !== undefined && { summary: text(summary) }),
  };
}

function fromJson<T>(stored: string | null): T | null {
  return stored === null ? null : (JSON.parse(stored) as T);
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
