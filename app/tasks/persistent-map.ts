/**
 * A map that never changes: `with` gives another one that shares what is the same. It is a large map beneath a small one of what has
 * changed since, so that a change costs the size of the small one; now and then the two become one large map again.
 */
export class PersistentMap<V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #top: ReadonlyMap<string, V | undefined>;

  constructor(base: ReadonlyMap<string, V> = new Map(), top: ReadonlyMap<string, V | undefined> = new Map()) {
    this.#base = base;
    this.#top = top;
  }

  get(key: string): V | undefined {
    return this.#top.has(key) ? this.#top.get(key) : this.#base.get(key);
  }

  /** The map with these changes; undefined takes a key away. */
  with(changes: ReadonlyMap<string, V | undefined>): PersistentMap<V> {
    if (changes.size === 0) return this;
    const top = new Map(this.#top);
    for (const [key, value] of changes) top.set(key, value);
    if (top.size <= topSize) return new PersistentMap(this.#base, top);
    const base = new Map(this.#base);
    for (const [key, value] of top) {
      if (value === undefined) base.delete(key);
      else base.set(key, value);
    }
    return new PersistentMap(base);
  }

  *entries(): Generator<[string, V]> {
    for (const [key, value] of this.#base) if (!this.#top.has(key)) yield [key, value];
    for (const [key, value] of this.#top) if (value !== undefined) yield [key, value];
  }

  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }
}

/** Changes are copied this often at most, and 10,000 entries once in as many changes. */
const topSize = 256;
