import { StandardRPCHandler } from "@orpc/server/standard";
import { createServerPeerHandleRequestFn } from "@orpc/server/standard-peer";
import { ServerPeer } from "@orpc/standard-server-peer";
import { toApiError, unknownProcedure } from "../../app/api/errors.ts";
import type { ApiRouter } from "../../app/api/router.ts";

/** A connected line to one window, whichever carrier it runs on. Frames are text, or bytes where a Blob travels. */
export type Wire = {
  send(frame: string | ArrayBufferLike | Uint8Array): void;
  onFrame(listener: (frame: string | Uint8Array) => void): void;
  onClose(listener: () => void): void;
  /** Ends a line whose other side does not speak the protocol. */
  refuse(): void;
};

/** Serves the contract on wires. Made once for an engine. */
export function apiServer(router: ApiRouter, folder: () => string) {
  const handler = new StandardRPCHandler(router, {
    interceptors: [
      async ({ next }) => {
        const result = await next();
        if (!result.matched) throw unknownProcedure();
        return result;
      },
    ],
    clientInterceptors: [
      async ({ next }) => {
        try {
          return await next();
        } catch (error) {
          throw toApiError(error, folder());
        }
      },
    ],
  });
  const handle = createServerPeerHandleRequestFn(handler, { context: {} });

  return {
    /** Answers calls on this wire until it closes; calls still running then are aborted. */
    serve(wire: Wire): void {
      const peer = new ServerPeer(async (frame) => wire.send(frame));
      wire.onFrame((frame) => {
        // What a frame holds must not reach a log, so a malformed one ends the line without a word about its content.
        peer.message(frame, handle).catch(() => wire.refuse());
      });
      wire.onClose(() => peer.close());
    },
  };
}
