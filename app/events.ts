import type { SystemEvent } from "./contract/index.ts";

/** How many different unread events a listener may hold; a window that far behind asks for everything anyway. */
const backlog = 1_000;

/** Tells every listening window what changed: ids only, never content. */
export class Events {
  readonly #listeners = new Set<(event: SystemEvent) => void>();

  publish(event: SystemEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Events from now on, beginning with `status` at once, until the signal aborts. Equal unread events are told once. */
  async *listen(signal: AbortSignal | undefined): AsyncGenerator<SystemEvent> {
    const unread = new Map<string, SystemEvent>();
    let wake: (() => void) | null = null;
    const hear = (event: SystemEvent): void => {
      if (unread.size < backlog) unread.set("id" in event ? `${event.type} ${event.id}` : event.type, event);
      wake?.();
    };
    const onAbort = (): void => wake?.();
    this.#listeners.add(hear);
    signal?.addEventListener("abort", onAbort, { once: true });
    hear({ type: "status" });
    try {
      while (!signal?.aborted) {
        const [next] = unread;
        if (next) {
          unread.delete(next[0]);
          yield next[1];
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
    } finally {
      this.#listeners.delete(hear);
      signal?.removeEventListener("abort", onAbort);
    }
  }
}
