import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { EbbError } from "../../contract/errors.ts";

/** Bytes that stay free on the disk, so that Ebb can go on saving what it is told. */
export const diskReserve = 512 * 1024 * 1024;

/** Bytes that may be written to the disk of a folder; null where the system does not say. A folder to come counts as its parent. */
export async function freeBytes(folder: string): Promise<number | null> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code !== "ENOENT" || dirname(at) === at) return null;
    }
  }
}

/** @throws EbbError STORAGE_FULL where so many bytes more would not leave the reserve */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free !== null && free < bytes + diskReserve) throw full(folder, bytes + diskReserve - free);
}

const gigabytes = (bytes: number): string => `${(Math.ceil(bytes / 100_000_000) / 10).toFixed(1)} GB`;

function full(folder: string, missing: number, cause?: unknown): EbbError {
  const message = `The disk that holds ${folder} has too little room for this model.`;
  const remedy = `Free ${gigabytes(missing)} and resume, or choose a smaller model. What has arrived is kept.`;
  return new EbbError("STORAGE_FULL", message, remedy, cause);
}

/** A failure to write into the models folder as the user is told it; anything else comes back unchanged. */
export function explainWrite(error: unknown, folder: string): unknown {
  if (error instanceof EbbError) return error;
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOSPC" || code === "EDQUOT") return full(folder, diskReserve, error);
  if (code === "EFBIG") {
    const remedy = "Put Ebb's data folder on a disk that takes large files, or choose a model below 4 GB.";
    return new EbbError("STORAGE_FULL", `The disk that holds ${folder} takes no file as large as this.`, remedy, error);
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR") {
    const remedy = "Make it writable for your account, then try again.";
    return new EbbError("FOLDER_UNWRITABLE", `Ebb may not write to ${folder}.`, remedy, error);
  }
  return error;
}
