import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findBrowser } from "../main/web/browser.ts";

const aptPackage = "chromium";

/** The command that installs the browser for the e2e tests here, for the user to run. */
export function installCommand(platform: NodeJS.Platform = process.platform): string {
  if (platform === "darwin") return "brew install --cask chromium";
  if (platform === "win32") return "winget install Google.Chrome";
  return existsSync("/usr/bin/apt-get")
    ? `sudo apt-get install -y ${aptPackage}`
    : "install Chromium with your package manager";
}

/**
 * The path of a browser for the e2e tests. Where there is none, one is installed if that is safe: as root on Debian, or
 * on a CI machine (CI=true). Returns null where the user must install one.
 */
export function ensureBrowser(): string | null {
  const found = findBrowser();
  if (found || !existsSync("/usr/bin/apt-get")) return found;
  const root = process.getuid?.() === 0;
  if (!root && process.env.CI !== "true") return null;
  const run = (args: string[]): boolean => {
    const [program = "", ...rest] = root ? ["apt-get", ...args] : ["sudo", "-n", "apt-get", ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return spawnSync(program, rest, { stdio: ["ignore", "ignore", "inherit"], env, timeout: 300_000 }).status === 0;
  };
  console.log("Installing Chromium for the browser tests ...");
  const network = ["-o", "Acquire::http::Timeout=10", "-o", "Acquire::Retries=1"];
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...network, aptPackage];
  if (!run(install) && !(run(["update", "-qq", ...network]) && run(install))) return null;
  return findBrowser();
}
