import { limits } from "../../contract/limits.ts";
import type { ImportedCounts, ImportProgress } from "../../contract/transfer.ts";
import { firstReview } from "../forgetting.ts";
import type { MemoryStore } from "../store.ts";
import { type Archive, openArchive, sum } from "./archive.ts";
import type { ChatSource, ImportedChat, ImportedMessage } from "./chat.ts";
import type { PortableSettings } from "./everything.ts";
import { Fault, importInvalid } from "./fault.ts";
import { OwnWriter } from "./import-own.ts";
import { faultIn, type ReadItem, readChats } from "./read-chats.ts";
import { removeChats } from "./undo-chats.ts";

export type ImportedChats = ImportedCounts & { changeId: string | null };

export type ImportPorts = {
  store: MemoryStore;
  /** ms. */
  now: number;
  /** Whether Ebb is to learn from what the user says in them. */
  learning: boolean;
  /** A title from the first thing said. */
  titleOf: (text: string) => string;
  /** Takes the settings of an export where none were chosen here; in the import's last transaction. */
  takeSettings: (settings: PortableSettings) => void;
  onProgress: (progress: ImportProgress) => void;
  /** Aborted where the user wants it no more: what was written is taken back. */
  cancelled: AbortSignal;
  /** Aborted where Ebb ends: the next start takes back what was written. */
  closing: AbortSignal;
};

/** Messages written in one transaction. */
const batch = 200;

/**
 * Brings in the conversations of an export. It is read twice: first to its end, so that a broken file changes nothing, then
 * to write it, in small transactions under one change. Where that is cut short, what was written is taken back: at once, or
 * after a crash at the next start. @throws IMPORT_INVALID, TOO_LARGE, NOT_FOUND, FOLDER_UNREADABLE, or the reason why it was aborted
 */
export async function importChats(path: string, ports: ImportPorts): Promise<ImportedChats> {
  const archive = await openArchive(path);
  try {
    const messages = await check(archive, ports);
    return await write(archive, messages, ports);
  } finally {
    archive.close();
  }
}

/** Reads everything and returns the number of messages. */
async function check(archive: Archive, { onProgress, ...ports }: ImportPorts): Promise<number> {
  const signal = AbortSignal.any([ports.cancelled, ports.closing]);
  const total = sum(archive.files);
  let done = 0;
  let messages = 0;
  let found = 0;
  for (const file of archive.files) {
    const items = readChats(file, (bytes) => {
      done += bytes;
      onProgress({ phase: "checking", done: Math.min(done, total), total });
    });
    for await (const item of items) {
      signal.throwIfAborted();
      found += 1;
      messages += item.kind === "chat" ? item.chat.messages.length : item.kind === "row" ? 1 : 0;
    }
  }
  if (found > 0) return messages;
  throw importInvalid("There are no conversations in that file.", "Choose another file, or ask for a new export.");
}

async function write(archive: Archive, total: number, ports: ImportPorts): Promise<ImportedChats> {
  const { store, now, onProgress, cancelled, closing } = ports;
  const signal = AbortSignal.any([cancelled, closing]);
  const importId = store.newId();
  store.chatImports.begin(importId, now);
  try {
    const writer = new Writer(importId, ports);
    const run = async (steps: Iterable<() => void>): Promise<void> => {
      for (const work of steps) {
        signal.throwIfAborted();
        store.transaction(work);
        onProgress({ phase: "writing", done: Math.min(writer.done, total), total });
        // Replies, and whatever else is asked of Ebb, come between two batches.
        await new Promise(setImmediate);
      }
    };
    for (const file of archive.files) {
      try {
        for await (const item of readChats(file, () => {})) await run(writer.steps(item));
        await run(writer.rest());
      } catch (error) {
        throw error instanceof Fault ? faultIn(file.name, error) : error;
      }
    }
    signal.throwIfAborted();
    const { counts } = writer;
    if (counts.conversations + counts.messages + counts.memories + writer.reminders + writer.tasks === 0) {
      store.transaction(() => {
        if (writer.settings) ports.takeSettings(writer.settings);
        store.chatImports.finishRemoval(importId);
      });
      return { ...counts, changeId: null };
    }
    store.transaction(() => {
      if (writer.settings) ports.takeSettings(writer.settings);
      store.chatImports.show(importId);
      store.chatImports.setState(importId, "done");
    });
    return { ...counts, changeId: importId };
  } catch (error) {
    if (!closing.aborted) await removeChats(store, importId, now, closing);
    throw error;
  }
}

class Writer {
  readonly counts: ImportedCounts = { conversations: 0, messages: 0, skipped: 0, memories: 0 };
  /** Messages looked at. */
  done = 0;
  /** The user's settings, where the file has them. */
  settings: PortableSettings | null = null;
  readonly #importId: string;
  readonly #ports: ImportPorts;
  readonly #own: OwnWriter;
  /** Rows of an export of Ebb's own that wait for a transaction. */
  #rows: Extract<ReadItem, { kind: "row" }>[] = [];
  /** Texts of memories that are here. */
  #known: Set<string> | null = null;

  constructor(importId: string, ports: ImportPorts) {
    this.#importId = importId;
    this.#ports = ports;
    this.#own = new OwnWriter(ports.store, importId, ports.now, this.counts);
  }

  /** Reminders added. */
  get reminders(): number {
    return this.#own.reminders;
  }

  /** Tasks added. */
  get tasks(): number {
    return this.#own.tasks;
  }

  /** What is to be done for one item, each to be run in a transaction of its own. */
  *steps(item: ReadItem): Generator<() => void> {
    if (item.kind === "chat") {
      yield* this.#chat(item.source, item.chat);
    } else if (item.kind === "row") {
      this.#rows.push(item);
      if (this.#rows.length >= batch) yield this.#writeRows;
    } else if (item.kind === "settings") {
      this.settings = item.settings;
    } else {
      yield () => {
        for (const text of item.texts) this.#addMemory(text);
      };
    }
  }

  /** What is left to be done at the end of the file. @throws IMPORT_INVALID with the place of what refers to nothing */
  *rest(): Generator<() => void> {
    if (this.#rows.length > 0) yield this.#writeRows;
  }

  readonly #writeRows = (): void => {
    const rows = this.#rows;
    this.#rows = [];
    for (const row of rows) this.#own.write(row, row.path);
    this.done += rows.length;
  };

  *#chat(source: ChatSource, chat: ImportedChat): Generator<() => void> {
    const { store } = this.#ports;
    const { chatImports } = store;
    const existing = chatImports.conversationFor(source, chat.sourceId);
    const known = existing === undefined ? new Set<string>() : chatImports.messageSourceIds(existing);
    const fresh = chat.messages.filter(({ sourceId }) => !known.has(sourceId) && known.add(sourceId));
    const skipped = chat.messages.length - fresh.length;
    this.counts.skipped += skipped;
    this.done += skipped;
    if (fresh.length === 0) return;
    const conversationId = existing ?? store.newId();
    let at = chat.createdAt ?? chat.messages.find(({ createdAt }) => createdAt !== null)?.createdAt ?? this.#ports.now;
    let parentId = existing === undefined ? null : chatImports.leafOf(existing);
    for (let from = 0; from < fresh.length; from += batch) {
      yield () => {
        if (from === 0 && existing === undefined) this.#addConversation(conversationId, source, chat, at);
        for (const message of fresh.slice(from, from + batch)) {
          at = message.createdAt ?? at;
          parentId = this.#addMessage(message, conversationId, parentId, at);
        }
        chatImports.touch(conversationId, at);
      };
    }
  }

  #addConversation(id: string, source: ChatSource, chat: ImportedChat, at: number): void {
    const { store, titleOf } = this.#ports;
    const opening = chat.messages.find(({ role }) => role !== "assistant") ?? chat.messages[0];
    const title = (chat.title ?? titleOf(opening?.text ?? "")).slice(0, limits.titleChars).toWellFormed();
    const { sourceId } = chat;
    const updatedAt = chat.updatedAt ?? at;
    store.chatImports.addConversation({
      id,
      importId: this.#importId,
      source,
      sourceId,
      title,
      renamed: chat.title === null ? 0 : 1,
      createdAt: at,
      updatedAt,
    });
    this.counts.conversations += 1;
  }

  #addMessage(message: ImportedMessage, conversationId: string, parentId: string | null, at: number): string {
    const { store, learning } = this.#ports;
    const { sourceId, role, speaker, text } = message;
    const id = store.newId();
    const learnAt = learning && role !== "assistant" ? at : null;
    const row = { id, conversationId, parentId, role, speaker, text, createdAt: at, sourceId, learnAt };
    store.chatImports.addMessage(row, this.#importId);
    this.counts.messages += 1;
    this.done += 1;
    return id;
  }

  /** What another assistant had noted: kept as an observation, which what the user says outweighs. */
  #addMemory(given: string): void {
    const { store, now } = this.#ports;
    const text = given.slice(0, limits.memoryChars).toWellFormed();
    this.#known ??= new Set(
      store.memories.all(["active", "provisional", "conflict", "archived"]).map((row) => row.text),
    );
    if (this.#known.has(text)) return;
    this.#known.add(text);
    const said = { text, subject: "user", predicate: "note", value: text, context: "" };
    if (store.erase.erasedAt(said) !== null) return;
    const id = store.newId();
    store.memories.insert(
      {
        ...said,
        id,
        kind: "observation",
        scope: "global",
        validFrom: null,
        validTo: null,
        status: "active",
        confidence: 0.6,
        trust: "assistant",
        importance: 0.5,
        pinned: false,
        neverUse: false,
        ...firstReview("aside", now),
      },
      { changeId: this.#importId, at: now, cause: "imported", messageId: null },
    );
    store.chatImports.hideMemory(this.#importId, id);
    this.counts.memories += 1;
  }
}
