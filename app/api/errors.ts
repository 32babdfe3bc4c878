import { ORPCError, ValidationError } from "@orpc/server";
import { EbbError, errorMap } from "../contract/errors.ts";
import { storageError } from "../storage/errors.ts";

type Issue = { code?: unknown; path?: readonly unknown[] };

/**
 * Turns whatever a handler threw into the typed error that crosses the carrier: its code, a sentence and a remedy, never
 * the input itself. `folder` is the data folder, named in storage errors.
 */
export function toApiError(error: unknown, folder: string): ORPCError<string, unknown> {
  const known = storageError(error, folder);
  if (known instanceof EbbError) return wrap(known);
  if (error instanceof ORPCError) {
    if (error.code in errorMap && error.defined) return error;
    if (error.cause instanceof ValidationError && error.code === "BAD_REQUEST") return wrap(invalidInput(error.cause));
    if (error.code === "BAD_REQUEST") {
      return wrap(new EbbError("INVALID_INPUT", "The request could not be read.", "Reload the window and try again."));
    }
  }
  return wrap(
    new EbbError(
      "INTERNAL",
      "Something went wrong inside Ebb. What you had saved is safe.",
      "Try again; if it happens once more, restart Ebb.",
      error,
    ),
  );
}

/** The error of a call to a procedure that the contract does not have. */
export function unknownProcedure(): ORPCError<string, unknown> {
  return wrap(
    new EbbError(
      "UNKNOWN_PROCEDURE",
      "This Ebb does not know that request.",
      "Reload the window so that both are the same version.",
    ),
  );
}

function wrap(error: EbbError): ORPCError<string, unknown> {
  return new ORPCError(error.code, {
    defined: true,
    status: error.status,
    message: error.message,
    data: { remedy: error.remedy },
    cause: error,
  });
}

function invalidInput(validation: ValidationError): EbbError {
  const issues = validation.issues as readonly Issue[];
  const first = issues[0];
  const field =
    (first?.path ?? []).map((part) => String(typeof part === "object" ? "" : part)).join(".") || "the request";
  if (first?.code === "too_big") {
    return new EbbError(
      "TOO_LARGE",
      `"${field}" is larger than Ebb takes at once.`,
      "Shorten it or split it, then send it again.",
    );
  }
  return new EbbError("INVALID_INPUT", `"${field}" is not what this request expects.`, "Correct it and try again.");
}
