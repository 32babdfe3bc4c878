import { WebSocket } from "ws";
import { z } from "zod";
import type { HostCommand } from "../command.ts";
import { readAddress } from "./address.ts";

/** What became of the command: whether a window is open now, or only its address was printed. */
const answer = z.object({ shown: z.boolean() });
export type HandOver = z.infer<typeof answer>;

/** Hands a command to the Ebb that runs on this data folder. Resolves to null where none answers within `ms`. */
export async function handOver(folder: string, command: HostCommand, ms = 5_000): Promise<HandOver | null> {
  const address = readAddress(folder);
  if (!address?.secret) return null;
  const origin = `http://127.0.0.1:${address.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${address.port}/socket`, { origin, handshakeTimeout: ms });
  return new Promise((resolve) => {
    const end = (value: HandOver | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // A socket that is cut while it connects still reports it, to nobody in particular.
      socket.on("error", () => {});
      socket.terminate();
      resolve(value);
    };
    const timer = setTimeout(() => end(null), ms);
    socket.on("open", () => socket.send(JSON.stringify({ secret: address.secret, command })));
    socket.on("message", (data) => end(read(data.toString())));
    socket.on("close", () => end(null));
    socket.on("error", () => end(null));
  });
}

function read(text: string): HandOver | null {
  try {
    return answer.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
