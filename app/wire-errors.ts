import { ORPCError } from "@orpc/client";
import { EbbError, type ErrorCode, errorCodes } from "./contract/errors.ts";

/** What is said of a process of Ebb's that fails without a typed error. */
type Words = {
  /** It failed in a way that nobody foresaw. */
  failed: string;
  /** It was asked for something that its contract does not allow. */
  refused: string;
  /** It ended during a call. */
  stopped: { code: ErrorCode; message: string; remedy: string };
};

const tryAgain = "Try again; if it happens again, restart Ebb.";

/** How failures cross between the engine and a process that it has work done by. */
export function wireErrors(words: Words) {
  const stopped = (cause?: unknown): EbbError => {
    const { code, message, remedy } = words.stopped;
    return new EbbError(code, message, remedy, cause);
  };
  return {
    /** A failure as it leaves the process. Anything unexpected is said without its message, which might hold content. */
    toWire(error: unknown): ORPCError<ErrorCode, { remedy: string }> {
      if (error instanceof EbbError) {
        const { code, status, message, remedy } = error;
        return new ORPCError(code, { status, message, data: { remedy } });
      }
      return new ORPCError("INTERNAL", { status: 500, message: words.failed, data: { remedy: tryAgain } });
    },
    /** A failed call as the engine sees it: a typed failure of the process, or else that the process has stopped. */
    fromWire(error: unknown): EbbError {
      if (error instanceof EbbError) return error;
      if (error instanceof ORPCError) {
        const code = errorCodes.find((known) => known === error.code);
        const data: unknown = error.data;
        const told = typeof data === "object" && data !== null && "remedy" in data ? data.remedy : undefined;
        const remedy = typeof told === "string" ? told : tryAgain;
        if (code !== undefined) return new EbbError(code, error.message, remedy, error);
        if (error.code === "BAD_REQUEST") return new EbbError("INVALID_INPUT", words.refused, tryAgain, error);
        return new EbbError("INTERNAL", words.failed, tryAgain, error);
      }
      return stopped(error);
    },
    /** That the process ended during a call. */
    stopped,
  };
}
