import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { procedure } from "./base.ts";
import { folderContent, path } from "./files.ts";
import { id } from "./ids.ts";

/** What came of an import of conversations; `skipped` messages were here already. */
const importedCounts = z.object({
  conversations: z.number().int(),
  messages: z.number().int(),
  skipped: z.number().int(),
  memories: z.number().int(),
});
export type ImportedCounts = z.infer<typeof importedCounts>;

/** How far an import is: in bytes while the file is checked, then in messages. */
const importProgress = z.object({ phase: z.enum(["checking", "writing"]), done: z.number(), total: z.number() });
export type ImportProgress = z.infer<typeof importProgress>;

const importEvent = z.discriminatedUnion("type", [
  importProgress.extend({ type: z.literal("progress") }),
  /** `changeId` undoes the import as a whole; null where it brought nothing new. */
  importedCounts.extend({ type: z.literal("done"), changeId: id.nullable() }),
]);
export type ImportEvent = z.infer<typeof importEvent>;

const exportEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), done: z.number(), total: z.number() }),
  /** The file or folder that was written. */
  z.object({ type: z.literal("done"), path: z.string() }),
]);
export type ExportEvent = z.infer<typeof exportEvent>;

export const transfer = {
  /**
   * Writes everything that the user has into a folder of theirs on this computer: as a JSON file that can be imported again, or as a
   * folder of Markdown files to read. Whole or not at all, and never in the place of something else. Aborting the call ends it.
   */
  exportAll: procedure
    .input(z.object({ folder: path, format: z.enum(["json", "markdown"]) }))
    .output(eventIterator(exportEvent)),
  /**
   * Brings in an export of Ebb's own, the conversations of one from ChatGPT or Claude, or group chats: a zip, a JSON file, or the
   * folder of an unpacked export on this computer. All or nothing; what is here already is skipped. Aborting the call takes it back.
   */
  importFile: procedure.input(z.object({ path })).output(eventIterator(importEvent)),
  /** Folders, zip and JSON files in a folder; the user's home folder when none is named. */
  browse: procedure.input(z.object({ folder: path.optional() })).output(folderContent),
};
