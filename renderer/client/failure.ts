import { ORPCError } from "@orpc/client";
import type { Failure } from "../../app/contract/index.ts";

/** A failure as the window shows it. `code` is wider than the contract's, for errors of the carrier itself. */
export type ShownFailure = Omit<Failure, "code"> & { code: string };

/** What to tell the user about an error: message and remedy of a typed one, a plain sentence for any other. */
export function toFailure(error: unknown): ShownFailure {
  if (error instanceof ORPCError) {
    const remedy: unknown = error.data?.remedy;
    return { code: error.code, message: error.message, remedy: typeof remedy === "string" ? remedy : "" };
  }
  return {
    code: "INTERNAL",
    message: "Something in this window went wrong.",
    remedy: "Try again. If it stays, reload the window; nothing that was saved is lost.",
  };
}

export const isCode = (error: unknown, code: Failure["code"]): boolean =>
  error instanceof ORPCError && error.code === code;
