import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Desktop, newDesktop } from "../fixtures/electron/control.ts";

const folder = mkdtempSync(join(tmpdir(), "ebb-stand-in-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

let desktop: Desktop;
let electron: typeof import("electron");

beforeEach(async () => {
  desktop = await newDesktop();
  electron = await import("electron");
});
afterEach(() => desktop.close());

/** Says what it is sent on, with ports, and hands on what it is told to. */
const relay = file(
  "relay.ts",
  `const host = process.parentPort;
  const kept: Electron.MessagePortMain[] = [];
  host.on("message", ({ data, ports }: Electron.MessageEvent) => {
    if (data === "hand on") return kept[0]!.postMessage("take this", ports);
    if (data === "exit") return process.exit(7);
    host.postMessage({ data, type: process.type, send: typeof process.send });
    for (const port of ports) {
      kept.push(port);
      port.on("message", (event) => {
        port.postMessage({ echo: event.data, ports: event.ports.length });
        for (const moved of event.ports) {
          moved.postMessage("from the other child");
          moved.start();
        }
      });
      port.on("close", () => host.postMessage("closed"));
      port.start();
    }
  });`,
);

const preload = file(
  "preload.cjs",
  `const { contextBridge, ipcRenderer } = require("electron");
  contextBridge.exposeInMainWorld("api", {
    add: (a, b) => a + b,
    ask: (question) => ipcRenderer.invoke("ask", question),
    on: (listener) => ipcRenderer.on("news", (_event, news) => listener(news)),
    modules: ["electron", "events", "timers", "url", "fs", "node:child_process"].filter((name) => {
      try { return require(name); } catch { return false; }
    }),
  });
  ipcRenderer.on("port", (event) => window.postMessage("port", location.origin, event.ports));`,
);

type Api = {
  add(a: number, b: number): number;
  ask(question: unknown): Promise<unknown>;
  on(listener: (news: unknown) => void): void;
  modules: string[];
};

async function openWindow(options: Electron.BrowserWindowConstructorOptions = {}): Promise<Electron.BrowserWindow> {
  if (!electron.protocol.isProtocolHandled("app"))
    electron.protocol.handle("app", () => new Response("<title>A page</title>", { headers: { "x-policy": "none" } }));
  const window = new electron.BrowserWindow({
    show: false,
    ...options,
    webPreferences: { preload, ...options.webPreferences },
  });
  await window.loadURL("app://ebb/index.html");
  await desktop.settle();
  return window;
}

describe("strictness", () => {
  beforeEach(() => desktop.ready());

  it("throws on members that it does not have, also where Electron has them", () => {
    const window = new electron.BrowserWindow({ show: false });
    expect(() => window.setKiosk(true)).toThrow("electron stand-in: BrowserWindow.setKiosk is not implemented");
    expect(() => window.webContents.executeJavaScript("1")).toThrow("WebContents.executeJavaScript");
    expect(() => electron.shell.openPath("/")).toThrow("shell.openPath");
    expect(() => electron.BrowserWindow.fromBrowserView).toThrow("BrowserWindow.fromBrowserView");
    expect(() => Object.assign(window, { anything: 1 })).toThrow("BrowserWindow.anything");
  });

  it("throws on unknown options, events and wrong types", () => {
    const window = new electron.BrowserWindow({ show: false });
    const wrong = (options: object) => () => new electron.BrowserWindow(options);
    expect(wrong({ nonsense: true })).toThrow('"nonsense"');
    expect(wrong({ webPreferences: { sandboxed: true } })).toThrow('"sandboxed"');
    expect(wrong({ width: "wide" })).toThrow('"width" can\'t be');
    expect(() => window.on("blurred" as never, () => {})).toThrow('no event "blurred"');
    expect(() => electron.app.once("readyy" as never, () => {})).toThrow('no event "readyy"');
    expect(() => window.setPosition(1.5, 2)).toThrow(TypeError);
    expect(() => electron.utilityProcess.fork(relay, [], { shell: true } as never)).toThrow('"shell"');
    expect(() => electron.Menu.buildFromTemplate([{ label: "x", onclick: 1 } as never])).toThrow('"onclick"');
  });

  it("throws on what is destroyed", () => {
    const window = new electron.BrowserWindow({ show: false });
    const { webContents } = window;
    window.destroy();
    expect(window.isDestroyed() && webContents.isDestroyed()).toBe(true);
    expect(() => window.show()).toThrow("Object has been destroyed");
    expect(() => window.id).toThrow("Object has been destroyed");
    expect(() => webContents.send("x")).toThrow("Object has been destroyed");
  });

  it("knows only events that Electron's typings have", async () => {
    const typings = readFileSync(
      join(createRequire(import.meta.url).resolve("electron/package.json"), "../electron.d.ts"),
      "utf8",
    );
    const { appEvents } = await import("../fixtures/electron/app.ts");
    const { windowEvents } = await import("../fixtures/electron/window.ts");
    const { webContentsEvents } = await import("../fixtures/electron/web-contents.ts");
    const { sessionEvents } = await import("../fixtures/electron/session.ts");
    const { trayEvents } = await import("../fixtures/electron/tray.ts");
    const { powerEvents } = await import("../fixtures/electron/power-monitor.ts");
    const invented = (events: string[], ...starts: string[]) => {
      const parts = starts.map((start) => typings.slice(typings.indexOf(start)).split(/^ {2}\}$/m)[0]);
      return events.filter((event) => !parts.some((part) => part?.includes(`on(event: '${event}'`)));
    };
    expect(invented(appEvents, "interface App extends")).toEqual([]);
    expect(invented(windowEvents, "class BrowserWindow extends", "class BaseWindow extends")).toEqual([]);
    expect(invented(webContentsEvents, "class WebContents extends")).toEqual([]);
    expect(invented(sessionEvents, "class Session extends")).toEqual([]);
    expect(invented(trayEvents, "class Tray extends")).toEqual([]);
    expect(invented(powerEvents, "interface PowerMonitor extends")).toEqual([]);
  });
});

describe("before the app is ready", () => {
  it("refuses what needs a ready app", () => {
    expect(() => new electron.BrowserWindow()).toThrow("before app is ready");
    expect(() => electron.screen.getPrimaryDisplay()).toThrow("before the app 'ready' event");
    expect(() => electron.globalShortcut.register("Alt+A", () => {})).toThrow("before the app is ready");
    expect(() => electron.session.defaultSession).toThrow("when app is ready");
    expect(() => electron.protocol.handle("app", () => new Response())).toThrow("when app is ready");
    expect(() => electron.utilityProcess.fork(relay)).toThrow("before app is ready");
    expect(() => electron.safeStorage.encryptString("x")).toThrow("before app is ready");
    expect(electron.safeStorage.isEncryptionAvailable()).toBe(false);
  });

  it("is the only time for the sandbox and for schemes", async () => {
    electron.app.enableSandbox();
    electron.protocol.registerSchemesAsPrivileged([{ scheme: "app", privileges: { standard: true } }]);
    expect(desktop.privilegedSchemes).toEqual([{ scheme: "app", privileges: { standard: true } }]);
    await desktop.ready();
    expect(() => electron.app.enableSandbox()).toThrow("before app is ready");
    expect(() => electron.protocol.registerSchemesAsPrivileged([])).toThrow("before app is ready");
  });
});

describe("utility processes and ports", () => {
  beforeEach(() => desktop.ready());

  it("are real processes with a parent port", async () => {
    const child = electron.utilityProcess.fork(relay, [], { serviceName: "Relay" });
    expect(child.pid).toBeUndefined();
    child.postMessage({ big: 1n, bytes: Buffer.from("abc") });
    const [message] = await once(child, "message");
    expect(message).toEqual({
      data: { big: 1n, bytes: new Uint8Array([97, 98, 99]) },
      type: "utility",
      send: "undefined",
    });
    expect(process.kill(child.pid ?? 0, 0)).toBe(true);
    child.postMessage("exit");
    expect(await once(child, "exit")).toEqual([7]);
    expect(child.pid).toBeUndefined();
    expect(child.kill()).toBe(false);
  });

  it("pass ports on from main to a child, from there to another child, and between a child and a page", async () => {
    const [one, two] = [electron.utilityProcess.fork(relay), electron.utilityProcess.fork(relay)];
    const between = new electron.MessageChannelMain();
    one.postMessage("line", [between.port1]);
    two.postMessage("line", [between.port2]);
    const mine = new electron.MessageChannelMain();
    mine.port1.postMessage("queued until the port is started");
    one.postMessage("hand on", [mine.port2]);
    mine.port1.start();
    const [event] = await once(mine.port1, "message");
    expect(event.data).toBe("from the other child");
    expect(() => one.postMessage("again", [mine.port2])).toThrow("Port at index 0 is already neutered.");

    const window = await openWindow();
    const page = desktop.page();
    const toPage = new electron.MessageChannelMain();
    two.postMessage("line", [toPage.port1]);
    const answer = new Promise((resolve) =>
      page.window.addEventListener("message", ({ ports: [port] }) => {
        port?.addEventListener("message", ({ data }) => resolve(data));
        port?.postMessage("from the page");
      }),
    );
    window.webContents.postMessage("port", null, [toPage.port2]);
    expect(await answer).toEqual({ echo: "from the page", ports: 0 });
  });

  it("close their ports' other ends when they are killed, and tell of it", async () => {
    const gone = vi.fn();
    electron.app.on("child-process-gone", (_event, details) => gone(details));
    const child = electron.utilityProcess.fork(relay, [], { serviceName: "Relay" });
    const { port1, port2 } = new electron.MessageChannelMain();
    child.postMessage("line", [port2]);
    await once(child, "message");
    const closed = vi.fn();
    port1.on("close", closed);
    port1.start();
    const exited = once(child, "exit");
    await desktop.killUtilityProcess("Relay");
    expect(await exited).toEqual([9]);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
    expect(gone).toHaveBeenCalledWith(expect.objectContaining({ type: "Utility", reason: "killed", name: "Relay" }));
    port1.postMessage("to nobody");
  });

  it("tell a child that the other end has closed", async () => {
    const child = electron.utilityProcess.fork(relay);
    const { port1, port2 } = new electron.MessageChannelMain();
    child.postMessage("line", [port2]);
    await once(child, "message");
    port1.close();
    expect(await once(child, "message")).toEqual(["closed"]);
  });

  it("refuse a port's transfer over itself, twice, and of what can't be cloned", () => {
    const { port1, port2 } = new electron.MessageChannelMain();
    expect(() => port1.postMessage("x", [port1])).toThrow("contains the source port");
    expect(() => port1.postMessage(() => {})).toThrow("could not be cloned");
    port1.postMessage("x", [new electron.MessageChannelMain().port1]);
    port2.close();
    expect(() => port2.postMessage("x")).not.toThrow();
  });
});

describe("a page", () => {
  beforeEach(() => desktop.ready());

  it("has what its preload script exposes, by the bridge's rules", async () => {
    electron.ipcMain.handle("ask", (event, question) => ({ question, origin: event.senderFrame?.origin }));
    const window = await openWindow();
    const page = desktop.page();
    const api = page.window.api as Api;
    expect(api.add(1, 2)).toBe(3);
    expect(await api.ask({ deep: [1] })).toEqual({ question: { deep: [1] }, origin: "app://ebb" });
    expect(api.modules).toEqual(["electron", "events", "timers", "url"]);
    expect(Object.isFrozen(api)).toBe(true);
    const news = vi.fn();
    api.on(news);
    window.webContents.send("news", { n: 1 });
    await desktop.settle();
    expect(news).toHaveBeenCalledWith({ n: 1 });
    expect(page.status).toBe(200);
    expect(page.headers["x-policy"]).toBe("none");
    expect(window.getTitle()).toBe("A page");
  });

  it("gets errors of handlers as text only", async () => {
    electron.ipcMain.handle("ask", () => {
      throw Object.assign(new TypeError("no"), { code: "E" });
    });
    expect(() => electron.ipcMain.handle("ask", () => 1)).toThrow("second handler for 'ask'");
    await openWindow();
    const { ask } = desktop.page().window.api as Api;
    await expect(ask(1)).rejects.toThrow("Error invoking remote method 'ask': TypeError: no");
    await expect(desktop.page().invoke("other")).rejects.toThrow("No handler registered for 'other'");
  });

  it("hears window.postMessage as its own window's, with the ports", async () => {
    const window = await openWindow();
    const page = desktop.page();
    const heard = vi.fn();
    page.window.addEventListener("message", heard);
    const { port1, port2 } = new electron.MessageChannelMain();
    window.webContents.postMessage("port", null, [port2]);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled());
    const event: MessageEvent = heard.mock.calls[0]?.[0];
    expect([event.data, event.origin, event.source === (page.window as unknown), event.ports.length]).toEqual([
      "port",
      "app://ebb",
      true,
      1,
    ]);
    const closed = vi.fn();
    port1.on("close", closed);
    port1.start();
    page.crash();
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });

  it("sends with a frame that is null once it has navigated", async () => {
    const frames: unknown[] = [];
    let kept: Electron.IpcMainEvent | undefined;
    electron.ipcMain.on("hello", (event) => {
      frames.push(event.senderFrame?.url, event.senderFrame?.parent === null);
      kept = event;
    });
    const window = await openWindow();
    const page = desktop.page();
    page.send("hello");
    page.from({ url: "https://evil.example/x" }).send("hello");
    await desktop.settle();
    expect(frames).toEqual(["app://ebb/index.html", true, "https://evil.example/x", false]);
    page.send("hello");
    await desktop.settle();
    await window.loadURL("app://ebb/other.html");
    expect(kept?.senderFrame).toBeNull();
  });

  it("gives no bridge without isolation and tells of what the preload script throws", async () => {
    const errors: string[] = [];
    electron.app.on("web-contents-created", (_event, contents) =>
      contents.on("preload-error", (_gone, _path, error) => errors.push(error.message)),
    );
    await openWindow({ webPreferences: { contextIsolation: false } });
    expect(errors).toEqual(["contextBridge API can only be used when contextIsolation is enabled"]);
  });

  it("lets a preload script outside of the sandbox require everything", async () => {
    await openWindow({ webPreferences: { sandbox: false } });
    expect((desktop.page().window.api as Api).modules).toContain("node:child_process");
  });

  it("is ready to show only where its window is hidden", async () => {
    const ready = vi.fn();
    electron.app.on(
      "browser-window-created",
      (_event, window) => void window.once("ready-to-show", () => ready(window.isVisible())),
    );
    await openWindow();
    await openWindow({ show: true });
    expect(ready.mock.calls).toEqual([[false]]);
  });

  it("asks before it navigates, opens windows, attaches guests, downloads or uses a permission", async () => {
    const window = await openWindow();
    const page = desktop.page();
    expect(page.open("https://example.com").action).toBe("allow");
    expect(await page.requestPermission("media")).toBe(true);
    const { session } = window.webContents;
    session.setPermissionRequestHandler((_contents, permission, callback) => callback(permission === "notifications"));
    session.setPermissionCheckHandler(() => false);
    session.on("will-download", (event) => event.preventDefault());
    window.webContents.setWindowOpenHandler(() => ({ action: "deny" }));
    window.webContents.on("will-navigate", (event) => event.preventDefault());
    window.webContents.on("will-attach-webview", (event) => event.preventDefault());
    expect(await page.requestPermission("media")).toBe(false);
    expect(page.checkPermission("media")).toBe(false);
    expect(page.open("https://example.com").action).toBe("deny");
    expect(await page.navigate("https://example.com")).toBe(false);
    expect(page.attachWebview()).toMatchObject({ allowed: false, prevented: true });
    expect(page.download("https://example.com/x.zip").allowed).toBe(false);
    expect(await page.requestDevice("usb")).toBeUndefined();
  });

  it("reaches its session's protocol handler through webRequest, and no network", async () => {
    const session = electron.session.fromPartition("ebb");
    expect([session.isPersistent(), session.storagePath]).toEqual([false, null]);
    session.protocol.handle("app", () => new Response("own"));
    await openWindow({ webPreferences: { session } });
    const page = desktop.page();
    expect(page.body).toBe("own");
    expect(await page.fetch("https://example.com/")).toEqual({ error: "ERR_INTERNET_DISCONNECTED", code: -106 });
    session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: url.includes("secret") }));
    expect(await page.fetch("app://ebb/secret")).toEqual({ error: "ERR_BLOCKED_BY_CLIENT", code: -20 });
    expect(await page.fetch("app://ebb/x")).toMatchObject({ status: 200 });
  });
});

describe("focus", () => {
  beforeEach(() => desktop.ready());

  it("goes back to what had it before when a window is hidden", () => {
    const main = new electron.BrowserWindow();
    const events: string[] = [];
    const quick = new electron.BrowserWindow({ show: false });
    for (const name of ["blur", "focus", "show", "hide"] as const) {
      main.on(name as "blur", () => events.push(`main ${name}`));
      quick.on(name as "blur", () => events.push(`quick ${name}`));
    }
    desktop.focusProgram("editor");
    quick.show();
    quick.hide();
    expect(desktop.focused).toBe("editor");
    main.focus();
    quick.showInactive();
    expect(main.isFocused()).toBe(true);
    quick.focus();
    quick.hide();
    expect(desktop.focused).toBe(main);
    expect(events).toEqual([
      ...["main blur", "quick focus", "quick show", "quick blur", "quick hide", "main focus"],
      ...["quick show", "main blur", "quick focus", "quick blur", "main focus", "quick hide"],
    ]);
    quick.focus();
    expect(quick.isFocused()).toBe(false);
  });
});

describe("quitting", () => {
  beforeEach(() => desktop.ready());

  it("runs through before-quit, the windows, will-quit and quit", async () => {
    const events: string[] = [];
    for (const name of ["before-quit", "will-quit", "quit"] as const)
      electron.app.on(name as "quit", () => events.push(name));
    const window = new electron.BrowserWindow();
    window.on("close", () => events.push("close"));
    window.on("closed", () => events.push("closed"));
    electron.app.on("window-all-closed", () => events.push("window-all-closed"));
    electron.app.quit();
    expect(await desktop.end()).toBe(0);
    expect(events).toEqual(["before-quit", "close", "closed", "will-quit", "quit"]);
  });

  it("is given up where a window or a listener prevents it", async () => {
    const window = new electron.BrowserWindow();
    window.once("close", (event) => event.preventDefault());
    electron.app.quit();
    await desktop.settle();
    expect([desktop.ended, desktop.windows.length]).toEqual([undefined, 1]);
    electron.app.once("will-quit", (event) => event.preventDefault());
    electron.app.quit();
    await desktop.settle();
    expect([desktop.ended, desktop.windows.length]).toEqual([undefined, 0]);
    electron.app.exit(3);
    expect(await desktop.end()).toBe(3);
  });

  it("happens by itself with the last window, unless somebody listens", async () => {
    const listener = vi.fn();
    electron.app.on("window-all-closed", listener);
    new electron.BrowserWindow().close();
    await desktop.settle();
    expect(listener).toHaveBeenCalledOnce();
    expect(desktop.ended).toBeUndefined();
    electron.app.removeListener("window-all-closed", listener);
    new electron.BrowserWindow().close();
    expect(await desktop.end()).toBe(0);
  });
});

describe("the desktop", () => {
  beforeEach(() => desktop.ready());

  it("has shortcuts that other programs may have taken", () => {
    const pressed = vi.fn();
    desktop.takeAccelerator("Ctrl+Alt+K");
    expect(electron.globalShortcut.register("Control+Alt+K", pressed)).toBe(false);
    expect(electron.globalShortcut.register("CommandOrControl+Shift+Space", pressed)).toBe(true);
    expect(desktop.press("Shift+CommandOrControl+Space")).toBe(true);
    expect(pressed).toHaveBeenCalledOnce();
    expect(() => electron.globalShortcut.register("Ctrl+Nonsense", pressed)).toThrow(TypeError);
    electron.globalShortcut.unregisterAll();
    expect(desktop.press("CommandOrControl+Shift+Space")).toBe(false);
  });

  it("has a tray whose items are clicked by name, and none without an image", () => {
    const icon = createRequire(import.meta.url).resolve("../../resources/icons/tray.png");
    expect(() => new electron.Tray(join(folder, "none.png"))).toThrow("Failed to load image");
    const clicked = vi.fn();
    const tray = new electron.Tray(electron.nativeImage.createFromPath(icon));
    tray.setContextMenu(
      electron.Menu.buildFromTemplate([{ label: "Pause", type: "checkbox", click: (item) => clicked(item.checked) }]),
    );
    desktop.clickTrayItem("Pause");
    expect(clicked).toHaveBeenCalledWith(true);
  });

  it("answers dialogs from a queue or later", async () => {
    desktop.answerNext(1);
    const options = { message: "Sure?", buttons: ["Yes", "No"] };
    expect((await electron.dialog.showMessageBox(options)).response).toBe(1);
    const later = electron.dialog.showMessageBox(options);
    desktop.dialogs.at(-1)?.answer(0);
    expect((await later).response).toBe(0);
    expect(() => desktop.dialogs.at(-1)?.answer(2)).toThrow("no button 2");
  });

  it("seals and opens text with a key that can outlive the app", async () => {
    const sealed = electron.safeStorage.encryptString("a secret");
    expect(sealed.includes("a secret")).toBe(false);
    desktop = await newDesktop({ keychain: desktop.facts.keychain });
    electron = await import("electron");
    await desktop.ready();
    expect(electron.safeStorage.decryptString(sealed)).toBe("a secret");
    expect(() => electron.safeStorage.decryptString(Buffer.from("plain"))).toThrow("does not appear to be encrypted");
  });

  it("tells of displays, second instances, the end of a session", async () => {
    const heard = vi.fn();
    electron.screen.on("display-added", (_event, display) => heard(display.id));
    desktop.addDisplay(2, { x: 1920, y: 0, width: 800, height: 600 });
    expect(electron.screen.getDisplayNearestPoint({ x: 2000, y: 10 }).id).toBe(2);
    electron.app.requestSingleInstanceLock();
    electron.app.on("second-instance", (_event, _argv, _folder, data) => heard(data));
    desktop.secondInstance({ name: "open" });
    expect(heard.mock.calls).toEqual([[2], [{ name: "open" }]]);
    const window = new electron.BrowserWindow();
    window.on("session-end", (event) => heard(event.reasons));
    expect(desktop.endSession(["shutdown"]).delayed).toBe(false);
    expect(heard).toHaveBeenLastCalledWith(["shutdown"]);
    expect(await desktop.end()).toBe(0);
  });
});
