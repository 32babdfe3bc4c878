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

/** The contract's wire over a message port; a frame that is neither text nor bytes ends it. */
export function portWire(port: MessagePortLike): Wire {
  const listen = (event: "message" | "close", listener: Listener): void => {
    // Electron's port is an EventEmitter whose listeners get the event; Node's and the DOM's are event targets.
    if ("addEventListener" in port) port.addEventListener(event, listener);
    else port.on(event, listener);
  };
  return {
    send: (frame) => port.postMessage(frame),
    onFrame: (listener) => {
      listen("message", ({ data }) => {
        if (typeof data === "string" || data instanceof Uint8Array) listener(data);
        else if (data instanceof ArrayBuffer) listener(new Uint8Array(data));
        else port.close();
      });
      port.start?.();
    },
    onClose: (listener) => listen("close", listener),
    refuse: () => port.close(),
  };
}
