import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { EbbError } from "./contract/errors.ts";
import type { FolderContent, FolderEntry } from "./contract/index.ts";

/** The path with a leading "~" replaced by the user's home folder. */
export function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** The names of files that can be chosen. */
export const modelFiles = /\.gguf$/i;
export const embedderFiles = /\.onnx$/i;
export const chatFiles = /\.(?:zip|json)$/i;

/**
 * The folders in a folder, and the files whose name matches; folders first, hidden ones left out. @throws FOLDER_UNREADABLE
 */
export async function browseFolder(folder: string | undefined, wanted: RegExp): Promise<FolderContent> {
  const full = resolve(expandHome(folder?.trim() || homedir()));
  const parent = dirname(full);
  try {
    const entries = await readdir(full, { withFileTypes: true });
    const found = await Promise.all(
      entries
        .filter((entry) => !entry.name.startsWith("."))
        .map((entry) => describe(join(full, entry.name), entry.name, wanted)),
    );
    const order = { folder: 0, file: 1 };
    return {
      folder: full,
      parent: parent === full ? null : parent,
      entries: found
        .filter((entry) => entry !== null)
        .sort((a, b) => order[a.kind] - order[b.kind] || a.name.localeCompare(b.name)),
    };
  } catch (error) {
    throw new EbbError(
      "FOLDER_UNREADABLE",
      `The folder ${full} cannot be read.`,
      "Check its name and that your account may read it, or choose another folder.",
      error,
    );
  }
}

/** Follows links; null for what is neither a folder nor a wanted file, or cannot be looked at. */
async function describe(path: string, name: string, wanted: RegExp): Promise<FolderEntry | null> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) return { name, path, kind: "folder", bytes: null };
    return info.isFile() && wanted.test(name) ? { name, path, kind: "file", bytes: info.size } : null;
  } catch {
    return null;
  }
}
