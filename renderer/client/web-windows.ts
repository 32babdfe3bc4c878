import { ORPCError } from "@orpc/client";
import { windowSizes } from "../../app/contract/window-sizes.ts";

/**
 * What Ebb's pages in one browser tell each other; never anything that the user said. `quick`: a quick-ask page has opened and
 * takes the place of any before it. `show`: who can come to the front with this view? `showing`: this main window has.
 */
type Note = { type: "quick" } | { type: "show"; route: string } | { type: "showing"; route: string };

/** The address of this host's socket. */
export const socketAddress = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`;

const channelName = "ebb";
const mainWindow = "ebb-main";
/** How long a page takes at most to come to the front, and to hear that another one has, in ms. */
const frontWithin = 120;
const answerWithin = 250;
/** The host opens a window within this time, or will not, in ms. */
const hostWithin = 6_000;

const isQuick = (): boolean => location.pathname.endsWith("/quick.html");

/** Takes part in what the pages of this browser tell each other, and mends the size of the window. */
export function joinPages(): void {
  const channel = new BroadcastChannel(channelName);
  const tell = (note: Note): void => channel.postMessage(note);
  fitWindow();
  if (isQuick()) tell({ type: "quick" });
  channel.addEventListener("message", ({ data: note }: MessageEvent<Note>) => {
    if (note.type === "quick" && isQuick()) window.close();
    if (note.type === "show" && !isQuick())
      void comeToFront(note.route).then((came) => came && tell({ ...note, type: "showing" }));
  });
}

/** True where this window is the one in front now; then it shows the view. */
async function comeToFront(route: string): Promise<boolean> {
  window.focus();
  await pause(frontWithin);
  if (!document.hasFocus()) return false;
  location.hash = route;
  return true;
}

/**
 * Shows the main window on a view where the user sees it: the one that is open if the browser lets it come to the front, else
 * a new one from the host, else one from this page. @throws WINDOW_BLOCKED where the browser allows none
 */
export async function showMain(route: string, secret: string): Promise<void> {
  if (await shownByPage(route)) return;
  if (await shownByHost(route, secret)) return;
  if (window.open(`./#secret=${secret}&route=${route}`, mainWindow)) return;
  throw new ORPCError("WINDOW_BLOCKED", {
    message: "The browser did not let Ebb open its window.",
    data: { remedy: "Allow pop-up windows for this address, or open Ebb where you started it." },
  });
}

function shownByPage(route: string): Promise<boolean> {
  const channel = new BroadcastChannel(channelName);
  return new Promise<boolean>((resolve) => {
    channel.addEventListener("message", ({ data: note }: MessageEvent<Note>) => {
      if (note.type === "showing" && note.route === route) resolve(true);
    });
    channel.postMessage({ type: "show", route } satisfies Note);
    setTimeout(() => resolve(false), answerWithin);
  }).finally(() => channel.close());
}

/** Hands the host the command that a second start of Ebb would. */
function shownByHost(route: string, secret: string): Promise<boolean> {
  const socket = new WebSocket(socketAddress());
  return new Promise<boolean>((resolve) => {
    socket.addEventListener("open", () => socket.send(JSON.stringify({ secret, command: { name: "open", route } })));
    socket.addEventListener("message", ({ data }) => resolve(/"shown":true/.test(String(data))));
    socket.addEventListener("close", () => resolve(false));
    setTimeout(() => resolve(false), hostWithin);
  }).finally(() => socket.close());
}

/** An app window opens in the size of the one before it, which may be that of the other page, and wherever there was room. */
function fitWindow(): void {
  const { main, quick } = windowSizes;
  if (isQuick()) {
    if (outerWidth > quick.width + 80 || outerHeight > quick.height + 80) resizeTo(quick.width, quick.height);
    centre(quick);
  } else if (outerWidth === quick.width && outerHeight === quick.height) {
    resizeTo(Math.min(main.width, screen.availWidth), Math.min(main.height, screen.availHeight));
    centre(main);
  }
}

/** Puts a window of this size where the eyes are: in the middle, a little above. */
function centre({ width, height }: { width: number; height: number }): void {
  moveTo(Math.max((screen.availWidth - width) / 2, 0), Math.max((screen.availHeight - height) / 3, 0));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
