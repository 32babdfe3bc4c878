import type { MemoryRow } from "../storage/memories.ts";
import { retrievability } from "./forgetting.ts";
import { identitySlots, safetySlots } from "./kept.ts";
import { meanOf, slotsOf } from "./preferences/slots.ts";
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
  const preferences = strongestPreferences(store, now);
  const lines: string[] = [];
  let room = charLimit;
  for (const { text } of [...safety, ...instructions, ...identity, ...diet, ...preferences]) {
    if (lines.length >= lineLimit || text.length > room || lines.includes(text)) continue;
    lines.push(text);
    room -= text.length;
  }
  return { lines };
}

/** The tastes that are sure enough to go by unasked, one memory of each: the most important, the surest and the freshest first. */
function strongestPreferences(store: MemoryStore, now: number): MemoryRow[] {
  return slotsOf(store.preferences.all(), now)
    .flatMap((slot) => {
      const row = slot.members.find(({ memory }) => memory.kind === "preference" && isCurrent(memory, now))?.memory;
      if (!slot.applied || !row) return [];
      const fresh = row.pinned ? 1 : retrievability(row, now);
      return { row, weight: row.importance * meanOf(slot) * fresh };
    })
    .sort((a, b) => b.weight - a.weight || b.row.createdAt - a.row.createdAt || (a.row.id < b.row.id ? -1 : 1))
    .slice(0, preferenceLimit)
    .map(({ row }) => row);
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
