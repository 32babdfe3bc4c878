import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { EbbError, type Failure } from "../../contract/errors.ts";
import { safeFileName } from "../source-url.ts";
import { copyModel } from "./copy.ts";
import type { Entry, Journal, NewEntry } from "./entry.ts";
import { Pace, secondsLeft } from "./pace.ts";
import { setAside, transfer } from "./transfer.ts";

export type DownloadsOptions = {
  journal: Journal;
  /** The models folder; made with the first download. */
  folder: string;
  newId: () => string;
  /** ms. */
  clock: () => number;
  /** A request goes out to that host; returns what to call with the bytes that came back. */
  onRequest: (host: string) => (bytes: number) => void;
  onChange: () => void;
  /** A model is there to be used, and the user asked for that. */
  onReady: (path: string) => void;
  stallMs?: number;
  random?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** How a download stands. */
export type Progress = {
  receivedBytes: number;
  totalBytes: number | null;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  /** ms; while it waits to try again. */
  retryAt: number | null;
  /** Why it waits. */
  trouble: Failure | null;
  /** What has arrived is being read again. */
  checking: boolean;
};

type Running = {
  id: string;
  stop: AbortController;
  done: Promise<void>;
  received: number;
  total: number | null;
  pace: Pace;
  retryAt: number | null;
  trouble: Failure | null;
  checking: boolean;
};

const stalledAfter = 30_000;

/** Brings model files into the models folder, one at a time, in the order in which they were asked for. */
export class Downloads {
  readonly #options: DownloadsOptions;
  #running: Running | null = null;
  /** Failures that a full disk did not let the journal take. */
  readonly #unsaved = new Map<string, Failure>();
  #closed = false;

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  get list(): Entry[] {
    return this.#options.journal.all().map((entry) => this.#asItIs(entry));
  }

  /** Makes good what a crash left between two steps. Nothing is asked for: what was under way waits for the user. */
  recover(): void {
    const { journal } = this.#options;
    journal.pauseAll();
    for (const entry of journal.all()) {
      if (entry.finishedAs === null) continue;
      if (existsSync(entry.finishedAs) && !existsSync(this.#part(entry))) {
        journal.finish(entry, entry.finishedAs, entry.sha256 ?? entry.statedSha256);
      } else {
        journal.setFinishedAs(entry.id, null);
      }
    }
  }

  async progress(entry: Entry): Promise<Progress> {
    const running = this.#running?.id === entry.id ? this.#running : null;
    const total = running?.total ?? entry.totalBytes ?? entry.bytes;
    if (running === null) {
      const received = await stat(this.#part(entry)).then(
        ({ size }) => size,
        () => 0,
      );
      const nothing = { bytesPerSecond: null, secondsLeft: null, retryAt: null, trouble: null, checking: false };
      return { receivedBytes: received, totalBytes: total, ...nothing };
    }
    const { received, pace, retryAt, trouble, checking } = running;
    const bytesPerSecond = retryAt === null ? pace.bytesPerSecond(this.#options.clock(), received) : null;
    const left = secondsLeft(bytesPerSecond, received, total);
    return {
      receivedBytes: received,
      totalBytes: total,
      bytesPerSecond,
      secondsLeft: left,
      retryAt,
      trouble,
      checking,
    };
  }

  /** Puts it at the end of the queue. @throws BUSY where the same is under way */
  add({ wantedFile, ...entry }: NewEntry): Entry {
    const { journal, newId } = this.#options;
    if (journal.all().some(({ source }) => source === entry.source)) {
      throw new EbbError(
        "BUSY",
        "This model is in the list of downloads already.",
        "Resume it there, or cancel it first.",
      );
    }
    const id = newId();
    journal.add({ ...entry, id, file: this.#freeName(wantedFile) });
    this.#pump();
    return this.#require(id);
  }

  async pause(id: string): Promise<void> {
    const { state } = this.#require(id);
    if (state !== "queued" && state !== "running") return;
    this.#options.journal.setState(id, "paused");
    await this.#stop(id);
    this.#options.onChange();
  }

  resume(id: string): void {
    const { state } = this.#require(id);
    if (state !== "paused" && state !== "failed") return;
    this.#options.journal.setState(id, "queued");
    this.#pump();
  }

  /** Drops it with what has arrived of it. */
  async cancel(id: string): Promise<void> {
    const entry = this.#require(id);
    try {
      this.#options.journal.setState(id, "paused");
    } catch {
      // A full disk: what is dropped here makes room on it.
    }
    await this.#stop(id);
    // It may have come to its end meanwhile: then it is a model like any other.
    if (this.#options.journal.get(id) === null) return;
    const part = this.#part(entry);
    await rm(part, { force: true });
    await rm(setAside(part), { force: true });
    this.#options.journal.drop(id);
    this.#options.onChange();
    this.#pump();
  }

  /** Stops what is under way; it can be resumed. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running) await this.#stop(this.#running.id);
  }

  async #stop(id: string): Promise<void> {
    if (this.#running?.id !== id) return;
    this.#running.stop.abort(new DOMException("stopped", "AbortError"));
    await this.#running.done;
  }

  #pump(): void {
    this.#options.onChange();
    if (this.#closed || this.#running) return;
    const next = this.#options.journal.all().find(({ state }) => state === "queued");
    if (!next) return;
    try {
      this.#options.journal.setState(next.id, "running");
    } catch {
      // A disk that takes nothing: it waits for its turn until something else changes.
      return;
    }
    this.#unsaved.delete(next.id);
    const running: Running = {
      id: next.id,
      stop: new AbortController(),
      done: Promise.resolve(),
      received: 0,
      total: next.totalBytes ?? next.bytes,
      pace: new Pace(),
      retryAt: null,
      trouble: null,
      checking: false,
    };
    this.#running = running;
    running.done = this.#run(next, running).finally(() => {
      this.#running = null;
      this.#pump();
    });
  }

  async #run(entry: Entry, running: Running): Promise<void> {
    const { onReady } = this.#options;
    let ready: string | null = null;
    try {
      const path = await this.#bring(entry, running);
      if (entry.useIt) ready = path;
    } catch (error) {
      // Paused, cancelled, or Ebb is closing: the state says so already.
      if (running.stop.signal.aborted) return;
      this.#fail(entry.id, failureOf(error));
    }
    if (ready !== null) onReady(ready);
  }

  #fail(id: string, failure: Failure): void {
    try {
      this.#options.journal.setState(id, "failed", failure);
    } catch {
      this.#unsaved.set(id, failure);
    }
  }

  /** What the journal calls running and is not has failed in a way that it could not take. */
  #asItIs(entry: Entry): Entry {
    if (entry.state !== "running" || this.#running?.id === entry.id) return entry;
    return { ...entry, state: "failed", failure: this.#unsaved.get(entry.id) ?? entry.failure };
  }

  async #bring(entry: Entry, running: Running): Promise<string> {
    const { journal, folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { sha256 } = entry.kind === "copy" ? await this.#copy(entry, running) : await this.#download(entry, running);
    running.stop.signal.throwIfAborted();
    const path = join(folder, existsSync(join(folder, entry.file)) ? this.#freeName(entry.file) : entry.file);
    journal.setFinishedAs(entry.id, path);
    await rename(this.#part(entry), path);
    await syncFolder(folder);
    journal.finish(entry, path, sha256);
    return path;
  }

  #copy(entry: Entry, running: Running): Promise<{ sha256: string }> {
    return copyModel({
      source: entry.source,
      part: this.#part(entry),
      signal: running.stop.signal,
      onProgress: (copied, total) => {
        running.total = total;
        this.#arrived(running, copied);
      },
    });
  }

  #download(entry: Entry, running: Running): Promise<{ sha256: string }> {
    const { journal, clock, stallMs = stalledAfter, random = Math.random, onRequest, onChange } = this.#options;
    const { etag, totalBytes, statedSha256 } = entry;
    return transfer({
      source: entry.source,
      part: this.#part(entry),
      expectedBytes: entry.bytes,
      sha256: entry.sha256,
      told: { etag, totalBytes, statedSha256 },
      signal: running.stop.signal,
      stallMs,
      now: clock,
      random,
      sleep: this.#options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal })),
      onTold: (told) => {
        running.total = told.totalBytes ?? entry.bytes;
        journal.setSource(entry.id, told);
      },
      onProgress: (received) => this.#arrived(running, received),
      onWaiting: (until, why) => {
        running.retryAt = until;
        running.trouble = why?.toFailure() ?? null;
        running.pace.forget();
        onChange();
      },
      onChecking: (checking) => {
        running.checking = checking;
        onChange();
      },
      onRequest,
    });
  }

  #arrived(running: Running, bytes: number): void {
    running.received = bytes;
    running.pace.note(this.#options.clock(), bytes);
  }

  #part({ file }: Pick<Entry, "file">): string {
    return join(this.#options.folder, `${file}.part`);
  }

  /** A name that neither a file nor another download has. */
  #freeName(wanted: string): string {
    const name = safeFileName(wanted);
    const { folder, journal } = this.#options;
    const taken = new Set(journal.all().map(({ file }) => file));
    for (let number = 1; ; number++) {
      const next = number === 1 ? name : name.replace(/\.gguf$/, ` (${number}).gguf`);
      const path = join(folder, next);
      if (!taken.has(next) && !existsSync(path) && !existsSync(`${path}.part`)) return next;
    }
  }

  #require(id: string): Entry {
    const entry = this.#options.journal.get(id);
    if (entry) return this.#asItIs(entry);
    throw new EbbError("NOT_FOUND", "This download is not in the list any more.", "Look at the list of models.");
  }
}

/** So that the file keeps its name across a power cut. Not every system can do that with a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function failureOf(error: unknown): Failure {
  if (error instanceof EbbError) return error.toFailure();
  return {
    code: "INTERNAL",
    message: "The download stopped because of a fault in Ebb.",
    remedy: "Resume it; what has arrived is kept.",
  };
}
