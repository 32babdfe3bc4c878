import { open, readFile, rename, rm } from "node:fs/promises";
import { EbbError } from "../app/contract/errors.ts";

/** Larger than any secret. */
const maxBytes = 65_536;

/** What stands in the file; null where there is none. */
export async function readSecretFile(path: string): Promise<Buffer | null> {
  try {
    const bytes = await readFile(path);
    return bytes.length > 0 && bytes.length <= maxBytes ? bytes : null;
  } catch {
    return null;
  }
}

/**
 * Writes the file for this user's eyes only; after a crash either the one before or this one is there.
 * @throws EbbError STORAGE_FULL or FOLDER_UNWRITABLE
 */
export async function writeSecretFile(path: string, bytes: Buffer): Promise<void> {
  const next = `${path}.new`;
  try {
    // One that a crash has left might be open to others.
    await rm(next, { force: true });
    const file = await open(next, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true }).catch(() => undefined);
    const full = error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT"].includes(String(error.code));
    throw full
      ? new EbbError("STORAGE_FULL", "The disk is full: the key was not kept.", "Free some space, then try again.")
      : new EbbError(
          "FOLDER_UNWRITABLE",
          "The key could not be written to Ebb's folder.",
          "See that the folder can be written, then try again.",
        );
  }
}

/** Removes the file, and what a crash may have left beside it. @throws EbbError FOLDER_UNWRITABLE where it stays */
export async function dropSecretFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
    await rm(`${path}.new`, { force: true });
  } catch {
    throw new EbbError(
      "FOLDER_UNWRITABLE",
      "The key could not be removed from Ebb's folder.",
      "See that the folder can be written, then try again.",
    );
  }
}
