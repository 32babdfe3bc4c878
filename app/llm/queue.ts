/** Who goes first: what changes the model, then chats, then what a turn waits for, then what nobody waits for. */
export const ranks = { change: 0, chat: 1, aside: 2, background: 3 } as const;
export type Rank = (typeof ranks)[keyof typeof ranks];

type Waiting = { rank: Rank; begin: () => void };

/**
 * Work that is done one at a time: the lowest rank first, and within a rank who came first. Since nobody has more than one piece of
 * a rank waiting, those of one rank take turns.
 */
export class WorkQueue {
  readonly #waiting: Waiting[] = [];
  #busy = false;

  /** Resolves to what the work came to; to null, at once, where the signal is aborted before it has begun. */
  run<T>(rank: Rank, work: () => Promise<T>): Promise<T>;
  run<T>(rank: Rank, work: () => Promise<T>, signal: AbortSignal): Promise<T | null>;
  run<T>(rank: Rank, work: () => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = this.#waiting.indexOf(entry);
        if (place !== -1) this.#waiting.splice(place, 1);
        resolve(null);
      };
      const entry: Waiting = {
        rank,
        begin: () => {
          signal?.removeEventListener("abort", leave);
          this.#busy = true;
          void work()
            .then(resolve, reject)
            .finally(() => {
              this.#busy = false;
              this.#next();
            });
        },
      };
      if (signal?.aborted) {
        resolve(null);
        return;
      }
      signal?.addEventListener("abort", leave, { once: true });
      const before = this.#waiting.findIndex((other) => other.rank > rank);
      this.#waiting.splice(before === -1 ? this.#waiting.length : before, 0, entry);
      this.#next();
    });
  }

  #next(): void {
    if (!this.#busy) this.#waiting.shift()?.begin();
  }
}
