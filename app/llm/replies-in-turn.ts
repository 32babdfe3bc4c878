import { PieceQueue } from "./pieces.ts";
import { emptySummary, type GenerateRequest, type ReplyPiece, type ReplySummary } from "./port.ts";
import { type Rank, ranks, WorkQueue } from "./queue.ts";

/** Replies of one model, written one at a time: chats first, and what is in the background gives way to everything else. */
export class RepliesInTurn {
  readonly #work = new WorkQueue();
  readonly #replies = new Set<AbortController>();
  /** Of those, the ones that give way. */
  readonly #background = new Set<AbortController>();

  /** The reply as `make` pushes its pieces, once it is its turn, and its summary. It ends early where nobody reads on. */
  async *write(
    request: GenerateRequest,
    make: (signal: AbortSignal, out: PieceQueue) => Promise<ReplySummary>,
  ): AsyncGenerator<ReplyPiece, void, void> {
    const queue = new PieceQueue();
    const abandoned = new AbortController();
    if (request.beside === "background") this.#background.add(abandoned);
    else for (const reply of this.#background) reply.abort();
    const signals = request.signal === undefined ? [abandoned.signal] : [abandoned.signal, request.signal];
    const signal = AbortSignal.any(signals);
    const reply = this.#work.run(ranks[request.beside ?? "chat"], () => make(signal, queue), signal);
    const summary = reply.then((made) => made ?? emptySummary).finally(() => queue.close());
    // Awaited below; until then a failure would count as unhandled.
    summary.catch(() => undefined);
    this.#replies.add(abandoned);
    try {
      yield* queue;
      yield { type: "end", summary: await summary };
    } finally {
      this.#replies.delete(abandoned);
      this.#background.delete(abandoned);
      abandoned.abort();
    }
  }

  /** Does what must not happen beside a reply, in its turn. */
  run<T>(rank: Rank, work: () => Promise<T>): Promise<T> {
    return this.#work.run(rank, work);
  }

  /** Ends all that is being written, or waits to be, with its summary. */
  stop(): void {
    for (const reply of this.#replies) reply.abort();
  }
}
