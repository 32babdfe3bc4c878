import { EbbError } from "./contract/errors.ts";
import type { ErasureState } from "./contract/index.ts";
import type { EraseCheck } from "./storage/erase-check.ts";
import { storageError } from "./storage/errors.ts";
import { MalformedPage } from "./storage/page-remains.ts";

export type ErasureCheckPorts = {
  check: EraseCheck;
  /** The data folder. */
  folder: string;
  /** True while a reply is being written, or while something has still to be erased. */
  busy: () => boolean;
  onChange: () => void;
};

/** It works for so long at once, and at least one step; ms. */
const workFor = 10;
/** Quitting waits for it no longer than this; the next start goes on. ms. */
const longestGoodbye = 1_500;

/** Sees to it that the database file is looked through after each erasure, and tells how that stands. */
export class ErasureCheck {
  readonly #ports: ErasureCheckPorts;
  #next: NodeJS.Immediate | undefined;
  #state: ErasureState = { status: "none" };

  constructor(ports: ErasureCheckPorts) {
    this.#ports = ports;
  }

  get state(): ErasureState {
    return this.#state;
  }

  /** Goes on where there is something to do, a few milliseconds at a time. */
  wake(): void {
    clearImmediate(this.#next);
    const { check, busy } = this.#ports;
    if (busy() || !check.isDue()) return;
    if (this.#work(workFor)) this.#next = setImmediate(() => this.wake());
  }

  /** The last attempt of this run. */
  stop(): void {
    clearImmediate(this.#next);
    if (this.#ports.check.isDue()) this.#work(longestGoodbye);
  }

  /** True where it is not done. */
  #work(ms: number): boolean {
    const { check, folder } = this.#ports;
    try {
      const end = performance.now() + ms;
      let step = check.step();
      while (step === "more" && performance.now() < end) step = check.step();
      this.#tell({ status: step === "clean" ? "checked" : "checking" });
      return step === "more";
    } catch (error) {
      // Tried again with the next tick.
      this.#tell({ status: "failed", failure: asError(error, folder).toFailure() });
      return false;
    }
  }

  #tell(state: ErasureState): void {
    const same = JSON.stringify(state) === JSON.stringify(this.#state);
    this.#state = state;
    if (!same) this.#ports.onChange();
  }
}

function asError(error: unknown, folder: string): EbbError {
  if (error instanceof MalformedPage) {
    return new EbbError(
      "STORAGE_DAMAGED",
      `The database in ${folder} has a page that can't be read.`,
      "Restart Ebb: it checks the file and offers the newest backup where it is damaged.",
      error,
    );
  }
  const known = storageError(error, folder);
  if (known instanceof EbbError) return known;
  return new EbbError(
    "STORAGE_UNAVAILABLE",
    `The files in ${folder} could not be looked through.`,
    "Ebb tries again by itself. If that does not help, restart it.",
    error,
  );
}
