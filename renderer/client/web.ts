import { RPCLink } from "@orpc/client/websocket";
import { Line } from "./connection.ts";
import type { Host } from "./host.ts";
import { joinPages, showMain, socketAddress } from "./web-windows.ts";

const secretKey = "ebb-secret";
const wrongSecret = 4401;
const firstDelay = 250;
const longestDelay = 5_000;
const answerWithin = 10_000;

/** Connects to the web host that served this page, with the secret of its launch. */
export function connectWeb(): Host {
  const line = new Line();
  const secret = takeSecret();
  // The address of a newer start, put into this same window, changes only the fragment and loads nothing by itself.
  addEventListener("hashchange", () => {
    if (new URLSearchParams(location.hash.slice(1)).has("secret")) location.reload();
  });
  if (secret === null) line.close("refused");
  else dial(line, secret, firstDelay);
  joinPages();
  return {
    connection: line,
    showMain: (route) => showMain(route, secret ?? ""),
    dismiss: () => window.close(),
    outside: { asks: false, open: (address) => void window.open(address, "_blank", "noopener,noreferrer") },
    shortcut: null,
    atLogin: null,
  };
}

/** Reads the secret from the address and takes it out of there, so that it is in no history entry or bookmark. */
function takeSecret(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const secret = fragment.get("secret");
  if (secret !== null) {
    sessionStorage.setItem(secretKey, secret);
    const route = fragment.get("route");
    // Replaced, never pushed: a window with one history entry is one that its page may close.
    history.replaceState(null, "", route?.startsWith("/") ? `#${route}` : "#/");
  }
  return secret ?? sessionStorage.getItem(secretKey);
}

function dial(line: Line, secret: string, delay: number): void {
  const socket = new WebSocket(socketAddress());
  let nextDelay = Math.min(delay * 2, longestDelay);
  const unanswered = setTimeout(() => socket.close(), answerWithin);

  socket.addEventListener("open", () => socket.send(JSON.stringify({ secret })));
  socket.addEventListener(
    "message",
    () => {
      clearTimeout(unanswered);
      nextDelay = firstDelay;
      line.open(new RPCLink({ websocket: socket }));
    },
    { once: true },
  );
  socket.addEventListener("close", (event) => {
    clearTimeout(unanswered);
    if (event.code === wrongSecret) {
      sessionStorage.removeItem(secretKey);
      line.close("refused");
      return;
    }
    line.close("lost");
    setTimeout(() => dial(line, secret, nextDelay), delay);
  });
}
