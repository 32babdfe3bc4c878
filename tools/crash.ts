import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildIfStale } from "./build.ts";

// `npm run test:crash -- 1000`: the crash suite with that many rounds instead of 50.
const root = join(import.meta.dirname, "..");
await buildIfStale();
const result = spawnSync(join(root, "node_modules/.bin/vitest"), ["run", "--project", "crash"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, EBB_CRASH_ROUNDS: process.argv[2] ?? "50" },
});
process.exit(result.status ?? 1);
