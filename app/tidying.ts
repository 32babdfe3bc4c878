import { consolidateNext } from "./memory/consolidate/consolidate.ts";
import type { Vault } from "./vault.ts";

export type TidyingPorts = {
  vault: Vault;
  /** True while a reply is being made, or the user is about to say more. */
  busy: () => boolean;
  /** True while Ebb may learn from what the user says. */
  learning: () => boolean;
  /** Milliseconds since 1970 UTC. */
  clock: () => number;
  onMemories: () => void;
  onConversations: () => void;
};

/** Work (ms) in one go, after which whatever else waits comes first. */
const slice = 8;
/** A rest (ms) between two of them, so that at most about half of one processor is taken. */
const rest = 8;
/** Work (ms) of one run; what is left waits for the next one. */
const budget = 20_000;

/**
 * Tidies memory up in the background: step by step, each a transaction, in slices of a few milliseconds, and not beside a reply. Begun
 * whenever it may be; what is due stands in the database.
 */
export class Tidying {
  readonly #ports: TidyingPorts;
  #run: Promise<void> | null = null;
  #closed = false;

  constructor(ports: TidyingPorts) {
    this.#ports = ports;
  }

  /** Begins a run unless one is under way, Ebb may not learn, or somebody waits for a reply. */
  wake(): void {
    if (this.#closed || this.#run || !this.#may()) return;
    this.#run = this.#tidy().finally(() => {
      this.#run = null;
    });
  }

  /** Ends it at the next step, and resolves once it has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#run;
  }

  #may(): boolean {
    return !this.#closed && this.#ports.learning() && !this.#ports.busy();
  }

  async #tidy(): Promise<void> {
    const { vault, clock } = this.#ports;
    let worked = 0;
    while (worked < budget && this.#may()) {
      const began = performance.now();
      const hasTime = (): boolean => performance.now() - began < slice;
      let done = false;
      let memories = false;
      let conversations = false;
      try {
        do {
          const step = consolidateNext(vault.store, clock(), hasTime);
          done = step.idle;
          memories ||= step.memories;
          conversations ||= step.conversations;
        } while (!done && hasTime());
      } catch {
        // A full or read-only disk: all that was due still is.
        done = true;
      }
      if (memories) this.#ports.onMemories();
      if (conversations) this.#ports.onConversations();
      if (done) return;
      worked += performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }
}
