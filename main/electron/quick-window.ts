import { app, BrowserWindow, screen, type WebContents } from "electron";
import { windowSizes } from "../../app/contract/window-sizes.ts";
import { type CrashPolicy, openPage, type PageOptions } from "./page-window.ts";
import { surfaceColour } from "./theme.ts";
import { placeQuickAsk } from "./window-place.ts";

const size = windowSizes.quick;

/** Nobody is asked about a window that is hidden most of the time: it is loaded again, or made anew when next shown. */
const quietly: CrashPolicy = { crashedOften: async () => false, hangs: async () => true };

/** The small window over whatever the user is doing. It is kept, hidden, so that it is there at once. */
export class QuickWindow {
  readonly #page: PageOptions;
  #window: BrowserWindow | null = null;
  #ready = false;
  /** To be shown as soon as the page has painted. */
  #wanted = false;
  /** The user is being asked something in front of it. */
  #held = false;
  #closing = false;

  constructor(page: PageOptions) {
    this.#page = page;
  }

  /** Makes the window, hidden. */
  warm(): void {
    if (this.#window || this.#closing) return;
    const window = openPage(
      "quick.html",
      null,
      this.#page,
      {
        ...size,
        title: "Ebb quick-ask",
        backgroundColor: surfaceColour(),
        frame: false,
        resizable: false,
        maximizable: false,
        minimizable: false,
        fullscreenable: false,
        skipTaskbar: true,
        alwaysOnTop: true,
        // A panel takes the keys without bringing the whole app to the front.
        ...(process.platform === "darwin" && { type: "panel" }),
      },
      quietly,
    );
    this.#window = window;
    this.#ready = false;
    if (process.platform === "darwin") {
      window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
    }
    window.once("ready-to-show", () => {
      this.#ready = true;
      if (this.#wanted) this.#reveal(window);
    });
    window.on("blur", () => {
      if (!this.#held) window.hide();
    });
    window.on("close", (event) => {
      if (this.#closing) return;
      event.preventDefault();
      this.dismiss();
    });
    window.once("closed", () => {
      this.#window = null;
    });
  }

  /** What the shortcut does: shows the window, or puts it away where the user is in it. */
  toggle(): void {
    if (this.#window?.isVisible() && this.#window.isFocused()) this.dismiss();
    else this.show();
  }

  /** Shows the window on the display with the pointer and puts the cursor in it. */
  show(): void {
    this.warm();
    this.#wanted = true;
    if (this.#window && this.#ready) this.#reveal(this.#window);
  }

  /** Puts the window away and gives the focus back to what had it before. */
  dismiss(): void {
    this.#wanted = false;
    const window = this.#window;
    if (!window?.isVisible()) return;
    // On Windows a hidden window can keep the focus; giving it up first passes it on.
    if (process.platform === "win32") window.blur();
    window.hide();
    const others = BrowserWindow.getAllWindows().some((other) => other !== window && other.isVisible());
    // On macOS the focus goes back only when the whole app steps back.
    if (process.platform === "darwin" && !others) app.hide();
  }

  owns(contents: WebContents): boolean {
    return this.#window?.webContents === contents;
  }

  /** Keeps the window in place while the user is asked something in front of it. */
  async hold(asking: Promise<unknown>): Promise<void> {
    this.#held = true;
    await asking;
    this.#held = false;
    if (this.#window && !this.#window.isFocused()) this.#window.hide();
  }

  close(): void {
    this.#closing = true;
    this.#window?.destroy();
  }

  #reveal(window: BrowserWindow): void {
    this.#wanted = false;
    window.setBounds(placeQuickAsk(size, screen.getDisplayNearestPoint(screen.getCursorScreenPoint())));
    window.show();
    window.focus();
  }
}
