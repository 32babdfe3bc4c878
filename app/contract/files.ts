import { z } from "zod";

/** A path on this computer; a leading "~" is the user's home folder. */
export const path = z.string().min(1).max(4_096);

const entry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(["folder", "file"]),
  bytes: z.number().nullable(),
});
export type FolderEntry = z.infer<typeof entry>;

/** What a folder has in it that can be chosen. */
export const folderContent = z.object({ folder: z.string(), parent: z.string().nullable(), entries: z.array(entry) });
export type FolderContent = z.infer<typeof folderContent>;
