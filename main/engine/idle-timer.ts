/** Work that nobody waits for may keep a model awake for at most so many times as long as it would be without. */
const patience = 3;

/**
 * Says when a model has not been asked for long. What is done in the background does not count as asking; it only puts the end off
 * while it runs, and not for ever.
 */
export class IdleTimer {
  readonly #onDue: () => Promise<void>;
  #ms = 0;
  #running = false;
  #asking = 0;
  #background = 0;
  /** When (performance.now) it was last asked. */
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(onDue: () => Promise<void>) {
    this.#onDue = onDue;
  }

  /** How long (ms) is long; 0 for never. */
  setTo(ms: number): void {
    this.#ms = ms;
    this.#look();
  }

  /** Counts from now on. */
  start(): void {
    this.#running = true;
    this.#since = performance.now();
    this.#look();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Something is asked; returns what to call at its end. */
  begin(background: boolean): () => void {
    if (background) this.#background++;
    else this.#asking++;
    return () => {
      if (background) this.#background--;
      else {
        this.#asking--;
        this.#since = performance.now();
      }
      this.#look();
    };
  }

  /** True where it is time now. */
  get due(): boolean {
    return this.#running && this.#ms > 0 && this.#asking === 0 && this.#left() <= 0;
  }

  /** Milliseconds until it is due, as things stand. */
  #left(): number {
    const allowed = this.#background > 0 ? this.#ms * patience : this.#ms;
    return this.#since + allowed - performance.now();
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (!this.#running || this.#ms === 0 || this.#asking > 0) return;
    this.#timer = setTimeout(
      () => {
        if (this.due) void this.#onDue();
        else this.#look();
      },
      Math.max(1, this.#left()),
    ).unref();
  }
}
