import type { DesktopBridge } from "../../app/contract/index.ts";
import { connectDesktop } from "./electron.ts";
import type { Host } from "./host.ts";
import { connectWeb } from "./web.ts";

declare global {
  interface Window {
    /** Put there by the desktop app; a browser has none. */
    readonly ebb?: DesktopBridge;
  }
}

/** Opens the line to the engine over the carrier of this host. The rest of the page cannot tell which one it is. */
export function connect(): Host {
  return window.ebb ? connectDesktop(window.ebb) : connectWeb();
}
