import { retrievability } from "../forgetting.ts";
import type { MemoryStore } from "../store.ts";
import type { Recalled } from "./recall.ts";
import { recalledMemory } from "./recalled.ts";

/**
 * What Ebb knows of the user as a whole, for "What do you know about me?": what matters and is freshest first, pinned before all.
 * `now` in ms.
 */
export function overview(store: MemoryStore, now: number, limit: number): Recalled[] {
  const rows = store.memories
    .all(["active"])
    .filter((row) => !row.neverUse && (row.validTo === null || row.validTo > now))
    .map((row) => ({ row, strength: row.pinned ? 2 : row.importance * retrievability(row, now) }))
    .sort((a, b) => b.strength - a.strength || b.row.createdAt - a.row.createdAt);
  // One sentence may have taught several things; it is told once.
  const texts = new Set<string>();
  const chosen = rows.filter(({ row }) => !texts.has(row.text) && texts.add(row.text)).slice(0, limit);
  const evidence = store.memories.evidenceOf(chosen.map(({ row }) => row.id));
  return chosen.map(({ row, strength }, place) =>
    recalledMemory(row, evidence.get(row.id) ?? [], {
      mark: `m${place + 1}`,
      score: Math.min(1, strength),
      parts: { strength },
    }),
  );
}
