import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { buildIfStale } from "./build.ts";
import { electronFlags, findElectron } from "./electron.ts";

const root = join(import.meta.dirname, "..");
const args = process.argv.slice(2).filter((word) => word !== "--web");
/** The web host also serves who wants no window at all, or asks for help. */
const webWords = ["--web", "--no-window", "--help"];
/** An Electron that ends sooner than this (ms), and not well, could not start at all. */
const startLimit = 10_000;

let running: ChildProcess;
// Ctrl+C reaches the program itself, which closes its database first; the others are passed on.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => running.kill(signal));

/** Runs a program to its end. Resolves to its exit code; 1 where a signal ended it. */
function run(program: string, words: string[]): Promise<number> {
  running = spawn(program, words, { stdio: "inherit" });
  return new Promise((resolve) => {
    running.once("error", () => resolve(1));
    running.once("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

async function start(): Promise<number> {
  if (!process.argv.some((word) => webWords.includes(word))) {
    const electron = await findElectron();
    let missing = "missing" in electron ? electron.missing : null;
    await buildIfStale();
    if ("program" in electron) {
      const begun = performance.now();
      const code = await run(electron.program, [...electronFlags(), root, ...args]);
      if (code === 0 || performance.now() - begun > startLimit) return code;
      missing = "it could not start; its own words are above";
    }
    console.log(`Ebb runs in a browser window instead of Electron: ${missing}.`);
  }
  await buildIfStale();
  return run(process.execPath, [join(root, "out/main/web.js"), ...args]);
}

process.exit(await start());
