import type { ChildProcess } from "node:child_process";
import { type CarrierPort, carrierPort, type Side } from "./carrier.ts";

/** One end of a Node IPC channel: a forked child as its parent sees it, or `process` in the child. */
type Channel = ChildProcess | NodeJS.Process;

/** Wraps a Node IPC channel (`serialization: "advanced"`) as a message port, whose end becomes one `close`. */
export function channelPort(channel: Channel, side: Side): CarrierPort {
  const { port, deliver, end } = carrierPort(side, {
    isOpen: () => channel.connected && channel.send !== undefined,
    // A failure here means that the channel has just closed, which `disconnect` tells.
    send: (frame) => void channel.send?.(frame, undefined, undefined, () => undefined),
  });
  const events: NodeJS.EventEmitter = channel;
  events.on("message", deliver);
  // Comes after the last message that the other side sent, also if it was killed.
  events.on("disconnect", end);
  // A process that could not be started has no channel that could end.
  events.on("error", end);
  return port;
}
