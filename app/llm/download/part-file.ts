import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

const readBytes = 4 * 1024 * 1024;

/** The part of a file that has arrived, for this user's eyes only, with the SHA-256 of it. */
export class PartFile {
  readonly path: string;
  readonly #file: FileHandle;
  #hash: Hash = createHash("sha256");
  #hashed = 0;
  #size: number;

  private constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Opens what is there, or begins anew. Throws the file system's own error. */
  static async open(path: string): Promise<PartFile> {
    const file = await open(path, "a+", 0o600).then(async (made) => {
      await made.close();
      return open(path, "r+");
    });
    return new PartFile(path, file, (await file.stat()).size);
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /** Reads what an earlier run has left, so that its hash can go on. */
  async catchUp(signal: AbortSignal): Promise<void> {
    const buffer = Buffer.alloc(Math.min(readBytes, Math.max(1, this.#size - this.#hashed)));
    while (this.#hashed < this.#size) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#file.read(
        buffer,
        0,
        Math.min(buffer.length, this.#size - this.#hashed),
        this.#hashed,
      );
      if (bytesRead === 0) throw new Error("The part became shorter while it was read");
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#hashed += bytesRead;
    }
  }

  /** Writes at the end. */
  async append(chunk: Buffer): Promise<void> {
    for (let written = 0; written < chunk.length; ) {
      const { bytesWritten } = await this.#file.write(chunk, written, chunk.length - written, this.#size);
      if (this.#hashed === this.#size) {
        this.#hash.update(chunk.subarray(written, written + bytesWritten));
        this.#hashed += bytesWritten;
      }
      written += bytesWritten;
      this.#size += bytesWritten;
    }
  }

  /** Drops all of it. */
  async clear(): Promise<void> {
    await this.#file.truncate(0);
    this.#size = 0;
    this.#hashed = 0;
    this.#hash = createHash("sha256");
  }

  /** Hex, of all that is there; `catchUp` must have been called since it was opened. */
  sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** What is there survives a power cut. */
  sync(): Promise<void> {
    return this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
