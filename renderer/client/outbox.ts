import type { QueryClient } from "@tanstack/react-query";
import type { Message, Origin } from "../../app/contract/index.ts";
import type { Connection } from "./connection.ts";
import { isCode, type ShownFailure, toFailure } from "./failure.ts";
import type { Replies, Thread } from "./replies.ts";

interface Started {
  conversationId: string;
  userMessageId: string;
  replyId: string;
}

/** What is on its way in one conversation, or came back. */
export interface Outgoing {
  /** The message being sent, shown at once; null when nothing is. */
  sending: { messageId: string; text: string; at: number } | null;
  failure: ShownFailure | null;
}

const idle: Outgoing = { sending: null, failure: null };
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const newChat = "";

/** Drafts and messages on their way, by conversation, so that moving between views loses neither. */
export class Outbox {
  readonly #connection: Connection;
  readonly #cache: QueryClient;
  readonly #replies: Replies;
  readonly #origin: Origin;
  readonly #drafts = new Map<string, string>();
  readonly #outgoing = new Map<string, Outgoing>();
  /** The id under which a text was last tried: trying the same text again must not double it. */
  readonly #tried = new Map<string, { messageId: string; text: string }>();
  readonly #listeners = new Set<() => void>();

  /** `origin` is what conversations that begin here are marked with. */
  constructor(connection: Connection, cache: QueryClient, replies: Replies, origin: Origin) {
    this.#connection = connection;
    this.#cache = cache;
    this.#replies = replies;
    this.#origin = origin;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  draft(conversationId: string | null): string {
    return this.#drafts.get(conversationId ?? newChat) ?? "";
  }

  setDraft(conversationId: string | null, text: string): void {
    this.#drafts.set(conversationId ?? newChat, text);
    this.#notify();
  }

  outgoing(conversationId: string | null): Outgoing {
    return this.#outgoing.get(conversationId ?? newChat) ?? idle;
  }

  /** Sends the text; a lost connection only delays it. Returns the conversation, or null if it failed: then the text is the draft again. */
  async send(conversationId: string | null, text: string): Promise<string | null> {
    const key = conversationId ?? newChat;
    const tried = this.#tried.get(key);
    const messageId = tried?.text === text ? tried.messageId : crypto.randomUUID();
    this.#tried.set(key, { messageId, text });
    const at = Date.now();
    this.#drafts.delete(key);
    this.#put(key, { sending: { messageId, text, at }, failure: null });
    try {
      const started = await this.#start(messageId, conversationId, text);
      this.#tried.delete(key);
      this.#show(started, text, at);
      this.#put(key, idle);
      return started.conversationId;
    } catch (error) {
      // What the user typed meanwhile stays too, after what could not be sent.
      const typed = this.#drafts.get(key);
      this.#drafts.set(key, typed ? `${text}\n\n${typed}` : text);
      this.#put(key, { sending: null, failure: toFailure(error) });
      return null;
    }
  }

  /** Asks for another reply to the same message. */
  async retry(conversationId: string, replyId: string): Promise<void> {
    try {
      const started = await this.#connection.api.chat.retry({ replyId });
      this.#cache.setQueryData<Thread>(["conversation", conversationId], (thread) => {
        if (!thread) return thread;
        const asked = thread.messages.findIndex(({ id }) => id === started.userMessageId);
        const messages = asked < 0 ? thread.messages : thread.messages.slice(0, asked + 1);
        return { ...thread, messages: [...messages, emptyReply(started, Date.now())] };
      });
      this.#follow(started);
      this.#put(conversationId, idle);
    } catch (error) {
      this.#put(conversationId, { sending: null, failure: toFailure(error) });
    }
  }

  async #start(messageId: string, conversationId: string | null, text: string): Promise<Started> {
    for (;;) {
      try {
        return await this.#connection.api.chat.send({ messageId, conversationId, text, zone, origin: this.#origin });
      } catch (error) {
        if (!isCode(error, "CONNECTION_LOST")) throw error;
        await this.#connection.opened();
      }
    }
  }

  /** Puts the message and its empty reply in the cache, where an event has not already brought them. */
  #show(started: Started, text: string, at: number): void {
    const { conversationId, userMessageId } = started;
    this.#cache.setQueryData<Thread>(["conversation", conversationId], (thread) => {
      const { conversation, messages } = thread ?? {
        conversation: {
          id: conversationId,
          title: "",
          origin: this.#origin,
          incognito: false,
          createdAt: at,
          updatedAt: at,
        },
        messages: [],
      };
      const sent: Message = { ...emptyReply(started, at), id: userMessageId, role: "user", text, status: "complete" };
      sent.parentId = messages.at(-1)?.id ?? null;
      const missing = [sent, emptyReply(started, at)].filter(({ id }) => !messages.some((known) => known.id === id));
      return { conversation, messages: [...messages, ...missing] };
    });
    this.#follow(started);
  }

  #follow({ conversationId, replyId }: Started): void {
    this.#replies.follow(conversationId, replyId, "");
    void this.#cache.invalidateQueries({ queryKey: ["conversation", conversationId] });
  }

  #put(key: string, outgoing: Outgoing): void {
    this.#outgoing.set(key, outgoing);
    this.#notify();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const emptyReply = ({ conversationId, userMessageId, replyId }: Started, at: number): Message => ({
  id: replyId,
  conversationId,
  parentId: userMessageId,
  role: "assistant",
  speaker: null,
  text: "",
  status: "streaming",
  createdAt: at,
  model: null,
  failure: null,
  memories: [],
  learned: [],
  tasks: [],
});
