import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { expandHome } from "./browse.ts";
import { EbbError, type Failure } from "./contract/errors.ts";
import type { EmbedderInfo, EmbedderState } from "./contract/index.ts";
import type { EmbedderPort, LoadedEmbedder } from "./embed/port.ts";
import { Indexing, type IndexWork } from "./indexing.ts";
import type { Embedded, QueryVector, StoredEmbedder, VectorRepository } from "./storage/vectors.ts";

export type EmbeddingPorts = {
  /** Null where this Ebb has none: memories are found by their words. */
  embedder: EmbedderPort | null;
  vectors: VectorRepository;
  /** Null where this host has no thread for it: all vectors are searched in memory. */
  indexWork: IndexWork | null;
  readOnly: boolean;
  /** True while a reply is being made, which needs the processor more. */
  busy: () => boolean;
  /** `state` has changed. */
  onChange: () => void;
};

/** The state of an Ebb that runs without. */
export const noEmbedder: EmbedderState = {
  status: "none",
  inUse: null,
  next: null,
  progress: null,
  failure: null,
  unindexed: false,
};

/** The process is started so long after the data folder was opened, or with the first question; ms. */
const startAfter = 1_500;
/** What came without a word, as from an import, is looked for so often; ms. */
const lookEvery = 2_000;
/** A failure of the disk or of the process is waited out so long; ms. */
const waitAfterFailure = 2_000;
const busyPause = 200;
/** Texts and characters that are embedded at once. */
const batch = { texts: 256, chars: 200_000 } as const;
/** Vectors that are taken into memory at once, to be searched. */
const readAtOnce = 2_000;
/** Vectors of an embedder that is no longer used, removed at once. */
const clearAtOnce = 500;
/** Texts due at the least for that to be shown. */
const worthShowing = 2 * batch.texts;
const tellEvery = 500;
const cachedQueries = 256;

/**
 * Keeps a vector for everything that recall can find, in the background and resumably: what is due stands in the database.
 * Another embedder takes over once it has embedded everything; until then recall uses the vectors of the one before.
 */
export class Embeddings {
  readonly #ports: EmbeddingPorts;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stopListening: () => void;
  readonly #indexing: Indexing | null;
  /** Those that the process has proven to work, by id. */
  readonly #loaded = new Map<string, LoadedEmbedder>();
  readonly #queries = new Map<string, Promise<Float32Array | null>>();
  #begun: Promise<void> | null = null;
  #failure: Failure | null = null;
  /** Choosing and beginning never overlap. */
  #tail: Promise<unknown> = Promise.resolve();
  #drain: Promise<void> | null = null;
  #woken = false;
  /** Shown while there is enough to do. */
  #progress: { done: number; total: number } | null = null;
  #toldAt = 0;
  #closed = false;

  constructor(ports: EmbeddingPorts) {
    this.#ports = ports;
    this.#stopListening = ports.embedder?.onChange(() => this.#processChanged()) ?? (() => {});
    const { indexWork, vectors, readOnly } = ports;
    this.#indexing =
      indexWork && !readOnly ? new Indexing({ vectors, work: indexWork, onDone: () => this.wake() }) : null;
    if (!ports.embedder) return;
    this.#timers.push(setTimeout(() => void this.#begin(), startAfter).unref());
    this.#timers.push(setInterval(() => this.wake(), lookEvery).unref());
  }

  get state(): EmbedderState {
    const { embedder } = this.#ports;
    if (!embedder) return noEmbedder;
    const { serving, coming } = this.#roles();
    const process = embedder.process;
    const failure = process.status === "failed" ? process.failure : this.#failure;
    const ready = serving !== null && this.#loaded.has(serving.id) && process.status === "running";
    return {
      status: failure ? "failed" : ready ? "ready" : "starting",
      inUse: serving && this.#infoOf(serving),
      next: coming && this.#infoOf(coming),
      progress: this.#progress,
      failure,
      unindexed: this.#indexing?.unsupported ?? false,
    };
  }

  /** Something may have to be embedded. */
  wake(): void {
    this.#woken = true;
    if (this.#closed || this.#ports.readOnly || this.#loaded.size === 0) return;
    this.#drain ??= this.#work().finally(() => {
      this.#drain = null;
    });
  }

  /** The question as a vector, or null where there is none within `patienceMs`. */
  async query(text: string, patienceMs: number): Promise<QueryVector | null> {
    if (!this.#ports.embedder || this.#closed) return null;
    const late = Promise.withResolvers<null>();
    const timer = setTimeout(() => late.resolve(null), patienceMs);
    try {
      return await Promise.race([this.#query(text), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves once nothing is due any more, or nothing can be done about it. */
  async settled(): Promise<void> {
    await this.#begin();
    do {
      this.wake();
      await this.#drain;
    } while (this.#woken && !this.#closed && !this.#failure && this.#loaded.size > 0 && !this.#ports.readOnly);
  }

  /** Resolves once nothing is due, and the file that vectors are searched by is as new as it gets by itself. */
  async indexed(): Promise<void> {
    do {
      await this.#indexing?.idle();
      await this.settled();
    } while (this.#indexing?.busy);
  }

  /**
   * Uses the embedder in the folder (or the folder of the given file) from now on, null for the one that comes with Ebb. It is
   * tried first. @throws EbbError with an EMBEDDER_ code, and all is as before
   */
  async choose(path: string | null): Promise<EmbedderState> {
    const { embedder } = this.#ports;
    if (!embedder) throw new EbbError("EMBEDDER_NOT_LOADED", "This Ebb runs without an embedder.", "Restart Ebb.");
    const folder = path === null ? null : await folderOf(path);
    await this.#inTurn(async () => {
      embedder.retry();
      const loaded = await this.#load(folder);
      const { serving, coming } = this.#roles();
      const { vectors } = this.#ports;
      if (loaded.id === serving?.id) {
        if (coming) vectors.retire(coming.key);
        vectors.move(serving.key, folder);
      } else if (loaded.id === coming?.id) {
        vectors.move(coming.key, folder);
      } else {
        const inUse = serving !== null && this.#loaded.has(serving.id);
        vectors.add({ ...loaded, folder }, inUse ? "coming" : "serving");
      }
      if (coming && coming.id !== loaded.id) await this.#unload(coming.id);
      this.#failure = null;
    });
    this.#changed();
    this.wake();
    return this.state;
  }

  /** Tries again what had failed. */
  async retry(): Promise<EmbedderState> {
    this.#ports.embedder?.retry();
    this.#begun = null;
    await this.#begin();
    return this.state;
  }

  /** Ends it; the process stays for whoever opens the database next. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stopListening();
    this.#queries.clear();
    await this.#indexing?.close();
    await Promise.all([...this.#loaded.keys()].map((id) => this.#ports.embedder?.unload(id)));
  }

  #begin(): Promise<void> {
    if (!this.#ports.embedder || this.#closed) return Promise.resolve();
    this.#begun ??= this.#inTurn(() => this.#loadStored()).then(() => {
      this.#changed();
      this.wake();
    });
    return this.#begun;
  }

  /** Loads what the database says is in use; a failure becomes the state. */
  async #loadStored(): Promise<void> {
    const { vectors, readOnly } = this.#ports;
    const { serving, coming } = this.#roles();
    // Checked while the embedder loads.
    if (serving) this.#indexing?.step(serving.key);
    this.#failure = null;
    const chosen = coming ?? serving;
    const loaded = await this.#load(chosen?.folder ?? null).catch((error: unknown) => {
      this.#failure = failureOf(error);
      return null;
    });
    if (this.#closed) return;
    let old: LoadedEmbedder | null = null;
    if (coming && serving) old = await this.#load(serving.folder).catch(() => null);
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

  async #load(folder: string | null): Promise<LoadedEmbedder> {
    const { embedder } = this.#ports;
    const loaded = await (embedder as EmbedderPort).load(folder ?? (embedder as EmbedderPort).bundled);
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

  #roles(): { serving: StoredEmbedder | null; coming: StoredEmbedder | null } {
    const stored = this.#closed ? [] : this.#ports.vectors.embedders();
    return {
      serving: stored.find(({ role }) => role === "serving") ?? null,
      coming: stored.find(({ role }) => role === "coming") ?? null,
    };
  }

  #infoOf({ id, folder, dim }: StoredEmbedder): EmbedderInfo {
    return { name: this.#loaded.get(id)?.name ?? (folder === null ? "" : basename(folder)), folder, dim };
  }

  #processChanged(): void {
    this.#changed();
    if (this.#ports.embedder?.process.status === "running") this.wake();
  }

  #changed(): void {
    if (!this.#closed) this.#ports.onChange();
  }

  async #query(text: string): Promise<QueryVector | null> {
    await this.#begin();
    const { serving } = this.#roles();
    if (!serving || !this.#loaded.has(serving.id)) return null;
    const name = `${serving.key} ${text}`;
    const vector = this.#queries.get(name) ?? this.#embedQuery(serving.id, text);
    // The one used last goes last.
    this.#queries.delete(name);
    this.#queries.set(name, vector);
    for (const oldest of this.#queries.keys()) {
      if (this.#queries.size <= cachedQueries) break;
      this.#queries.delete(oldest);
    }
    const values = await vector;
    // A failure is not kept.
    if (!values && this.#queries.get(name) === vector) this.#queries.delete(name);
    return values?.some((value) => value !== 0) ? { model: serving.key, values } : null;
  }

  async #embedQuery(id: string, text: string): Promise<Float32Array | null> {
    try {
      const [vector] = (await this.#ports.embedder?.embed(id, [text], "query")) ?? [];
      return vector ?? null;
    } catch {
      return null;
    }
  }

  /** Embeds until nothing is due. */
  async #work(): Promise<void> {
    while (this.#woken && !this.#closed) {
      this.#woken = false;
      try {
        while (!this.#closed && (await this.#step())) await new Promise(setImmediate);
      } catch (error) {
        // The disk is full, or the process died: all that is due still is, and is tried again.
        if (this.#closed) return;
        const code = error instanceof EbbError ? error.code : null;
        if (this.#ports.embedder?.process.status === "failed") return;
        if (code === "EMBEDDER_NOT_LOADED" || code === "EMBEDDER_FILE_MISSING") {
          this.#failure = failureOf(error);
          this.#loaded.clear();
          this.#changed();
          return;
        }
        this.#woken = true;
        await pause(waitAfterFailure);
      }
    }
    if (this.#progress && !this.#closed) {
      this.#progress = null;
      this.#changed();
    }
  }

  /** Does a part of what there is to do; false where there is nothing. */
  async #step(): Promise<boolean> {
    if (this.#ports.busy()) {
      await pause(busyPause);
      return true;
    }
    const { vectors } = this.#ports;
    const { serving, coming } = this.#roles();
    if (serving) {
      this.#indexing?.step(serving.key);
      if (vectors.read(serving.key, readAtOnce)) return true;
    }
    for (const target of [serving, coming]) {
      if (!target || !this.#loaded.has(target.id)) continue;
      const due = vectors.due(target.key, batch.texts, batch.chars);
      if (due.length === 0) continue;
      const embedded: Embedded[] = [];
      const made = await this.#embed(
        target.id,
        due.map(({ text }) => text),
      );
      if (this.#closed) return false;
      due.forEach((text, at) => {
        const vector = made[at];
        if (vector) embedded.push({ ...text, vector });
      });
      vectors.store(target.key, embedded);
      this.#tellProgress(target);
      return true;
    }
    if (coming && this.#loaded.has(coming.id)) {
      vectors.serve(coming.key);
      this.#queries.clear();
      this.#progress = null;
      if (serving) await this.#unload(serving.id);
      this.#changed();
      return true;
    }
    return vectors.clear(clearAtOnce);
  }

  /** A text that the embedder fails on, by itself, gets a vector without direction: no text holds the others up. */
  async #embed(id: string, texts: readonly string[]): Promise<Float32Array[]> {
    try {
      return (await this.#ports.embedder?.embed(id, texts, "passage")) ?? [];
    } catch (error) {
      if (!(error instanceof EbbError) || error.code !== "EMBEDDER_FAILED") throw error;
      if (texts.length === 1) return [new Float32Array(this.#loaded.get(id)?.dim ?? 1)];
      const half = texts.length >> 1;
      return [...(await this.#embed(id, texts.slice(0, half))), ...(await this.#embed(id, texts.slice(half)))];
    }
  }

  #tellProgress({ key, role }: StoredEmbedder): void {
    const { done, total } = this.#ports.vectors.progress(key);
    this.#progress = role === "coming" || total - done >= worthShowing || this.#progress ? { done, total } : null;
    const now = performance.now();
    if (!this.#progress || now - this.#toldAt < tellEvery) return;
    this.#toldAt = now;
    this.#changed();
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
