import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EbbError } from "../../app/contract/errors.ts";
import type { InferenceState } from "../../app/contract/system.ts";
import { inspectGguf } from "../../app/llm/gguf.ts";
import { fromWire, stopped } from "../../app/llm/inference-errors.ts";
import {
  emptySummary,
  type GenerateRequest,
  type LanguageModel,
  type LanguageModelState,
  type LoadedModel,
  type LoadOptions,
  type ReplyPiece,
} from "../../app/llm/port.ts";
import { chooseContextSize } from "../../app/llm/prompt.ts";
import { Deaths } from "./deaths.ts";
import { connect, type InferenceClient, type InferenceProcess } from "./inference-process.ts";
import { streamReply } from "./reply-stream.ts";

export type SupervisorOptions = {
  /** Starts the process, as this host starts one. */
  start: () => InferenceProcess;
  /** Milliseconds. */
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
  /** Milliseconds before the first, second ... restart within a minute. */
  backoffMs?: readonly number[];
};

type Model = { path: string; contextSize?: number | undefined; backend?: "auto" | "cpu" | undefined };

type Connection = {
  process: InferenceProcess;
  client: InferenceClient;
  /** A load is in work, and deals with the end of the process itself. */
  loading: boolean;
};

/**
 * The language model in a process of its own, which is started with the first model, started again when it dies, and given
 * up after three deaths within a minute until the user tries again.
 */
export class InferenceSupervisor implements LanguageModel {
  readonly #start: () => InferenceProcess;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #deaths: Deaths;
  readonly #listeners = new Set<() => void>();
  #state: LanguageModelState = { status: "none" };
  #process: InferenceState = { status: "stopped" };
  #connection: Connection | undefined;
  /** The model in use, to be loaded again after a restart. */
  #inUse: Model | undefined;
  /** The model that was last asked for. */
  #asked: Model | undefined;
  /** What models run on, once a process died on loading with the GPU. */
  #backend: "auto" | "cpu" = "auto";
  #tail: Promise<unknown> = Promise.resolve();
  /** Raised by whatever makes a restart in work pointless. */
  #epoch = 0;
  #closed = false;

  constructor({ start, now = Date.now, sleep, backoffMs = [250, 1_000] }: SupervisorOptions) {
    this.#start = start;
    this.#sleep = sleep ?? ((ms) => delay(ms, undefined, { ref: false }));
    this.#deaths = new Deaths(now, backoffMs);
  }

  get state(): LanguageModelState {
    return this.#state;
  }

  get process(): InferenceState {
    return this.#process;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  load(path: string, { onProgress, ...options }: LoadOptions = {}): Promise<LoadedModel> {
    const model = { path, ...options };
    this.#epoch++;
    return this.#inTurn(async () => {
      this.#asked = model;
      const before = this.#inUse;
      try {
        // Looked at here first, so that a file that is no model costs no process and not the model in use.
        const info = await inspectGguf(path);
        chooseContextSize(options.contextSize, info.contextLength);
      } catch (error) {
        if (before === undefined) await this.#abandon(path, fromWire(error));
        throw error;
      }
      this.#deaths.forget();
      try {
        return await this.#loadOnAny(model, onProgress);
      } catch (error) {
        const failure = fromWire(error);
        await this.#goBack(before, path, failure);
        throw failure;
      }
    });
  }

  async *generate(request: GenerateRequest): AsyncGenerator<ReplyPiece, void, void> {
    // A restart in work is worth waiting for, unless the user stops the reply meanwhile.
    await Promise.race([this.#tail, aborted(request.signal)]);
    if (request.signal?.aborted) {
      yield { type: "end", summary: emptySummary };
      return;
    }
    if (this.#state.status === "failed") {
      const { code, message, remedy } = this.#state.failure;
      throw new EbbError(code, message, remedy);
    }
    if (this.#connection === undefined || this.#state.status !== "ready") {
      throw new EbbError("MODEL_NOT_LOADED", "No language model is loaded.", "Choose a model in the settings.");
    }
    yield* streamReply(this.#connection.client, randomUUID(), request);
  }

  unload(): Promise<void> {
    this.#epoch++;
    return this.#inTurn(async () => {
      this.#inUse = undefined;
      this.#asked = undefined;
      // Ends a running reply with its summary. That the process may be dying is no matter: it ends next.
      await this.#connection?.client.unload().catch(() => undefined);
      await this.#end();
      this.#set({ status: "none" }, { status: "stopped" });
    });
  }

  async retry(): Promise<void> {
    const model = this.#inUse ?? this.#asked;
    this.#backend = "auto";
    if (model !== undefined) await this.load(model.path, model);
  }

  async close(): Promise<void> {
    this.#epoch++;
    this.#inUse = undefined;
    this.#set({ status: "none" }, { status: "stopped" });
    this.#closed = true;
    await this.#end();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  #set(state: LanguageModelState, process: InferenceState): void {
    if (this.#closed) return;
    this.#state = state;
    this.#process = process;
    for (const listener of this.#listeners) listener();
  }

  /** Loads with the GPU and, if that kills the process, without. */
  async #loadOnAny(model: Model, onProgress?: (progress: number) => void): Promise<LoadedModel> {
    const backends =
      model.backend === "cpu" || this.#backend === "cpu" ? (["cpu"] as const) : (["auto", "cpu"] as const);
    let death: EbbError | undefined;
    for (const backend of backends) {
      try {
        const loaded = await this.#load({ ...model, backend }, onProgress);
        if (death !== undefined) this.#backend = "cpu";
        return loaded;
      } catch (error) {
        death = fromWire(error);
        if (death.code !== "INFERENCE_STOPPED" || this.#closed) throw death;
      }
    }
    const remedy = "Choose another model, or get this one again from its source.";
    throw new EbbError("MODEL_UNSUPPORTED", `Loading "${basename(model.path)}" makes llama.cpp crash.`, remedy, death);
  }

  async #load(model: Model, onProgress?: (progress: number) => void): Promise<LoadedModel> {
    const { path } = model;
    this.#set({ status: "loading", path, progress: 0 }, this.#process);
    const connection = this.#connection ?? this.#connect();
    connection.loading = true;
    await connection.client.ping();
    this.#set(this.#state, { status: "running" });
    for await (const event of await connection.client.load(model)) {
      if (event.type === "ready") {
        connection.loading = false;
        this.#inUse = model;
        this.#set({ status: "ready", model: event.model }, this.#process);
        return event.model;
      }
      this.#set({ status: "loading", path, progress: event.progress }, this.#process);
      onProgress?.(event.progress);
    }
    throw stopped();
  }

  /** After a model could not be loaded: returns to the one before, which had to make room for it. */
  async #goBack(before: Model | undefined, path: string, failure: EbbError): Promise<void> {
    if (before !== undefined) {
      try {
        await this.#loadOnAny(before);
        return;
      } catch (error) {
        await this.#abandon(before.path, fromWire(error));
        return;
      }
    }
    await this.#abandon(path, failure);
  }

  /** Without a model to run, the process would only hold memory. */
  async #abandon(path: string, failure: EbbError): Promise<void> {
    this.#inUse = undefined;
    await this.#end();
    this.#set({ status: "failed", path, failure: failure.toFailure() }, { status: "stopped" });
  }

  #connect(): Connection {
    if (this.#closed) throw stopped();
    const process = this.#start();
    const client = connect(process, () => this.#died(connection));
    const connection: Connection = { process, client, loading: true };
    this.#connection = connection;
    return connection;
  }

  /** Ends the process without taking it for a crash. */
  async #end(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.process.kill();
    await connection?.process.exited;
  }

  #died(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    // The channel may have broken without the process.
    connection.process.kill();
    if (connection.loading || this.#inUse === undefined) return;
    this.#restart(this.#inUse);
  }

  #restart(model: Model): void {
    const epoch = ++this.#epoch;
    this.#failed(model);
    void this.#inTurn(async () => {
      while (this.#process.status === "restarting" && epoch === this.#epoch) {
        await this.#sleep(this.#deaths.backoffMs);
        if (epoch !== this.#epoch) return;
        try {
          await this.#load(model);
        } catch (error) {
          const failure = fromWire(error);
          if (epoch !== this.#epoch) return;
          if (failure.code === "INFERENCE_STOPPED") {
            this.#failed(model);
            continue;
          }
          await this.#abandon(model.path, failure);
        }
        return;
      }
    });
  }

  /** Counts a death of the process; announces a restart, or gives up. */
  #failed({ path }: Model): void {
    const attempt = this.#deaths.add();
    if (!this.#deaths.tooMany) {
      const restarting = { status: "restarting" as const, attempt };
      this.#set({ status: "loading", path, progress: 0 }, restarting);
      return;
    }
    const message = "The language model stopped three times within a minute, so Ebb no longer starts it by itself.";
    const failure = new EbbError("INFERENCE_STOPPED", message, "Try again, or choose another model.").toFailure();
    this.#set({ status: "failed", path, failure }, { status: "failed", failure });
  }
}

/** Resolves once the signal is aborted; never without one. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}
