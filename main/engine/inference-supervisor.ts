import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EbbError, type ErrorCode } from "../../app/contract/errors.ts";
import type { InferenceState } from "../../app/contract/system.ts";
import { attemptsAfter, attemptsFor, noticeOf } from "../../app/llm/attempts.ts";
import { inspectGguf } from "../../app/llm/gguf.ts";
import { fromWire, stopped } from "../../app/llm/inference-errors.ts";
import {
  type Attempt,
  type Backend,
  emptySummary,
  type GenerateRequest,
  type LanguageModel,
  type LanguageModelState,
  type LoadedModel,
  type LoadOptions,
  type Machine,
  type ReplyPiece,
  type Run,
} from "../../app/llm/port.ts";
import { chooseContextSize } from "../../app/llm/prompt.ts";
import { Deaths } from "./deaths.ts";
import { IdleTimer } from "./idle-timer.ts";
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

/** What was asked for. */
type Model = { path: string; contextSize: number; backend: "auto" | "cpu"; remembered: Run | null };

/** A model in use, and how it runs. */
type InUse = {
  model: Model;
  attempt: Attempt;
  /** What may still be tried, should it fail. */
  weaker: readonly Attempt[];
  /** Why a better attempt failed; null where none did. */
  cause: ErrorCode | null;
};

type Connection = {
  process: InferenceProcess;
  client: InferenceClient;
  /** What it has loaded, and can't get rid of; null where nothing yet. */
  backend: Backend | null;
  /** A load is in work, and deals with the end of the process itself. */
  loading: boolean;
};

/** So many deaths within a minute, and a model is run in a weaker way where there is one. */
const deathsOfAttempt = 2;
/** Failures that a request brings about by itself; after any other the process is not trusted any more. */
const requestFaults: readonly ErrorCode[] = ["INVALID_INPUT", "CONTEXT_OVERFLOW", "MODEL_NOT_LOADED"];

/**
 * The language model in a process of its own, which is started with the first model and started again when it dies. A model is run in
 * the best way that works: what fails is followed by a weaker attempt in a fresh process. Where none is left, three deaths within
 * a minute are the end until the user tries again. A model that nobody asks sleeps: its process ends until the next question.
 */
export class InferenceSupervisor implements LanguageModel {
  readonly #start: () => InferenceProcess;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #deaths: Deaths;
  readonly #listeners = new Set<() => void>();
  readonly #idle = new IdleTimer(() => this.#fallAsleep());
  #state: LanguageModelState = { status: "none" };
  #process: InferenceState = { status: "stopped" };
  #connection: Connection | undefined;
  #machine: Machine | undefined;
  /** To be loaded again after a restart. */
  #inUse: InUse | undefined;
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

  load(path: string, options: LoadOptions = {}): Promise<LoadedModel> {
    this.#epoch++;
    return this.#inTurn(async () => {
      const before = this.#inUse;
      const slept = this.#state.status === "asleep" ? this.#state : null;
      let model: Model;
      try {
        // Looked at here first, so that a file that is no model costs no process and not the model in use.
        const info = await inspectGguf(path);
        const contextSize = chooseContextSize(options.contextSize, info.contextLength);
        const { backend = "auto", remembered = null } = options;
        model = { path, contextSize, backend, remembered };
      } catch (error) {
        if (before === undefined) await this.#abandon(path, fromWire(error));
        throw error;
      }
      this.#deaths.forget();
      try {
        return await this.#loadAnyhow(model, false, options.onProgress);
      } catch (error) {
        const failure = fromWire(error);
        if (slept) {
          await this.#end();
          this.#set(slept, { status: "stopped" });
        } else await this.#goBack(before, path, failure);
        throw failure;
      }
    });
  }

  async *generate(request: GenerateRequest): AsyncGenerator<ReplyPiece, void, void> {
    const done = this.#idle.begin(request.beside === "background");
    try {
      yield* this.#generate(request);
    } finally {
      done();
    }
  }

  unload(): Promise<void> {
    this.#epoch++;
    return this.#inTurn(async () => {
      this.#idle.stop();
      this.#inUse = undefined;
      // Ends a running reply with its summary. That the process may be dying is no matter: it ends next.
      await this.#connection?.client.unload().catch(() => undefined);
      await this.#end();
      this.#set({ status: "none" }, { status: "stopped" });
    });
  }

  sleepAfter(ms: number): void {
    this.#idle.setTo(ms);
  }

  async close(): Promise<void> {
    this.#epoch++;
    this.#idle.stop();
    this.#inUse = undefined;
    this.#set({ status: "none" }, { status: "stopped" });
    this.#closed = true;
    await this.#end();
  }

  async *#generate(request: GenerateRequest): AsyncGenerator<ReplyPiece, void, void> {
    // A restart in work is worth waiting for, unless the user stops the reply meanwhile.
    await Promise.race([this.#tail, aborted(request.signal)]);
    if (this.#state.status === "asleep" && request.beside !== "background") {
      await Promise.race([this.#wake(), aborted(request.signal)]);
    }
    if (request.signal?.aborted) {
      yield { type: "end", summary: emptySummary };
      return;
    }
    if (this.#state.status === "failed") {
      const { code, message, remedy } = this.#state.failure;
      throw new EbbError(code, message, remedy);
    }
    const connection = this.#connection;
    if (connection === undefined || this.#state.status !== "ready") {
      throw new EbbError("MODEL_NOT_LOADED", "No language model is loaded.", "Choose a model in the settings.");
    }
    try {
      yield* streamReply(connection.client, randomUUID(), request);
    } catch (error) {
      if (!requestFaults.includes(fromWire(error).code)) this.#died(connection);
      throw error;
    }
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

  /** Loads in the best way that works; each attempt after the first in a fresh process. */
  async #loadAnyhow(model: Model, waking: boolean, onProgress?: (progress: number) => void): Promise<LoadedModel> {
    this.#set({ status: "loading", path: model.path, progress: 0, waking }, this.#process);
    const { signature } = await this.#learnMachine();
    const remembered = model.remembered?.machine === signature ? model.remembered : null;
    let [attempt, ...weaker] = this.#attempts(model, remembered);
    let cause = remembered?.cause ?? null;
    for (;;) {
      try {
        return await this.#load({ model, attempt, weaker, cause }, waking, onProgress);
      } catch (error) {
        const failure = fromWire(error);
        if (this.#closed) throw failure;
        const [next, ...rest] = attemptsAfter(attempt, weaker, failure.code);
        if (next === undefined) throw explained(failure, model.path);
        [attempt, weaker, cause] = [next, rest, failure.code];
        await this.#end();
        this.#set({ status: "loading", path: model.path, progress: 0, waking }, { status: "stopped" });
      }
    }
  }

  #attempts({ backend, contextSize }: Model, remembered: Run | null): readonly [Attempt, ...Attempt[]] {
    const backends = backend === "cpu" ? (["cpu"] as const) : (this.#machine?.backends ?? []);
    return attemptsFor(backends, contextSize, remembered?.attempt ?? null);
  }

  /** What the first process says of the machine; later ones would say the same. */
  async #learnMachine(): Promise<Machine> {
    if (this.#machine !== undefined) return this.#machine;
    const connection = this.#connection ?? this.#connect();
    connection.loading = true;
    try {
      this.#machine = await connection.client.machine();
      return this.#machine;
    } catch (error) {
      const remedy =
        "Try again. If it happens again, install Ebb again, and see that no antivirus program holds it back.";
      throw new EbbError("INFERENCE_STOPPED", "The process that runs language models ends on starting.", remedy, error);
    }
  }

  async #load(use: InUse, waking: boolean, onProgress?: (progress: number) => void): Promise<LoadedModel> {
    const { model, attempt, cause } = use;
    const { path } = model;
    if ((this.#connection?.backend ?? attempt.backend) !== attempt.backend) await this.#end();
    const connection = this.#connection ?? this.#connect();
    connection.loading = true;
    connection.backend = attempt.backend;
    await connection.client.ping();
    const { signature } = await this.#learnMachine();
    this.#set(this.#state, { status: "running" });
    for await (const event of await connection.client.load({ path, attempt })) {
      if (event.type === "ready") {
        connection.loading = false;
        const [wanted] = this.#attempts(model, null);
        const notice = noticeOf(wanted, event.model, cause);
        const loaded = { ...event.model, notice, run: { machine: signature, attempt, cause } };
        this.#inUse = use;
        this.#set({ status: "ready", model: loaded }, this.#process);
        this.#idle.start();
        return loaded;
      }
      this.#set({ status: "loading", path, progress: event.progress, waking }, this.#process);
      onProgress?.(event.progress);
    }
    throw stopped();
  }

  /** Frees the memory of a model that has not been asked for long. */
  async #fallAsleep(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#state.status !== "ready" || !this.#idle.due) return;
      const { model } = this.#state;
      // Ends what reads in the background, with its summary.
      await this.#connection?.client.unload().catch(() => undefined);
      await this.#end();
      this.#idle.stop();
      this.#set({ status: "asleep", model }, { status: "stopped" });
    });
  }

  #wake(): Promise<void> {
    return this.#inTurn(async () => {
      const use = this.#inUse;
      if (this.#state.status !== "asleep" || use === undefined) return;
      const { run } = this.#state.model;
      try {
        await this.#loadAnyhow({ ...use.model, remembered: run }, true);
      } catch (error) {
        await this.#abandon(use.model.path, fromWire(error));
      }
    });
  }

  /** After a model could not be loaded: returns to the one before, which had to make room for it. */
  async #goBack(before: InUse | undefined, path: string, failure: EbbError): Promise<void> {
    if (before === undefined) {
      await this.#abandon(path, failure);
      return;
    }
    const { model, attempt, cause } = before;
    const remembered = this.#machine && { machine: this.#machine.signature, attempt, cause };
    try {
      await this.#loadAnyhow({ ...model, remembered: remembered ?? null }, false);
    } catch (error) {
      await this.#abandon(model.path, fromWire(error));
    }
  }

  /** Without a model to run, the process would only hold memory. */
  async #abandon(path: string, failure: EbbError): Promise<void> {
    this.#inUse = undefined;
    this.#idle.stop();
    await this.#end();
    this.#set({ status: "failed", path, failure: failure.toFailure() }, { status: "stopped" });
  }

  #connect(): Connection {
    if (this.#closed) throw stopped();
    const process = this.#start();
    const client = connect(process, () => this.#died(connection));
    const connection: Connection = { process, client, backend: null, loading: true };
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

  #restart(inUse: InUse): void {
    const epoch = ++this.#epoch;
    let use = this.#failed(inUse);
    void this.#inTurn(async () => {
      while (this.#process.status === "restarting" && epoch === this.#epoch) {
        await this.#sleep(this.#deaths.backoffMs);
        if (epoch !== this.#epoch) return;
        try {
          await this.#load(use, false);
          return;
        } catch (error) {
          const failure = fromWire(error);
          if (epoch !== this.#epoch) return;
          if (failure.code === "INFERENCE_STOPPED") {
            use = this.#failed(use);
            continue;
          }
          const [next, ...rest] = attemptsAfter(use.attempt, use.weaker, failure.code);
          if (next === undefined) {
            await this.#abandon(use.model.path, failure);
            return;
          }
          await this.#end();
          const { path } = use.model;
          use = { ...use, attempt: next, weaker: rest, cause: failure.code };
          const restarting = { status: "restarting" as const, attempt: this.#deaths.count };
          this.#set({ status: "loading", path, progress: 0, waking: false }, restarting);
        }
      }
    });
  }

  /** Counts a death of the process; announces a restart, or gives up. Returns what to restart: after two deaths something weaker. */
  #failed(use: InUse): InUse {
    const { path } = use.model;
    const attempt = this.#deaths.add();
    const [next, ...rest] = use.weaker;
    if (next === undefined && this.#deaths.tooMany) {
      const message = "The language model stopped three times within a minute, so Ebb no longer starts it by itself.";
      const failure = new EbbError("INFERENCE_STOPPED", message, "Try again, or choose another model.").toFailure();
      this.#idle.stop();
      this.#set({ status: "failed", path, failure }, { status: "failed", failure });
      return use;
    }
    this.#set({ status: "loading", path, progress: 0, waking: false }, { status: "restarting", attempt });
    if (next === undefined || attempt < deathsOfAttempt) return use;
    this.#deaths.forget();
    return { ...use, attempt: next, weaker: rest, cause: "INFERENCE_STOPPED" };
  }
}

/** Where the last attempt, on the processor, brought the process down, it is the model. */
function explained(failure: EbbError, path: string): EbbError {
  if (failure.code !== "INFERENCE_STOPPED") return failure;
  const remedy = "Choose another model, or get this one again from its source.";
  return new EbbError("MODEL_UNSUPPORTED", `Loading "${basename(path)}" makes llama.cpp crash.`, remedy, failure);
}

/** Resolves once the signal is aborted; never without one. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}
