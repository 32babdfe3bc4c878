import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebb-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
});

/** Runs what `npm start` runs, on a machine with a display and no browser. */
function start(args: string[], env: NodeJS.ProcessEnv): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [join(root, "tools/start.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, EBB_HOME: join(folder, "data"), EBB_BROWSER: "/missing", DISPLAY: ":987", ...env },
  });
  let printed = "";
  child.stdout?.on("data", (chunk) => {
    printed += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    printed += chunk;
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  return { child, output: () => printed };
}

/** A program in the place of Electron's. */
function electron(script: string): NodeJS.ProcessEnv {
  const program = join(folder, "electron");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return { ELECTRON_OVERRIDE_DIST_PATH: folder };
}

const address = /http:\/\/127\.0\.0\.1:\d+\/#secret=[0-9a-f]{64}/;

describe.skipIf(process.platform === "win32")("npm start", () => {
  test("starts Electron on the project where its program is, passes the words on, and ends as it ends", async () => {
    const words = join(folder, "words");
    const { child } = start(["--quick-ask"], electron(`echo "$@" > ${words}; exit 0`));
    expect(await once(child, "exit")).toEqual([0, null]);
    const sandbox = process.getuid?.() === 0 ? "--no-sandbox " : "";
    expect(readFileSync(words, "utf8")).toBe(`${sandbox}${root} --quick-ask\n`);
  });

  test.each([
    [
      "Electron cannot start",
      () => electron("echo 'error while loading shared libraries' >&2; exit 127"),
      "could not start",
    ],
    [
      "Electron's program can be had from nowhere",
      () => ({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, "none"), ELECTRON_MIRROR: "http://127.0.0.1:9/" }),
      "cannot be fetched from http://127.0.0.1:9/",
    ],
    ["there is no display", () => ({ DISPLAY: "", WAYLAND_DISPLAY: "" }), "there is no display"],
  ] as const)("falls back to the browser where %s, and says why", async (_what, env, reason) => {
    const { output } = start([], env());
    await expect.poll(output, { timeout: 30_000 }).toMatch(address);
    expect(output()).toContain("Ebb runs in a browser window instead of Electron: ");
    expect(output()).toContain(reason);
  });

  test.each(["--web", "--no-window"])("%s asks for no Electron", async (word) => {
    const { output } = start([word], electron("echo started; exit 0"));
    await expect.poll(output, { timeout: 30_000 }).toMatch(address);
    expect(output()).not.toContain("started");
    expect(output()).not.toContain("instead of Electron");
  });

  test("an Electron that ran and then failed is not started over as something else", async () => {
    const { child, output } = start([], electron("sleep 11; exit 3"));
    expect(await once(child, "exit")).toEqual([3, null]);
    expect(output()).not.toMatch(address);
  });
});
