import { EbbError } from "../contract/errors.ts";
import type { ModelSettings } from "../contract/model-settings.ts";
import type { Answerer } from "../llm/port.ts";
import type { ConversationRow } from "../storage/messages.ts";
import { openPassingVault } from "../vault.ts";
import { incognitoTitle, nothingRemembered } from "./incognito-words.ts";
import { Assistant } from "./turn.ts";

export type IncognitoPorts = {
  languageModel: Answerer | null;
  /** How the model is to write. */
  writing: () => ModelSettings;
  clock: () => number;
  notify: (event: { conversation: string }) => void;
};

type Chat = {
  conversation: ConversationRow;
  assistant: Assistant;
  discard: () => void;
  /** Windows that have it. */
  holders: number;
  /** Ends it where no window has it for a while. */
  timer: NodeJS.Timeout | null;
};

/** How long (ms) a chat that no window holds stays: a page that is loaded again comes back within it. */
const holdFor = 60_000;
/** Chats at once: each holds a database in memory. */
const chatLimit = 20;

/**
 * Chats of which nothing is kept. Each lives in a vault of its own in this process's memory, behind the same interface as an
 * ordinary one, and takes nothing from the user's. It is gone with its end, with the last window that holds it, and with the engine.
 */
export class IncognitoChats {
  readonly #ports: IncognitoPorts;
  readonly #chats = new Map<string, Chat>();

  constructor(ports: IncognitoPorts) {
    this.#ports = ports;
  }

  /** @throws TOO_LARGE where too many are open */
  begin(): ConversationRow {
    if (this.#chats.size >= chatLimit) {
      throw new EbbError("TOO_LARGE", `${chatLimit} incognito chats are open.`, "End one of them first.");
    }
    const { vault, discard } = openPassingVault();
    const at = this.#ports.clock();
    const conversation: ConversationRow = {
      id: vault.newId(),
      title: incognitoTitle,
      origin: "chat",
      createdAt: at,
      updatedAt: at,
    };
    vault.messages.createConversation(conversation);
    const { languageModel, writing, clock, notify } = this.#ports;
    const assistant = new Assistant({
      vault,
      recollection: nothingRemembered,
      languageModel,
      writing,
      clock,
      learning: () => false,
      notify: (event) => {
        // Of the lists that the other events are about, nothing has changed.
        if (typeof event !== "string") notify(event);
      },
    });
    const chat: Chat = { conversation, assistant, discard, holders: 0, timer: null };
    this.#chats.set(conversation.id, chat);
    this.#endLater(conversation.id, chat);
    return conversation;
  }

  /** The assistant of the chat, or undefined where it is none of these. */
  of(conversationId: string): Assistant | undefined {
    return this.#chats.get(conversationId)?.assistant;
  }

  conversation(id: string): ConversationRow | undefined {
    return this.#chats.get(id)?.conversation;
  }

  /** The assistant that wrote the reply, or undefined. */
  ofReply(replyId: string): Assistant | undefined {
    for (const { assistant } of this.#chats.values()) if (assistant.has(replyId)) return assistant;
    return undefined;
  }

  /** True while a reply is being written in any of them. */
  get busy(): boolean {
    return [...this.#chats.values()].some(({ assistant }) => assistant.replies.busy);
  }

  /** Keeps the chat until the signal aborts, as with the window that asked; says nothing. @throws NOT_FOUND */
  hold(id: string, signal: AbortSignal | undefined): AsyncGenerator<never> {
    const chat = this.#chats.get(id);
    if (!chat) throw ended();
    return this.#held(id, chat, signal);
  }

  /** Drops the chat and all that was said in it at once; false where there is none. */
  async end(id: string): Promise<boolean> {
    const chat = this.#chats.get(id);
    if (!chat) return false;
    this.#chats.delete(id);
    if (chat.timer) clearTimeout(chat.timer);
    await chat.assistant.close();
    // Whoever follows a reply reads its end first.
    await new Promise(setImmediate);
    chat.discard();
    this.#ports.notify({ conversation: id });
    return true;
  }

  async close(): Promise<void> {
    for (const id of [...this.#chats.keys()]) await this.end(id);
  }

  async *#held(id: string, chat: Chat, signal: AbortSignal | undefined): AsyncGenerator<never> {
    chat.holders += 1;
    if (chat.timer) clearTimeout(chat.timer);
    try {
      await new Promise<void>((resolve) => {
        if (signal?.aborted) resolve();
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
    } finally {
      chat.holders -= 1;
      if (chat.holders === 0 && this.#chats.get(id) === chat) this.#endLater(id, chat);
    }
  }

  #endLater(id: string, chat: Chat): void {
    if (chat.timer) clearTimeout(chat.timer);
    chat.timer = setTimeout(() => void this.end(id), holdFor).unref();
  }
}

function ended(): EbbError {
  return new EbbError(
    "NOT_FOUND",
    "This incognito chat has ended, and nothing of it was kept.",
    "Begin another one, or an ordinary chat.",
  );
}
