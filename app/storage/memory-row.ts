import type { MemoryKind, MemoryRevision, MemoryStatus, Trust } from "../contract/index.ts";

/** One memory as it is stored. Times are milliseconds since 1970 (UTC); `confidence` and `importance` lie in 0 to 1. */
export type MemoryRow = {
  id: string;
  kind: MemoryKind;
  text: string;
  subject: string;
  predicate: string;
  value: string;
  /** The circumstance in which it holds ("at work"), or "" where it always does. */
  context: string;
  scope: string;
  validFrom: number | null;
  validTo: number | null;
  status: MemoryStatus;
  confidence: number;
  trust: Trust;
  importance: number;
  pinned: boolean;
  neverUse: boolean;
  /** Days until retrievability falls to 0.9 (FSRS-6). */
  stability: number;
  /** 1 to 10 (FSRS-6). */
  difficulty: number;
  lastReviewAt: number;
  lastUsedAt: number | null;
  useCount: number;
  createdAt: number;
  updatedAt: number;
  /** Counts the changes of what the memory says; reviews and uses leave it alone. */
  version: number;
};

/** What a caller gives for a new memory; the rest follows from the change that makes it. */
export type NewMemory = Omit<MemoryRow, "version" | "createdAt" | "updatedAt" | "lastUsedAt" | "useCount"> &
  Partial<Pick<MemoryRow, "version" | "createdAt" | "updatedAt" | "lastUsedAt" | "useCount">>;

/** Fields that a change may set. */
export type MemoryPatch = Partial<Omit<MemoryRow, "id" | "updatedAt" | "version">>;

export type RevisionCause = MemoryRevision["cause"];

/** Who changes a memory, when and why. One change may touch several memories and is undone as a whole. */
export type Change = {
  changeId: string;
  at: number;
  cause: RevisionCause;
  /** The message that caused it, where one did. */
  messageId: string | null;
};

const columnOf: Record<keyof MemoryRow, string> = {
  id: "id",
  kind: "kind",
  text: "text",
  subject: "subject",
  predicate: "predicate",
  value: "value",
  context: "context",
  scope: "scope",
  validFrom: "valid_from",
  validTo: "valid_to",
  status: "status",
  confidence: "confidence",
  trust: "trust",
  importance: "importance",
  pinned: "pinned",
  neverUse: "never_use",
  stability: "stability",
  difficulty: "difficulty",
  lastReviewAt: "last_review_at",
  lastUsedAt: "last_used_at",
  useCount: "use_count",
  createdAt: "created_at",
  updatedAt: "updated_at",
  version: "version",
};

const fields = Object.keys(columnOf) as (keyof MemoryRow)[];

/** A row as SQLite returns it for `memoryColumns`: flags are 0 or 1. */
export type StoredMemory = Omit<MemoryRow, "pinned" | "neverUse"> & { pinned: 0 | 1; neverUse: 0 | 1 };

/** The column list that yields a StoredMemory from `memory`, aliased `m`. */
export const memoryColumns = fields.map((field) => `m.${columnOf[field]} AS ${field}`).join(", ");

export const insertMemorySql = `INSERT INTO memory (${fields.map((field) => columnOf[field]).join(", ")})
  VALUES (${fields.map((field) => `@${field}`).join(", ")})`;

export const updateMemorySql = `UPDATE memory SET
  ${fields
    .filter((field) => field !== "id")
    .map((field) => `${columnOf[field]} = @${field}`)
    .join(", ")}
  WHERE id = @id`;

/** The row with its fields in one order, whoever made it, so that equal rows are equal as JSON. */
export function inOrder(row: MemoryRow): MemoryRow {
  return Object.fromEntries(fields.map((field) => [field, row[field]])) as MemoryRow;
}

export function fromStored(stored: StoredMemory): MemoryRow {
  return { ...stored, pinned: stored.pinned === 1, neverUse: stored.neverUse === 1 };
}

export function toStored(row: MemoryRow): StoredMemory {
  return { ...row, pinned: row.pinned ? 1 : 0, neverUse: row.neverUse ? 1 : 0 };
}
