import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startHostProcess } from "../fixtures/host-process.ts";
import { connectClient, temporaryFolder } from "../fixtures/web-host.ts";

const root = join(import.meta.dirname, "../..");
const entry = join(root, "out/main/web.js");

test("a second start hands over to the first and ends", async () => {
  const folder = temporaryFolder();
  const first = await startHostProcess(folder);
  onTestFinished(() => first.kill());
  const printed = first.output().length;
  const second = spawnSync(process.execPath, [entry, "--no-window"], {
    encoding: "utf8",
    env: { ...process.env, EBB_HOME: folder },
  });
  expect(second.status).toBe(0);
  expect(second.stdout).toMatch(/running already/);
  await expect.poll(() => first.output().slice(printed)).toContain(first.url);
});

test("a second start with --quick-ask opens quick-ask in the first, which a first start with it does by itself", async () => {
  const folder = temporaryFolder();
  const first = spawn(process.execPath, [entry, "--quick-ask", "--no-window", "--unknown"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, EBB_HOME: folder },
  });
  onTestFinished(() => void first.kill("SIGKILL"));
  let output = "";
  first.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const addresses = () => output.match(/http:\S+/g) ?? [];
  await expect.poll(addresses).toHaveLength(1);
  const second = spawnSync(process.execPath, [entry, "--quick-ask"], {
    encoding: "utf8",
    env: { ...process.env, EBB_HOME: folder },
  });
  expect(second).toMatchObject({ status: 0, stdout: expect.stringMatching(/running already; it has printed/) });
  await expect.poll(addresses).toHaveLength(2);
  for (const address of addresses()) expect(address).toMatch(/:\d+\/quick\.html#secret=[0-9a-f]{64}$/);
});

test("quick-ask is a small window, and an Ebb that was started hidden stays when its windows are closed", async () => {
  const folder = temporaryFolder();
  const data = join(folder, "data");
  const seen = join(folder, "arguments");
  const browser = join(folder, "browser.sh");
  writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$@" >> ${seen}\nsleep 2.5\n`);
  chmodSync(browser, 0o700);
  const env = { ...process.env, EBB_HOME: data, EBB_BROWSER: browser, DISPLAY: ":0" };
  const host = spawn(process.execPath, [entry, "--hidden"], { stdio: "ignore", env });
  onTestFinished(() => void host.kill("SIGKILL"));
  await expect.poll(() => existsSync(join(data, "web.json"))).toBe(true);
  expect(existsSync(seen)).toBe(false);
  expect(spawnSync(process.execPath, [entry, "--hidden"], { encoding: "utf8", env }).stdout).toMatch(/running already/);
  for (const times of [1, 2]) {
    const second = spawnSync(process.execPath, [entry, "--quick-ask"], { encoding: "utf8", env });
    expect(second.stdout).toMatch(/its window is open now/);
    const args = readFileSync(seen, "utf8");
    expect(args.match(/^--app=http:\/\/127\.0\.0\.1:\d+\/quick\.html#secret=[0-9a-f]{64}$/gm)).toHaveLength(times);
    expect(args).toContain("--window-size=680,520");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  expect(host.exitCode).toBeNull();
});

test("a start after a kill finds no lock, and uses the port of before with a new secret", async () => {
  const folder = temporaryFolder();
  const first = await startHostProcess(folder);
  await first.kill();
  const second = await startHostProcess(folder);
  onTestFinished(() => second.kill());
  expect(second.port).toBe(first.port);
  expect(second.secret).not.toBe(first.secret);
});

test("what Ebb writes is for its user only, and Ctrl+C ends it cleanly", async () => {
  const folder = temporaryFolder();
  const host = await startHostProcess(folder);
  const { api, socket } = await connectClient(host);
  await api.memories.add({ text: "The safe is behind the painting" });
  for (const name of ["ebb.db", "ebb.db-wal", "web.json"])
    expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
  socket.terminate();
  expect(await host.stop()).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, "web.json"), "utf8"))).toMatchObject({ secret: null });
  expect(host.output()).not.toMatch(/painting/);
});

test("the window is a browser's app window with a profile of its own, and closing it ends Ebb without a trace of it", async () => {
  const folder = temporaryFolder();
  const seen = join(folder, "arguments");
  const browser = join(folder, "browser.sh");
  writeFileSync(
    browser,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${seen}\nwhile [ ! -e ${folder}/close ]; do sleep 0.1; done\n`,
  );
  chmodSync(browser, 0o700);
  const host = spawn(process.execPath, [entry], {
    stdio: "ignore",
    env: { ...process.env, EBB_HOME: join(folder, "data"), EBB_BROWSER: browser, DISPLAY: ":0" },
  });
  onTestFinished(() => void host.kill("SIGKILL"));
  const ended = once(host, "exit");
  await expect
    .poll(() => existsSync(seen) && readFileSync(seen, "utf8"))
    .toMatch(/--app=http:\/\/127\.0\.0\.1:\d+\/#secret=[0-9a-f]{64}/);
  const flags = readFileSync(seen, "utf8");
  expect(flags).toContain(`--user-data-dir=${join(folder, "data", "window")}`);
  expect(flags).toContain("--no-first-run");
  expect(flags).toContain("--disable-background-networking");
  mkdirSync(join(folder, "data", "window"), { recursive: true });
  writeFileSync(join(folder, "data", "window", "history"), "typed");
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  writeFileSync(join(folder, "close"), "");
  expect((await ended)[0]).toBe(0);
  expect(existsSync(join(folder, "data", "window"))).toBe(false);
});

test("without a display the address is printed instead", async () => {
  const folder = temporaryFolder();
  const host = spawn(process.execPath, [entry], {
    env: { ...process.env, EBB_HOME: folder, DISPLAY: "", WAYLAND_DISPLAY: "" },
  });
  onTestFinished(() => void host.kill("SIGKILL"));
  const [line] = (await once(host.stdout, "data")) as [Buffer];
  expect(line.toString()).toMatch(/Open this address in a browser on this machine/);
});

test("a Node that is too old for the native parts is told apart with a sentence", () => {
  const guard = join(root, "main/node-guard.ts");
  const old = `Object.defineProperty(process, "versions", { value: { ...process.versions, napi: "9", node: "20.0.0" } });`;
  const result = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", `${old} await import(${JSON.stringify(guard)});`],
    { encoding: "utf8" },
  );
  expect(result.status).toBe(1);
  expect(result.stderr).toMatch(/needs Node 24 or newer, and this is Node 20\.0\.0/);
});
