import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasDisplay } from "../main/web/window.ts";
import { reachable } from "./reachable.mjs";

const electron = dirname(fileURLToPath(import.meta.resolve("electron/package.json")));
/** How long the download of the binary may take, in ms: it has more than a hundred megabytes. */
const downloadLimit = 600_000;

/** The Electron program that is installed, or null. */
export function installedElectron(env: NodeJS.ProcessEnv = process.env): string | null {
  const listed = join(electron, "path.txt");
  const name = existsSync(listed) ? readFileSync(listed, "utf8") : "electron";
  const program = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electron, "dist"), name);
  return existsSync(program) ? program : null;
}

/** What Electron must be told on this machine: as root Chromium refuses to start with its sandbox. */
export function electronFlags(): string[] {
  return process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}

/** Electron, or the reason why it cannot run here, as the end of a sentence. */
export type ElectronOrNot = { program: string } | { missing: string };

/** Finds Electron, and downloads its binary where that is possible: npm brings everything but that. */
export async function findElectron(env: NodeJS.ProcessEnv = process.env): Promise<ElectronOrNot> {
  if (!hasDisplay(env)) return { missing: "there is no display" };
  const found = installedElectron(env);
  if (found) return { program: found };
  const source = env.ELECTRON_MIRROR ?? env.npm_config_electron_mirror ?? "https://github.com";
  if (!(await reachable(source, 3_000))) return { missing: `its program cannot be fetched from ${source}` };
  console.log("Fetching Electron (once; more than a hundred megabytes) ...");
  spawnSync(process.execPath, [join(electron, "install.js")], { stdio: "inherit", timeout: downloadLimit });
  const fetched = installedElectron(env);
  return fetched ? { program: fetched } : { missing: `its program could not be fetched from ${source}` };
}
