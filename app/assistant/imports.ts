import { setTimeout as sleep } from "node:timers/promises";
import { EbbError } from "../contract/errors.ts";
import type { ImportEvent, ImportProgress } from "../contract/index.ts";
import { type ImportedChats, importChats } from "../memory/transfer/import-chats.ts";
import { removeChats, undoChats } from "../memory/transfer/undo-chats.ts";
import type { Vault } from "../vault.ts";
import { titleOf } from "./conversation-text.ts";
import type { Assistant } from "./turn.ts";

export type ImportsPorts = {
  vault: Vault;
  assistant: Assistant;
  clock: () => number;
  /** True while Ebb may learn from what the user says. */
  learning: () => boolean;
  notify: (event: "conversations" | "memories" | "status" | "settings") => void;
};

/** How often a window is told how far an import is; ms. */
const tellEvery = 100;
/** Learning works this long (ms), then rests as long, so that windows are answered in between. */
const slice = 20;
/** How long (ms) learning waits for a reply to end, or for a disk to take something again. */
const learnAgainAfter = 1_000;
const learnAtOnce = 50;
/** How often a window is told how far learning is; ms. */
const tellLearningEvery = 1_000;

/**
 * Conversations from elsewhere: brings them in, takes them back, finishes at the start what was cut short, and learns from them
 * in the background, never while a reply is being written.
 */
export class ChatImports {
  readonly #ports: ImportsPorts;
  readonly #closing = new AbortController();
  /** The import or undo that is under way; never rejects. */
  #work: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #toldAt = 0;

  constructor(ports: ImportsPorts) {
    this.#ports = ports;
  }

  /** Takes back imports that were cut short and goes on learning. */
  resume(): void {
    const { store } = this.#ports.vault;
    const unfinished = store.chatImports.unfinished();
    if (unfinished.length > 0) {
      const work = async (): Promise<void> => {
        for (const id of unfinished) await removeChats(store, id, this.#ports.clock(), this.#closing.signal);
      };
      this.#run(work()).catch(() => {});
    }
    this.#learnIn(learnAgainAfter);
  }

  /**
   * Brings in the conversations of a file and tells how far it is; aborting takes them back.
   * @throws BUSY, IMPORT_INVALID, TOO_LARGE, NOT_FOUND, FOLDER_UNREADABLE, or a STORAGE_ error
   */
  async *importFile(path: string, signal: AbortSignal | undefined): AsyncGenerator<ImportEvent> {
    this.#requireFree();
    const { vault, clock, learning } = this.#ports;
    const cancel = new AbortController();
    const onAbort = (): void => cancel.abort();
    signal?.addEventListener("abort", onAbort, { once: true });
    let progress: ImportProgress | null = null;
    const imported = this.#run(
      importChats(path, {
        store: vault.store,
        now: clock(),
        learning: learning(),
        titleOf,
        takeSettings: (settings) => {
          const chosen = vault.settings.get("settings");
          vault.settings.put("settings", { ...settings, ...(typeof chosen === "object" ? chosen : {}) });
          this.#ports.notify("settings");
        },
        onProgress: (next) => {
          progress = next;
        },
        cancelled: cancel.signal,
        closing: this.#closing.signal,
      }),
    );
    // Looked at below; what fails in between is no unhandled rejection.
    imported.catch(() => {});
    try {
      let told: ImportProgress | null = null;
      let done: ImportedChats | null = null;
      while (!done) {
        done = await Promise.race([imported, sleep(tellEvery, null)]);
        if (progress && progress !== told) {
          told = progress;
          yield { type: "progress", ...(progress as ImportProgress) };
        }
      }
      yield { type: "done", ...done };
    } finally {
      cancel.abort();
      signal?.removeEventListener("abort", onAbort);
      await imported.catch(() => {});
    }
  }

  /** Takes back an import of conversations; false where the change is none. @throws BUSY, NOT_UNDOABLE */
  async undo(changeId: string): Promise<boolean> {
    const { vault, assistant, clock } = this.#ports;
    const state = vault.store.chatImports.stateOf(changeId);
    if (state === undefined) return false;
    this.#requireFree();
    await this.#run(undoChats(vault.store, changeId, clock(), this.#closing.signal));
    assistant.afterErasing();
    return true;
  }

  /** Stops at once; the next start takes back what is only half there. */
  async close(): Promise<void> {
    this.#closing.abort(new EbbError("STORAGE_UNAVAILABLE", "Ebb is closing.", "Start Ebb again."));
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#work;
  }

  #requireFree(): void {
    this.#ports.vault.requireWritable();
    if (!this.#work) return;
    throw new EbbError("BUSY", "Ebb is still busy with another import.", "Wait until it is done, then try again.");
  }

  async #run<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    );
    this.#work = settled;
    try {
      return await work;
    } finally {
      this.#work = null;
      if (!this.#closing.signal.aborted) {
        this.#ports.assistant.forgetPrompts();
        this.#ports.notify("conversations");
        this.#ports.notify("memories");
        this.#learnIn(0);
      }
    }
  }

  #learnIn(ms: number): void {
    if (this.#timer || this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const next = this.#learnSome();
      if (next !== null) this.#learnIn(next);
    }, ms).unref();
  }

  #tellProgress(): void {
    if (performance.now() - this.#toldAt < tellLearningEvery) return;
    this.#toldAt = performance.now();
    this.#ports.notify("status");
  }

  /** Learns from the next few messages. Returns when (ms) to go on, or null where nothing is left. */
  #learnSome(): number | null {
    const { vault, assistant, learning, notify } = this.#ports;
    const { chatImports } = vault.store;
    try {
      const ids = chatImports.toLearn(learnAtOnce);
      if (ids.length === 0) return null;
      if (assistant.replies.busy || this.#work || !learning()) return learnAgainAfter;
      const until = performance.now() + slice;
      vault.write(() => {
        for (const id of ids) {
          assistant.learnImported(id);
          chatImports.setLearned(id);
          if (performance.now() > until) break;
        }
      });
      if (chatImports.toLearn(1).length > 0) {
        this.#tellProgress();
        return slice;
      }
      assistant.forgetPrompts();
      notify("memories");
      notify("status");
      return null;
    } catch {
      // A full or read-only disk: nothing is lost, it is tried again.
      return learnAgainAfter;
    }
  }
}
