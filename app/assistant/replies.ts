import { EbbError } from "../contract/errors.ts";
import type { Message, ReplyEvent } from "../contract/index.ts";

/** A reply that is being written. */
export type RunningReply = {
  readonly id: string;
  readonly conversationId: string;
  /** Aborted with the reason "stop" by the user, "quit" when the engine closes, "erased" when its words must not be kept. */
  readonly signal: AbortSignal;
  append(text: string): void;
  /** What the model thinks before it answers: shown, and never kept. */
  think(text: string): void;
  readonly text: string;
};

type Entry = {
  id: string;
  conversationId: string;
  text: string;
  thought: string;
  ended: boolean;
  abort: AbortController;
  /** Followers that wait for more. */
  wake: Set<() => void>;
};

/**
 * The replies being written now. Their text lives here, whoever watches: a window may come and go, follow from any
 * offset, or never look. Pieces that arrive in one tick reach a follower as one event.
 */
export class RunningReplies {
  readonly #entries = new Map<string, Entry>();
  readonly #load: (replyId: string) => Message | null;
  readonly #listeners = new Set<() => void>();

  /** `load` reads a finished or stored reply. */
  constructor(load: (replyId: string) => Message | null) {
    this.#load = load;
  }

  begin(id: string, conversationId: string): RunningReply {
    const entry: Entry = {
      id,
      conversationId,
      text: "",
      thought: "",
      ended: false,
      abort: new AbortController(),
      wake: new Set(),
    };
    this.#entries.set(id, entry);
    for (const listener of this.#listeners) listener();
    return {
      id,
      conversationId,
      signal: entry.abort.signal,
      append: (text) => {
        entry.text += text;
        this.#wake(entry);
      },
      think: (text) => {
        entry.thought += text;
        this.#wake(entry);
      },
      get text() {
        return entry.text;
      },
    };
  }

  /** Called once the reply is stored in its final form. */
  end(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    entry.ended = true;
    this.#wake(entry);
    for (const listener of this.#listeners) listener();
  }

  /** Told at once when a reply begins or has ended; returns how to stop being told. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks a reply to stop; false where it isn't running. */
  stop(id: string): boolean {
    const entry = this.#entries.get(id);
    entry?.abort.abort("stop");
    return entry !== undefined;
  }

  /** Ends all replies: at "quit" what they said is kept, as "erased" it is dropped. */
  stopAll(reason: "quit" | "erased"): void {
    for (const entry of this.#entries.values()) entry.abort.abort(reason);
  }

  /** The reply being written in this conversation, or null. */
  runningIn(conversationId: string): string | null {
    for (const entry of this.#entries.values()) if (entry.conversationId === conversationId) return entry.id;
    return null;
  }

  /** Stops the reply being written in this conversation, if any, and waits until it is stored. */
  async stopIn(conversationId: string): Promise<void> {
    for (const entry of this.#entries.values()) {
      if (entry.conversationId !== conversationId) continue;
      entry.abort.abort("stop");
      while (!entry.ended) await nextChange(entry, undefined);
    }
  }

  /** The text so far of a running reply, or null. */
  textOf(id: string): string | null {
    return this.#entries.get(id)?.text ?? null;
  }

  /** True while any reply is being written. */
  get busy(): boolean {
    return this.#entries.size > 0;
  }

  /** Resolves when no reply is running. */
  async idle(): Promise<void> {
    while (this.#entries.size > 0) {
      const [entry] = this.#entries.values();
      if (entry) await new Promise<void>((resolve) => entry.wake.add(resolve));
    }
  }

  /**
   * The reply's text from `offset` (UTF-16 units) on, all that was thought while it runs, and its end. Throws NOT_FOUND for a reply that does not exist.
   * Works alike for a reply that is running, finished long ago, or finishes meanwhile.
   */
  follow(id: string, offset: number, signal: AbortSignal | undefined): AsyncGenerator<ReplyEvent> {
    const entry = this.#entries.get(id);
    if (!entry && this.#load(id) === null) throw noSuchReply();
    return this.#pieces(id, entry, offset, signal);
  }

  async *#pieces(
    id: string,
    entry: Entry | undefined,
    from: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ReplyEvent> {
    let sent = from;
    let thought = 0;
    while (entry && !entry.ended) {
      if (signal?.aborted) return;
      if (entry.thought.length > thought) {
        const text = entry.thought.slice(thought);
        const offset = thought;
        thought += text.length;
        yield { type: "thought", offset, text };
        continue;
      }
      if (entry.text.length > sent) {
        // Read before the follower gets it: the reply may have grown when the follower asks for more.
        const text = entry.text.slice(sent);
        const offset = sent;
        sent += text.length;
        yield { type: "text", offset, text };
        continue;
      }
      await nextChange(entry, signal);
    }
    if (signal?.aborted) return;
    const message = this.#load(id);
    if (message === null) throw noSuchReply();
    if (message.text.length > sent) yield { type: "text", offset: sent, text: message.text.slice(sent) };
    yield { type: "end", message };
  }

  #wake(entry: Entry): void {
    const waiting = [...entry.wake];
    entry.wake.clear();
    for (const resume of waiting) resume();
  }
}

function nextChange(entry: Entry, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const resume = (): void => {
      signal?.removeEventListener("abort", resume);
      entry.wake.delete(resume);
      resolve();
    };
    entry.wake.add(resume);
    signal?.addEventListener("abort", resume, { once: true });
  });
}

function noSuchReply(): EbbError {
  return new EbbError("NOT_FOUND", "That reply does not exist any more.", "Open the conversation again.");
}
