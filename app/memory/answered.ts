import type { MemoryRow } from "../storage/memories.ts";
import { type Choice, type Doubt, doubtedIn, doubtLimit } from "./doubt.ts";
import { deny, newChange } from "./fading.ts";
import { type Reconciled, reconcile, reinforce, type Said } from "./reconcile.ts";
import type { Denial } from "./retain/denials.ts";
import { readMessage } from "./retain/read.ts";
import type { MemoryStore } from "./store.ts";

/** A reply of Ebb, and the message that it answered. */
export type Answered = { replyId: string; messageId: string };

/** A memory that the user said is not true, or not any more. */
export type Denied = { memoryId: string; text: string; how: Denial };

/** What came of an answer to "which of these?": nothing where `none` was said to be wrong. */
export type Chosen = { denied: Denied[]; learned: Reconciled[]; none: boolean };

/** What the user said, where and when (ms). */
type Told = Said & { text: string; zone: string };

/** Characters that a reply may have beside each memory and still be about nothing else. */
const aside = 160;

/**
 * A Good review for each memory that the reply used, now that the user has gone on without setting it right. What the
 * message itself changed is left alone. Called once for each reply, with the message that follows it.
 */
export function reviewCited(
  store: MemoryStore,
  { replyId }: Answered,
  { messageId, at }: { messageId: string; at: number },
): void {
  const touched = new Set(store.memories.revisionsOfMessages([messageId]).map(({ memoryId }) => memoryId));
  for (const row of citedIn(store, replyId)) {
    if (!touched.has(row.id)) reinforce(store, row, "good", "used in a reply", at);
  }
}

/**
 * Puts away the memory that "that's wrong" is about: the only one that the reply used, or the only one that it says it
 * learned, and only where the reply is about little else and asks nothing, so that the denial can mean nothing else. Where it
 * can mean several, which one has to be asked. Null where it is about something else.
 */
export function denyAnswered(
  store: MemoryStore,
  answered: Answered,
  { how, reply, messageId, at }: { how: Denial; reply: string; messageId: string; at: number },
): { denied: Denied } | { doubt: Doubt } | null {
  const cited = citedIn(store, answered.replyId);
  const rows =
    cited.length > 0 ? cited : learnedFrom(store, answered.messageId).filter(({ text }) => reply.includes(text));
  const room = rows.reduce((sum, { text }) => sum + text.length + aside, 0);
  const [row, other] = rows;
  if (!row || rows.length > doubtLimit || reply.length > room || reply.trimEnd().endsWith("?")) return null;
  if (other) return { doubt: { how, texts: rows.map(({ text }) => text) } };
  return { denied: putAway(store, row, how, { messageId, at }) };
}

/**
 * Puts away what the user has chosen of the memories that were asked about. What the same message says instead ("the second one, it's
 * Lisbon") is learned in its place.
 */
export function denyChosen(store: MemoryStore, doubt: Doubt, { places, rest }: Choice, heard: Told): Chosen {
  const listed = doubtedIn(store, doubt);
  const rows = places.flatMap((place) => listed[place] ?? []);
  const [only, other] = rows;
  const about = only && !other ? [{ role: "user" as const, text: only.text, at: only.createdAt }] : [];
  const statements =
    rest === "" || !only
      ? []
      : readMessage(`No, ${rest}`, { at: heard.at, zone: heard.zone, previous: about }).statements;
  const learned = statements.map((statement) => {
    const quote = heard.text.includes(statement.quote) ? statement.quote : rest;
    return reconcile(store, { ...statement, quote, correction: doubt.how === "wrong" }, heard);
  });
  const kept = new Set(learned.map(({ memoryId }) => memoryId));
  const denied = rows.flatMap(({ id }) => {
    const row = store.memories.get(id);
    return row?.status === "active" && !kept.has(id) ? [putAway(store, row, doubt.how, heard)] : [];
  });
  return { denied, learned, none: places.length === 0 };
}

function putAway(
  store: MemoryStore,
  row: MemoryRow,
  how: Denial,
  { messageId, at }: { messageId: string; at: number },
): Denied {
  deny(store, row, how, { ...newChange(store, "denied", at), messageId });
  return { memoryId: row.id, text: row.text, how };
}

/** The active memories that the reply used, best first. */
function citedIn(store: MemoryStore, replyId: string): MemoryRow[] {
  const used = store.recallLog.usedIn([replyId]).get(replyId) ?? [];
  return active(
    store,
    used.filter(({ source, cited }) => source === "memory" && cited).map(({ id }) => id),
  );
}

function learnedFrom(store: MemoryStore, messageId: string): MemoryRow[] {
  return active(
    store,
    store.memories.revisionsOfMessages([messageId]).map(({ memoryId }) => memoryId),
  );
}

function active(store: MemoryStore, ids: readonly string[]): MemoryRow[] {
  const rows = new Map(store.memories.getMany([...new Set(ids)]).map((row) => [row.id, row]));
  return [...new Set(ids)].flatMap((id) => rows.get(id) ?? []).filter(({ status }) => status === "active");
}
