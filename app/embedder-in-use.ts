import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { expandHome } from "./browse.ts";
import { EbbError, type Failure } from "./contract/errors.ts";
import type { EmbedderInfo, EmbedderState } from "./contract/index.ts";
import type { EmbedderPort, LoadedEmbedder } from "./embed/port.ts";
import type { StoredEmbedder, VectorRepository } from "./storage/vectors.ts";

export type EmbedderInUsePorts = {
  /** Null where this Ebb has none. */
  embedder: EmbedderPort | null;
  vectors: VectorRepository;
  readOnly: boolean;
  /** It is known whose vectors recall uses, which may still have to be loaded. */
  onServing: (key: number) => void;
  /** The state has changed, or one is ready to embed. */
  onChange: () => void;
};

/** The embedder that recall uses, and the one that is to take its place. */
export type Roles = { serving: StoredEmbedder | null; coming: StoredEmbedder | null };

/**
 * Which embedder is in use: what the database says of it, and the process has proven to work. Another one is chosen here, and
 * takes over with `promote` once it has embedded everything.
 */
export class EmbedderInUse {
  readonly #ports: EmbedderInUsePorts;
  /** Those that the process has proven to work, by id. */
  readonly #loaded = new Map<string, LoadedEmbedder>();
  #begun: Promise<void> | null = null;
  #failure: Failure | null = null;
  /** Choosing and beginning never overlap. */
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(ports: EmbedderInUsePorts) {
    this.#ports = ports;
  }

  get state(): Omit<EmbedderState, "progress" | "unindexed"> {
    const process = this.#ports.embedder?.process;
    if (!process) return { status: "none", inUse: null, next: null, failure: null };
    const { serving, coming } = this.roles;
    const failure = process.status === "failed" ? process.failure : this.#failure;
    const ready = serving !== null && this.isLoaded(serving) && process.status === "running";
    return {
      status: failure ? "failed" : ready ? "ready" : "starting",
      inUse: serving && this.#infoOf(serving),
      next: coming && this.#infoOf(coming),
      failure,
    };
  }

  get roles(): Roles {
    const stored = this.#closed ? [] : this.#ports.vectors.embedders();
    return {
      serving: stored.find(({ role }) => role === "serving") ?? null,
      coming: stored.find(({ role }) => role === "coming") ?? null,
    };
  }

  /** True where there is one to embed with. */
  get loaded(): boolean {
    return this.#loaded.size > 0;
  }

  /** True where besides none has failed. */
  get usable(): boolean {
    return this.loaded && !this.#failure;
  }

  isLoaded({ id }: StoredEmbedder): boolean {
    return this.#loaded.has(id);
  }

  /** Loads what the database says is in use, once. A failure becomes the state. */
  begin(): Promise<void> {
    if (!this.#ports.embedder || this.#closed) return Promise.resolve();
    this.#begun ??= this.#inTurn(() => this.#loadStored()).then(() => this.#changed());
    return this.#begun;
  }

  /** Tries again what had failed. */
  async retry(): Promise<void> {
    this.#ports.embedder?.retry();
    this.#begun = null;
    await this.begin();
  }

  /**
   * Uses the embedder in the folder (or the folder of the given file) from now on, null for the one that comes with Ebb. It is
   * tried first. @throws EbbError with an EMBEDDER_ code, and all is as before
   */
  async choose(path: string | null): Promise<void> {
    const { embedder } = this.#ports;
    if (!embedder) throw new EbbError("EMBEDDER_NOT_LOADED", "This Ebb runs without an embedder.", "Restart Ebb.");
    const folder = path === null ? null : await folderOf(path);
    await this.#inTurn(async () => {
      embedder.retry();
      const loaded = await this.#load(embedder, folder);
      const { serving, coming } = this.roles;
      const { vectors } = this.#ports;
      if (loaded.id === serving?.id) {
        if (coming) vectors.retire(coming.key);
        vectors.move(serving.key, folder);
      } else if (loaded.id === coming?.id) {
        vectors.move(coming.key, folder);
      } else {
        const inUse = serving !== null && this.isLoaded(serving);
        vectors.add({ ...loaded, folder }, inUse ? "coming" : "serving");
      }
      if (coming && coming.id !== loaded.id) await this.#unload(coming.id);
      this.#failure = null;
    });
    this.#changed();
  }

  /** The coming one has embedded everything: recall uses it from now on. */
  async promote({ serving, coming }: Roles & { coming: StoredEmbedder }): Promise<void> {
    this.#ports.vectors.serve(coming.key);
    if (serving) await this.#unload(serving.id);
  }

  /** The process no longer has them, or their files are gone. */
  lose(error: unknown): void {
    this.#failure = failureOf(error);
    this.#loaded.clear();
    this.#changed();
  }

  /** Embeds with the one of that id, as passages, those that it fails on by themselves as vectors without direction. */
  async embed(id: string, texts: readonly string[]): Promise<Float32Array[]> {
    try {
      return (await this.#ports.embedder?.embed(id, texts, "passage")) ?? [];
    } catch (error) {
      if (!(error instanceof EbbError) || error.code !== "EMBEDDER_FAILED") throw error;
      if (texts.length === 1) return [new Float32Array(this.#loaded.get(id)?.dim ?? 1)];
      const half = texts.length >> 1;
      return [...(await this.embed(id, texts.slice(0, half))), ...(await this.embed(id, texts.slice(half)))];
    }
  }

  /** Lets go of them; the process stays for whoever opens the database next. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#loaded.keys()].map((id) => this.#ports.embedder?.unload(id)));
  }

  async #loadStored(): Promise<void> {
    const { embedder, vectors, readOnly } = this.#ports;
    if (!embedder) return;
    const { serving, coming } = this.roles;
    if (serving) this.#ports.onServing(serving.key);
    this.#failure = null;
    const chosen = coming ?? serving;
    const loaded = await this.#load(embedder, chosen?.folder ?? null).catch((error: unknown) => {
      this.#failure = failureOf(error);
      return null;
    });
    if (this.#closed) return;
    let old: LoadedEmbedder | null = null;
    if (coming && serving) old = await this.#load(embedder, serving.folder).catch(() => null);
    if (this.#closed || !loaded || readOnly) return;
    const known = loaded.id === chosen?.id;
    if (coming && old?.id === serving?.id) {
      if (!known) vectors.add({ ...loaded, folder: coming.folder }, "coming");
    } else if (known && chosen.role === "coming") {
      // The vectors of the one before are of no use without it.
      vectors.serve(chosen.key);
    } else if (!known) {
      // Other files lie there now, as after an update of Ebb.
      if (coming) vectors.retire(coming.key);
      vectors.add({ ...loaded, folder: chosen?.folder ?? null }, "serving");
    }
  }

  async #load(embedder: EmbedderPort, folder: string | null): Promise<LoadedEmbedder> {
    const loaded = await embedder.load(folder ?? embedder.bundled);
    this.#loaded.set(loaded.id, loaded);
    return loaded;
  }

  async #unload(id: string): Promise<void> {
    this.#loaded.delete(id);
    await this.#ports.embedder?.unload(id);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  #infoOf({ id, folder, dim }: StoredEmbedder): EmbedderInfo {
    return { name: this.#loaded.get(id)?.name ?? (folder === null ? "" : basename(folder)), folder, dim };
  }

  #changed(): void {
    if (!this.#closed) this.#ports.onChange();
  }
}

/** The folder that is meant by a folder or by a model file in it. @throws EMBEDDER_FILE_MISSING */
async function folderOf(path: string): Promise<string> {
  const full = resolve(expandHome(path.trim()));
  try {
    if ((await stat(full)).isDirectory()) return full;
  } catch (error) {
    const remedy = "Check the path, or choose another folder.";
    throw new EbbError("EMBEDDER_FILE_MISSING", `There is nothing at ${full}.`, remedy, error);
  }
  const folder = dirname(full);
  return basename(folder) === "onnx" ? dirname(folder) : folder;
}

function failureOf(error: unknown): Failure {
  if (error instanceof EbbError) return error.toFailure();
  return {
    code: "INTERNAL",
    message: "The embedder could not be started.",
    remedy: "Choose another one, or restart Ebb and try again.",
  };
}
