import { Fault, TooLargeFault } from "./fault.ts";

/**
 * One value of a large JSON file: an element of the array at the top, of an array that is a member of the object at the top
 * (`key`), or another member of that object.
 */
export type Piece = { path: string; key: string | null; element: boolean; value: unknown };

/** The largest single value, in bytes: far beyond any conversation, and small enough to be held as a whole. */
export const pieceBytes = 32 * 1024 * 1024;
/** Deeper nesting than any export has; more would only serve to exhaust the stack. */
const depthLimit = 64;
const keyBytes = 1_024;

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

type State = "start" | "value" | "inside" | "comma" | "key" | "inKey" | "colon" | "end";

/**
 * Cuts a JSON file into its conversations without ever holding more than one. What stands between them is read byte by
 * byte, what is in them by JSON.parse. @throws Fault
 */
export async function* jsonPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  const splitter = new Splitter();
  for await (const chunk of chunks) yield* splitter.push(chunk);
  splitter.finish();
}

class Splitter {
  #state: State = "start";
  /** Bytes before the present chunk. */
  #before = 0;
  /** Whether the top is an object, and the member that is being read. */
  #inObject = false;
  #key: string | null = null;
  /** The element of the array that is being read; null outside of one. */
  #index: number | null = null;
  /** True just after `[`, `{`: only here may the array or object end without a value. */
  #isFirst = false;
  // The value that is being collected.
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #start = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  *push(chunk: Uint8Array): Generator<Piece> {
    let from = this.#state === "inside" || this.#state === "inKey" ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#state === "inside" || this.#state === "inKey") {
        const end = this.#state === "inKey" ? this.#keyEnd(byte) : this.#valueEnd(byte, at);
        if (end === "goes on") continue;
        const last = end === "with this" ? at + 1 : at;
        const bytes = this.#take(chunk.subarray(from, last));
        from = -1;
        if (this.#state === "inKey") {
          this.#key = this.#parse(bytes, "a name") as string;
          this.#state = "colon";
        } else {
          this.#state = "comma";
          yield this.#piece(bytes);
        }
        if (end === "with this") continue;
      }
      if (isSpace(byte) || (this.#state === "start" && this.#isMark(byte, at))) continue;
      if (!this.#between(byte, at)) continue;
      // The byte is looked at once more, as the first one of the value.
      from = at;
      at -= 1;
    }
    if (from >= 0) this.#hold(chunk.subarray(from));
    this.#before += chunk.length;
  }

  finish(): void {
    if (this.#state === "end") return;
    const place = this.#state === "start" ? "the beginning" : this.#path();
    throw new Fault(`${place} (byte ${this.#before})`, "the file breaks off here");
  }

  /** Reads a byte outside of values; true where a value or a name begins with it. */
  #between(byte: number, at: number): boolean {
    switch (this.#state) {
      case "start":
        if (byte !== openArray && byte !== openObject) throw this.#unexpected(at);
        this.#inObject = byte === openObject;
        this.#index = this.#inObject ? null : 0;
        this.#open();
        return false;
      case "value":
        if (byte === closeArray && this.#isFirst && this.#index !== null) return this.#close();
        if (byte === openArray && this.#inObject && this.#index === null) {
          this.#index = 0;
          this.#open();
          return false;
        }
        if (byte === comma || byte === colon || byte === closeArray || byte === closeObject) throw this.#unexpected(at);
        return this.#begin("inside", at);
      case "comma":
        if (byte === comma) {
          this.#isFirst = false;
          if (this.#index !== null) this.#index += 1;
          this.#state = this.#index === null ? "key" : "value";
          return false;
        }
        if (byte === (this.#index === null ? closeObject : closeArray)) return this.#close();
        throw this.#unexpected(at);
      case "key":
        if (byte === closeObject && this.#isFirst) return this.#close();
        if (byte !== quote) throw this.#unexpected(at);
        return this.#begin("inKey", at);
      case "colon":
        if (byte !== colon) throw this.#unexpected(at);
        this.#state = "value";
        return false;
      default:
        throw this.#unexpected(at);
    }
  }

  #open(): void {
    this.#isFirst = true;
    this.#state = this.#index === null ? "key" : "value";
  }

  #close(): false {
    const isMember = this.#inObject && this.#index !== null;
    this.#index = null;
    this.#isFirst = false;
    this.#state = isMember ? "comma" : "end";
    return false;
  }

  #begin(state: "inside" | "inKey", at: number): true {
    this.#state = state;
    this.#start = this.#before + at;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    return true;
  }

  #keyEnd(byte: number): "goes on" | "with this" {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) {
      if (this.#inString) return "with this";
      this.#inString = true;
    }
    return "goes on";
  }

  #valueEnd(byte: number, at: number): "goes on" | "with this" | "before this" {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) {
        this.#inString = false;
        if (this.#depth === 0) return "with this";
      }
      return "goes on";
    }
    if (byte === quote) this.#inString = true;
    else if (byte === openArray || byte === openObject) {
      this.#depth += 1;
      if (this.#depth > depthLimit) throw new Fault(this.#here(at), "the file is nested too deeply here");
    } else if (byte === closeArray || byte === closeObject) {
      if (this.#depth === 0) return "before this";
      this.#depth -= 1;
      if (this.#depth === 0) return "with this";
    } else if (this.#depth === 0 && (byte === comma || isSpace(byte))) return "before this";
    return "goes on";
  }

  /** True for a byte of a mark of byte order at the very beginning. */
  #isMark(byte: number, at: number): boolean {
    return this.#before + at < 3 && byte === [0xef, 0xbb, 0xbf][this.#before + at];
  }

  #hold(bytes: Uint8Array): void {
    this.#heldBytes += bytes.length;
    if (this.#state === "inKey" && this.#heldBytes > keyBytes) {
      throw new Fault(this.#path(), "this is larger than any name can be");
    }
    if (this.#heldBytes > pieceBytes) {
      throw new TooLargeFault(
        this.#path(),
        `this is larger than the ${pieceBytes / 1024 ** 2} MB that Ebb takes as one`,
      );
    }
    this.#held.push(bytes.slice());
  }

  #take(bytes: Uint8Array): Uint8Array {
    if (this.#held.length === 0) return bytes;
    this.#hold(bytes);
    const whole = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return whole;
  }

  #piece(bytes: Uint8Array): Piece {
    const path = this.#path();
    return { path, key: this.#key, element: this.#index !== null, value: this.#parse(bytes, path) };
  }

  #parse(bytes: Uint8Array, path: string): unknown {
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      throw new Fault(`${path} (from byte ${this.#start})`, "this is not UTF-8 text");
    }
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      const found = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
      // For some faults V8 does not tell where they are.
      const within = found === undefined ? null : Buffer.byteLength(text.slice(0, Number(found)));
      const place = within === null ? `from byte ${this.#start}` : `byte ${this.#start + within}`;
      throw new Fault(`${path} (${place})`, "this is not JSON");
    }
  }

  #path(): string {
    const index = this.#index === null ? "" : `[${this.#index}]`;
    return `${this.#key ?? ""}${index}` || "the top";
  }

  #here(at: number): string {
    return `${this.#path()} (byte ${this.#before + at})`;
  }

  #unexpected(at: number): Fault {
    return new Fault(this.#here(at), "this is not JSON");
  }
}
