import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { electronFlags, installedElectron } from "../../tools/electron.ts";

const root = join(import.meta.dirname, "../..");
const program = installedElectron();

const has = (command: string): boolean => spawnSync(command, ["-help"], { stdio: "ignore" }).error === undefined;
const needsDisplay = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

/** Why the desktop app cannot be tested on this machine; null where it can. */
export const missing: string | null = !program
  ? "Electron's program is not installed (npx install-electron fetches it)"
  : needsDisplay && !has("Xvfb")
    ? "there is no display, and no Xvfb to make one"
    : null;

/** Why keys cannot be pressed outside of any window here; null where they can. */
export const missingKeys: string | null =
  process.platform !== "linux"
    ? "no tool to press keys with is known for this system"
    : has("xdotool")
      ? null
      : "xdotool is not installed";

/** A fresh data folder that goes away with the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ebb-desktop-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** The display to test on: the user's, or one of the test's own. */
async function display(): Promise<string> {
  if (!needsDisplay) return process.env.DISPLAY ?? "";
  const name = `:${90 + (process.pid % 400)}`;
  const server = spawn("Xvfb", [name, "-screen", "0", "1440x900x24"], { stdio: "ignore" });
  onTestFinished(() => void server.kill());
  await delay(1_000);
  return name;
}

export type RunningDesktop = {
  app: ElectronApplication;
  /** Presses keys as on the keyboard, whatever has the focus; in xdotool's notation. */
  press: (keys: string) => void;
};

/** Starts the built desktop app on the folder, as `npm start` does; it is gone when the test ends. */
export async function startDesktop(folder: string, args: string[] = []): Promise<RunningDesktop> {
  const env = { ...process.env, EBB_HOME: folder, EBB_LLAMA_THREADS: "1", DISPLAY: await display() };
  const app = await _electron.launch({
    executablePath: program ?? "",
    args: [...electronFlags(), root, ...args],
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  onTestFinished(() => app.close().catch(() => undefined));
  return { app, press: (keys) => void spawnSync("xdotool", ["key", keys], { env }) };
}

/** The window that shows this page of Ebb. */
export async function windowOf(app: ElectronApplication, page: "index.html" | "quick.html"): Promise<Page> {
  const find = (): Page | undefined => app.windows().find((window) => window.url().includes(`/${page}`));
  await expect.poll(find).toBeDefined();
  const found = find();
  if (!found) throw new Error(`no window shows ${page}`);
  return found;
}

/** Ends the process that Electron calls by this name, as a crash would. */
export async function killProcess(app: ElectronApplication, serviceName: string): Promise<void> {
  const pid = await app.evaluate(
    ({ app: electron }, name) => electron.getAppMetrics().find((metric) => metric.name === name)?.pid,
    serviceName,
  );
  if (pid === undefined) throw new Error(`no process is called ${serviceName}`);
  process.kill(pid, "SIGKILL");
}
