import { type BrowserWindow, screen, type WebContents } from "electron";
import { desktopMessages } from "../../app/contract/desktop-messages.ts";
import type { DeskStore } from "./desk-state.ts";
import { askAboutCrash, openPage, type PageOptions } from "./page-window.ts";
import { surfaceColour } from "./theme.ts";
import { placeWindow, smallest } from "./window-place.ts";

/** How long after the last move or resize the window's place is kept, in ms. */
const settled = 500;

/** The chat window: at most one, made when it is needed, gone when it is closed. */
export class MainWindow {
  readonly #page: PageOptions;
  readonly #desk: DeskStore;
  readonly #onClosed: () => void;
  #window: BrowserWindow | null = null;

  constructor(page: PageOptions, desk: DeskStore, onClosed: () => void) {
    this.#page = page;
    this.#desk = desk;
    this.#onClosed = onClosed;
  }

  get window(): BrowserWindow | null {
    return this.#window;
  }

  /** Brings the window to the front, on a view where one is named. */
  show(route: string | null): void {
    const window = this.#window;
    if (!window) {
      this.#window = this.#open(route);
      return;
    }
    if (route !== null) this.#goTo(window.webContents, route);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** A page that is still loading would not hear of it yet. */
  #goTo(contents: WebContents, route: string): void {
    const tell = (): void => contents.send(desktopMessages.route, route);
    if (contents.isLoading()) contents.once("did-finish-load", tell);
    else tell();
  }

  #open(route: string | null): BrowserWindow {
    const { window: kept } = this.#desk.state;
    const primary = screen.getPrimaryDisplay();
    const displays = [primary, ...screen.getAllDisplays().filter(({ id }) => id !== primary.id)];
    const look = {
      ...placeWindow(kept?.bounds ?? null, displays),
      minWidth: smallest.width,
      minHeight: smallest.height,
      title: "Ebb",
      backgroundColor: surfaceColour(),
      autoHideMenuBar: true,
    };
    const window = openPage("index.html", route, this.#page, look, askAboutCrash);
    window.once("ready-to-show", () => {
      if (kept?.maximized) window.maximize();
      window.show();
      window.focus();
    });
    this.#keepPlace(window);
    window.once("closed", () => {
      this.#window = null;
      this.#onClosed();
    });
    return window;
  }

  #keepPlace(window: BrowserWindow): void {
    const keep = (): void => {
      if (window.isDestroyed() || window.isMinimized()) return;
      this.#desk.keep({ window: { bounds: window.getNormalBounds(), maximized: window.isMaximized() } });
    };
    let timer: NodeJS.Timeout | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(keep, settled);
    };
    window.on("move", soon);
    window.on("resize", soon);
    window.on("close", () => {
      clearTimeout(timer);
      keep();
    });
  }
}
