import type { ReplyPace } from "../contract/model.ts";
import type { ReplySummary } from "./port.ts";

/** Replies that are counted in. */
const lately = 10;

/** How fast the model in use wrote its last replies in chats. */
export class PaceOfReplies {
  #last: { firstTokenMs: number; tokensPerSecond: number | null }[] = [];

  /** Counts a reply in, if it came to its first token. */
  note({ firstTokenMs, tokensPerSecond }: ReplySummary): void {
    if (firstTokenMs !== null) this.#last = [...this.#last, { firstTokenMs, tokensPerSecond }].slice(-lately);
  }

  /** Another model is in use. */
  forget(): void {
    this.#last = [];
  }

  /** The medians of the last replies; null before the first. */
  get recent(): ReplyPace | null {
    const speeds = this.#last.flatMap(({ tokensPerSecond }) => tokensPerSecond ?? []);
    const firstTokenMs = median(this.#last.map((reply) => reply.firstTokenMs));
    if (firstTokenMs === null) return null;
    return { replies: this.#last.length, firstTokenMs, tokensPerSecond: median(speeds) };
  }
}

function median(numbers: readonly number[]): number | null {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? null;
}
