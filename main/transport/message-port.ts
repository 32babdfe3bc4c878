import { type CarrierPort, carrierPort, type Side } from "./carrier.ts";
import type { Wire } from "./serve.ts";

type Listener = (event: { data?: unknown }) => void;

/** The part that Electron's MessagePortMain, Node's MessagePort and the DOM's share. */
export type MessagePortLike = {
  postMessage(message: unknown): void;
  start?(): void;
  close(): void;
} & (
  | { addEventListener(event: "message" | "close", listener: Listener): void }
  | { on(event: "message" | "close", listener: Listener): unknown }
);

/** Electron's port is an EventEmitter whose listeners get the event; Node's and the DOM's are event targets. */
function listen(port: MessagePortLike, event: "message" | "close", listener: Listener): void {
  if ("addEventListener" in port) port.addEventListener(event, listener);
  else port.on(event, listener);
}

/** The contract's wire over a message port; a frame that is neither text nor bytes ends it. */
export function portWire(port: MessagePortLike): Wire {
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) => {
      listen(port, "message", ({ data }) => {
        if (typeof data === "string" || data instanceof Uint8Array) listener(data);
        else if (data instanceof ArrayBuffer) listener(new Uint8Array(data));
        else port.close();
      });
      port.start?.();
    },
    onClose: (listener) => listen(port, "close", listener),
    refuse: () => port.close(),
  };
}

/** A message port between two of Ebb's processes, as oRPC uses it. */
export function portCarrier(messagePort: MessagePortLike, side: Side): CarrierPort {
  const { port, adopt } = portToCome(side);
  adopt(messagePort);
  return port;
}

/**
 * A carrier whose message port is still on its way: what is sent meanwhile waits for it. `end` closes the carrier where the
 * other process is known to be gone.
 */
export function portToCome(side: Side): { port: CarrierPort; adopt(port: MessagePortLike): void; end(): void } {
  let behind: MessagePortLike | null = null;
  let open = true;
  const waiting: string[] = [];
  const { port, deliver, end } = carrierPort(side, {
    isOpen: () => open,
    send: (frame) => {
      if (behind) behind.postMessage(frame);
      else waiting.push(frame);
    },
  });
  // A closed port swallows what is posted on it, so that its end must be known here.
  const close = (): void => {
    open = false;
    end();
  };
  return {
    port,
    adopt(messagePort) {
      behind = messagePort;
      listen(messagePort, "message", ({ data }) => deliver(data));
      listen(messagePort, "close", close);
      messagePort.start?.();
      for (const frame of waiting.splice(0)) messagePort.postMessage(frame);
    },
    end: close,
  };
}
