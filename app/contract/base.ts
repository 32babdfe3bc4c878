import { oc } from "@orpc/contract";
import { errorMap } from "./errors.ts";

/** Every procedure is built on this, so that each can fail with each typed error. */
export const procedure = oc.errors(errorMap);
