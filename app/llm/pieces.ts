import { setTimeout as delay } from "node:timers/promises";

/** One frame of a 60 Hz screen: text that comes faster cannot be seen sooner. */
const frameMs = 16;

/** Gathers text that is pushed at any pace and yields it at most once per frame. For one reader. */
export class PieceQueue {
  #text = "";
  #closed = false;
  #wake: (() => void) | undefined;

  push(text: string): void {
    this.#text += text;
    this.#wake?.();
  }

  /** What was pushed before is still yielded. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    while (true) {
      if (this.#text !== "") {
        const text = this.#text;
        this.#text = "";
        yield text;
        if (!this.#closed) await Promise.race([delay(frameMs), this.#closing()]);
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #closing(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        if (this.#closed) resolve();
      };
    });
  }
}
