import { z } from "zod";
import { failure, limits, messageStatus, origin, recurrence, rejection, settings } from "../../contract/index.ts";
import type { PlainTable } from "../../storage/portable.ts";
import { exportedMemory, instant } from "./format.ts";
import { task, taskChange, taskEdge } from "./task-format.ts";

/** The name and version of an export of everything. */
export const everythingFormat = "ebb";
export const everythingVersion = 1;

const id = z.string().min(1).max(64);
const sourceId = z.string().min(1).max(250);
const score = z.number();
const parts = z.record(z.string().max(64), z.number());
const place = { memory_id: id.nullable(), memory_version: z.number().int().nullable(), message_id: id.nullable() };

/** Far above what a chat takes, for replies are as long as their model makes them. */
const textChars = 4_000_000;
const wellFormed = z
  .string()
  .max(textChars)
  .transform((text) => text.toWellFormed());

const conversation = z.strictObject({
  id,
  title: wellFormed,
  origin,
  createdAt: instant,
  updatedAt: instant,
  renamed: z.boolean(),
  /** Where it was brought in from, and its id there. */
  source: z.string().max(64).nullable(),
  sourceId: sourceId.nullable(),
});

const message = z.strictObject({
  id,
  conversationId: id,
  parentId: id.nullable(),
  role: z.enum(["user", "assistant", "other"]),
  speaker: wellFormed.nullable(),
  text: wellFormed,
  status: messageStatus.exclude(["streaming"]),
  createdAt: instant,
  zone: z.string().max(64).nullable(),
  model: wellFormed.nullable(),
  /** The other computer that wrote it. */
  remote: wellFormed.nullish(),
  failure: failure.nullable(),
  sourceId: sourceId.nullable(),
});

const reminder = z.strictObject({
  id,
  text: z
    .string()
    .max(limits.reminderChars)
    .transform((text) => text.toWellFormed()),
  taskId: id.nullable(),
  messageId: id.nullable(),
  recurrence: recurrence.nullable(),
  zone: z.string().max(64),
  nextAt: instant.nullable(),
  snoozedUntil: instant.nullable(),
  dueAt: instant.nullable(),
  firedAt: instant.nullable(),
  state: z.enum(["waiting", "ringing", "done"]),
  createdAt: instant,
  endedAt: instant.nullable(),
});

/** The rows of the file, by the list that they stand in, in the order of the file. */
export const everythingRows = {
  conversations: conversation,
  messages: message,
  memories: exportedMemory,
  recalled: z.strictObject({
    reply_id: id,
    mark: z.string().min(1).max(64),
    ...place,
    score,
    parts,
    cited: z.boolean(),
  }),
  rejected: z.strictObject({ reply_id: id, ...place, reason: rejection, score, parts }),
  reminders: reminder,
  taskChanges: taskChange,
  tasks: task,
  taskEdges: taskEdge,
} as const satisfies Record<
  "conversations" | "messages" | "memories" | "reminders" | "taskChanges" | "tasks" | "taskEdges" | PlainTable,
  z.ZodType
>;

export type EverythingTable = keyof typeof everythingRows;
export type EverythingRow = {
  [table in EverythingTable]: { table: table; row: z.infer<(typeof everythingRows)[table]> };
}[EverythingTable];

/** The settings that are the user's own, as far as they were chosen. */
export const portableSettings = settings.partial();
export type PortableSettings = z.infer<typeof portableSettings>;
