import type { MemoryKind, MemoryStatus } from "../../contract/index.ts";
import type { EvidenceRow, MemoryRow, Revision } from "../../storage/memories.ts";
import type { MemoryStore } from "../store.ts";
import { type ExportedMemory, formatName, formatVersion, type MemoryFile } from "./format.ts";

export type Exported = { fileName: string; text: string; count: number };

const everyStatus: readonly MemoryStatus[] = ["active", "provisional", "conflict", "superseded", "archived"];

/** All memories as JSON that `importMemories` takes back whole: with evidence, history and reviews. `now` in ms. */
export function exportJson(store: MemoryStore, now: number): Exported {
  const rows = store.memories.all(everyStatus);
  const evidence = store.memories.evidenceOf(rows.map((row) => row.id));
  const file: MemoryFile = {
    format: formatName,
    version: formatVersion,
    exportedAt: now,
    memories: rows.map((row) => toExported(store, row, evidence.get(row.id) ?? [])),
  };
  return { fileName: fileName(now, "json"), text: `${JSON.stringify(file, null, 2)}\n`, count: rows.length };
}

/** All current memories to read: grouped by kind, oldest first, each with its dates and the words it came from. */
export function exportMarkdown(store: MemoryStore, now: number): Exported {
  const rows = store.memories.all(everyStatus);
  const evidence = store.memories.evidenceOf(rows.map((row) => row.id));
  const lines = ["# What Ebb remembers", "", `${counted(rows.length)}, as of ${date(now)}.`];
  for (const [kind, title] of Object.entries(titles) as [MemoryKind, string][]) {
    const ofKind = rows.filter((row) => row.kind === kind);
    if (ofKind.length === 0) continue;
    lines.push("", `## ${title}`, "");
    for (const row of ofKind) lines.push(...memoryLines(row, evidence.get(row.id) ?? []));
  }
  return { fileName: fileName(now, "md"), text: `${lines.join("\n")}\n`, count: rows.length };
}

/** A memory to read, with its dates and the user's own words. */
export function memoryLines(row: MemoryRow, evidence: readonly EvidenceRow[]): string[] {
  const words = evidence.map(({ quote, saidAt }) => `  > ${date(saidAt)}: ${plain(quote)}`);
  return [`- ${plain(row.text)} (${notes(row).join("; ")})`, ...words];
}

/** Headings of the kinds. */
export const titles: Record<MemoryKind, string> = {
  instruction: "How Ebb should answer",
  fact: "Facts",
  relationship: "People",
  preference: "Preferences",
  event: "Events",
  procedure: "How things are done",
  observation: "Observations",
};

/** What an entry of the history says of its change; nothing where the memory goes out alone. */
type ChangeOf = (revision: Revision) => Pick<ExportedMemory["history"][number], "changeId" | "messageId" | "undone">;

/** The memory with all that hangs on it. */
export function toExported(
  store: MemoryStore,
  row: MemoryRow,
  evidence: readonly EvidenceRow[],
  changeOf: ChangeOf = () => ({}),
): ExportedMemory {
  return {
    ...row,
    evidence: evidence.map(({ messageId, quote, saidAt }) => ({ messageId, quote, saidAt })),
    // Coming from a file is no part of what happened to the memory; it would grow with every round trip.
    history: store.memories
      .revisionsOf(row.id)
      .filter(({ cause }) => cause !== "imported")
      .map((revision) => ({ ...toPast(revision), ...changeOf(revision) })),
    reviews: store.memories.reviewsOf(row.id).map(({ memoryId: _memory, ...review }) => review),
  };
}

function toPast({ at, cause, version, before, after }: Revision): ExportedMemory["history"][number] {
  return { at, cause, version, before: before && withoutId(before), after: after && withoutId(after) };
}

function withoutId({ id: _id, ...state }: MemoryRow): Omit<MemoryRow, "id"> {
  return state;
}

function notes(row: MemoryRow): string[] {
  const parts = [`since ${date(row.createdAt)}`];
  if (row.updatedAt > row.createdAt) parts.push(`changed ${date(row.updatedAt)}`);
  if (row.pinned) parts.push("pinned");
  if (row.neverUse) parts.push("never used");
  if (row.status === "superseded") parts.push(row.validTo === null ? "no longer so" : `until ${date(row.validTo)}`);
  else if (row.status !== "active") parts.push(row.status);
  return parts;
}

function counted(count: number): string {
  return count === 1 ? "1 memory" : `${count} memories`;
}

/** Keeps a text on its line and its signs from being read as Markdown. */
export function plain(text: string): string {
  return text.replace(/\s+/gu, " ").replace(/[\\`*_[\]<>#|~]/g, "\\$&");
}

function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function fileName(now: number, extension: string): string {
  return `ebb-memories-${date(now)}.${extension}`;
}
