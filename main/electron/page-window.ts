import { BrowserWindow, type BrowserWindowConstructorOptions, dialog, type Session } from "electron";
import { pagePreferences } from "./guard.ts";
import { type PageName, pageAddress } from "./page-address.ts";

export type PageOptions = {
  session: Session;
  /** The preload script, bundled as CommonJS: a sandboxed one can be nothing else. */
  preload: string;
  icon: string;
  /** Developer tools are for development. */
  devTools: boolean;
};

/** What to do about a page that keeps crashing, or hangs: true has it loaded again. */
export type CrashPolicy = {
  crashedOften(): Promise<boolean>;
  hangs(window: BrowserWindow): Promise<boolean>;
};

const maxCrashes = 3;
const crashWindowMs = 60_000;

/**
 * Opens a window on one of Ebb's pages, hidden until it is shown. A page that crashes is loaded again: what it showed is in
 * the engine. One that crashes three times within a minute is left to the policy, and closed where that says no.
 */
export function openPage(
  page: PageName,
  route: string | null,
  { session, preload, icon, devTools }: PageOptions,
  look: BrowserWindowConstructorOptions,
  policy: CrashPolicy,
): BrowserWindow {
  const window = new BrowserWindow({
    ...look,
    show: false,
    icon,
    webPreferences: { ...pagePreferences, session, preload, devTools },
  });
  const load = (view: string | null): void => {
    // A load that fails leaves an empty window, and nothing that could be done about it from here.
    if (!window.isDestroyed()) window.loadURL(pageAddress(page, view)).catch(() => undefined);
  };
  let crashes: number[] = [];
  window.webContents.on("render-process-gone", async (_event, { reason }) => {
    if (reason === "clean-exit" || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < crashWindowMs), now];
    if (crashes.length < maxCrashes) return load(null);
    if (await policy.crashedOften()) {
      crashes = [];
      load(null);
    } else if (!window.isDestroyed()) window.destroy();
  });
  window.on("unresponsive", async () => {
    if ((await policy.hangs(window)) && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
  });
  load(route);
  return window;
}

/** For a window that the user looks at: nothing happens to it unasked. */
export const askAboutCrash: CrashPolicy = {
  async crashedOften() {
    const { response } = await dialog.showMessageBox({
      type: "error",
      message: "Ebb's window has stopped three times within a minute.",
      detail: "Nothing that was saved is lost. Open it again, or close it and start Ebb later.",
      buttons: ["Open again", "Close"],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    return response === 0;
  },
  async hangs(window) {
    const { response } = await dialog.showMessageBox(window, {
      type: "warning",
      message: "Ebb's window does not respond.",
      detail: "Wait a little, or load it again. Nothing that was saved is lost.",
      buttons: ["Wait", "Load again"],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    return response === 1;
  },
};
