import type { WebSocket } from "ws";
import { type HostCommand, hostCommand } from "../command.ts";
import type { Wire } from "../transport/serve.ts";
import { sameSecret } from "./guard.ts";

export type Admission = {
  secret: string;
  serve: (wire: Wire) => void;
  /** Carries out a command of a second start or of a page. Resolves to whether a window was shown for it. */
  onCommand: (command: HostCommand) => Promise<boolean>;
};

/** How long a socket may take to show the secret, in ms. */
const patience = 5_000;
/** The first frame holds a secret and at most a command; more than this many bytes is no such frame. */
const firstFrameBytes = 4_096;

/** Why a socket was closed, told as WebSocket close codes of the private range. */
export const closeCodes = { wrongSecret: 4401, malformed: 4400, tooSlow: 4408 } as const;

/**
 * Holds a new socket back until its first frame carries this launch's secret, then serves the contract on it. Nothing is
 * answered before that; a wrong secret ends the socket.
 */
export function admit(socket: WebSocket, admission: Admission, onAdmitted: () => void): void {
  const timer = setTimeout(() => socket.close(closeCodes.tooSlow), patience);
  socket.on("error", () => socket.terminate());
  socket.once("close", () => clearTimeout(timer));
  socket.once("message", (data, isBinary) => {
    clearTimeout(timer);
    const greeting = isBinary ? null : readGreeting(data.toString().slice(0, firstFrameBytes));
    if (!greeting || !sameSecret(greeting.secret, admission.secret)) {
      socket.close(closeCodes.wrongSecret);
      return;
    }
    onAdmitted();
    if (greeting.command !== undefined) {
      const command = hostCommand.safeParse(greeting.command);
      if (command.success) void carryOut(socket, admission, command.data);
      else socket.close(closeCodes.malformed);
      return;
    }
    admission.serve(wireOf(socket));
    socket.send(JSON.stringify({ ok: true, host: "web" }));
  });
}

async function carryOut(socket: WebSocket, admission: Admission, command: HostCommand): Promise<void> {
  const shown = await admission.onCommand(command);
  socket.send(JSON.stringify({ ok: true, shown }), () => socket.close(1000));
}

function readGreeting(text: string): { secret: unknown; command: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    return {
      secret: "secret" in value ? value.secret : undefined,
      command: "command" in value ? value.command : undefined,
    };
  } catch {
    return null;
  }
}

function wireOf(socket: WebSocket): Wire {
  return {
    send: (frame) => {
      if (socket.readyState === socket.OPEN) socket.send(frame);
    },
    onFrame: (listener) => {
      socket.on("message", (data, isBinary) => {
        if (!isBinary) listener(data.toString());
        else listener(Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]));
      });
    },
    onClose: (listener) => {
      socket.once("close", listener);
    },
    refuse: () => socket.close(closeCodes.malformed),
  };
}
