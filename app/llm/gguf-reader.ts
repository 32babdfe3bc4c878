import type { FileHandle } from "node:fs/promises";

/** How a header breaks the format: it ends too early, or says something that cannot be. */
export class HeaderFault extends Error {
  readonly kind: "truncated" | "invalid";

  constructor(kind: "truncated" | "invalid", message: string) {
    super(message);
    this.name = "HeaderFault";
    this.kind = kind;
  }
}

export type ScalarValue = string | number | boolean;
/** An array is kept only as its length and its numbers, if it is short; vocabularies have hundreds of thousands of strings. */
export type MetadataValue = ScalarValue | { length: number; numbers: number[] };

const windowBytes = 1024 * 1024;
/** The longest real chat templates and licences are far below this. */
const maxStringBytes = 16 * 1024 * 1024;
const maxArrayItems = 16_000_000;
const keptArrayItems = 4_096;

const valueType = { bool: 7, string: 8, array: 9 } as const;
/** Bytes of each fixed-size value type, by the type's number. */
const valueBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/**
 * Reads a GGUF header from front to back through a window of 1 MiB. A length in the file is never believed: nothing is
 * allocated by it, and one that passes the end of the file is a fault.
 */
export class HeaderReader {
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #window = Buffer.alloc(windowBytes);
  #windowStart = 0;
  #windowEnd = 0;
  #position = 0;

  /** `size` is the length of the file in bytes. */
  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#size - this.#position;
  }

  async u32(): Promise<number> {
    return (await this.#take(4)).readUInt32LE();
  }

  /** Throws if the number is too large to be exact: no true count, length or offset is. */
  async u64(what: string): Promise<number> {
    const value = (await this.#take(8)).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new HeaderFault("invalid", `${what} is ${value}`);
    return Number(value);
  }

  async string(maxBytes = maxStringBytes): Promise<string> {
    const length = await this.#stringLength(maxBytes);
    if (length <= windowBytes) return (await this.#take(length)).toString("utf8");
    const parts: Buffer[] = [];
    for (let left = length; left > 0; left -= windowBytes) {
      parts.push(Buffer.from(await this.#take(Math.min(left, windowBytes))));
    }
    return Buffer.concat(parts).toString("utf8");
  }

  /** A metadata value with its type tag. */
  async value(): Promise<MetadataValue> {
    const type = await this.u32();
    return type === valueType.array ? this.#array() : this.#scalar(type);
  }

  async #array(): Promise<MetadataValue> {
    const type = await this.u32();
    const length = await this.u64("The length of an array");
    const itemBytes = type === valueType.string ? 8 : valueBytes[type];
    if (itemBytes === undefined) throw new HeaderFault("invalid", `An array has items of type ${type}`);
    if (length > maxArrayItems) throw new HeaderFault("invalid", `An array has ${length} items`);
    if (length * itemBytes > this.remaining) throw new HeaderFault("truncated", "An array passes the end of the file");
    const numbers: number[] = [];
    if (type === valueType.string) {
      for (let index = 0; index < length; index++) this.#skip(await this.#stringLength(maxStringBytes));
    } else if (length <= keptArrayItems) {
      for (let index = 0; index < length; index++) numbers.push(Number(await this.#scalar(type)));
    } else {
      this.#skip(length * itemBytes);
    }
    return { length, numbers };
  }

  async #scalar(type: number): Promise<ScalarValue> {
    if (type === valueType.string) return this.string();
    const bytes = valueBytes[type];
    if (bytes === undefined) throw new HeaderFault("invalid", `A value has the unknown type ${type}`);
    const raw = await this.#take(bytes);
    switch (type) {
      case 0:
        return raw.readUInt8();
      case 1:
        return raw.readInt8();
      case 2:
        return raw.readUInt16LE();
      case 3:
        return raw.readInt16LE();
      case 4:
        return raw.readUInt32LE();
      case 5:
        return raw.readInt32LE();
      case 6:
        return raw.readFloatLE();
      case valueType.bool:
        return raw.readUInt8() !== 0;
      case 10:
        return Number(raw.readBigUInt64LE());
      case 11:
        return Number(raw.readBigInt64LE());
      default:
        return raw.readDoubleLE();
    }
  }

  async #stringLength(maxBytes: number): Promise<number> {
    const length = await this.u64("The length of a text");
    if (length > maxBytes) throw new HeaderFault("invalid", `A text is ${length} bytes long`);
    if (length > this.remaining) throw new HeaderFault("truncated", "A text passes the end of the file");
    return length;
  }

  /** The next bytes, at most one window of them; valid until the next call. */
  async #take(length: number): Promise<Buffer> {
    if (length > this.remaining) throw new HeaderFault("truncated", "The header passes the end of the file");
    if (this.#position < this.#windowStart || this.#position + length > this.#windowEnd) await this.#fill(length);
    const start = this.#position - this.#windowStart;
    this.#position += length;
    return this.#window.subarray(start, start + length);
  }

  async #fill(atLeast: number): Promise<void> {
    this.#windowStart = this.#position;
    this.#windowEnd = this.#position;
    while (this.#windowEnd - this.#windowStart < atLeast) {
      const filled = this.#windowEnd - this.#windowStart;
      const { bytesRead } = await this.#file.read(this.#window, filled, windowBytes - filled, this.#windowEnd);
      if (bytesRead === 0) throw new HeaderFault("truncated", "The file became shorter while it was read");
      this.#windowEnd += bytesRead;
    }
  }

  #skip(length: number): void {
    this.#position += length;
  }
}
