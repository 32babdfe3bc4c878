import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newDesktop } from "../fixtures/electron/control.ts";
import { bridgeOf, dataFolder, onPlatform, pageOf, startHost } from "./host.ts";

/** A login item on a platform, as the packed program has it. */
async function loginItem(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, isPackaged = true) {
  onPlatform(platform);
  await newDesktop({ isPackaged });
  const { LoginItem } = await import("../../main/electron/login-item.ts");
  return new LoginItem(env);
}

test("on Linux an entry of the autostart folder starts Ebb hidden, and goes again", async () => {
  const folder = dataFolder();
  const entry = join(folder, "autostart", "app.ebb.Ebb.desktop");
  const login = await loginItem("linux", {
    XDG_CONFIG_HOME: folder,
    APPIMAGE: '/home/ada/My "Apps"/100% $Ebb.AppImage',
  });
  expect(login.state()).toBe(false);
  expect(login.set(true)).toBe(true);
  expect(readFileSync(entry, "utf8")).toContain(
    'Exec="/home/ada/My \\\\"Apps\\\\"/100%% \\\\$Ebb.AppImage" --hidden\n',
  );
  expect(login.set(false)).toBe(false);
  expect(existsSync(entry)).toBe(false);
  expect(login.set(false)).toBe(false);
});

test.each(["win32", "darwin"] as const)("on %s the system keeps the login item", async (platform) => {
  const login = await loginItem(platform, {});
  expect(login.state()).toBe(false);
  expect(login.set(true)).toBe(true);
  expect(login.set(false)).toBe(false);
});

test("started from the sources it cannot be had, and nothing is written", async () => {
  const folder = dataFolder();
  const login = await loginItem("linux", { XDG_CONFIG_HOME: folder }, false);
  expect(login.state()).toBeNull();
  expect(login.set(true)).toBeNull();
  expect(existsSync(join(folder, "autostart"))).toBe(false);
});

test("a page switches it over its bridge", async () => {
  const desktop = await startHost();
  const bridge = bridgeOf(await pageOf(desktop, "index.html"));
  expect(await bridge.startsAtLogin()).toBeNull();
  expect(await bridge.setStartsAtLogin(true)).toBeNull();
  await expect(desktop.page("index.html").invoke("ebb:set-starts-at-login", "yes")).rejects.toThrow("Refused");
});
