import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { ShortcutState } from "../../app/contract/index.ts";
import { bridgeOf, connect, dataFolder, eventually, pageOf, say, startHost } from "./host.ts";

const usual = "CommandOrControl+Shift+Space";

test("the tray shows Ebb, opens quick-ask and quits", async () => {
  const desktop = await startHost({ args: ["--hidden"] });
  await pageOf(desktop, "quick.html");
  desktop.clickTrayItem("Quick-ask");
  expect(desktop.focused).toBe(desktop.window("quick.html"));
  desktop.clickTrayItem("Show Ebb");
  await eventually(() => expect(desktop.focused).toBe(desktop.window("index.html")));
  desktop.closeWindow(desktop.window("index.html"));
  await eventually(() => expect(desktop.windows).toHaveLength(1));
  desktop.clickTray();
  await pageOf(desktop, "index.html");
  expect(desktop.item(desktop.tray.menu, "Quick-ask").accelerator).toBe(usual);
  desktop.clickTrayItem("Quit Ebb");
  expect(await desktop.end()).toBe(0);
});

test("learning is paused and taken up again from the tray, and the tray shows what the settings say", async () => {
  const desktop = await startHost();
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  const pause = () => desktop.item(desktop.tray.menu, "Pause learning");
  await eventually(() => expect(pause()).toMatchObject({ enabled: true, checked: false }));
  desktop.clickTrayItem("Pause learning");
  await eventually(async () => expect((await connection.api.system.settings()).learning).toBe(false));
  await eventually(() => expect(pause().checked).toBe(true));
  await say(connection.api, "My favourite colour is green.");
  expect((await connection.api.memories.list({})).total).toBe(0);
  await connection.api.system.configure({ learning: true });
  await eventually(() => expect(pause().checked).toBe(false));
});

test("a desktop without a tray has Ebb end with its window", async () => {
  const desktop = await startHost({
    before: ({ electron }) => {
      vi.spyOn(electron.Tray.prototype, "setToolTip").mockImplementation(() => {
        throw new Error("no tray here");
      });
    },
  });
  await pageOf(desktop, "index.html");
  desktop.closeWindow(desktop.window("index.html"));
  expect(await desktop.end()).toBe(0);
});

test("the shortcut counts as bound only once it has been pressed", async () => {
  const desktop = await startHost();
  const page = await pageOf(desktop, "index.html");
  await pageOf(desktop, "quick.html");
  const bridge = bridgeOf(page);
  const told: ShortcutState[] = [];
  bridge.onShortcut((state) => told.push(state));
  expect(await bridge.shortcut()).toEqual({ accelerator: usual, status: "waiting" });
  desktop.press(usual);
  await eventually(() => expect(told).toEqual([{ accelerator: usual, status: "bound" }]));
  expect(await bridge.shortcut()).toEqual({ accelerator: usual, status: "bound" });
});

test("other keys replace the ones before and are there at the next start; none at all switches it off", async () => {
  const folder = dataFolder();
  const first = await startHost({ folder });
  const bridge = bridgeOf(await pageOf(first, "index.html"));
  expect(await bridge.setShortcut("Alt+Space")).toEqual({ accelerator: "Alt+Space", status: "waiting" });
  expect(first.shortcuts).toHaveLength(1);
  expect(first.isRegistered("Alt+Space")).toBe(true);
  const second = await startHost({ folder });
  const again = bridgeOf(await pageOf(second, "index.html"));
  await eventually(() => expect(second.isRegistered("Alt+Space")).toBe(true));
  expect(await again.setShortcut(null)).toEqual({ accelerator: null, status: "off" });
  expect(second.shortcuts).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder, "desktop.json"), "utf8"))).toMatchObject({ shortcut: null });
});

test("keys that another program has are reported, and the ones before stay in use", async () => {
  const desktop = await startHost({ before: (one) => one.takeAccelerator("Alt+Space") });
  const bridge = bridgeOf(await pageOf(desktop, "index.html"));
  await eventually(() => expect(desktop.isRegistered(usual)).toBe(true));
  expect(await bridge.setShortcut("Alt+Space")).toEqual({ accelerator: "Alt+Space", status: "taken" });
  expect(await bridge.shortcut()).toEqual({ accelerator: usual, status: "waiting" });
  expect(desktop.isRegistered(usual)).toBe(true);
});

test("keys that are taken at the start are told at once, with the way to others", async () => {
  const desktop = await startHost({ before: (one) => one.takeAccelerator(usual) });
  const page = await pageOf(desktop, "index.html");
  await connect(page);
  const title = "Another program has Ebb's shortcut";
  await eventually(() => expect(desktop.notifications.map((notice) => notice.title)).toEqual([title]));
  expect(await bridgeOf(page).shortcut()).toEqual({ accelerator: usual, status: "taken" });
  expect(desktop.item(desktop.tray.menu, "Quick-ask").accelerator).toBeFalsy();
  desktop.clickNotification(title);
  await eventually(() => expect((page.window.location as Location).hash).toBe("#/settings"));
});

test("keys that swallow typing are refused at the border", async () => {
  const desktop = await startHost();
  const bridge = bridgeOf(await pageOf(desktop, "index.html"));
  await expect(bridge.setShortcut("A")).rejects.toThrow("Refused");
  expect(await bridge.shortcut()).toMatchObject({ accelerator: usual });
});

test("a window opens in the theme of the last time, and follows a change of it", async () => {
  const folder = dataFolder();
  writeFileSync(join(folder, "desktop.json"), JSON.stringify({ theme: "dark" }));
  const desktop = await startHost({ folder });
  const { nativeTheme } = desktop.electron;
  // The settings say "system" in a fresh memory, which corrects what was kept.
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  await eventually(() => expect(nativeTheme.themeSource).toBe("system"));
  await connection.api.system.configure({ theme: "dark" });
  await eventually(() => expect(nativeTheme.themeSource).toBe("dark"));
  await eventually(() =>
    expect(JSON.parse(readFileSync(join(folder, "desktop.json"), "utf8"))).toMatchObject({ theme: "dark" }),
  );
});
