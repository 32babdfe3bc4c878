import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Desktop } from "../fixtures/electron/control.ts";
import { bridgeOf, connect, dataFolder, eventually, onPlatform, pageOf, startHost } from "./host.ts";

const beside = { x: 1920, y: 0, width: 2560, height: 1440 };
const kept = (folder: string) => JSON.parse(readFileSync(join(folder, "desktop.json"), "utf8")) as unknown;

/** The quick-ask window, once it is warm. */
async function quickOf(desktop: Desktop) {
  await pageOf(desktop, "quick.html");
  return desktop.window("quick.html");
}

test("a start shows one window, in front, and has quick-ask ready behind it", async () => {
  const desktop = await startHost();
  await pageOf(desktop, "index.html");
  await quickOf(desktop);
  expect(desktop.visibleWindows.map((window) => window.webContents.getURL())).toEqual(["app://ebb/index.html"]);
  expect(desktop.focused).toBe(desktop.window("index.html"));
});

test("started hidden there is only the tray, with quick-ask ready", async () => {
  const desktop = await startHost({ args: ["--hidden"] });
  await quickOf(desktop);
  expect(desktop.visibleWindows).toEqual([]);
  expect(desktop.windows).toHaveLength(1);
  expect(desktop.trays).toHaveLength(1);
});

test("a window that was moved to another display and maximized comes back there", async () => {
  const folder = dataFolder();
  const before = (desktop: Desktop) => desktop.addDisplay(2, beside);
  const first = await startHost({ folder, before });
  await pageOf(first, "index.html");
  const window = first.window("index.html");
  first.dragWindow(window, { x: 2000, y: 100, width: 900, height: 700 });
  window.maximize();
  first.closeWindow(window);
  expect(kept(folder)).toMatchObject({
    window: { bounds: { x: 2000, y: 100, width: 900, height: 700 }, maximized: true },
  });
  const second = await startHost({ folder, before });
  await pageOf(second, "index.html");
  expect(second.window("index.html").getNormalBounds()).toEqual({ x: 2000, y: 100, width: 900, height: 700 });
  expect(second.window("index.html").isMaximized()).toBe(true);
});

test("a window whose display was taken away opens on the one that is there", async () => {
  const folder = dataFolder();
  const first = await startHost({ folder, before: (desktop) => desktop.addDisplay(2, beside) });
  await pageOf(first, "index.html");
  first.dragWindow(first.window("index.html"), { x: 3000, y: 700, width: 900, height: 700 });
  // Kept a moment after the last move, not only at the end, which may never come.
  await eventually(() => expect(kept(folder)).toMatchObject({ window: { bounds: { x: 3000 } } }));
  const second = await startHost({ folder });
  await pageOf(second, "index.html");
  const { x, y, width, height } = second.window("index.html").getBounds();
  const area = second.electron.screen.getPrimaryDisplay().workArea;
  expect(x).toBeGreaterThanOrEqual(area.x);
  expect(x + width).toBeLessThanOrEqual(area.x + area.width);
  expect(y + height).toBeLessThanOrEqual(area.y + area.height);
});

test("closing the window leaves Ebb in the tray, and says so once ever", async () => {
  const folder = dataFolder();
  const desktop = await startHost({ folder });
  await pageOf(desktop, "index.html");
  desktop.closeWindow(desktop.window("index.html"));
  expect(desktop.ended).toBeUndefined();
  await eventually(() => expect(desktop.notifications.map(({ title }) => title)).toEqual(["Ebb is still there"]));
  desktop.clickNotification("Ebb is still there");
  await pageOf(desktop, "index.html");
  desktop.closeWindow(desktop.window("index.html"));
  expect(desktop.notifications).toHaveLength(1);
});

test("a second start brings the window to the front, on a view where it names one", async () => {
  const desktop = await startHost();
  const page = await pageOf(desktop, "index.html");
  await connect(page);
  desktop.window("index.html").minimize();
  desktop.focusProgram();
  desktop.secondInstance({ name: "open", route: "/memory" });
  await eventually(() => expect(desktop.focused).toBe(desktop.window("index.html")));
  await eventually(() => expect((page.window.location as Location).hash).toBe("#/memory"));
  // What is no command of Ebb's does nothing.
  desktop.focusProgram();
  for (const data of [null, "open", {}, { name: "format" }, { name: "open", route: "//evil.example/" }]) {
    desktop.secondInstance(data);
  }
  await desktop.settle();
  expect(desktop.focused).toBe("another program");
});

test("a view that is asked for while the page loads is told once it has loaded", async () => {
  const desktop = await startHost();
  const { contents } = await pageOf(desktop, "index.html");
  const sent = vi.spyOn(contents, "send");
  let loadedWhenTold: boolean | undefined;
  sent.mockImplementation(() => {
    loadedWhenTold = !contents.isLoading();
  });
  contents.reload();
  expect(contents.isLoading()).toBe(true);
  desktop.secondInstance({ name: "open", route: "/memory" });
  await eventually(() => expect(sent).toHaveBeenCalledWith("ebb:route", "/memory"));
  expect(loadedWhenTold).toBe(true);
});

test("a second copy of the program hands its command over and ends", async () => {
  const desktop = await startHost({
    args: ["--quick-ask"],
    before: ({ electron }) => {
      electron.app.requestSingleInstanceLock = () => false;
    },
  });
  expect(await desktop.end()).toBe(0);
  expect(desktop.windows).toEqual([]);
});

test("a page that crashes is loaded again and connects again; after three times the user is asked", async () => {
  const desktop = await startHost();
  for (let crash = 1; crash <= 2; crash += 1) {
    const page = await pageOf(desktop, "index.html");
    await connect(page);
    page.crash();
    await eventually(() => expect(page.loaded).toBe(true));
  }
  expect(desktop.dialogs).toEqual([]);
  const page = await pageOf(desktop, "index.html");
  page.crash();
  await eventually(() => expect(desktop.dialogs).toHaveLength(1));
  expect(desktop.dialogs[0]?.options.message).toContain("three times");
  desktop.dialogs[0]?.answer(0);
  await eventually(() => expect(page.loaded).toBe(true));
  const { connection } = await connect(await pageOf(desktop, "index.html"));
  expect((await connection.api.system.status()).storage.status).toBe("ready");
});

test("a page that hangs is left alone or loaded again, as the user says", async () => {
  const desktop = await startHost();
  const page = await pageOf(desktop, "index.html");
  desktop.answerNext(0);
  page.hang();
  await desktop.settle();
  expect(page.loaded).toBe(true);
  desktop.answerNext(1);
  page.hang();
  await eventually(() => expect(desktop.dialogs).toHaveLength(2));
  await eventually(() => expect(page.loaded).toBe(true));
  expect((await connect(await pageOf(desktop, "index.html"))).connection.state()).toBe("open");
});

test("quick-ask comes with its keys, on the display with the pointer, with the focus", async () => {
  const desktop = await startHost({ before: (one) => one.addDisplay(2, beside) });
  const window = await quickOf(desktop);
  desktop.focusProgram("the editor");
  desktop.movePointer(3000, 700);
  expect(desktop.press("CommandOrControl+Shift+Space")).toBe(true);
  expect(window.isVisible()).toBe(true);
  expect(desktop.focused).toBe(window);
  const { x, y, width, height } = window.getBounds();
  expect({ width, height }).toEqual({ width: 680, height: 520 });
  expect(x).toBe(1920 + (2560 - 680) / 2);
  expect(y).toBeGreaterThan(0);
  // The same page each time: it is never loaded again.
  expect(desktop.windows.filter((one) => one.webContents.getURL().includes("quick"))).toHaveLength(1);
});

test("Esc puts quick-ask away and gives the focus back to the program that had it", async () => {
  const desktop = await startHost({ args: ["--hidden"] });
  const window = await quickOf(desktop);
  desktop.focusProgram("the editor");
  desktop.press("CommandOrControl+Shift+Space");
  expect(desktop.focused).toBe(window);
  bridgeOf(desktop.page("quick.html")).dismissQuickAsk();
  await desktop.settle();
  expect(window.isVisible()).toBe(false);
  expect(desktop.focused).toBe("the editor");
  expect(window.isDestroyed()).toBe(false);
});

test("a click elsewhere puts quick-ask away, its keys put it away too, and so does its close button", async () => {
  const desktop = await startHost({ args: ["--hidden"] });
  const window = await quickOf(desktop);
  const show = () => desktop.press("CommandOrControl+Shift+Space");
  show();
  desktop.focusProgram("the editor");
  expect(window.isVisible()).toBe(false);
  show();
  show();
  expect(window.isVisible()).toBe(false);
  expect(desktop.focused).toBe("the editor");
  show();
  desktop.closeWindow(window);
  expect(window.isVisible()).toBe(false);
  expect(window.isDestroyed()).toBe(false);
  show();
  expect(window.isVisible()).toBe(true);
});

test("asked for before its page has painted, quick-ask shows as soon as it has", async () => {
  const desktop = await startHost({ args: ["--quick-ask"] });
  const window = await quickOf(desktop);
  await eventually(() => expect(desktop.focused).toBe(window));
  expect(desktop.windows).toHaveLength(1);
});

test("`ebb --quick-ask` opens it in the Ebb that runs already", async () => {
  const desktop = await startHost();
  const window = await quickOf(desktop);
  desktop.focusProgram();
  desktop.secondInstance({ name: "quick-ask" });
  await eventually(() => expect(desktop.focused).toBe(window));
});

test("a question about an address does not make quick-ask vanish behind it", async () => {
  const desktop = await startHost();
  const window = await quickOf(desktop);
  desktop.press("CommandOrControl+Shift+Space");
  desktop.page("quick.html").open("https://example.com/");
  expect(desktop.dialogs).toHaveLength(1);
  // A message box takes the focus from the window under it.
  desktop.focusProgram("the message box");
  expect(window.isVisible()).toBe(true);
  desktop.dialogs[0]?.answer(1);
  await desktop.settle();
  expect(window.isVisible()).toBe(false);
});

test("from quick-ask a conversation goes on in the main window", async () => {
  const desktop = await startHost({ args: ["--hidden"] });
  const quick = await quickOf(desktop);
  desktop.press("CommandOrControl+Shift+Space");
  const host = await connect(desktop.page("quick.html"));
  await host.showMain("/c/0193");
  host.dismiss();
  const page = await pageOf(desktop, "index.html");
  expect(page.url).toBe("app://ebb/index.html#/c/0193");
  expect(quick.isVisible()).toBe(false);
  await eventually(() => expect(desktop.focused).toBe(desktop.window("index.html")));
});

test("a quick-ask page that keeps crashing is made anew when it is next asked for", async () => {
  const desktop = await startHost({ args: ["--hidden"] });
  const window = await quickOf(desktop);
  for (let crash = 1; crash <= 3; crash += 1) {
    await eventually(() => expect(desktop.page(window).loaded).toBe(true));
    desktop.page(window).crash();
    await desktop.settle();
  }
  expect(window.isDestroyed()).toBe(true);
  expect(desktop.dialogs).toEqual([]);
  desktop.press("CommandOrControl+Shift+Space");
  await eventually(() => expect(desktop.focused).toBe(desktop.window("quick.html")));
});

test.each(["darwin", "win32"] as const)(
  "on %s too the focus goes back to the program that had it",
  async (platform) => {
    onPlatform(platform);
    const desktop = await startHost({ args: ["--hidden"] });
    const window = await quickOf(desktop);
    desktop.focusProgram("the editor");
    desktop.press("CommandOrControl+Shift+Space");
    expect(desktop.focused).toBe(window);
    bridgeOf(desktop.page("quick.html")).dismissQuickAsk();
    await desktop.settle();
    expect(window.isVisible()).toBe(false);
    expect(desktop.focused).toBe("the editor");
    // Over a window of Ebb's own it goes back to that.
    desktop.clickTrayItem("Show Ebb");
    await eventually(() => expect(desktop.focused).toBe(desktop.window("index.html")));
    desktop.press("CommandOrControl+Shift+Space");
    bridgeOf(desktop.page("quick.html")).dismissQuickAsk();
    await desktop.settle();
    expect(desktop.visibleWindows).toEqual([desktop.window("index.html")]);
  },
);

test("on macOS the window is a panel over full-screen programs, and a click in the Dock opens Ebb", async () => {
  onPlatform("darwin");
  const desktop = await startHost({ args: ["--hidden"] });
  const { options } = await quickOf(desktop);
  expect(options).toMatchObject({ type: "panel", frame: false, alwaysOnTop: true, skipTaskbar: true });
  desktop.activate();
  await pageOf(desktop, "index.html");
  expect(desktop.applicationMenu?.items.map(({ label }) => label)).toEqual(
    expect.arrayContaining(["Edit", "View", "Window"]),
  );
});

test("started by macOS at login it shows nothing", async () => {
  onPlatform("darwin");
  const desktop = await startHost({ facts: { loginItem: { openAtLogin: true, wasOpenedAtLogin: true } } });
  await quickOf(desktop);
  expect(desktop.visibleWindows).toEqual([]);
});

test("when Windows ends the session the engine is told to close at once", async () => {
  const folder = dataFolder();
  const desktop = await startHost({ folder });
  await pageOf(desktop, "index.html");
  const [engine] = desktop.utilityProcesses;
  if (!engine) throw new Error("no engine runs");
  const told = vi.spyOn(engine.process, "postMessage");
  desktop.endSession();
  expect(told).toHaveBeenCalledWith({ type: "close" }, []);
});

test("when the system shuts down Ebb quits by itself", async () => {
  const desktop = await startHost();
  await pageOf(desktop, "index.html");
  desktop.power("shutdown");
  expect(await desktop.end()).toBe(0);
});

test("a right click on text offers what can be done with it", async () => {
  const desktop = await startHost();
  const page = await pageOf(desktop, "index.html");
  page.contextMenu();
  expect(desktop.popups).toHaveLength(0);
  const none = { canCut: false, canCopy: false, canPaste: false } as Electron.EditFlags;
  page.contextMenu({ selectionText: "Lisbon", editFlags: { ...none, canCopy: true } });
  page.contextMenu({ isEditable: true, editFlags: { ...none, canPaste: true } });
  const offered = desktop.popups.map(({ menu }) => menu.items.filter(({ enabled, role }) => enabled && role).length);
  expect(offered).toEqual([1, 2]);
});
