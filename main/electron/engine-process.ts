import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from "electron";
import { EbbError } from "../../app/contract/errors.ts";
import { type InferenceUse, type SecretAnswer, type ToEngine, type ToHost, toHost } from "../engine/host-protocol.ts";
import { Keychain } from "./keychain.ts";

export type EngineOptions = {
  /** Scripts of the engine and of the inference process. */
  entry: string;
  inferenceEntry: string;
  folder: string;
  /** The engine has opened the data folder, at the start or after a crash. */
  onOpened: (opened: Extract<ToHost, { type: "opened" }>) => void;
};

const maxDeaths = 3;
const deathWindowMs = 60_000;
/** Before the first restart within that time, and before the second. */
const backoffMs = [250, 1_000] as const;

/** What the system's list of processes shows. */
const serviceNames = { model: "Ebb Inference", embedder: "Ebb Embedder", probe: "Ebb Graphics Check" } as const;

/** What asked for a line to the engine. */
export type Caller = {
  port(port: MessagePortMain): void;
  /** The engine at the other end has ended; to be connected again is to be asked for. */
  lost(): void;
  /** The engine is given up. */
  stopped(): void;
};

/**
 * The engine in a process of its own. It is started again when it dies, and given up after three deaths within a minute
 * until somebody asks for it again. It also has the inference processes started, which only this process can do.
 */
export class EngineProcess {
  readonly #options: EngineOptions;
  readonly #keychain: Keychain;
  readonly #inference = new Map<number, UtilityProcess>();
  #process: UtilityProcess | null = null;
  /** Those with a line to the present engine. A page in Chromium does not hear by itself that its port has no other end. */
  readonly #connected = new Set<Caller>();
  /** Those who wait for a restart. */
  #waiting: Caller[] = [];
  #deaths: number[] = [];
  #restart: NodeJS.Timeout | null = null;
  #givenUp = false;
  #closing = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#keychain = new Keychain(options.folder);
  }

  start(): void {
    const { entry, folder, onOpened } = this.#options;
    this.#givenUp = false;
    // Nothing it writes is shown or kept: an error's text may hold what the user said.
    const child = utilityProcess.fork(entry, [folder], { serviceName: "Ebb Engine", stdio: "ignore" });
    this.#process = child;
    child.on("message", (data: unknown) => {
      const message = toHost.safeParse(data);
      if (!message.success || this.#process !== child) return;
      if (message.data.type === "opened") onOpened(message.data);
      else if (message.data.type === "start-inference") this.#startInference(message.data, child);
      else if (message.data.type === "secret") void this.#keepSecret(message.data, child);
      else this.#inference.get(message.data.id)?.kill();
    });
    child.once("exit", () => this.#died(child));
    for (const caller of this.#waiting.splice(0)) this.connect(caller);
  }

  /** Brings a line to the engine, as soon as one runs, or the news that it is given up. */
  connect(caller: Caller): void {
    if (this.#givenUp) {
      caller.stopped();
    } else if (this.#process) {
      const { port1, port2 } = new MessageChannelMain();
      this.#tell(this.#process, { type: "serve" }, [port1]);
      this.#connected.add(caller);
      caller.port(port2);
    } else {
      this.#waiting.push(caller);
    }
  }

  /** Starts an engine that was given up. */
  again(): void {
    if (!this.#givenUp || this.#closing) return;
    this.#deaths = [];
    this.start();
  }

  /** Has the engine close the database and end; after `limitMs` it is ended all the same, which the database survives. */
  async close(limitMs: number): Promise<void> {
    this.#closing = true;
    if (this.#restart) clearTimeout(this.#restart);
    const child = this.#process;
    if (child) {
      await new Promise<void>((resolve) => {
        const limit = setTimeout(() => child.kill(), limitMs);
        child.once("exit", () => {
          clearTimeout(limit);
          resolve();
        });
        this.#tell(child, { type: "close" });
      });
    }
    this.#endInference();
  }

  #tell(child: UtilityProcess, message: ToEngine, ports: MessagePortMain[] = []): void {
    child.postMessage(message, ports);
  }

  #startInference({ id, use }: { id: number; use: InferenceUse }, engine: UtilityProcess): void {
    const { inferenceEntry } = this.#options;
    const child = utilityProcess.fork(inferenceEntry, [], { serviceName: serviceNames[use], stdio: "ignore" });
    this.#inference.set(id, child);
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage({}, [port1]);
    this.#tell(engine, { type: "inference", id }, [port2]);
    child.once("exit", () => {
      this.#inference.delete(id);
      if (this.#process === engine) this.#tell(engine, { type: "inference-gone", id });
    });
  }

  async #keepSecret({ id, does, secret }: ToHost & { type: "secret" }, engine: UtilityProcess): Promise<void> {
    const answer = await this.#carryOut(does, secret).catch((error: unknown): SecretAnswer => {
      const failed = new EbbError(
        "INTERNAL",
        "The system's keychain could not be used.",
        "Unlock it, then try again; else restart Ebb.",
      );
      return { failure: (error instanceof EbbError ? error : failed).toFailure() };
    });
    if (this.#process === engine) this.#tell(engine, { type: "secret", id, answer });
  }

  async #carryOut(does: (ToHost & { type: "secret" })["does"], secret = ""): Promise<SecretAnswer> {
    const keychain = this.#keychain;
    if (does === "keeping") return { keeping: await keychain.keeping() };
    if (does === "get") return { secret: await keychain.get() };
    await (does === "put" ? keychain.put(secret) : keychain.drop());
    return {};
  }

  #died(child: UtilityProcess): void {
    if (this.#process !== child) return;
    this.#process = null;
    // Each of them ends with its line to the engine; one that is stuck in llama.cpp may not notice.
    this.#endInference();
    if (this.#closing) return;
    const lost = [...this.#connected];
    this.#connected.clear();
    for (const caller of lost) caller.lost();
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < deathWindowMs), now];
    if (this.#deaths.length >= maxDeaths) {
      this.#givenUp = true;
      for (const caller of this.#waiting.splice(0)) caller.stopped();
      return;
    }
    this.#restart = setTimeout(() => this.start(), backoffMs[this.#deaths.length - 1]);
  }

  #endInference(): void {
    for (const child of this.#inference.values()) child.kill();
    this.#inference.clear();
  }
}
