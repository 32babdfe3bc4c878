import { z } from "zod";
import { EbbError } from "../../contract/errors.ts";
import type { OfferedModel, RemoteInUse, RemoteModelState, RemoteState } from "../../contract/remote.ts";
import type { Answerer, AnswererState, GenerateRequest, ReplyPiece } from "../port.ts";
import { type Address, basesOf, requireAddress } from "./address.ts";
import { listModels, RemoteModel } from "./model.ts";
import type { RemotePorts } from "./reply.ts";
import type { SecretStore } from "./secret-store.ts";

/** What is kept of a model on another computer. Its key is not among it. */
const kept = z.object({
  base: z.string(),
  host: z.string(),
  plain: z.boolean(),
  here: z.boolean(),
  model: z.string(),
  contextLength: z.number().int().nullable(),
  inUse: z.boolean(),
  alsoForLearning: z.boolean(),
});
type Kept = z.infer<typeof kept>;

/** The key goes to the server that it was typed for, and to no other. */
const keyOf = z.object({ origin: z.string(), key: z.string() });

export type RemoteChoicePorts = Omit<RemotePorts, "onRequest"> & {
  secrets: SecretStore;
  store: { get(): unknown; put(value: Kept | null): void };
  onRequest: RemotePorts["onRequest"];
  /** How the user wants it to write, by `settingsKey`; only the context matters here. */
  contextSize: (settingsKey: string) => { value: number; chosen: boolean };
  setContextSize: (settingsKey: string, tokens: number) => void;
  onChange: () => void;
};

export type Found = Pick<Address, "host" | "plain" | "here"> & { models: OfferedModel[] };

export type Connection = { address: string; key?: string | undefined; model: string; alsoForLearning: boolean };

/** Of what a server offers, so much is used unless the user wants more: long prompts take time there too. */
const usualContext = 32_768;
/** What an address offers must be known by then (ms), redirects and all. */
const findLimit = 45_000;

/** The model on another computer that the user has set up, if any. Off until then; nothing is asked of anyone by itself. */
export class RemoteChoice implements Answerer {
  readonly #ports: RemoteChoicePorts;
  readonly #listeners = new Set<() => void>();
  #kept: Kept | null;
  #model: RemoteModel | null = null;
  /** As it was read from its place; undefined until then. */
  #secret: Promise<z.infer<typeof keyOf> | null> | undefined;

  constructor(ports: RemoteChoicePorts) {
    this.#ports = ports;
    const read = kept.safeParse(ports.store.get());
    this.#kept = read.success ? read.data : null;
    if (this.#kept?.inUse) this.#model = this.#modelOf(this.#kept);
  }

  get state(): AnswererState {
    const { inUse } = this;
    if (inUse === null || this.#kept === null) return { status: "none" };
    const { host, model: name } = inUse;
    return { status: "ready", model: { name, host, contextSize: this.#contextOf(this.#kept) } };
  }

  /** What answers instead of a model on this computer; null where it is off. */
  get inUse(): RemoteInUse | null {
    if (!this.#kept?.inUse) return null;
    const { host, model, plain, here, alsoForLearning } = this.#kept;
    return { host, model, plain, here, alsoForLearning };
  }

  /** By what the settings of the model in use are kept; null where it is off. */
  get settingsKey(): string | null {
    return this.#kept?.inUse ? settingsKeyOf(this.#kept) : null;
  }

  async view(): Promise<RemoteState> {
    const keeping = await this.#ports.secrets.keeping();
    return { keeping, remote: this.#kept && (await this.#viewOf(this.#kept)) };
  }

  generate(request: GenerateRequest): AsyncIterable<ReplyPiece> {
    if (this.#model === null) {
      throw new EbbError("MODEL_NOT_LOADED", "No model on another computer is in use.", "Choose one under Models.");
    }
    return this.#model.generate(request);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The models that a server offers; none where it has no list. @throws EbbError INVALID_INPUT or a REMOTE_ code */
  async find(address: string, key?: string): Promise<Found> {
    const place = requireAddress(address);
    const { host, plain, here } = place;
    return { host, plain, here, models: (await this.#find(place, key)).models };
  }

  /**
   * Has a model answer from now on. @throws EbbError INVALID_INPUT, NOT_FOUND for a model that the server does not offer, a REMOTE_ code, or a
   * STORAGE_ code where the key cannot be kept
   */
  async connect({ address, key, model, alsoForLearning }: Connection): Promise<RemoteState> {
    const place = requireAddress(address);
    const { host, plain, here } = place;
    const { base, models } = await this.#find(place, key);
    const offered = models.find(({ id }) => id === model);
    if (!offered && models.length > 0) {
      throw new EbbError("NOT_FOUND", `${host} does not offer this model.`, "Choose one of its list.");
    }
    await this.#keepKey(base, key);
    const next: Kept = {
      ...{ base, host, plain, here, model, alsoForLearning, inUse: true },
      contextLength: offered?.contextLength ?? null,
    };
    const told = next.contextLength;
    const settingsKey = settingsKeyOf(next);
    if (told !== null && !this.#ports.contextSize(settingsKey).chosen) {
      this.#ports.setContextSize(settingsKey, Math.max(leastContext, Math.min(told, usualContext)));
    }
    this.#become(next);
    return this.view();
  }

  configure({ alsoForLearning }: { alsoForLearning: boolean }): Promise<RemoteState> {
    const now = this.#require();
    // A reply is not cut short by this; what is read in the background gives way by itself.
    this.#kept = { ...now, alsoForLearning };
    this.#ports.store.put(this.#kept);
    this.#tell();
    return this.view();
  }

  /** Asks nobody: that comes with the next question. @throws EbbError NOT_FOUND where none is set up */
  use(): Promise<RemoteState> {
    this.#become({ ...this.#require(), inUse: true });
    return this.view();
  }

  /** Ends a running reply. */
  stop(): Promise<RemoteState> {
    this.leave();
    return this.view();
  }

  /** A model on this computer takes its place. */
  leave(): void {
    if (this.#kept?.inUse) this.#become({ ...this.#kept, inUse: false });
  }

  async forget(): Promise<RemoteState> {
    await this.#ports.secrets.drop();
    this.#secret = undefined;
    this.#become(null);
    return this.view();
  }

  /** Ends what is being asked. */
  close(): void {
    this.#model?.stop();
  }

  #require(): Kept {
    if (this.#kept) return this.#kept;
    throw new EbbError("NOT_FOUND", "No other computer is set up.", "Enter its address first.");
  }

  #become(next: Kept | null): void {
    this.#ports.store.put(next);
    this.#model?.stop();
    this.#kept = next;
    this.#model = next?.inUse ? this.#modelOf(next) : null;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    this.#ports.onChange();
  }

  #modelOf(place: Kept): RemoteModel {
    const { base, host, model } = place;
    const key = (): Promise<string | null> => this.#keyFor(base);
    return new RemoteModel({ base, host, model, key, contextSize: () => this.#contextOf(place) }, this.#ports);
  }

  #contextOf(place: Kept): number {
    const { value } = this.#ports.contextSize(settingsKeyOf(place));
    return Math.min(value, place.contextLength ?? value);
  }

  async #viewOf(place: Kept): Promise<RemoteModelState> {
    const { base: address, ...rest } = place;
    const hasKey = (await this.#keyFor(address)) !== null;
    return { ...rest, address, hasKey, settingsKey: settingsKeyOf(place) };
  }

  async #find(place: Address, typed: string | undefined): Promise<{ base: string; models: OfferedModel[] }> {
    const { host } = place;
    const bases = basesOf(place);
    const key = typed === undefined ? await this.#keyFor(place.base) : requireKey(typed);
    const signal = AbortSignal.timeout(findLimit);
    for (const base of bases) {
      try {
        return { base, models: await listModels(base, host, key, this.#ports, signal) };
      } catch (error) {
        if (signal.aborted) throw new EbbError("REMOTE_UNREACHABLE", `${host} takes too long to answer.`, "Try again.");
        const elsewhere = error instanceof EbbError && ["REMOTE_REFUSED", "REMOTE_FAILED"].includes(error.code);
        if (!elsewhere || base === bases.at(-1)) {
          // A server without a list may answer all the same, by a name that the user knows.
          if (error instanceof EbbError && error.code === "REMOTE_REFUSED") {
            return { base: bases[0] ?? base, models: [] };
          }
          throw error;
        }
      }
    }
    throw new EbbError("INTERNAL", "No address was asked.", "Try again.");
  }

  async #keyFor(base: string): Promise<string | null> {
    this.#secret ??= this.#ports.secrets.get().then(readKey, () => null);
    const secret = await this.#secret;
    return secret?.origin === new URL(base).origin ? secret.key : null;
  }

  /** A key that was typed takes the place of the one before; an empty one stands for none. That of another server is not kept on. */
  async #keepKey(base: string, typed: string | undefined): Promise<void> {
    const { secrets } = this.#ports;
    const key = typed === undefined ? await this.#keyFor(base) : requireKey(typed);
    if (typed === undefined && key !== null) return;
    if (key === null) await secrets.drop();
    else await secrets.put(JSON.stringify({ origin: new URL(base).origin, key }));
    this.#secret = undefined;
  }
}

/** The least that a model's settings take. */
const leastContext = 512;

function settingsKeyOf({ base, model }: Pick<Kept, "base" | "model">): string {
  return `${base}#${model}`;
}

function readKey(secret: string | null): z.infer<typeof keyOf> | null {
  if (secret === null) return null;
  try {
    return keyOf.parse(JSON.parse(secret));
  } catch {
    return null;
  }
}

/** @throws EbbError INVALID_INPUT for what no server takes as a key */
function requireKey(typed: string): string | null {
  const key = typed.trim();
  if (key === "") return null;
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new EbbError(
    "INVALID_INPUT",
    "This key has characters that no key has.",
    "Copy it once more, without quotes or blanks.",
  );
}
