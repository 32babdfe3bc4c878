import type { MemoryRow } from "../../storage/memories.ts";
import type { PreferenceRepository } from "../../storage/preferences.ts";
import { readerVersion } from "../domains/read.ts";
import type { MemoryStore } from "../store.ts";
import { readTaste } from "./taste.ts";

/** Notes what a memory says about tastes, in the transaction that writes it: nothing is left of what it said before. */
export function noteTastes(preferences: PreferenceRepository, row: MemoryRow): void {
  // What Ebb made of other memories says nothing that they don't.
  const reading = row.kind === "observation" ? { preference: null, topics: new Map() } : readTaste(row);
  preferences.replace(row.id, reading, readerVersion);
}

/**
 * Reads memories that this version of Ebb has not read yet, as after an update: at most `limit`, in one transaction. Returns how
 * many; stopping at any moment loses nothing.
 */
export function readTastes(store: MemoryStore, limit: number): number {
  const rows = store.preferences.unread(readerVersion, limit);
  if (rows.length === 0) return 0;
  store.transaction(() => {
    for (const row of rows) noteTastes(store.preferences, row);
  });
  return rows.length;
}
