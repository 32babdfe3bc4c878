import type { ChildProcess } from "node:child_process";
import { limits } from "../../app/contract/limits.ts";

type Events = { message: (event: { data: unknown }) => void; close: () => void };

/** What oRPC needs of a MessagePort. A message that is no frame of oRPC's is dropped, since it would throw on it unhandled. */
export interface CarrierPort {
  /** @throws once the other side is gone */
  postMessage(data: unknown): void;
  on<Name extends string>(event: Name, listener: (event?: { data: unknown }) => void): void;
}

/** Which kind of frame arrives: a server gets requests, a client gets responses. */
type Side = "client" | "server";

/** One end of a Node IPC channel: a forked child as its parent sees it, or `process` in the child. */
type Channel = ChildProcess | NodeJS.Process;

/**
 * Wraps a Node IPC channel (`serialization: "advanced"`) as a message port. Its end becomes one `close`, so that oRPC rejects
 * the pending calls instead of waiting for ever.
 */
export function channelPort(channel: Channel, side: Side): CarrierPort {
  const listeners: { [Name in keyof Events]: Set<Events[Name]> } = { message: new Set(), close: new Set() };
  let closed = !channel.connected;
  const close = () => {
    if (closed) return;
    closed = true;
    for (const listener of listeners.close) listener();
  };
  const events: NodeJS.EventEmitter = channel;
  events.on("message", (data: unknown) => {
    if (!isFrame(data, side)) return;
    for (const listener of listeners.message) listener({ data });
  });
  // Comes after the last message that the other side sent, also if it was killed.
  events.on("disconnect", close);
  // A process that could not be started has no channel that could end.
  events.on("error", close);
  return {
    postMessage(data) {
      if (closed || !channel.connected || channel.send === undefined) throw new Error("The other process is gone");
      if (typeof data !== "string") throw new TypeError("Only text frames travel on this channel");
      // A failure here means that the channel has just closed, which `disconnect` tells.
      channel.send(data, undefined, undefined, () => undefined);
    },
    on(event, listener) {
      if (event === "message") listeners.message.add(listener);
      else if (event === "close") listeners.close.add(() => listener());
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
