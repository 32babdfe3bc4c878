import type { OutlineRow } from "../../../app/contract/index.ts";

/** A row of an outline that is not hidden in a closed one. */
export interface Line {
  row: OutlineRow;
  hasParts: boolean;
  open: boolean;
  /** From 1, among `siblings` rows under the same parent. */
  place: number;
  siblings: number;
}

/** Where something is to stand: under that parent, before that sibling (null: last). */
export interface Place {
  parentId: string;
  before: string | null;
}

/** The part of a row that something is dropped on. */
export type Zone = "before" | "inside" | "after";

export type Direction = "up" | "down" | "in" | "out";

/** The rows that are shown, in their order; `rows` come parents first, `closed` are the ids of those whose parts are hidden. */
export function linesOf(rows: readonly OutlineRow[], closed: ReadonlySet<string>): Line[] {
  const counts = new Map<string | null, number>();
  for (const { parentId } of rows) counts.set(parentId, (counts.get(parentId) ?? 0) + 1);
  const places = new Map<string | null, number>();
  const lines: Line[] = [];
  let hiddenFrom = Number.POSITIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    const { id, parentId, depth } = row;
    const place = (places.get(parentId) ?? 0) + 1;
    places.set(parentId, place);
    if (depth >= hiddenFrom) continue;
    const hasParts = (rows[index + 1]?.depth ?? -1) > depth;
    const open = hasParts && !closed.has(id);
    hiddenFrom = hasParts && !open ? depth + 1 : Number.POSITIVE_INFINITY;
    lines.push({ row, hasParts, open, place, siblings: counts.get(parentId) ?? 1 });
  }
  return lines;
}

export const isGone = ({ status }: Pick<OutlineRow, "status">): boolean =>
  status === "removed" || status === "cancelled";

/** True for what may have parts. */
export const holdsParts = ({ kind }: Pick<OutlineRow, "kind">): boolean => kind === "goal" || kind === "step";

/** Which part of a row a pointer is over, by how far down it is (0 to 1). What holds no parts has two halves. */
export function zoneAt(fraction: number, holds: boolean): Zone {
  if (!holds) return fraction < 0.5 ? "before" : "after";
  if (fraction < 0.3) return "before";
  return fraction > 0.7 ? "after" : "inside";
}

/** Where what is dropped there goes; null where it can't, or stands there already. */
export function dropPlace(
  rows: readonly OutlineRow[],
  movedId: string,
  targetId: string,
  zone: Zone,
  closed: ReadonlySet<string>,
): Place | null {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const [moved, target] = [byId.get(movedId), byId.get(targetId)];
  if (!moved || !target || moved.parentId === null || isGone(moved) || isGone(target)) return null;
  for (let above: OutlineRow | undefined = target; above; above = byId.get(above.parentId ?? "")) {
    if (above.id === movedId) return null;
  }
  return movesTo(rows, moved, placeAt(rows, movedId, target, zone, closed));
}

function placeAt(
  rows: readonly OutlineRow[],
  movedId: string,
  target: OutlineRow,
  zone: Zone,
  closed: ReadonlySet<string>,
): Place | null {
  if (zone === "inside") return holdsParts(target) ? { parentId: target.id, before: null } : null;
  const parts = partsOf(rows, target.id).filter(({ id }) => id !== movedId);
  // Right below one that is open is before its first part.
  const isAbove = zone === "after" && parts.length > 0 && !closed.has(target.id);
  if (isAbove) return { parentId: target.id, before: parts[0]?.id ?? null };
  if (target.parentId === null) return zone === "after" ? { parentId: target.id, before: null } : null;
  if (zone === "before") return { parentId: target.parentId, before: target.id };
  const siblings = partsOf(rows, target.parentId).filter(({ id }) => id !== movedId);
  const next = siblings[siblings.findIndex(({ id }) => id === target.id) + 1];
  return { parentId: target.parentId, before: next?.id ?? null };
}

/** Where one step in a direction leads: past a sibling, into the one before, or out behind the parent; null where there is no way. */
export function stepPlace(rows: readonly OutlineRow[], id: string, direction: Direction): Place | null {
  const row = rows.find((one) => one.id === id);
  if (!row || row.parentId === null || isGone(row)) return null;
  const { parentId } = row;
  const siblings = partsOf(rows, parentId);
  const at = siblings.findIndex((one) => one.id === id);
  const [previous, next] = [siblings[at - 1], siblings[at + 1]];
  switch (direction) {
    case "up":
      return previous ? { parentId, before: previous.id } : null;
    case "down":
      return next ? { parentId, before: siblings[at + 2]?.id ?? null } : null;
    case "in":
      return previous && holdsParts(previous) ? { parentId: previous.id, before: null } : null;
    case "out": {
      const parent = rows.find((one) => one.id === parentId);
      if (!parent || parent.parentId === null) return null;
      const around = partsOf(rows, parent.parentId);
      const after = around[around.findIndex((one) => one.id === parent.id) + 1];
      return { parentId: parent.parentId, before: after?.id ?? null };
    }
  }
}

function movesTo(rows: readonly OutlineRow[], moved: OutlineRow, place: Place | null): Place | null {
  if (place === null || place.parentId !== moved.parentId) return place;
  const siblings = partsOf(rows, place.parentId);
  const next = siblings[siblings.findIndex(({ id }) => id === moved.id) + 1]?.id ?? null;
  return next === place.before ? null : place;
}

function partsOf(rows: readonly OutlineRow[], parentId: string): OutlineRow[] {
  return rows.filter((row) => row.parentId === parentId && !isGone(row));
}

/** The index of the next line whose label begins with what was typed, from `from` on and round; -1 where none does. */
export function findByLetters(lines: readonly Line[], from: number, typed: string): number {
  const wanted = typed.toLocaleLowerCase();
  // More of the same word may stay where it is; a first letter goes on to the next.
  const start = [...typed].length > 1 ? from : from + 1;
  for (let step = 0; step < lines.length; step++) {
    const index = (start + step) % lines.length;
    if (lines[index]?.row.label.toLocaleLowerCase().startsWith(wanted)) return index;
  }
  return -1;
}

/** All ids above a row, the nearest first. */
export function ancestorsOf(rows: readonly OutlineRow[], id: string): string[] {
  const parents = new Map(rows.map((row) => [row.id, row.parentId]));
  const found: string[] = [];
  for (let above = parents.get(id); above; above = parents.get(above)) found.push(above);
  return found;
}
