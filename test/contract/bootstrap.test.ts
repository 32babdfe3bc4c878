import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../fixtures/web-host.ts";

const root = join(import.meta.dirname, "../..");

/** A clone on a machine whose registry cannot be reached: the port is closed. */
function offlineClone(): { folder: string; run: (...args: string[]) => ReturnType<typeof spawnSync> } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "tools"));
  for (const name of ["package.json", "package-lock.json", ".npmrc", "tools/bootstrap.mjs", "tools/reachable.mjs"])
    cpSync(join(root, name), join(folder, name));
  const env = {
    ...process.env,
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_cache: join(folder, "cache"),
    HTTPS_PROXY: "",
    https_proxy: "",
  };
  return {
    folder,
    run: (...args) =>
      spawnSync(process.execPath, [join(folder, "tools/bootstrap.mjs"), ...args], {
        cwd: folder,
        encoding: "utf8",
        env,
        timeout: 60_000,
      }),
  };
}

test.each(["start", "test"])("npm %s without a network says within seconds what is missing and what to do", (step) => {
  const { folder, run } = offlineClone();
  const begun = performance.now();
  const { status, stderr } = run(step);
  expect(status).toBe(1);
  expect(stderr).toMatch(/127\.0\.0\.1:9 cannot be reached\. Connect to the network/);
  expect(performance.now() - begun).toBeLessThan(30_000);
  expect(readdirSync(folder)).not.toContain(".ebb-install");
});

test("an old Node where none can be brought along is told which Node to install", () => {
  const { folder } = offlineClone();
  const pretend = `const define = (on, key, value) => Object.defineProperty(on, key, { value });
    define(process, "platform", "darwin");
    define(process, "versions", { ...process.versions, napi: "9", node: "20.1.0" });`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, join(folder, "tools/bootstrap.mjs"), "start"],
    { cwd: folder, encoding: "utf8" },
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/needs Node 24 or newer, and this is Node 20\.1\.0\. Install Node 24/);
});
