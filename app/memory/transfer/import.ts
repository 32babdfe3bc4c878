import type { Change, MemoryRow, NewMemory } from "../../storage/memories.ts";
import type { MemoryStore } from "../store.ts";
import type { ExportedMemory } from "./format.ts";
import { readMemoryFile } from "./read.ts";

/** `changeId` undoes the import as a whole; null where it added nothing. */
export type Imported = { added: number; skipped: number; changeId: string | null };

/**
 * Takes an export in one transaction: all of it or nothing. Memories that are here already are skipped. The words that a
 * memory rests on come as messages of one conversation, unless their messages are here. `now` in ms.
 *
 * @throws IMPORT_INVALID with the place of the fault, TOO_LARGE
 */
export function importMemories(store: MemoryStore, json: string, now: number): Imported {
  const { memories } = readMemoryFile(json);
  return store.transaction(() => {
    const change: Change = { changeId: store.newId(), at: now, cause: "imported", messageId: null };
    const known = new Set(
      store.memories.all(["active", "provisional", "conflict", "superseded", "archived"]).map(identity),
    );
    const fresh = memories.filter((memory) => {
      const key = identity(memory);
      // What the user had erased does not come back from a file.
      if (known.has(key) || store.erase.erasedAt(memory) !== null) return false;
      known.add(key);
      return true;
    });
    const words = new ImportedWords(store, change);
    for (const memory of fresh) addExported(store, memory, change, words);
    const added = fresh.length;
    return { added, skipped: memories.length - added, changeId: added > 0 ? change.changeId : null };
  });
}

/** Two memories with the same key are one: they say the same of the same time and stand the same. */
export function identity(memory: Omit<MemoryRow, "id">): string {
  const { subject, predicate, value, context, text, status, validFrom, validTo } = memory;
  return JSON.stringify([subject, predicate, value, context, text, status, validFrom, validTo]);
}

/** Adds an exported memory with all that hangs on it. Returns its id here, which is its own unless that is taken. */
export function addExported(
  store: MemoryStore,
  exported: ExportedMemory,
  change: Change,
  words: ImportedWords,
): string {
  const { evidence, history, reviews, ...row } = exported;
  const id = store.memories.isTaken(row.id) ? store.newId() : row.id;
  // What is known of its past can be read, not undone: other memories of those changes may not be here.
  const memory: NewMemory = { ...row, id };
  store.memories.insert(memory, change, () => {
    for (const { before, after, version, at, cause, changeId, messageId = null, undone = true } of history) {
      const past = { changeId: changeId ?? store.newId(), at, cause, messageId };
      store.memories.addRevision(
        { before: before && { ...before, id }, after: after && { ...after, id }, memoryId: id, version, undone },
        past,
      );
    }
  });
  for (const review of reviews) store.memories.addReview({ ...review, memoryId: id });
  for (const { messageId, quote, saidAt } of evidence) {
    store.memories.addEvidence(id, words.messageFor(messageId, quote, saidAt), quote);
  }
  return id;
}

/** The messages that hold the words behind imported memories. */
export class ImportedWords {
  readonly #store: MemoryStore;
  readonly #change: Change;
  /** By id in the file: the message here. */
  readonly #messages = new Map<string, { id: string; text: string }>();
  readonly #onConversation: (id: string) => void;
  #hasConversation = false;

  /** `onConversation` is told when the conversation for them is made. */
  constructor(store: MemoryStore, change: Change, onConversation: (id: string) => void = () => {}) {
    this.#store = store;
    this.#change = change;
    this.#onConversation = onConversation;
  }

  /** The id of a message that holds the quote: the very one where it is here, else one made for it. */
  messageFor(fileId: string, quote: string, saidAt: number): string {
    const { transfers, newId } = this.#store;
    const stored = transfers.messageText(fileId);
    if (stored?.includes(quote)) return fileId;
    const made = this.#messages.get(fileId);
    if (made) {
      if (!made.text.includes(quote)) {
        made.text += `\n${quote}`;
        transfers.setMessageText(made.id, made.text);
      }
      return made.id;
    }
    const conversationId = this.#change.changeId;
    if (!this.#hasConversation) {
      transfers.addConversation({ id: conversationId, title: "Imported memories", at: this.#change.at });
      this.#hasConversation = true;
      this.#onConversation(conversationId);
    }
    const message = { id: stored === undefined ? fileId : newId(), text: quote };
    transfers.addMessage({ ...message, conversationId, saidAt });
    this.#messages.set(fileId, message);
    return message.id;
  }
}
