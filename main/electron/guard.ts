import { BrowserWindow, type Session, type WebContents } from "electron";
import { openOutside } from "./outside.ts";
import { isOwnAddress, pageOrigin } from "./page-address.ts";

/** What every page of Ebb runs with. A page is nobody's to trust: it shows text from models and from the clipboard. */
export const pagePreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // The spelling dictionaries would be fetched from a server.
  spellcheck: false,
} as const;

/**
 * Keeps a page where it is: no navigation, no windows, no guests. Addresses outside are shown to the user first; `onAsking`
 * gets the question while it is open.
 */
export function guardContents(contents: WebContents, onAsking: (asking: Promise<boolean>) => void): void {
  const stay = (event: { preventDefault(): void; url: string }): void => {
    // Reloading is the one navigation that a page has a use for.
    if (!isSamePage(event.url, contents.getURL())) event.preventDefault();
  };
  contents.on("will-frame-navigate", stay);
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // Where the system has no program for an address there is nothing to be done; it says so itself.
    onAsking(openOutside(url, BrowserWindow.fromWebContents(contents)).catch(() => false));
    return { action: "deny" };
  });
}

function isSamePage(address: string, current: string): boolean {
  const withoutFragment = (text: string): string => text.split("#", 1)[0] ?? "";
  return isOwnAddress(address) && withoutFragment(address) === withoutFragment(current);
}

/**
 * Takes from a session what no page of Ebb needs: the network, every permission but the clipboard, devices, downloads of
 * anything that a page has not made itself. `mayReadClipboard` says which page may read it.
 */
export function guardSession(session: Session, mayReadClipboard: (contents: WebContents) => boolean): void {
  const allows = (contents: WebContents | null, permission: string, origin: string): boolean => {
    if (contents === null || origin !== pageOrigin) return false;
    if (permission === "clipboard-sanitized-write") return true;
    return permission === "clipboard-read" && mayReadClipboard(contents);
  };
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    callback(details.isMainFrame && allows(contents, permission, originOf(details.requestingUrl)));
  });
  session.setPermissionCheckHandler((contents, permission, origin, details) => {
    return details.isMainFrame && allows(contents, permission, originOf(origin));
  });
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    // The policy of the pages allows data: for images only.
    callback({ cancel: !isOwnAddress(url) && !url.startsWith("data:") && !url.startsWith("devtools:") });
  });
  session.on("will-download", (event, item) => {
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault();
  });
}

/** The origin as a page sees its own: URL() has none for schemes of one's own making. */
function originOf(address: string): string {
  if (!URL.canParse(address)) return "";
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
