import { wireErrors } from "../wire-errors.ts";

/** Failures of the embedder's process. */
export const { toWire, fromWire, stopped } = wireErrors({
  failed: "The embedder failed.",
  refused: "The embedder was asked for something it cannot do.",
  stopped: {
    code: "EMBEDDER_STOPPED",
    message: "The embedder stopped unexpectedly.",
    remedy: "Ebb starts it again by itself; until then it finds memories by their words.",
  },
});
