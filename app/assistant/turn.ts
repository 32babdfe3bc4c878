import { EbbError } from "../contract/errors.ts";
import type { Considered, Message, Origin } from "../contract/index.ts";
import { defaultModelSettings } from "../contract/model-defaults.ts";
import type { ModelSettings } from "../contract/model-settings.ts";
import type { Answerer } from "../llm/port.ts";
import type { Answered } from "../memory/answered.ts";
import { gate } from "../memory/gate.ts";
import { learn, type Outcome } from "../memory/learn.ts";
import { tokensOf } from "../memory/slow/batch.ts";
import { storageError } from "../storage/errors.ts";
import type { MessageRow } from "../storage/messages.ts";
import type { QueryVector } from "../storage/vectors.ts";
import type { Vault } from "../vault.ts";
import { type Recollection, remembering, writeReply } from "./answer.ts";
import { askedWords, contextTurns, previousTurns, titleOf, usableZone } from "./conversation-text.ts";
import { RunningReplies } from "./replies.ts";
import type { TaskTurn, TaskTurns } from "./tasks/turns.ts";
import { messageViews } from "./views.ts";

/** A new conversation within this time (ms) of the last thing said may correct it. */
const sameSitting = 3_600_000;

/** Questions read for each one that is offered again: the same are asked often. */
const repeats = 4;

/** What a turn needs from outside. */
export type TurnPorts = {
  vault: Vault;
  /** What replies take from memory: all of it by default. */
  recollection?: Recollection;
  /** A text as a vector, or null where there is none in time; none at all by default. */
  vectorOf?: (text: string, patienceMs: number) => Promise<QueryVector | null>;
  /** What turns do to tasks and reminders; none by default. */
  tasks?: TaskTurns;
  languageModel: Answerer | null;
  /** How the model is to write; as it does where the user has set nothing, by default. */
  writing?: () => ModelSettings;
  clock: () => number;
  /** True while Ebb may learn from what the user says. */
  learning: () => boolean;
  notify: (event: "conversations" | "memories" | { conversation: string }) => void;
};

type Started = { conversationId: string; userMessageId: string; replyId: string };
type Sent = {
  messageId: string;
  conversationId: string | null;
  text: string;
  zone?: string | undefined;
  origin: Origin;
};

/**
 * The assistant's turns: stores what the user says, learns from it, recalls, and writes the reply with the model or, where
 * there is none, from memory alone.
 */
export class Assistant {
  readonly replies: RunningReplies;
  readonly #ports: TurnPorts;
  /** The system prompt of each conversation as it was at its first turn of this run, for the model's prefix cache. */
  readonly #systemPrompts = new Map<string, string>();
  /** Replies that could not be stored in their final form, as by a full disk: shown from here until the next start. */
  readonly #unsaved = new Map<string, MessageRow>();

  constructor(ports: TurnPorts) {
    this.#ports = ports;
    this.replies = new RunningReplies((id) => this.#view(id));
  }

  /** Stores the message and starts its reply. @throws INVALID_INPUT, NOT_FOUND, BUSY, or a STORAGE_ error */
  send(sent: Sent): Started {
    const { messages, write, newId } = this.#ports.vault;
    const known = messages.message(sent.messageId);
    if (known) return this.#startedBefore(known);
    if (sent.text.trim() === "") {
      throw new EbbError("INVALID_INPUT", "There is nothing in the message.", "Write something first.");
    }
    if (sent.conversationId !== null) this.#requireIdle(sent.conversationId);

    const at = this.#ports.clock();
    const { message, reply, outcome, told } = write(() => {
      // Before the conversation is made: one that begins with "No, actually ..." goes on from the one before.
      const elsewhere = sent.conversationId === null ? messages.saidSince(at - sameSitting, contextTurns) : [];
      const conversationId = sent.conversationId ?? this.#createConversation(newId(), sent, at);
      const leaf = messages.leaf(conversationId);
      const before = leaf === null ? elsewhere : messages.branch(leaf, contextTurns);
      const message: MessageRow = {
        id: sent.messageId,
        conversationId,
        parentId: leaf,
        role: "user",
        speaker: null,
        text: sent.text,
        status: "complete",
        createdAt: at,
        zone: usableZone(sent.zone),
        model: null,
        failure: null,
      };
      messages.insert(message);
      // With the message in one transaction: after a crash either both are there or neither is.
      const told = this.#command(message, leaf === null ? [] : before);
      // A command says nothing about its author.
      const outcome = told?.whole ? null : this.#learn(message, before);
      const reply = this.#placeholder(message, at);
      return { message, reply, outcome, told };
    });
    if (outcome?.forgot) this.afterErasing();
    this.#begin(message, reply, outcome, told);
    if (sent.conversationId === null) this.#ports.notify("conversations");
    return { conversationId: message.conversationId, userMessageId: message.id, replyId: reply.id };
  }

  /** Answers the same message again as a new branch. @throws NOT_FOUND, BUSY */
  retry(replyId: string): Started {
    const { messages, write } = this.#ports.vault;
    const old = messages.message(replyId);
    const message = old?.role === "assistant" && old.parentId !== null ? messages.message(old.parentId) : undefined;
    if (!message) throw notFound("reply");
    this.#requireIdle(message.conversationId);
    const reply = write(() => this.#placeholder(message, this.#ports.clock()));
    this.#begin(message, reply, null, this.#ports.tasks?.retold(message) ?? null);
    return { conversationId: message.conversationId, userMessageId: message.id, replyId: reply.id };
  }

  /** Stores a turn that was said elsewhere, such as an imported one, and learns from it; no reply is written. */
  ingest(
    turn: Pick<MessageRow, "conversationId" | "role" | "speaker" | "text" | "createdAt" | "zone"> & { id?: string },
  ): string {
    const { messages, write, newId } = this.#ports.vault;
    const { id, outcome } = write(() => {
      if (!messages.conversation(turn.conversationId)) {
        this.#createConversation(turn.conversationId, { text: turn.text, origin: "chat" }, turn.createdAt);
      }
      const leaf = messages.leaf(turn.conversationId);
      const before = leaf === null ? [] : messages.branch(leaf, contextTurns);
      const message: MessageRow = {
        ...turn,
        id: turn.id ?? newId(),
        parentId: leaf,
        status: "complete",
        model: null,
        failure: null,
      };
      messages.insert(message);
      return { id: message.id, outcome: this.#learn(message, before) };
    });
    if (outcome?.forgot) this.afterErasing();
    return id;
  }

  /** Learns from a message that was brought in from elsewhere. To be called in a transaction. */
  learnImported(messageId: string): void {
    const { messages } = this.#ports.vault;
    const message = messages.message(messageId);
    if (!message) return;
    const before = message.parentId === null ? [] : messages.branch(message.parentId, contextTurns);
    this.#learn(message, before, true);
  }

  /** The conversation's current branch, oldest first, with running replies as far as they are. @throws NOT_FOUND */
  transcript(conversationId: string): Message[] {
    const { messages } = this.#ports.vault;
    if (!messages.conversation(conversationId)) throw notFound("conversation");
    const leaf = messages.leaf(conversationId);
    return leaf === null ? [] : this.#views(messages.branch(leaf));
  }

  /** True where there is such a reply among its conversations. */
  has(replyId: string): boolean {
    return this.#ports.vault.messages.message(replyId) !== undefined;
  }

  /** All that recall considered for a reply, and what became of it. @throws NOT_FOUND for what is no reply */
  explain(replyId: string): Considered[] {
    const { messages, store } = this.#ports.vault;
    if (messages.message(replyId)?.role === "assistant") return store.recallLog.explain(replyId);
    throw new EbbError("NOT_FOUND", "That reply does not exist any more.", "Choose another one.");
  }

  /** What was asked last in quick-ask, newest first, each once: the user's own words, without what they quoted. */
  recentQuestions(limit: number): string[] {
    const asked = this.#ports.vault.messages.quickQuestions(limit * repeats).map((text) => askedWords(text));
    return [...new Set(asked)].slice(0, limit);
  }

  /** Ends all replies, keeping what they said, and waits until they are stored. */
  async close(): Promise<void> {
    this.replies.stopAll("quit");
    await this.replies.idle();
  }

  /** Conversations begin their prompt anew: called when the profile may have changed. */
  forgetPrompts(): void {
    this.#systemPrompts.clear();
  }

  /**
   * Called when words were erased at once: replies being written may have read them and are dropped, and what is left in backups
   * and in the log goes too.
   */
  afterErasing(): void {
    this.forgetPrompts();
    this.replies.stopAll("erased");
    this.#ports.vault.store.erase.finish();
    // Titles may have said it too.
    this.#ports.notify("conversations");
  }

  #startedBefore(message: MessageRow): Started {
    const reply = this.#ports.vault.messages.replies(message.id).at(-1);
    if (message.role !== "user" || !reply) {
      throw new EbbError("INVALID_INPUT", "That message id is taken.", "Send the message again.");
    }
    return { conversationId: message.conversationId, userMessageId: message.id, replyId: reply.id };
  }

  #requireIdle(conversationId: string): void {
    if (!this.#ports.vault.messages.conversation(conversationId)) throw notFound("conversation");
    if (this.replies.runningIn(conversationId) !== null) {
      throw new EbbError(
        "BUSY",
        "Ebb is still answering in this conversation.",
        "Wait for the reply, or stop it first.",
      );
    }
  }

  #createConversation(id: string, { text, origin }: Pick<Sent, "text" | "origin">, at: number): string {
    this.#ports.vault.messages.createConversation({ id, title: titleOf(text), origin, createdAt: at, updatedAt: at });
    return id;
  }

  #placeholder(message: MessageRow, at: number): MessageRow {
    const reply: MessageRow = {
      id: this.#ports.vault.newId(),
      conversationId: message.conversationId,
      parentId: message.id,
      role: "assistant",
      speaker: null,
      text: "",
      status: "streaming",
      createdAt: at,
      zone: message.zone,
      model: null,
      failure: null,
    };
    this.#ports.vault.messages.insert(reply);
    return reply;
  }

  #begin(message: MessageRow, reply: MessageRow, outcome: Outcome | null, told: TaskTurn | null): void {
    const running = this.replies.begin(reply.id, reply.conversationId);
    const onRecalled = (): void => this.#ports.notify({ conversation: reply.conversationId });
    const none = {
      recollection: remembering,
      vectorOf: async () => null,
      tasks: null,
      writing: () => defaultModelSettings,
    };
    const ports = { ...none, ...this.#ports, systemPrompts: this.#systemPrompts, onRecalled };
    void writeReply(ports, { message, reply, running, outcome, told })
      .then((unsaved) => {
        if (unsaved) this.#unsaved.set(reply.id, unsaved);
      })
      .finally(() => {
        this.replies.end(reply.id);
        this.#ports.notify({ conversation: reply.conversationId });
      });
    this.#ports.notify({ conversation: message.conversationId });
    if (outcome) this.#ports.notify("memories");
  }

  #command(message: MessageRow, before: readonly MessageRow[]): TaskTurn | null {
    return this.#unlessUnreadable(() => this.#ports.tasks?.command(message, before) ?? null);
  }

  /** A message must not be refused because it could not be read; a disk that takes nothing is another matter. */
  #unlessUnreadable<T>(read: () => T | null): T | null {
    try {
      return read();
    } catch (error) {
      if (storageError(error, this.#ports.vault.folder) instanceof EbbError) throw error;
      return null;
    }
  }

  #learn(message: MessageRow, before: readonly MessageRow[], imported = false): Outcome | null {
    const { role } = message;
    if (!this.#ports.learning() || role === "assistant") return null;
    const { store } = this.#ports.vault;
    return this.#unlessUnreadable(() => {
      const outcome = learn(store, {
        messageId: message.id,
        conversationId: message.conversationId,
        text: message.text,
        role,
        speaker: message.speaker,
        at: message.createdAt,
        zone: message.zone ?? "UTC",
        previous: previousTurns(before),
        answered: imported ? null : answeredBy(before.at(-1), message),
        imported,
      });
      const { id: messageId, conversationId, text } = message;
      // A command to forget says once more what is to be forgotten.
      if (gate(text) && !outcome.forgot) {
        store.unread.add({ messageId, conversationId, tokens: tokensOf(text) }, imported);
      }
      return outcome;
    });
  }

  #view(replyId: string): Message | null {
    const row = this.#ports.vault.messages.message(replyId);
    return row ? (this.#views([row])[0] ?? null) : null;
  }

  #views(rows: readonly MessageRow[]): Message[] {
    const { memories, recallLog } = this.#ports.vault.store;
    const present = rows.map((row) => {
      const running = this.replies.textOf(row.id);
      return this.#unsaved.get(row.id) ?? (running === null ? row : { ...row, text: running });
    });
    return messageViews(present, memories, this.#ports.vault.taskCards, (ids) => recallLog.usedIn(ids));
  }
}

/** The reply that the message follows in its own conversation, with what that answered. */
function answeredBy(last: MessageRow | undefined, message: MessageRow): Answered | null {
  if (last?.role !== "assistant" || last.id !== message.parentId || last.parentId === null) return null;
  return { replyId: last.id, messageId: last.parentId };
}

function notFound(what: "conversation" | "reply"): EbbError {
  return new EbbError("NOT_FOUND", `That ${what} does not exist any more.`, "Choose another one from the list.");
}
