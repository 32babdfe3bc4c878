import { wireErrors } from "../wire-errors.ts";

/** Failures of the language model's process. */
export const { toWire, fromWire, stopped } = wireErrors({
  failed: "The language model failed.",
  refused: "The language model was asked for something it cannot do.",
  stopped: {
    code: "INFERENCE_STOPPED",
    message: "The language model stopped unexpectedly.",
    remedy: "Ebb starts it again by itself; then try again.",
  },
});
