/** After so long away (ms), a question is hardly about what was asked before. */
const longAway = 600_000;

/** How long the window was out of use before the present question. Times are ms since 1970 (UTC). */
export class Absence {
  #leftAt: number | null = null;
  #wasLong = false;

  leave(at: number): void {
    this.#leftAt ??= at;
  }

  return(at: number): void {
    if (this.#leftAt !== null && at - this.#leftAt > longAway) this.#wasLong = true;
    this.#leftAt = null;
  }

  /** True once after a long absence. */
  takeLong(): boolean {
    const was = this.#wasLong;
    this.#wasLong = false;
    return was;
  }
}
