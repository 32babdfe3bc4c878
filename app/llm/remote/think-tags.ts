import type { Piece } from "../pieces.ts";

const opens = "<think>";
const closes = "</think>";

/**
 * Tells what a model thinks from what it says where a server leaves both in one text: thoughts stand between `<think>` and `</think>` at
 * the very beginning. Texts may be cut anywhere.
 */
export class ThinkTags {
  #state: "start" | "thinking" | "blank" | "saying" = "start";
  #held = "";

  push(text: string): Piece[] {
    this.#held += text;
    const pieces: Piece[] = [];
    if (this.#state === "start") {
      const begun = this.#held.trimStart();
      if (opens.startsWith(begun)) return [];
      this.#state = begun.startsWith(opens) ? "thinking" : "saying";
      if (this.#state === "thinking") this.#held = begun.slice(opens.length);
    }
    if (this.#state === "thinking") {
      const end = this.#held.indexOf(closes);
      if (end === -1) {
        const kept = overlap(this.#held, closes);
        const thought = this.#held.slice(0, this.#held.length - kept);
        this.#held = this.#held.slice(this.#held.length - kept);
        return thought === "" ? [] : [{ type: "thought", text: thought }];
      }
      if (end > 0) pieces.push({ type: "thought", text: this.#held.slice(0, end) });
      this.#held = this.#held.slice(end + closes.length);
      this.#state = "blank";
    }
    if (this.#state === "blank") {
      this.#held = this.#held.trimStart();
      if (this.#held !== "") this.#state = "saying";
    }
    if (this.#held !== "") pieces.push({ type: "text", text: this.#held });
    this.#held = "";
    return pieces;
  }

  /** What was held back because a mark might have begun in it. */
  end(): Piece[] {
    const text = this.#held;
    this.#held = "";
    if (text === "") return [];
    return [{ type: this.#state === "thinking" ? "thought" : "text", text }];
  }
}

/** How much of the beginning of `mark` stands at the end of the text. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
