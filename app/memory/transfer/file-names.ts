/** UTF-8 bytes of a name without its number and extension: file systems take 255 for all of it. */
const nameBytes = 120;

/** Characters that some system does not take in a name, that end a path's part, or that change how a name is shown. */
const unsafe = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * A file name, without its extension, that every system takes and that says when it began and what it is about. It has no more of
 * the title than letters and signs that are safe. `at` is ms; the day is that of UTC.
 */
export function nameFor(title: string, at: number): string {
  const words = title
    .toWellFormed()
    .normalize("NFC")
    .replaceAll("\uFFFD", " ")
    .replaceAll(unsafe, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  const day = new Date(at).toISOString().slice(0, 10);
  // No system takes a dot or a space at the end.
  const shown = withinBytes(words, nameBytes).replace(/[. ]+$/, "");
  return shown === "" ? day : `${day} ${shown}`;
}

/** Names that were given; systems that tell no case apart, and those that spell letters differently, see each once. */
export class Names {
  readonly #taken = new Set<string>();

  /** The name, or the name with a number where it was given before. */
  unique(name: string): string {
    for (let count = 1; ; count += 1) {
      const numbered = count === 1 ? name : `${name} (${count})`;
      const key = numbered.normalize("NFKC").toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return numbered;
    }
  }
}

function withinBytes(text: string, limit: number): string {
  let bytes = 0;
  let kept = "";
  for (const sign of text) {
    bytes += Buffer.byteLength(sign);
    if (bytes > limit) return kept;
    kept += sign;
  }
  return kept;
}
