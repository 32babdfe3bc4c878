import { z } from "zod";
import { limits, memoryKind, memoryRevision, memoryStatus, trust } from "../../contract/index.ts";
import { earliestDate, latestDate } from "../../language/life-span.ts";

/** The name and version that a memory export carries. */
export const formatName = "ebb-memories";
export const formatVersion = 1;

/** What a date of a life may be, in ms. */
export const instant = z.number().int().min(earliestDate).max(latestDate);
const share = z.number().min(0).max(1);
const name = z.string().max(limits.memoryChars);
/** FSRS-6 never leaves these bounds; 36,500 days is its longest stability. */
const stability = z.number().min(0.001).max(36_500);
const difficulty = z.number().min(1).max(10);
const id = z.string().min(1).max(64);

const entries = 10_000;

/** What a memory was at one time. Every field of the stored row but its name. */
const state = z.strictObject({
  kind: memoryKind,
  text: z.string().min(1).max(limits.memoryChars),
  subject: name,
  predicate: name,
  value: name,
  context: name,
  scope: z.string().max(200),
  validFrom: instant.nullable(),
  validTo: instant.nullable(),
  status: memoryStatus,
  confidence: share,
  trust,
  importance: share,
  pinned: z.boolean(),
  neverUse: z.boolean(),
  stability,
  difficulty,
  lastReviewAt: instant,
  lastUsedAt: instant.nullable(),
  useCount: z.number().int().min(0).max(1e9),
  createdAt: instant,
  updatedAt: instant,
  version: z.number().int().min(1).max(1e9),
});

const quote = z.strictObject({ messageId: id, quote: z.string().min(1).max(limits.messageChars), saidAt: instant });

const past = z.strictObject({
  at: instant,
  cause: memoryRevision.shape.cause,
  version: z.number().int().min(0).max(1e9),
  before: state.nullable(),
  after: state.nullable(),
  // Only where the messages and all memories of the change come along.
  changeId: id.optional(),
  messageId: id.nullable().optional(),
  undone: z.boolean().optional(),
});

const reviewed = z.strictObject({
  at: instant,
  grade: z.enum(["again", "hard", "good", "easy"]),
  reason: z.string().max(200),
  stability,
  difficulty,
});

export const exportedMemory = z.strictObject({
  id,
  ...state.shape,
  evidence: z.array(quote).max(entries),
  history: z.array(past).max(entries),
  reviews: z.array(reviewed).max(entries),
});
export type ExportedMemory = z.infer<typeof exportedMemory>;

/** The whole file. `exportedAt` is ms since 1970 (UTC), as every time in it. */
export const memoryFile = z.strictObject({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  exportedAt: instant,
  memories: z.array(exportedMemory).max(200_000),
});
export type MemoryFile = z.infer<typeof memoryFile>;

/** What tells an export of ours from any other JSON, and a newer one from this one. */
export const fileHead = z.looseObject({ format: z.literal(formatName), version: z.number().int() });
