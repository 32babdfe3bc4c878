/** Progress further back (ms) than this says little about now. */
const memory = 8_000;

/** How fast bytes arrive, over the last seconds. */
export class Pace {
  #seen: { at: number; bytes: number }[] = [];

  /** `bytes` is what has arrived all together, `at` the time in ms. */
  note(at: number, bytes: number): void {
    this.#seen = this.#seen.filter((each) => at - each.at <= memory && each.at <= at && each.bytes <= bytes);
    const last = this.#seen.at(-1);
    // A look four times a second is enough.
    if (last === undefined || at - last.at >= 250) this.#seen.push({ at, bytes });
  }

  forget(): void {
    this.#seen = [];
  }

  /** Null until a second has passed. */
  bytesPerSecond(at: number, bytes: number): number | null {
    const [oldest] = this.#seen;
    if (oldest === undefined || at - oldest.at < 1_000) return null;
    return Math.max(0, ((bytes - oldest.bytes) * 1_000) / (at - oldest.at));
  }
}

/** Whole seconds until all is there, at this speed; null where that is not known. */
export function secondsLeft(bytesPerSecond: number | null, received: number, total: number | null): number | null {
  if (bytesPerSecond === null || bytesPerSecond <= 0 || total === null) return null;
  return Math.ceil(Math.max(0, total - received) / bytesPerSecond);
}
