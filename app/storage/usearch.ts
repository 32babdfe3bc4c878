import { createRequire } from "node:module";

type Library = typeof import("usearch");

let loaded: Library | null | undefined;

/** The library that compares vectors; null on a platform that it brings no binary for. Loaded with the first call, which no start waits for. */
export function usearch(): Library | null {
  if (loaded === undefined) {
    try {
      loaded = createRequire(import.meta.url)("usearch") as Library;
    } catch {
      loaded = null;
    }
  }
  return loaded;
}
