import { z } from "zod";
import { procedure } from "./base.ts";
import { failure } from "./errors.ts";
import { folderContent, path } from "./files.ts";

export const embedderInfo = z.object({
  /** Empty where it is not known. */
  name: z.string(),
  /** Where it lies; null for the one that comes with Ebb. */
  folder: z.string().nullable(),
  /** Numbers of a vector. */
  dim: z.number().int(),
});
export type EmbedderInfo = z.infer<typeof embedderInfo>;

/** What finds memories by their meaning. */
export const embedderState = z.object({
  /** `failed`: memories are found by their words only, or by an older embedder; `none`: this Ebb runs without. */
  status: z.enum(["none", "starting", "ready", "failed"]),
  /** What recall uses. */
  inUse: embedderInfo.nullable(),
  /** What takes its place once it has read everything. */
  next: embedderInfo.nullable(),
  /** How much has been read, of what there is; null where that is all or nearly all. */
  progress: z.object({ done: z.number().int(), total: z.number().int() }).nullable(),
  failure: failure.nullable(),
  /** There is so much to search that an index is wanted, and this platform can't have one: finding takes longer. */
  unindexed: z.boolean(),
});
export type EmbedderState = z.infer<typeof embedderState>;

export const embedder = {
  /** Uses the embedder in a folder, or beside a file; it is tried first, and nothing changes where it fails. */
  choose: procedure.input(z.object({ path })).output(embedderState),
  /** Uses the one that comes with Ebb. */
  restoreBundled: procedure.output(embedderState),
  /** Starts it again after a failure. */
  retry: procedure.output(embedderState),
  /** Folders and ONNX files in a folder; the user's home folder when none is named. */
  browse: procedure.input(z.object({ folder: path.optional() })).output(folderContent),
};
