import { EbbError } from "./contract/errors.ts";
import type { EmbedderState } from "./contract/index.ts";
import type { EmbedderPort } from "./embed/port.ts";
import { EmbedderInUse } from "./embedder-in-use.ts";
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
  readonly #used: EmbedderInUse;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stopListening: () => void;
  readonly #indexing: Indexing | null;
  readonly #queries = new Map<string, Promise<Float32Array | null>>();
  #drain: Promise<void> | null = null;
  #woken = false;
  /** Shown while there is enough to do. */
  #progress: { done: number; total: number } | null = null;
  #toldAt = 0;
  #closed = false;

  constructor(ports: EmbeddingPorts) {
    this.#ports = ports;
    const { embedder, vectors, indexWork, readOnly } = ports;
    this.#indexing =
      indexWork && !readOnly ? new Indexing({ vectors, work: indexWork, onDone: () => this.wake() }) : null;
    this.#used = new EmbedderInUse({
      embedder,
      vectors,
      readOnly,
      // Its file is checked while the embedder loads.
      onServing: (key) => this.#indexing?.step(key),
      onChange: () => {
        this.#changed();
        this.wake();
      },
    });
    this.#stopListening = embedder?.onChange(() => this.#processChanged()) ?? (() => {});
    if (!embedder) return;
    this.#timers.push(setTimeout(() => void this.#used.begin(), startAfter).unref());
    this.#timers.push(setInterval(() => this.wake(), lookEvery).unref());
  }

  get state(): EmbedderState {
    if (!this.#ports.embedder) return noEmbedder;
    return { ...this.#used.state, progress: this.#progress, unindexed: this.#indexing?.unsupported ?? false };
  }

  /** Something may have to be embedded. */
  wake(): void {
    this.#woken = true;
    if (this.#closed || this.#ports.readOnly || !this.#used.loaded) return;
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
    await this.#used.begin();
    do {
      this.wake();
      await this.#drain;
    } while (this.#woken && !this.#closed && this.#used.usable && !this.#ports.readOnly);
  }

  /** Resolves once nothing is due, and the file that vectors are searched by is as new as it gets by itself. */
  async indexed(): Promise<void> {
    do {
      await this.#indexing?.idle();
      await this.settled();
    } while (this.#indexing?.busy);
  }

  /** Uses another embedder from now on, see `EmbedderInUse.choose`. @throws EbbError with an EMBEDDER_ code, and all is as before */
  async choose(path: string | null): Promise<EmbedderState> {
    await this.#used.choose(path);
    return this.state;
  }

  /** Tries again what had failed. */
  async retry(): Promise<EmbedderState> {
    await this.#used.retry();
    return this.state;
  }

  /** Ends it; the process stays for whoever opens the database next. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stopListening();
    this.#queries.clear();
    await this.#indexing?.close();
    await this.#used.close();
  }

  #processChanged(): void {
    this.#changed();
    if (this.#ports.embedder?.process.status === "running") this.wake();
  }

  #changed(): void {
    if (!this.#closed) this.#ports.onChange();
  }

  async #query(text: string): Promise<QueryVector | null> {
    await this.#used.begin();
    const { serving } = this.#used.roles;
    if (!serving || !this.#used.isLoaded(serving)) return null;
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
          this.#used.lose(error);
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
    const { serving, coming } = this.#used.roles;
    if (serving) {
      this.#indexing?.step(serving.key);
      if (vectors.read(serving.key, readAtOnce)) return true;
    }
    for (const target of [serving, coming]) {
      if (!target || !this.#used.isLoaded(target)) continue;
      const due = vectors.due(target.key, batch.texts, batch.chars);
      if (due.length === 0) continue;
      const embedded: Embedded[] = [];
      const made = await this.#used.embed(
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
    if (coming && this.#used.isLoaded(coming)) {
      this.#queries.clear();
      this.#progress = null;
      await this.#used.promote({ serving, coming });
      this.#changed();
      return true;
    }
    return vectors.clear(clearAtOnce);
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
