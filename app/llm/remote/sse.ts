/** A line longer than this (UTF-16 units) is no event of a language model. */
const longestLine = 1_048_576;

/**
 * Server-sent events (WHATWG HTML, 9.2), as far as their data goes. Bytes may be cut anywhere, within a character and between CR and LF too.
 */
export class SseReader {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #data: string[] = [];
  #size = 0;
  /** The last piece ended with CR: an LF that follows belongs to it. */
  #afterCr = false;

  /** The data of each event that these bytes complete. @throws RangeError where a line or an event has no end */
  push(bytes: Uint8Array): string[] {
    return this.#read(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The data of an event that the end of the stream completes: not all servers end the last one as they should. */
  end(): string[] {
    const events = this.#read(`${this.#decoder.decode()}\n\n`);
    this.#rest = "";
    return events;
  }

  #read(text: string): string[] {
    const added = this.#afterCr && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") this.#afterCr = text.endsWith("\r");
    const lines = added.split(/\r\n|\n|\r/);
    lines[0] = this.#rest + lines[0];
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > longestLine) throw new RangeError("a line without end");
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): string[] {
    if (line === "") {
      const events = this.#data.length === 0 ? [] : [this.#data.join("\n")];
      this.#data = [];
      this.#size = 0;
      return events;
    }
    if (!line.startsWith("data:")) return [];
    const data = line.slice(line[5] === " " ? 6 : 5);
    this.#size += data.length;
    if (this.#size > longestLine) throw new RangeError("an event without end");
    this.#data.push(data);
    return [];
  }
}
