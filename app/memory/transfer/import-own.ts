import type { ImportedCounts } from "../../contract/transfer.ts";
import type { Change } from "../../storage/memories.ts";
import { type PlainRow, plainTables } from "../../storage/portable.ts";
import type { MemoryStore } from "../store.ts";
import { type EverythingRow, everythingFormat } from "./everything.ts";
import { Fault } from "./fault.ts";
import { addExported, ImportedWords, identity } from "./import.ts";

type Row<Table extends EverythingRow["table"]> = Extract<EverythingRow, { table: Table }>["row"];

/**
 * Writes the rows of an export of Ebb's own under one import, hidden until that is done. What is here already, by its id, by where
 * it was brought in from, or because a memory says the same, is skipped; ids that something else has are given anew.
 */
export class OwnWriter {
  readonly #store: MemoryStore;
  readonly #importId: string;
  readonly #counts: ImportedCounts;
  readonly #change: Change;
  readonly #words: ImportedWords;
  readonly #lastRevision: number;
  /** By id in the file, where it is another one here. */
  readonly #conversations = new Map<string, string>();
  readonly #messages = new Map<string, string>();
  readonly #memories = new Map<string, string>();
  readonly #changes = new Map<string, string>();
  /** Ids in the file of the memories that it has had so far. */
  readonly #seen = new Set<string>();
  /** Ids here of those that were added. */
  readonly #added = new Set<string>();
  #known: Set<string> | null = null;
  #reminders = 0;
  /** Ids of the tasks that were added. */
  readonly #tasks = new Set<string>();
  readonly #seenTasks = new Set<string>();

  /** `now` in ms; `counts` is told what came of each row. */
  constructor(store: MemoryStore, importId: string, now: number, counts: ImportedCounts) {
    this.#store = store;
    this.#importId = importId;
    this.#counts = counts;
    this.#change = { changeId: importId, at: now, cause: "imported", messageId: null };
    this.#lastRevision = store.portable.lastRevision();
    this.#words = new ImportedWords(store, this.#change, (id) => store.chatImports.hideConversation(importId, id));
  }

  /** How many reminders it has added. */
  get reminders(): number {
    return this.#reminders;
  }

  /** How many tasks it has added. */
  get tasks(): number {
    return this.#tasks.size;
  }

  /** To be called in a transaction, in the order of the file. @throws Fault for a row that refers to nothing */
  write(item: EverythingRow, path: string): void {
    switch (item.table) {
      case "conversations":
        this.#conversation(item.row, path);
        break;
      case "messages":
        this.#message(item.row, path);
        break;
      case "memories":
        this.#memory(item.row, path);
        break;
      case "reminders":
        this.#reminder(item.row);
        break;
      case "taskChanges":
        this.#taskChange(item.row);
        break;
      case "tasks":
        this.#task(item.row, path);
        break;
      case "taskEdges":
        this.#taskEdge(item.row, path);
        break;
      default:
        this.#plain(item.table, item.row);
    }
  }

  #conversation(row: Row<"conversations">, path: string): void {
    const { chatImports } = this.#store;
    const source = row.source ?? everythingFormat;
    const sourceId = row.sourceId ?? row.id;
    const here =
      chatImports.conversationFor(source, sourceId) ?? (chatImports.hasConversation(row.id) ? row.id : undefined);
    if (here !== undefined) {
      if (chatImports.hasBroughtConversation(this.#importId, here)) throw twice(path);
      if (here !== row.id) this.#conversations.set(row.id, here);
      return;
    }
    const { createdAt, updatedAt, title, origin } = row;
    chatImports.addConversation({
      id: row.id,
      importId: this.#importId,
      source,
      sourceId,
      title,
      origin,
      renamed: row.renamed ? 1 : 0,
      createdAt,
      updatedAt,
    });
    this.#counts.conversations += 1;
  }

  #message(row: Row<"messages">, path: string): void {
    const { chatImports, portable, newId } = this.#store;
    const conversationId = this.#conversations.get(row.conversationId) ?? row.conversationId;
    if (!chatImports.hasConversation(conversationId)) {
      throw new Fault(`${path}.conversationId`, "this names a conversation that is not in the file");
    }
    const sourceId = row.sourceId ?? row.id;
    const place = portable.placeOf(row.id);
    const here = place === conversationId ? row.id : chatImports.messageFor(conversationId, sourceId);
    if (here !== undefined) {
      if (chatImports.hasBrought(this.#importId, here)) throw twice(path);
      if (here !== row.id) this.#messages.set(row.id, here);
      this.#counts.skipped += 1;
      return;
    }
    const parentId = row.parentId === null ? null : this.#messageHere(row.parentId);
    if (parentId !== null && portable.placeOf(parentId) !== conversationId) {
      throw new Fault(`${path}.parentId`, "this names a message that does not stand before it in its conversation");
    }
    const id = place === undefined ? row.id : newId();
    if (id !== row.id) this.#messages.set(row.id, id);
    chatImports.addMessage({ ...row, id, conversationId, parentId, sourceId, learnAt: null }, this.#importId);
    this.#counts.messages += 1;
  }

  #memory(row: Row<"memories">, path: string): void {
    const { memories, chatImports } = this.#store;
    if (this.#seen.has(row.id)) throw twice(path);
    this.#seen.add(row.id);
    this.#known ??= new Set(
      memories.all(["active", "provisional", "conflict", "superseded", "archived"]).map(identity),
    );
    const key = identity(row);
    const erased = this.#store.erase.erasedAt(row) !== null;
    // The same one may have changed here since.
    if (erased || this.#known.has(key) || memories.get(row.id)?.createdAt === row.createdAt) {
      this.#counts.skipped += 1;
      return;
    }
    const local = {
      ...row,
      evidence: row.evidence.map((words) => ({ ...words, messageId: this.#messageHere(words.messageId) })),
      history: row.history.map((past) => ({
        ...past,
        ...(past.changeId !== undefined && { changeId: this.#changeHere(past.changeId) }),
        messageId: this.#messageIfHere(past.messageId ?? null),
      })),
    };
    const id = addExported(this.#store, local, this.#change, this.#words);
    if (id !== row.id) this.#memories.set(row.id, id);
    chatImports.hideMemory(this.#importId, id);
    this.#added.add(id);
    this.#counts.memories += 1;
  }

  /** What was due before it comes here does not ring; what comes round goes on with its next time. */
  #reminder(row: Row<"reminders">): void {
    const { portable } = this.#store;
    const local = { ...row, messageId: this.#messageIfHere(row.messageId) };
    if (portable.addReminder(local, this.#change.at, this.#importId)) this.#reminders += 1;
    else this.#counts.skipped += 1;
  }

  #taskChange(row: Row<"taskChanges">): void {
    const { chatImports, portable } = this.#store;
    const place =
      row.conversationId === null ? null : (this.#conversations.get(row.conversationId) ?? row.conversationId);
    const conversationId = place !== null && chatImports.hasConversation(place) ? place : null;
    portable.addTaskChange({ ...row, conversationId }, this.#importId);
  }

  #task(row: Row<"tasks">, path: string): void {
    const { portable } = this.#store;
    if (this.#seenTasks.has(row.id)) throw twice(path);
    this.#seenTasks.add(row.id);
    if (row.rootId !== row.id && !portable.hasTask(row.rootId)) {
      throw new Fault(`${path}.rootId`, "this names a task that does not stand before it");
    }
    const astray = row.revisions.findIndex(({ changeId }) => !portable.hasTaskChange(changeId));
    if (astray >= 0)
      throw new Fault(`${path}.revisions[${astray}].changeId`, "this names a change that is not in the file");
    const revisions = row.revisions.map((one) => ({ ...one, messageId: this.#messageIfHere(one.messageId) }));
    if (portable.addTask({ ...row, revisions }, this.#importId)) this.#tasks.add(row.id);
    else this.#counts.skipped += 1;
  }

  #taskEdge(row: Row<"taskEdges">, path: string): void {
    const { portable } = this.#store;
    // What it led to may have gone while the file was written.
    if (!this.#tasks.has(row.fromId) || !portable.hasTask(row.toId)) return;
    if (!portable.addTaskEdge(row)) throw new Fault(path, "this makes a task a part of itself, or of two");
  }

  #plain(table: keyof typeof plainTables, row: PlainRow): void {
    const { chatImports, portable } = this.#store;
    const local: PlainRow = { ...row };
    let belongs: boolean | null = null;
    for (const [column, kind] of Object.entries(plainTables[table].columns)) {
      const id = row[column];
      if (typeof id !== "string" || (kind !== "message" && kind !== "memory")) continue;
      const here = kind === "message" ? this.#messageHere(id) : (this.#memories.get(id) ?? id);
      const brought = kind === "message" ? chatImports.hasBrought(this.#importId, here) : this.#added.has(here);
      belongs ??= brought;
      const exists =
        brought ||
        (kind === "message" ? portable.placeOf(here) !== undefined : this.#store.memories.get(here) !== undefined);
      // What it was about is not in the file, as where it went while the file was written.
      if (!exists) return;
      local[column] = here;
    }
    // What belongs to nothing new is here already.
    if (belongs === true) portable.addPlain(table, local);
  }

  #messageHere(id: string): string {
    return this.#messages.get(id) ?? id;
  }

  #messageIfHere(id: string | null): string | null {
    const here = id === null ? null : this.#messageHere(id);
    return here !== null && this.#store.portable.placeOf(here) !== undefined ? here : null;
  }

  /** The change's own id, unless something here has been changed under it: the two must not be undone as one. */
  #changeHere(id: string): string {
    const known = this.#changes.get(id);
    if (known !== undefined) return known;
    if (!this.#store.portable.isChangeTaken(id, this.#lastRevision)) return id;
    const fresh = this.#store.newId();
    this.#changes.set(id, fresh);
    return fresh;
  }
}

function twice(path: string): Fault {
  return new Fault(`${path}.id`, "this stands in the file a second time");
}
