import { WebSocket } from "ws";
import { readAddress } from "./address.ts";
import type { HostCommand } from "./socket.ts";

/**
 * Hands a command to the Ebb that runs on this data folder. Resolves to false where none answers within `ms`.
 */
export async function handOver(folder: string, command: HostCommand, ms = 3_000): Promise<boolean> {
  const address = readAddress(folder);
  if (!address?.secret) return false;
  const origin = `http://127.0.0.1:${address.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${address.port}/socket`, { origin, handshakeTimeout: ms });
  return new Promise((resolve) => {
    const answer = (value: boolean): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // A socket that is cut while it connects still reports it, to nobody in particular.
      socket.on("error", () => {});
      socket.terminate();
      resolve(value);
    };
    const timer = setTimeout(() => answer(false), ms);
    socket.on("open", () => socket.send(JSON.stringify({ secret: address.secret, command })));
    socket.on("message", () => answer(true));
    socket.on("close", () => answer(false));
    socket.on("error", () => answer(false));
  });
}
