import { ORPCError } from "@orpc/client";
import { EbbError, type ErrorCode, errorCodes } from "../contract/errors.ts";

const tryAgain = "Try again; if it happens again, restart Ebb.";

/** A failure as it leaves the inference process. Anything unexpected is said without its message, which might hold content. */
export function toWire(error: unknown): ORPCError<ErrorCode, { remedy: string }> {
  if (error instanceof EbbError) {
    const { code, status, message, remedy } = error;
    return new ORPCError(code, { status, message, data: { remedy } });
  }
  return new ORPCError("INTERNAL", { status: 500, message: "The language model failed.", data: { remedy: tryAgain } });
}

/** A failed call as the engine sees it: a typed failure of the process, or else that the process has stopped. */
export function fromWire(error: unknown): EbbError {
  if (error instanceof EbbError) return error;
  if (error instanceof ORPCError) {
    const code = errorCodes.find((known) => known === error.code);
    const data: unknown = error.data;
    const told = typeof data === "object" && data !== null && "remedy" in data ? data.remedy : undefined;
    const remedy = typeof told === "string" ? told : tryAgain;
    if (code !== undefined) return new EbbError(code, error.message, remedy, error);
    if (error.code === "BAD_REQUEST") {
      return new EbbError("INVALID_INPUT", "The language model was asked for something it cannot do.", tryAgain, error);
    }
    return new EbbError("INTERNAL", "The language model failed.", tryAgain, error);
  }
  return stopped(error);
}

/** That the inference process ended during a call. */
export function stopped(cause?: unknown): EbbError {
  const remedy = "Ebb starts it again by itself; then try again.";
  return new EbbError("INFERENCE_STOPPED", "The language model stopped unexpectedly.", remedy, cause);
}
