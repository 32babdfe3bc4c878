/** Builds Ebb and packs it with electron-builder, which gets every argument: `npm run pack -- --dir` stops before installers. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildIfStale } from "./build.ts";

await buildIfStale();
const builder = createRequire(import.meta.url).resolve("electron-builder/cli.js");
const { status } = spawnSync(process.execPath, [builder, ...process.argv.slice(2)], {
  cwd: join(import.meta.dirname, ".."),
  stdio: "inherit",
});
process.exit(status ?? 1);
