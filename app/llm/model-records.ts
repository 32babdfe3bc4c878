import { z } from "zod";
import { errorCodes } from "../contract/errors.ts";
import { modelSettings } from "../contract/model-settings.ts";
import type { Run } from "./port.ts";

/** Models that something is kept of; the ones used longest ago go first. */
const most = 64;

const run = z.object({
  machine: z.string(),
  attempt: z.object({
    backend: z.enum(["cpu", "cuda", "vulkan", "metal"]),
    layerShare: z.number(),
    contextSize: z.number().int(),
  }),
  cause: z.enum(errorCodes).nullable(),
}) satisfies z.ZodType<Run>;

const record = z.object({ path: z.string(), run: run.nullable(), settings: modelSettings.partial() });

/** What is kept of one model file: what it ran with, and what the user has set. */
export type ModelRecord = z.infer<typeof record>;

/** The records as they were stored, the newest first; those that can't be read are left out. */
export function readRecords(stored: unknown): ModelRecord[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((entry) => {
    const read = record.safeParse(entry);
    return read.success ? [read.data] : [];
  });
}

export function recordOf(records: readonly ModelRecord[], path: string): ModelRecord {
  return records.find((entry) => entry.path === path) ?? { path, run: null, settings: {} };
}

/** The records with this one as the newest. */
export function withRecord(records: readonly ModelRecord[], changed: ModelRecord): ModelRecord[] {
  return [changed, ...records.filter(({ path }) => path !== changed.path)].slice(0, most);
}
