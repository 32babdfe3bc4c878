import type { QueryClient } from "@tanstack/react-query";
import type { Conversation, Message } from "../../app/contract/index.ts";
import type { Connection } from "./connection.ts";
import { isCode } from "./failure.ts";

export interface Thread {
  conversation: Conversation;
  messages: Message[];
}

const pause = 1_000;

/**
 * The text of replies that are being written, ahead of the cache, which holds what is stored. Each is followed to its
 * end whatever view is open, over lost connections too.
 */
export class Replies {
  readonly #connection: Connection;
  readonly #cache: QueryClient;
  readonly #texts = new Map<string, string>();
  /** What models thought before these replies; it goes with the window. */
  readonly #thoughts = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #frame = 0;

  constructor(connection: Connection, cache: QueryClient) {
    this.#connection = connection;
    this.#cache = cache;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What has arrived of a reply that is being followed; undefined for any other. */
  textOf(replyId: string): string | undefined {
    return this.#texts.get(replyId);
  }

  /** What the model thought before this reply, in this window's time; undefined where nothing. */
  thoughtOf(replyId: string): string | undefined {
    return this.#thoughts.get(replyId);
  }

  /** Follows a reply from the text already known of it; does nothing where it is followed already. */
  follow(conversationId: string, replyId: string, known: string): void {
    if (this.#texts.has(replyId)) return;
    this.#texts.set(replyId, known);
    void this.#run(conversationId, replyId);
  }

  async #run(conversationId: string, replyId: string): Promise<void> {
    const queryKey = ["conversation", conversationId];
    const end = await this.#read(replyId);
    // Of words that were not kept, nothing else is either.
    if (end?.text === "") this.#thoughts.delete(replyId);
    if (end) this.#cache.setQueryData<Thread>(queryKey, (thread) => thread && withMessage(thread, end));
    // A stream that broke says nothing about the reply: the stored one does, a little later so as not to spin.
    else await new Promise((resolve) => setTimeout(resolve, pause));
    await this.#cache.invalidateQueries({ queryKey });
    this.#texts.delete(replyId);
    this.#notify();
  }

  /** Reads to the end; null where the stream broke for another reason than the connection. */
  async #read(replyId: string): Promise<Message | null> {
    for (;;) {
      try {
        const offset = this.#texts.get(replyId)?.length ?? 0;
        for await (const event of await this.#connection.api.chat.follow({ replyId, offset })) {
          if (event.type === "end") return event.message;
          const texts = event.type === "thought" ? this.#thoughts : this.#texts;
          const known = texts.get(replyId) ?? "";
          texts.set(replyId, known.slice(0, event.offset) + event.text);
          this.#notifyOnFrame();
        }
        return null;
      } catch (error) {
        if (!isCode(error, "CONNECTION_LOST")) return null;
        await this.#connection.opened();
      }
    }
  }

  /** However fast pieces come, the page is drawn once per frame; a hidden page draws no frames and needs none. */
  #notifyOnFrame(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#notify();
    });
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The thread with a message put in the place of the one with its id. */
function withMessage(thread: Thread, message: Message): Thread {
  return { ...thread, messages: thread.messages.map((old) => (old.id === message.id ? message : old)) };
}
