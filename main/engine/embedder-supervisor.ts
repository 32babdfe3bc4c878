import { setTimeout as delay } from "node:timers/promises";
import { EbbError } from "../../app/contract/errors.ts";
import type { InferenceState } from "../../app/contract/system.ts";
import { fromWire, stopped } from "../../app/embed/embedder-errors.ts";
import type { EmbedderPort, LoadedEmbedder, TextUse } from "../../app/embed/port.ts";
import { unpackVectors } from "../../app/embed/vector-text.ts";
import { Deaths } from "./deaths.ts";
import { connect, type InferenceClient, type InferenceProcess } from "./inference-process.ts";

export type EmbedderSupervisorOptions = {
  /** Starts the process, as this host starts one. */
  start: () => InferenceProcess;
  /** The folder of the embedder that comes with Ebb. */
  bundled: string;
  /** Milliseconds. */
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
  /** Milliseconds before the first, second ... restart within a minute. */
  backoffMs?: readonly number[];
};

type Connection = { process: InferenceProcess; client: InferenceClient; loaded: Set<string> };

/**
 * Embedders in a process of their own, which is started with the first one, started again when it dies, with the same
 * embedders, and given up after three deaths within a minute until the user tries again.
 */
export class EmbedderSupervisor implements EmbedderPort {
  readonly bundled: string;
  readonly #start: () => InferenceProcess;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #deaths: Deaths;
  readonly #listeners = new Set<() => void>();
  /** Where each embedder in use lies, for a process that starts anew. */
  readonly #folders = new Map<string, string>();
  #process: InferenceState = { status: "stopped" };
  #connection: Promise<Connection> | null = null;
  /** The process that runs or is being asked whether it does. */
  #running: Connection | null = null;
  #closed = false;

  constructor({ start, bundled, now = Date.now, sleep, backoffMs = [250, 1_000] }: EmbedderSupervisorOptions) {
    this.bundled = bundled;
    this.#start = start;
    this.#sleep = sleep ?? ((ms) => delay(ms, undefined, { ref: false }));
    this.#deaths = new Deaths(now, backoffMs);
  }

  get process(): InferenceState {
    return this.#process;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async load(folder: string): Promise<LoadedEmbedder> {
    const connection = await this.#connected();
    const loaded = await this.#load(connection, folder);
    this.#folders.set(loaded.id, folder);
    return loaded;
  }

  async embed(id: string, texts: readonly string[], use: TextUse): Promise<Float32Array[]> {
    const folder = this.#folders.get(id);
    if (folder === undefined) throw notLoaded();
    const connection = await this.#connected();
    if (!connection.loaded.has(id)) {
      // Its files may be others by now.
      if ((await this.#load(connection, folder)).id !== id) throw notLoaded();
    }
    try {
      const { dim, vectors } = await connection.client.embedder.embed({ id, texts: [...texts], use });
      return unpackVectors(vectors, dim);
    } catch (error) {
      throw fromWire(error);
    }
  }

  async unload(id: string): Promise<void> {
    this.#folders.delete(id);
    const connection = this.#running;
    if (!connection?.loaded.delete(id)) return;
    // Where it has just died, it holds nothing any more.
    await connection.client.embedder.unload({ id }).catch(() => undefined);
  }

  retry(): void {
    this.#deaths.forget();
    if (this.#process.status === "failed") this.#set({ status: "stopped" });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#process = { status: "stopped" };
    const connection = this.#running;
    this.#running = null;
    connection?.process.kill();
    await connection?.process.exited;
  }

  async #load(connection: Connection, folder: string): Promise<LoadedEmbedder> {
    try {
      const loaded = await connection.client.embedder.load({ folder });
      connection.loaded.add(loaded.id);
      return loaded;
    } catch (error) {
      throw fromWire(error);
    }
  }

  /** The process, started where none runs. @throws EMBEDDER_STOPPED where it dies at once or is given up */
  #connected(): Promise<Connection> {
    if (this.#closed) return Promise.reject(stopped());
    if (this.#process.status === "failed") {
      const { code, message, remedy } = this.#process.failure;
      return Promise.reject(new EbbError(code, message, remedy));
    }
    this.#connection ??= this.#begin();
    return this.#connection;
  }

  async #begin(): Promise<Connection> {
    const { backoffMs } = this.#deaths;
    if (backoffMs > 0) await this.#sleep(backoffMs);
    if (this.#closed) throw stopped();
    const process = this.#started();
    const client = connect(process, () => this.#died(connection));
    const connection: Connection = { process, client, loaded: new Set() };
    this.#running = connection;
    try {
      await client.ping();
    } catch (error) {
      throw fromWire(error);
    }
    this.#set({ status: "running" });
    return connection;
  }

  #started(): InferenceProcess {
    try {
      return this.#start();
    } catch (error) {
      // A machine without memory for one more; asked again with the next call.
      this.#connection = null;
      throw stopped(error);
    }
  }

  #died(connection: Connection): void {
    if (this.#running !== connection) return;
    this.#running = null;
    this.#connection = null;
    // The channel may have broken without the process.
    connection.process.kill();
    const attempt = this.#deaths.add();
    if (!this.#deaths.tooMany) {
      this.#set({ status: "restarting", attempt });
      // The next question should not have to wait for it.
      void this.#connected().catch(() => undefined);
      return;
    }
    const message = "The embedder stopped three times within a minute, so Ebb no longer starts it by itself.";
    const remedy = "Try again, or choose another embedder. Until then Ebb finds memories by their words.";
    this.#set({ status: "failed", failure: new EbbError("EMBEDDER_STOPPED", message, remedy).toFailure() });
  }

  #set(process: InferenceState): void {
    if (this.#closed) return;
    this.#process = process;
    for (const listener of this.#listeners) listener();
  }
}

function notLoaded(): EbbError {
  return new EbbError("EMBEDDER_NOT_LOADED", "The embedder is not loaded.", "Choose it again in the settings.");
}
