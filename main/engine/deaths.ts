const windowMs = 60_000;
/** So many deaths within a minute, and a process is no longer started by itself. */
const most = 3;

/** Counts the deaths of a process, to wait longer before each start and at last to give it up. */
export class Deaths {
  readonly #now: () => number;
  readonly #backoffMs: readonly number[];
  #times: number[] = [];

  /** `now` in ms; `backoffMs` is waited before the first, second ... restart within a minute. */
  constructor(now: () => number, backoffMs: readonly number[]) {
    this.#now = now;
    this.#backoffMs = backoffMs;
  }

  /** Counts one; returns how many there were within the last minute. */
  add(): number {
    const now = this.#now();
    this.#times = [...this.#times.filter((at) => now - at < windowMs), now];
    return this.#times.length;
  }

  /** Those counted last. */
  get count(): number {
    return this.#times.length;
  }

  get tooMany(): boolean {
    return this.#times.length >= most;
  }

  /** How long (ms) to wait before the next start. */
  get backoffMs(): number {
    return this.#backoffMs[Math.min(this.#times.length, this.#backoffMs.length) - 1] ?? 0;
  }

  forget(): void {
    this.#times = [];
  }
}
