import type { BuildTask, IndexResult, IndexTask } from "./storage/index-build.ts";
import { indexAbove } from "./storage/nearest.ts";
import { usearch } from "./storage/usearch.ts";
import type { VectorRepository } from "./storage/vectors.ts";

/** Does a task in a thread of its own; `cancelled` ends that at once, and the promise rejects. */
export type IndexWork = (task: IndexTask, cancelled: AbortSignal) => Promise<IndexResult>;

export type IndexingPorts = {
  vectors: VectorRepository;
  work: IndexWork;
  /** Vectors, in no file or in a share of those in one, from which on a file is built. */
  above?: { vectors: number; share: number };
  /** Milliseconds. */
  now?: () => number;
  /** A task has ended. */
  onDone: () => void;
};

/** What failed, as for want of room on the disk, is tried again after so long; ms. */
const restAfterFailure = 10 * 60_000;

/**
 * Keeps the files that vectors are searched by: has each checked before it is used, builds one where there are many vectors, and
 * anew where many have come or gone. One task at a time; until it is done, vectors are searched in memory.
 */
export class Indexing {
  readonly #ports: IndexingPorts;
  readonly #now: () => number;
  #running: { model: number; cancel: AbortController; ended: Promise<void> } | null = null;
  #started = false;
  #closed = false;
  #restUntil = Number.NEGATIVE_INFINITY;
  #unsupported = false;

  constructor(ports: IndexingPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  /** True where there are so many vectors that a file is wanted, and this platform can't have one. */
  get unsupported(): boolean {
    return this.#unsupported;
  }

  /** True while a task is under way. */
  get busy(): boolean {
    return this.#running !== null;
  }

  /** Begins what there is to do for the embedder that recall uses. */
  step(model: number): void {
    if (this.#closed) return;
    try {
      this.#begin(model);
    } catch {
      // The disk is full or fails: as it was, in memory.
      this.#rest();
    }
  }

  /** Resolves once no task is under way. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running.ended;
  }

  /** Ends what is under way, and lets go of the files. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#running?.cancel.abort();
    await this.idle();
    if (this.#started) this.#ports.vectors.indexes.close();
  }

  #begin(model: number): void {
    const { vectors, above = indexAbove } = this.#ports;
    const { indexes } = vectors;
    if (!this.#started) {
      indexes.start();
      this.#started = true;
    }
    if (this.#running) {
      if (this.#running.model !== model) this.#running.cancel.abort();
      return;
    }
    indexes.keepOnly(model);
    indexes.blank();
    const check = indexes.nextCheck(model);
    if (check) {
      this.#run(model, check.task, (result) => {
        // One that can't be checked can't be trusted; one whose check was cut short by the end is checked at the next start.
        if (result || !this.#closed) indexes.checked(check.key, result ?? { count: 0 });
      });
      return;
    }
    if (this.#now() < this.#restUntil) return;
    const wanted = vectors.unindexed(model, above);
    if (!wanted) return;
    this.#unsupported = usearch() === null;
    if (this.#unsupported) return;
    const task: BuildTask = indexes.begin(wanted.kind, model, wanted.dim);
    this.#run(model, task, (result) => {
      if (result) indexes.built(task, result);
      else indexes.abandon(task);
      // One that came to nothing would come to nothing again.
      if (!result?.count) this.#rest();
    });
  }

  #run(model: number, task: IndexTask, take: (result: IndexResult | null) => void): void {
    const cancel = new AbortController();
    const ended = this.#ports
      .work(task, cancel.signal)
      .catch(() => null)
      .then((result) => {
        this.#running = null;
        take(result);
      })
      .catch(() => this.#rest())
      .finally(() => {
        if (!this.#closed) this.#ports.onDone();
      });
    this.#running = { model, cancel, ended };
  }

  #rest(): void {
    this.#restUntil = this.#now() + restAfterFailure;
  }
}
