import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildIfStale } from "./build.ts";

const args = process.argv.slice(2).filter((word) => word !== "--web");
// The desktop host is not part of this version; the web host opens the same app.
if (args.length === process.argv.length - 2) {
  console.log("Ebb has no Electron host yet, so it opens in a browser window of its own.");
}
await buildIfStale();

const host = spawn(process.execPath, [join(import.meta.dirname, "../out/main/web.js"), ...args], { stdio: "inherit" });
// Ctrl+C reaches the host itself, which closes its database first; the others are passed on.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => host.kill(signal));
host.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
