import { setTimeout as sleep } from "node:timers/promises";
import { EbbError } from "../contract/errors.ts";
import { type ExportEvent, settings } from "../contract/index.ts";
import { exportEverything } from "../memory/transfer/export-everything.ts";
import type { Vault } from "../vault.ts";

/** How often a window is told how far an export is; ms. */
const tellEvery = 100;

/** Exports of everything, one at a time. */
export class Exports {
  readonly #vault: Vault;
  readonly #clock: () => number;
  readonly #closing = new AbortController();
  /** The export that is under way; never rejects. */
  #work: Promise<void> | null = null;

  constructor(vault: Vault, clock: () => number) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /** Writes everything into the folder and tells how far it is; aborting leaves nothing there. @throws BUSY, and as `exportEverything` */
  async *write(
    folder: string,
    format: "json" | "markdown",
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ExportEvent> {
    if (this.#work) {
      throw new EbbError("BUSY", "Ebb is still busy with another export.", "Wait until it is done, then try again.");
    }
    const left = new AbortController();
    const signals = [left.signal, this.#closing.signal, ...(signal ? [signal] : [])];
    let progress: ExportEvent | null = null;
    const chosen = settings.partial().safeParse(this.#vault.settings.get("settings") ?? {});
    const path = exportEverything(folder, format, {
      store: this.#vault.store,
      settings: chosen.success ? chosen.data : {},
      now: this.#clock(),
      dataFolder: this.#vault.folder,
      onProgress: (next) => {
        progress = next;
      },
      signal: AbortSignal.any(signals),
    });
    this.#work = path.then(
      () => {},
      () => {},
    );
    try {
      let told: ExportEvent | null = null;
      let written: string | null = null;
      while (written === null) {
        written = await Promise.race([path, sleep(tellEvery, null)]);
        if (progress && progress !== told) {
          told = progress;
          yield progress;
        }
      }
      yield { type: "done", path: written };
    } finally {
      // A window that has gone no longer wants it.
      left.abort();
      await this.#work;
      this.#work = null;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new EbbError("STORAGE_UNAVAILABLE", "Ebb is closing.", "Start Ebb again."));
    await this.#work;
  }
}
