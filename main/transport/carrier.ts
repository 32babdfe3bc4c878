import { limits } from "../../app/contract/limits.ts";

/** What oRPC needs of a MessagePort. A message that is no frame of oRPC's is dropped, since it would throw on it unhandled. */
export interface CarrierPort {
  /** @throws once the other side is gone */
  postMessage(data: unknown): void;
  on<Name extends string>(event: Name, listener: (event?: { data: unknown }) => void): void;
}

/** Which kind of frame arrives: a server gets requests, a client gets responses. */
export type Side = "client" | "server";

/** The carrier's own half of a line: what was sent is checked, what arrives is passed on, the end is told once. */
export type Line = { send(frame: string): void; isOpen(): boolean };

/**
 * Makes a carrier port of a line. `deliver` is to be called with whatever arrives and `end` once nothing can arrive any more:
 * then oRPC rejects the pending calls instead of waiting for ever.
 */
export function carrierPort(side: Side, line: Line): { port: CarrierPort; deliver(data: unknown): void; end(): void } {
  const messageListeners = new Set<(event: { data: unknown }) => void>();
  const closeListeners = new Set<() => void>();
  let ended = !line.isOpen();
  return {
    port: {
      postMessage(data) {
        if (ended || !line.isOpen()) throw new Error("The other process is gone");
        if (typeof data !== "string") throw new TypeError("Only text frames travel on this line");
        line.send(data);
      },
      on(event, listener) {
        if (event === "message") messageListeners.add(listener);
        else if (event === "close") closeListeners.add(() => listener());
      },
    },
    deliver(data) {
      if (!isFrame(data, side)) return;
      for (const listener of messageListeners) listener({ data });
    },
    end() {
      if (ended) return;
      ended = true;
      for (const listener of closeListeners) listener();
    },
  };
}

/** Whether oRPC can take it apart: `i` is the call, `t` the kind of frame (none for a request or response), `p` the rest. */
function isFrame(data: unknown, side: Side): boolean {
  if (typeof data !== "string" || data.length > limits.frameBytes) return false;
  const frame = parse(data);
  if (!isRecord(frame) || typeof frame.i !== "string") return false;
  const { t: kind, p: payload } = frame;
  const [eventKind, abortKind] = [3, 4];
  if (kind === abortKind) return true;
  if (!isRecord(payload)) return false;
  if (kind === eventKind) return typeof payload.e === "string";
  if (kind !== undefined || !isHeaders(payload.h)) return false;
  if (side === "client") return payload.s === undefined || Number.isInteger(payload.s);
  const url = payload.u;
  return typeof url === "string" && url.startsWith("/") && URL.canParse(url, "http://orpc");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Multipart bodies and files, which frames of text never have, are refused with their headers. */
function isHeaders(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value) || "content-disposition" in value) return false;
  const type = value["content-type"];
  return type === undefined || type === "text/event-stream" || type === "application/json";
}
