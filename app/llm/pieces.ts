import { setTimeout as delay } from "node:timers/promises";

/** One frame of a 60 Hz screen: text that comes faster cannot be seen sooner. */
const frameMs = 16;

/** What a model says in its reply, or thinks before it. */
export type Piece = { type: "text"; text: string } | { type: "thought"; text: string };

/** Gathers text that is pushed at any pace and yields it at most once per frame, in its order. For one reader. */
export class PieceQueue {
  #pieces: Piece[] = [];
  #closed = false;
  #wake: (() => void) | undefined;

  push(text: string, type: Piece["type"] = "text"): void {
    if (text === "") return;
    const last = this.#pieces.at(-1);
    if (last?.type === type) last.text += text;
    else this.#pieces.push({ type, text });
    this.#wake?.();
  }

  /** What was pushed before is still yielded. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece, void, void> {
    while (true) {
      if (this.#pieces.length > 0) {
        const pieces = this.#pieces;
        this.#pieces = [];
        yield* pieces;
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
