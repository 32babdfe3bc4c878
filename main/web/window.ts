import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { windowSizes } from "../../app/contract/window-sizes.ts";
import type { Page } from "./address.ts";
import { findBrowser } from "./browser.ts";

/** True where a window can be shown at all: a display is there, or the platform always has one. */
export function hasDisplay(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  return platform !== "linux" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

const flags = [
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-breakpad",
  "--disable-features=Translate,AutofillServerCommunication,OptimizationHints,MediaRouter",
];

/**
 * Opens windows of a Chromium-family browser that show nothing but Ebb. They share a profile of their own in the data
 * folder, which is wiped at the start and at the end: a browser writes down what was typed, and Ebb's files must not hold
 * what the user has erased.
 */
export class AppWindows {
  readonly #profile: string;
  readonly #browser: string | null;
  #first: ChildProcess | null = null;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#profile = join(folder, "window");
    this.#browser = hasDisplay() ? findBrowser() : null;
    this.#wipe();
  }

  /**
   * Opens a window on the address. Resolves to false where there is no browser or no display, or where the browser ends
   * at once; `onClosed` is called when the last window has gone. The browser keeps the size of the first for later ones, which
   * their page corrects. One opens after the other: which is the browser's own process
   * is known only once it has stayed for a while.
   */
  open(url: string, page: Page, onClosed: () => void): Promise<boolean> {
    const opened = this.#opening.then(() => this.#open(url, page, onClosed));
    this.#opening = opened;
    return opened;
  }

  async #open(url: string, page: Page, onClosed: () => void): Promise<boolean> {
    if (!this.#browser) return false;
    // As root a Chromium browser refuses to start with its sandbox; an ordinary user always has it.
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const { width, height } = windowSizes[page];
    const window = [`--app=${url}`, `--window-size=${width},${height}`, `--user-data-dir=${this.#profile}`];
    const child = spawn(this.#browser, [...window, ...flags, ...sandbox], { stdio: "ignore" });
    const opened = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), 2_000);
      child.once("error", () => resolve(false));
      child.once("exit", () => {
        clearTimeout(timer);
        // A browser that runs already takes the window over and ends this process at once, with success.
        resolve(this.#first !== null && child.exitCode === 0);
      });
    });
    if (opened && this.#first === null) {
      this.#first = child;
      child.once("exit", () => {
        this.#first = null;
        onClosed();
      });
      if (child.exitCode !== null) onClosed();
    }
    return opened;
  }

  /** Closes the windows and removes what the browser wrote down. */
  async close(): Promise<void> {
    const child = this.#first;
    this.#first = null;
    if (child && child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => child.kill("SIGKILL"), 2_000);
        child.once("exit", () => {
          clearTimeout(timer);
          resolve();
        });
        child.kill();
      });
    }
    this.#wipe();
  }

  #wipe(): void {
    try {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
    } catch {
      // A folder that cannot be written has no profile to wipe either; storage says so on screen.
    }
  }
}
