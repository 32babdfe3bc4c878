import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { EbbError } from "../../contract/errors.ts";
import { inspectGguf } from "../gguf.ts";
import { requireSource } from "../source-url.ts";
import { judge } from "./answer.ts";
import { backoffMs, longestWait, maxAttempts } from "./backoff.ts";
import { explainWrite, requireRoom } from "./disk.ts";
import { PartFile } from "./part-file.ts";
import { type Answer, ask, unreachable } from "./request.ts";

/** What the server says of the file that the part belongs to. */
export type Told = { etag: string | null; totalBytes: number | null; statedSha256: string | null };

export type TransferOptions = {
  source: string;
  /** The part goes there. */
  part: string;
  /** Of the catalog, where it knows. */
  expectedBytes: number | null;
  sha256: string | null;
  /** What is known of the file whose part is there already. */
  told: Told;
  signal: AbortSignal;
  /** Without a byte for so long (ms), the connection counts as lost. */
  stallMs: number;
  now: () => number;
  random: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  onTold: (told: Told) => void;
  onProgress: (receivedBytes: number) => void;
  /** It waits until then (ms) before it tries again, or goes on. */
  onWaiting: (until: number | null, why: EbbError | null) => void;
  /** What has arrived is being read again. */
  onChecking: (checking: boolean) => void;
  /** A request goes out; returns what to call with the bytes that came back. */
  onRequest: (host: string) => (bytes: number) => void;
};

/** A failure that may pass. */
class Passing extends Error {
  readonly error: EbbError;
  readonly afterMs: number | null;

  constructor(error: EbbError, afterMs: number | null = null) {
    super(error.message);
    this.error = error;
    this.afterMs = afterMs;
  }
}

/** Bytes between looks at the disk; what was written by then survives a power cut. */
const lookAfter = 64 * 1024 * 1024;

/** The bad part lies beside the next one until that has arrived. */
export const setAside = (part: string): string => `${part}.bad`;

/**
 * Brings a whole, checked GGUF file to the part's place; resolves to its SHA-256. It goes on where it was cut off, as long as the server has
 * the same file, tries again after failures that may pass, and begins anew once where the result is not what it should be.
 * @throws EbbError DOWNLOAD_UNREACHABLE, DOWNLOAD_REFUSED, DOWNLOAD_DAMAGED, STORAGE_FULL, FOLDER_UNWRITABLE or a MODEL_FILE_
 * code, or the signal's reason
 */
export async function transfer(options: TransferOptions): Promise<{ sha256: string }> {
  const folder = dirname(options.part);
  try {
    return await new Transfer(options, folder).run();
  } catch (error) {
    options.signal.throwIfAborted();
    throw explainWrite(error, folder);
  }
}

class Transfer {
  readonly #options: TransferOptions;
  readonly #folder: string;
  readonly #source: URL;
  #told: Told;

  constructor(options: TransferOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#told = options.told;
    this.#source = requireSource(options.source);
  }

  async run(): Promise<{ sha256: string }> {
    const { part: path, signal, onChecking } = this.#options;
    for (let again = false; ; again = true) {
      const part = await PartFile.open(path);
      let sha256: string;
      try {
        if (!this.#canGoOn()) await this.#forget(part);
        this.#options.onProgress(part.size);
        onChecking(part.size > 0);
        await part.catchUp(signal);
        onChecking(false);
        await this.#fetch(part);
        await part.sync();
        sha256 = part.sha256();
      } finally {
        await part.close();
      }
      const fault = await this.#faultOf(sha256);
      if (fault === null) {
        await rm(setAside(path), { force: true });
        return { sha256 };
      }
      await rename(path, setAside(path));
      this.#tell({ etag: null, totalBytes: null, statedSha256: null });
      // Something on the way may have spoilt it; a second time, it is the source.
      if (again || !fault.mayPass) throw fault.error;
    }
  }

  async #faultOf(sha256: string): Promise<{ error: EbbError; mayPass: boolean } | null> {
    const expected = this.#options.sha256 ?? this.#told.statedSha256;
    if (expected !== null && sha256 !== expected) {
      const message = `What ${this.#source.hostname} sent is not the file that was promised: its SHA-256 is another.`;
      const remedy = "Try again later, or choose another model or another source.";
      return { error: new EbbError("DOWNLOAD_DAMAGED", message, remedy), mayPass: true };
    }
    try {
      await inspectGguf(this.#options.part);
      return null;
    } catch (error) {
      if (!(error instanceof EbbError)) throw error;
      // Where the hash is right, the file is as its makers made it.
      return { error, mayPass: expected === null && error.code !== "MODEL_UNSUPPORTED" };
    }
  }

  /** Fetches until all is there, however often the connection breaks, as long as something new arrives. */
  async #fetch(part: PartFile): Promise<void> {
    const { onProgress, onWaiting, signal, sleep, random, now } = this.#options;
    onProgress(part.size);
    let furthest = part.size;
    let failures = 0;
    // A server that changes its mind each time is not followed for ever.
    for (let restarts = 0; restarts < maxAttempts; ) {
      try {
        if (await this.#attempt(part)) return;
        restarts += 1;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Passing)) throw error;
        failures = part.size > furthest ? 1 : failures + 1;
        furthest = Math.max(furthest, part.size);
        const wait = backoffMs(failures, error.afterMs, random());
        if (failures >= maxAttempts || wait > longestWait) throw error.error;
        onWaiting(now() + wait, error.error);
        await sleep(wait, signal);
        onWaiting(null, null);
      }
    }
    throw unsteady(this.#source);
  }

  /** One request: true once all is there, false where it has to begin anew. */
  async #attempt(part: PartFile): Promise<boolean> {
    const { signal, expectedBytes, stallMs, now } = this.#options;
    if (!this.#canGoOn()) await this.#forget(part);
    const from = part.size;
    const ends = this.#told.totalBytes ?? expectedBytes;
    if (from > 0 && from === ends) return true;
    if (ends !== null && from > ends) {
      await this.#forget(part);
      return false;
    }
    const { etag, totalBytes } = this.#told;
    const headers: Record<string, string> = {};
    if (from > 0) headers.range = `bytes=${from}-`;
    if (from > 0 && etag !== null) headers["if-range"] = etag;
    const quiet = new AbortController();
    let counted: (bytes: number) => void = () => {};
    const answer = await ask(this.#source, {
      headers,
      signal: AbortSignal.any([signal, quiet.signal]),
      patienceMs: stallMs,
      onRequest: (host) => {
        counted = this.#options.onRequest(host);
      },
    }).catch((error: unknown) => {
      throw error instanceof EbbError && error.code === "DOWNLOAD_UNREACHABLE" ? new Passing(error) : error;
    });
    try {
      const stated = answer.statedSha256;
      // The hash of another file: what is there is a part of the one before.
      const changed = stated !== null && this.#told.statedSha256 !== null && stated !== this.#told.statedSha256;
      const verdict = changed
        ? ({ kind: "restart" } as const)
        : judge({ from, etag, totalBytes, expectedBytes }, answer.status, answer.headers, answer.host, now());
      switch (verdict.kind) {
        case "complete":
          return true;
        case "restart":
          await this.#forget(part);
          return false;
        case "wait":
          throw new Passing(verdict.error, verdict.afterMs);
        case "fail":
          throw verdict.error;
        case "write": {
          if (verdict.at === 0) await part.clear();
          this.#tell({
            etag: verdict.etag,
            totalBytes: verdict.totalBytes,
            statedSha256: stated ?? this.#told.statedSha256,
          });
          const whole = verdict.totalBytes ?? expectedBytes;
          await requireRoom(this.#folder, Math.max(0, (whole ?? 0) - part.size));
          await this.#write(part, answer, whole, quiet, counted);
          return true;
        }
      }
    } finally {
      answer.body.destroy();
    }
  }

  /** Writes the body to its end. Throws `Passing` where it ends too early. */
  async #write(
    part: PartFile,
    { body, host }: Answer,
    whole: number | null,
    quiet: AbortController,
    counted: (bytes: number) => void,
  ): Promise<void> {
    const { stallMs, onProgress, signal } = this.#options;
    const silence = setTimeout(() => quiet.abort(), stallMs);
    let received = 0;
    let looked = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        silence.refresh();
        if (whole !== null && part.size + chunk.length > whole) throw tooLong(host);
        await part.append(chunk);
        received += chunk.length;
        onProgress(part.size);
        if (received - looked >= lookAfter) {
          looked = received;
          counted(received);
          await part.sync();
          await requireRoom(this.#folder, Math.max(0, (whole ?? part.size) - part.size));
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      throw isOfDisk(error) || error instanceof EbbError ? error : new Passing(unreachable({ hostname: host }, error));
    } finally {
      clearTimeout(silence);
      counted(received);
    }
    if (whole !== null && part.size < whole) {
      throw new Passing(unreachable({ hostname: host }, new Error("The connection ended too early")));
    }
  }

  /** Without a tag or a hash, nothing says that the rest would belong to what is there. */
  #canGoOn(): boolean {
    return this.#told.etag !== null || this.#told.statedSha256 !== null || this.#options.sha256 !== null;
  }

  async #forget(part: PartFile): Promise<void> {
    await part.clear();
    this.#tell({ etag: null, totalBytes: null, statedSha256: null });
    this.#options.onProgress(0);
  }

  #tell(told: Told): void {
    const { etag, totalBytes, statedSha256 } = this.#told;
    if (told.etag === etag && told.totalBytes === totalBytes && told.statedSha256 === statedSha256) return;
    this.#told = told;
    this.#options.onTold(told);
  }
}

const isOfDisk = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && (error.syscall === "write" || error.syscall === "fsync");

function tooLong(host: string): EbbError {
  const message = `${host} sends more than the file that it announced.`;
  return new EbbError("DOWNLOAD_DAMAGED", message, "Try again later, or choose another source.");
}

function unsteady({ hostname }: URL): EbbError {
  const message = `${hostname} has another file there each time.`;
  return new EbbError("DOWNLOAD_DAMAGED", message, "Try again later, or choose another source.");
}
