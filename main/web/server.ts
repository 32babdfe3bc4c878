import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import sirv from "sirv";
import { WebSocketServer } from "ws";
import { securityHeaders } from "../page-policy.ts";
import { hostIsOurs, originIsOurs } from "./guard.ts";
import { type Admission, admit } from "./socket.ts";

export type WebServer = {
  port: number;
  close(): Promise<void>;
};

/** At most this many sockets that have not shown the secret yet. */
const strangersAllowed = 16;

/**
 * Serves the window's files over HTTP and the contract over a WebSocket, on 127.0.0.1 only. `port` is tried first; where
 * another program has it, the system picks one. `files` is the built renderer.
 */
export async function serveWeb(
  options: { files: string; port: number; frameBytes: number } & Admission,
): Promise<WebServer> {
  // Without `dev` sirv serves a list of files read at the start, so that no path leads outside of it.
  const files = sirv(options.files, { etag: true, single: false, dotfiles: false, setHeaders: addHeaders });
  let port = 0;
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (!hostIsOurs(request, port) || !originIsOurs(request, port, false)) return void response.writeHead(403).end();
    if (request.method !== "GET" && request.method !== "HEAD") return void response.writeHead(405).end();
    files(request, response, () => void response.writeHead(404).end());
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;

  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.frameBytes, perMessageDeflate: false });
  let strangers = 0;
  server.on("upgrade", (request, stream, head) => {
    const fits = request.url === "/socket" && hostIsOurs(request, port) && originIsOurs(request, port, true);
    if (!fits) return refuse(stream, 403);
    if (strangers >= strangersAllowed) return refuse(stream, 503);
    strangers += 1;
    let stranger = true;
    const leave = (): void => {
      if (stranger) strangers -= 1;
      stranger = false;
    };
    // Of the stream, not of the socket: a handshake that is no good never becomes one.
    stream.once("close", leave);
    sockets.handleUpgrade(request, stream, head, (socket) => admit(socket, options, leave));
  });

  port = await listen(server, options.port);
  return {
    port,
    async close() {
      for (const socket of sockets.clients) socket.close(1001);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Whoever does not answer the goodbye in time is cut off.
      setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }, 300).unref();
      await closed;
    },
  };
}

function addHeaders(response: { setHeader(name: string, value: string): unknown }, path: string): void {
  // Built assets carry a hash in their name; the page itself must always be the present one.
  response.setHeader("Cache-Control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
}

function refuse(stream: Duplex, status: 403 | 503): void {
  stream.on("error", () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${status === 403 ? "Forbidden" : "Service Unavailable"}\r\nConnection: close\r\n\r\n`);
}

async function listen(server: Server, wanted: number): Promise<number> {
  const attempt = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  try {
    await attempt(wanted);
  } catch {
    await attempt(0);
  }
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
