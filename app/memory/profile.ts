import type { MemoryRow } from "../storage/memories.ts";
import { retrievability } from "./forgetting.ts";
import { identitySlots, safetySlots } from "./kept.ts";
import type { MemoryStore } from "./store.ts";

/** The short profile that stands in every prompt; one memory a line. */
export type Profile = { lines: string[] };

/** At most so many lines, and so many characters together (about 350 tokens of English). */
const lineLimit = 20;
const charLimit = 1_600;
const preferenceLimit = 6;

/**
 * Who the user is, how they want to be answered, what must never harm them, and their strongest, freshest preferences, in
 * that order and always in the same for the same memories. Only what they said of themselves; `now` in ms.
 */
export function profile(store: MemoryStore, now: number): Profile {
  const current = store.memories.ofSubject("user").filter((row) => isCurrent(row, now));
  const identity = inOrder(current, identitySlots);
  const instructions = current.filter((row) => row.kind === "instruction" && !identitySlots.includes(row.predicate));
  const safety = inOrder(current, safetySlots);
  const diet = current.filter((row) => row.predicate === "diet");
  const preferences = current
    .filter((row) => row.kind === "preference")
    .map((row) => ({ row, weight: row.importance * row.confidence * (row.pinned ? 1 : retrievability(row, now)) }))
    .filter(({ weight }) => weight > 0.25)
    .sort((a, b) => b.weight - a.weight || b.row.createdAt - a.row.createdAt)
    .slice(0, preferenceLimit)
    .map(({ row }) => row);
  const lines: string[] = [];
  let room = charLimit;
  for (const { text } of [...safety, ...instructions, ...identity, ...diet, ...preferences]) {
    if (lines.length >= lineLimit || text.length > room || lines.includes(text)) continue;
    lines.push(text);
    room -= text.length;
  }
  return { lines };
}

/** True for what holds now and may be used. */
function isCurrent(row: MemoryRow, now: number): boolean {
  if (row.status !== "active" || row.neverUse) return false;
  return (row.validFrom === null || row.validFrom <= now) && (row.validTo === null || row.validTo > now);
}

function inOrder(rows: readonly MemoryRow[], order: readonly string[]): MemoryRow[] {
  return rows
    .filter((row) => order.includes(row.predicate))
    .sort((a, b) => order.indexOf(a.predicate) - order.indexOf(b.predicate) || a.createdAt - b.createdAt);
}
