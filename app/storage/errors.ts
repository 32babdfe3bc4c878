import { EbbError } from "../contract/errors.ts";

/** The system error code (`EACCES`) or SQLite result code (`SQLITE_FULL`) of an unknown error, or "". */
export function errorCodeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

const chooseFolder = "Make it writable for your account, or start Ebb with EBB_HOME set to another folder.";

/**
 * Turns a file-system or SQLite error into the typed error that the user sees; anything else comes back unchanged.
 * `folder` is the data folder, named in the sentence because the remedy is about it.
 */
export function storageError(error: unknown, folder: string): unknown {
  const code = errorCodeOf(error);
  if (error instanceof EbbError || code === "") return error;
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") {
    return new EbbError(
      "STORAGE_FULL",
      `The disk that holds ${folder} is full, so nothing more can be saved.`,
      "Free some space and try again. Nothing saved so far is lost.",
      error,
    );
  }
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS") {
    return new EbbError("STORAGE_READ_ONLY", `Ebb may read ${folder} but not write to it.`, chooseFolder, error);
  }
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return damagedError(folder, error);
  if (code === "EACCES" || code === "EPERM" || code === "SQLITE_CANTOPEN" || code === "SQLITE_PERM") {
    return new EbbError("STORAGE_UNAVAILABLE", `Ebb may not use its data folder ${folder}.`, chooseFolder, error);
  }
  if (code === "ENOTDIR" || code === "EEXIST") {
    return new EbbError(
      "STORAGE_UNAVAILABLE",
      `${folder} is a file, not a folder, so Ebb cannot keep its data there.`,
      "Move that file away, or start Ebb with EBB_HOME set to another folder.",
      error,
    );
  }
  // A statement that is wrong is a fault of this program, not of the disk.
  if (/^SQLITE_(CONSTRAINT|ERROR|MISUSE|RANGE|MISMATCH|SCHEMA|TOOBIG)/.test(code)) return error;
  if (code.startsWith("SQLITE_") || /^E[A-Z]+$/.test(code)) {
    return new EbbError(
      "STORAGE_UNAVAILABLE",
      `The disk or file system under ${folder} reported an error (${code}).`,
      "Check the disk, then try again. Ebb has not changed anything.",
      error,
    );
  }
  return error;
}

/** The error of a database file that SQLite cannot make sense of. */
export function damagedError(folder: string, cause?: unknown): EbbError {
  return new EbbError(
    "STORAGE_DAMAGED",
    `The database in ${folder} is damaged. Ebb has left it untouched.`,
    "Restore the newest backup, or begin an empty one; the damaged file is set aside either way.",
    cause,
  );
}
