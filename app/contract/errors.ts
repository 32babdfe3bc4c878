import { z } from "zod";

/**
 * Every failure that a caller can meet. Codes are stable: the window, tests and logs rely on them.
 * `message` says what happened, `remedy` what the user can do about it.
 */
const errorStatus = {
  INVALID_INPUT: 400,
  UNKNOWN_PROCEDURE: 404,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
  BUSY: 409,
  CHANGED_MEANWHILE: 409,
  NOT_UNDOABLE: 409,
  IMPORT_INVALID: 422,
  STORAGE_UNAVAILABLE: 503,
  STORAGE_READ_ONLY: 403,
  STORAGE_FULL: 507,
  STORAGE_DAMAGED: 500,
  STORAGE_NEWER: 409,
  STORAGE_FOREIGN: 409,
  FOLDER_UNREADABLE: 403,
  FOLDER_UNWRITABLE: 403,
  MODEL_FILE_MISSING: 404,
  MODEL_FILE_UNREADABLE: 403,
  MODEL_FILE_INVALID: 422,
  MODEL_FILE_TRUNCATED: 422,
  MODEL_UNSUPPORTED: 422,
  MODEL_TOO_LARGE: 507,
  MODEL_NOT_LOADED: 409,
  DOWNLOAD_UNREACHABLE: 503,
  DOWNLOAD_REFUSED: 502,
  DOWNLOAD_DAMAGED: 422,
  REMOTE_UNREACHABLE: 503,
  REMOTE_DENIED: 403,
  REMOTE_REFUSED: 502,
  REMOTE_LIMITED: 429,
  REMOTE_FAILED: 502,
  BACKEND_UNAVAILABLE: 503,
  CONTEXT_OVERFLOW: 413,
  INFERENCE_STOPPED: 503,
  EMBEDDER_FILE_MISSING: 404,
  EMBEDDER_FILE_INVALID: 422,
  EMBEDDER_UNSUPPORTED: 422,
  EMBEDDER_NOT_LOADED: 409,
  EMBEDDER_FAILED: 500,
  EMBEDDER_STOPPED: 503,
  REPLY_CUT: 503,
  CONNECTION_LOST: 503,
  INTERNAL: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export const errorCodes = Object.keys(errorStatus) as ErrorCode[];

const errorData = z.object({ remedy: z.string() });

type ErrorMap = { [code in ErrorCode]: { status: number; data: typeof errorData } };

/** The contract's error map: one entry per code, each with its remedy as data. */
export const errorMap = Object.fromEntries(
  Object.entries(errorStatus).map(([code, status]) => [code, { status, data: errorData }]),
) as ErrorMap;

/** A failure as it is stored with a reply or shown as a state. */
export const failure = z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() });
export type Failure = z.infer<typeof failure>;

/** The one error class of the core. It crosses process borders as its code, message and remedy; never with content. */
export class EbbError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "EbbError";
    this.code = code;
    this.remedy = remedy;
  }

  get status(): number {
    return errorStatus[this.code];
  }

  toFailure(): Failure {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}
