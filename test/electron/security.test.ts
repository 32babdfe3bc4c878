import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Desktop, PageControl } from "../fixtures/electron/control.ts";
import { bridgeOf, connect, dataFolder, eventually, pageOf, startHost } from "./host.ts";

// In the order of Electron's security checklist (electronjs.org/docs/latest/tutorial/security), then Ebb's own promises.

let desktop: Desktop;
let main: PageControl;
let quick: PageControl;

let end: () => Promise<void>;
const folder = mkdtempSync(join(tmpdir(), "ebb-host-"));

// One host for all: none of these things may change it.
beforeAll(async () => {
  desktop = await startHost({
    folder,
    finally: (close) => {
      end = close;
    },
  });
  main = await pageOf(desktop, "index.html");
  quick = await pageOf(desktop, "quick.html");
});
afterAll(async () => {
  await end();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
beforeEach(() => {
  desktop.dialogs.length = 0;
  desktop.externalAddresses.length = 0;
});

const pages = (): PageControl[] => [main, quick];
const preferences = () => desktop.windows.map((window) => window.options.webPreferences ?? {});
/** The headers of an answer, whether a page's or a file's. */
const headersOf = (answer: object): Headers => new Headers("headers" in answer ? (answer.headers as HeadersInit) : {});

const elsewhere = [
  "https://example.com/",
  "http://127.0.0.1:8080/",
  "file:///etc/passwd",
  "data:text/html,<script>1</script>",
  "javascript:alert(1)",
  "blob:https://example.com/1",
  "app://evil/index.html",
  "app://ebb.evil/index.html",
  "chrome://gpu/",
  "about:blank",
];

describe("1. only secure content is loaded", () => {
  test("every window shows a page of Ebb's own", () => {
    for (const { url } of pages()) expect(url).toMatch(/^app:\/\/ebb\/(index|quick)\.html/);
  });

  test.each(elsewhere.filter((url) => !/^(data|javascript|about|chrome):/.test(url)))(
    "a page cannot fetch %s",
    async (url) => {
      for (const page of pages()) expect(await page.fetch(url)).toMatchObject({ error: "ERR_BLOCKED_BY_CLIENT" });
    },
  );

  test("no part of Chromium can look up a name, and none asks for news", () => {
    expect(desktop.facts.switches["host-resolver-rules"]).toBe("MAP * ~NOTFOUND");
    for (const name of ["disable-background-networking", "disable-component-update", "disable-domain-reliability"]) {
      expect(desktop.facts.switches).toHaveProperty(name);
    }
    expect(desktop.lateSwitches).toEqual([]);
  });

  test("the session that no page is in has no network either", async () => {
    const { BrowserWindow } = desktop.electron;
    const stray = new BrowserWindow({ show: false });
    onTestFinished(() => stray.destroy());
    await expect(stray.loadURL("https://example.com/")).rejects.toThrow("ERR_BLOCKED_BY_CLIENT");
  });

  test("no spelling dictionary is fetched", () => {
    for (const { spellcheck } of preferences()) expect(spellcheck).toBe(false);
    for (const session of desktop.sessions) expect(session.isSpellCheckerEnabled()).toBe(false);
  });
});

describe("2 to 4, 6, 8 to 11. the settings of every page", () => {
  test.each([
    ["nodeIntegration", false],
    ["nodeIntegrationInWorker", false],
    ["nodeIntegrationInSubFrames", false],
    ["contextIsolation", true],
    ["sandbox", true],
    ["webSecurity", true],
    ["allowRunningInsecureContent", false],
    ["experimentalFeatures", false],
    ["webviewTag", false],
    ["navigateOnDragDrop", false],
  ] as const)("%s is %s", (name, value) => {
    expect(preferences()).toHaveLength(2);
    for (const given of preferences()) expect(given[name]).toBe(value);
  });

  test("no Blink feature is switched on", () => {
    for (const given of preferences()) expect(given).not.toHaveProperty("enableBlinkFeatures");
  });

  test("the sandbox is on for every process, and the page feels it", () => {
    expect(desktop.sandboxedEverywhere).toBe(true);
    for (const page of pages()) expect(page.sandboxed).toBe(true);
  });
});

describe("5. permissions are refused", () => {
  const refused = [
    "media",
    "display-capture",
    "geolocation",
    "notifications",
    "midi",
    "midiSysex",
    "pointerLock",
    "fullscreen",
    "openExternal",
    "fileSystem",
    "idle-detection",
    "keyboardLock",
    "local-fonts",
    "storage-access",
    "window-management",
    "unknown",
  ] as const;

  test.each(refused)("%s", async (permission) => {
    for (const page of pages()) {
      expect(await page.requestPermission(permission)).toBe(false);
      expect(page.checkPermission(permission)).toBe(false);
    }
  });

  test("copying is allowed; reading the clipboard only to quick-ask, and to nothing inside or beside a page", async () => {
    for (const page of pages()) expect(await page.requestPermission("clipboard-sanitized-write")).toBe(true);
    expect(await quick.requestPermission("clipboard-read")).toBe(true);
    expect(quick.checkPermission("clipboard-read")).toBe(true);
    expect(await main.requestPermission("clipboard-read")).toBe(false);
    expect(main.checkPermission("clipboard-read")).toBe(false);
    expect(await quick.requestPermission("clipboard-read", { isMainFrame: false })).toBe(false);
    expect(await quick.requestPermission("clipboard-read", { requestingUrl: "https://example.com/" })).toBe(false);
    expect(quick.checkPermission("clipboard-read", { isMainFrame: false })).toBe(false);
    expect(quick.checkPermissionFromWorker("clipboard-read")).toBe(false);
  });

  test("devices, screens and pairing", async () => {
    for (const page of pages()) {
      for (const kind of ["hid", "serial", "usb"] as const) {
        expect(page.checkDevice(kind)).toBe(false);
        expect(await page.requestDevice(kind)).toBeUndefined();
      }
      expect(await page.requestDisplayMedia()).toBe(false);
      expect(await page.requestBluetooth()).toBeUndefined();
    }
  });
});

describe("7. the content security policy", () => {
  test("comes with every page, file and refusal", async () => {
    const answers = [main, quick, await main.fetch("app://ebb/quick.html"), await main.fetch("app://ebb/none.js")];
    for (const answer of answers) {
      const policy = headersOf(answer).get("Content-Security-Policy") ?? "";
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).not.toMatch(/unsafe|\*|http/);
      expect(headersOf(answer).get("X-Content-Type-Options")).toBe("nosniff");
    }
  });
});

describe("12. guests", () => {
  test("no webview can be attached", () => {
    for (const page of pages()) {
      expect(page.attachWebview({ nodeIntegration: true }, { src: "https://example.com/" })).toMatchObject({
        allowed: false,
        prevented: true,
      });
    }
  });
});

describe("13. navigation", () => {
  test.each(elsewhere)("a page cannot go to %s", async (url) => {
    for (const page of pages()) {
      expect(await page.navigate(url)).toBe(false);
      expect(await page.navigateSubframe(url)).toBe(false);
    }
  });

  test("no redirect is followed", () => {
    for (const { contents } of pages()) {
      const event = { url: "app://ebb/index.html", preventDefault: vi.fn() };
      contents.emit("will-redirect", event);
      expect(event.preventDefault).toHaveBeenCalled();
    }
  });

  test("a page cannot become the other one, but can be loaded again", async () => {
    expect(await main.navigate("app://ebb/quick.html")).toBe(false);
    expect(await quick.navigate("app://ebb/index.html")).toBe(false);
    expect(await main.navigate("app://ebb/index.html#/memory")).toBe(true);
  });
});

describe("14. new windows", () => {
  test.each([...elsewhere, "app://ebb/index.html"])("%s opens none", (url) => {
    for (const page of pages()) expect(page.open(url)).toEqual({ action: "deny" });
    expect(desktop.windows).toHaveLength(2);
  });
});

describe("15. what is opened outside", () => {
  test.each(["https://example.com/a?b=c", "http://example.com/", "mailto:ana@example.com"])(
    "%s is shown first, and opened only with a yes",
    async (url) => {
      main.open(url);
      main.open(url);
      expect(desktop.dialogs).toHaveLength(2);
      const [no, yes] = desktop.dialogs;
      expect(no?.options.detail).toContain(url);
      expect(no?.options).toMatchObject({ defaultId: 1, cancelId: 1, buttons: ["Open", "Cancel"] });
      no?.answer(1);
      await desktop.settle();
      expect(desktop.externalAddresses).toEqual([]);
      yes?.answer(0);
      await eventually(() => expect(desktop.externalAddresses).toEqual([url]));
    },
  );

  test.each([
    "file:///etc/passwd",
    "smb://host/share",
    "javascript:alert(1)",
    "data:text/html,1",
    "ms-msdt:/id",
    "ssh://host",
    "app://ebb/index.html",
    "not an address",
    "",
  ])("%s is refused without a question", async (url) => {
    main.open(url);
    await desktop.settle();
    expect(desktop.dialogs).toEqual([]);
    expect(desktop.externalAddresses).toEqual([]);
  });

  test("an address is shown as the browser will read it, and a very long one does not push the buttons off", () => {
    main.open("https://example.com:443/\u202Egpj.exe");
    main.open(`https://example.com/${"a".repeat(5_000)}`);
    expect(desktop.dialogs[0]?.options.detail).toContain("https://example.com/%E2%80%AEgpj.exe");
    expect(desktop.dialogs[1]?.options.detail?.length).toBeLessThan(800);
  });
});

describe("17. the sender of every message is checked", () => {
  const channels = ["ebb:connect", "ebb:show-main", "ebb:dismiss-quick-ask"] as const;

  /** Whether a line to the engine was asked for, by the ports that were made. */
  const served = () => desktop.utilityProcesses.length;

  test("a frame inside a page, a foreign document and a page that is not Ebb's own get nothing", async () => {
    const before = served();
    const route = main.url;
    const strangers = [
      main.from({ url: "app://ebb/index.html" }),
      main.from({ url: "https://example.com/", parent: null }),
      main.from({ url: "app://evil/index.html", parent: null }),
      main.from({ url: "about:blank" }),
    ];
    const got = vi.fn();
    main.window.addEventListener("message", got);
    for (const stranger of strangers) {
      stranger.send("ebb:connect", true);
      stranger.send("ebb:show-main", "/settings");
      stranger.send("ebb:dismiss-quick-ask");
      await expect(stranger.invoke("ebb:shortcut")).rejects.toThrow("Refused");
      await expect(stranger.invoke("ebb:set-shortcut", null)).rejects.toThrow("Refused");
    }
    await desktop.settle();
    expect(got).not.toHaveBeenCalled();
    expect(main.url).toBe(route);
    expect(served()).toBe(before);
    expect(desktop.shortcuts).toHaveLength(1);
  });

  test("a window that Ebb has not opened gets nothing, though it shows one of its pages", async () => {
    const { BrowserWindow, session } = desktop.electron;
    const stray = new BrowserWindow({
      show: false,
      webPreferences: {
        session: session.fromPartition("ebb") as never,
        preload: join(import.meta.dirname, "../../out/preload/preload.cjs"),
      },
    });
    await stray.loadURL("app://ebb/index.html?stray");
    const page = desktop.page(stray);
    const got = vi.fn();
    page.window.addEventListener("message", got);
    bridgeOf(page).connect(false);
    await expect(bridgeOf(page).shortcut()).rejects.toThrow("Refused");
    await desktop.settle();
    expect(got).not.toHaveBeenCalled();
    stray.destroy();
  });

  test("what is malformed is dropped", async () => {
    const malformed: [string, unknown][] = [
      ["ebb:connect", "yes"],
      ["ebb:connect", { again: true }],
      ["ebb:show-main", "//example.com"],
      ["ebb:show-main", "/x".repeat(500)],
      ["ebb:show-main", 7],
      ["ebb:dismiss-quick-ask", { force: true }],
    ];
    const got = vi.fn();
    main.window.addEventListener("message", got);
    for (const [channel, value] of malformed) main.send(channel, value);
    await expect(main.invoke("ebb:set-shortcut", "A")).rejects.toThrow("Refused");
    await expect(main.invoke("ebb:set-shortcut", { accelerator: "Alt+A" })).rejects.toThrow("Refused");
    await expect(main.invoke("ebb:shortcut", "more")).rejects.toThrow("Refused");
    await desktop.settle();
    expect(got).not.toHaveBeenCalled();
  });

  test("only quick-ask puts itself away", async () => {
    desktop.press("CommandOrControl+Shift+Space");
    bridgeOf(main).dismissQuickAsk();
    await desktop.settle();
    expect(desktop.window("quick.html").isVisible()).toBe(true);
    bridgeOf(quick).dismissQuickAsk();
    await desktop.settle();
    expect(desktop.window("quick.html").isVisible()).toBe(false);
  });

  test("a page takes a port from nobody but its own preload script", async () => {
    const { connection } = await connect(main);
    const { port1, port2 } = new MessageChannel();
    main.dispatchMessage({ type: "ebb:port" }, { origin: "https://example.com", ports: [port1 as never] });
    main.dispatchMessage({ type: "ebb:stopped" }, { origin: "https://example.com" });
    await desktop.settle();
    expect(connection.state()).toBe("open");
    expect((await connection.api.system.status()).storage.status).toBe("ready");
    port2.close();
  });

  test("there are no other channels", () => {
    expect(desktop.electron.ipcMain.eventNames().sort()).toEqual([...channels].sort());
  });
});

describe("18. no file is loaded as a file", () => {
  test("the scheme is a secure origin of its own, and has no other privilege", () => {
    expect(desktop.privilegedSchemes).toEqual([{ scheme: "app", privileges: { standard: true, secure: true } }]);
  });

  test("it serves the pages, their parts and nothing else", async () => {
    expect(await main.fetch("app://ebb/index.html")).toMatchObject({ status: 200 });
    const picture = await main.fetch(main.body.match(/app:|[./\w-]+\.svg/)?.[0].replace(/^\.\//, "app://ebb/") ?? "");
    expect(headersOf(picture).get("Content-Type")).toBe("image/svg+xml");
    for (const path of [
      "",
      "assets",
      "assets/",
      "../main/engine.js",
      "..%2fmain%2fengine.js",
      "%2e%2e/main/engine.js",
      "..%5cmain%5cengine.js",
      "assets/../../main/engine.js",
      "%00",
      "index.html%00.svg",
      "%",
      "/etc/passwd",
      "%2fetc%2fpasswd",
    ]) {
      expect(await main.fetch(`app://ebb/${path}`), path).toMatchObject({ status: 404 });
    }
    expect(await main.fetch("app://ebb/index.html", { method: "POST" })).toMatchObject({ status: 405 });
    expect(await main.fetch("app://ebb/index.html", { method: "HEAD" })).toMatchObject({ status: 200 });
  });

  test("a link out of the folder leads nowhere", async () => {
    const outside = dataFolder();
    const files = join(outside, "renderer");
    mkdirSync(files);
    cpSync(join(import.meta.dirname, "../../renderer/favicon.svg"), join(files, "inside.svg"));
    writeFileSync(join(outside, "secret.svg"), "<svg/>");
    writeFileSync(join(outside, "renderer-evil.svg"), "<svg/>");
    symlinkSync(join(outside, "secret.svg"), join(files, "out.svg"));
    symlinkSync(outside, join(files, "up"));
    symlinkSync(join(files, "inside.svg"), join(files, "within.svg"));
    const { servePages } = await import("../../main/electron/app-protocol.ts");
    const { session, BrowserWindow } = desktop.electron;
    const other = session.fromPartition("other");
    await servePages(other as never, files);
    const window = new BrowserWindow({ show: false, webPreferences: { session: other as never } });
    onTestFinished(() => window.destroy());
    await window.loadURL("app://ebb/inside.svg");
    const page = desktop.page(window);
    expect(await page.fetch("app://ebb/within.svg")).toMatchObject({ status: 200 });
    for (const path of ["out.svg", "up/secret.svg", "../renderer-evil.svg", "..%2frenderer-evil.svg"]) {
      expect(await page.fetch(`app://ebb/${path}`), path).toMatchObject({ status: 404 });
    }
  });
});

describe("20. nothing of Electron reaches a page", () => {
  test("the bridge is eight functions, and its listeners get no event", async () => {
    for (const page of pages()) {
      const bridge = bridgeOf(page);
      expect(Object.keys(bridge).sort()).toEqual([
        "connect",
        "dismissQuickAsk",
        "onShortcut",
        "setShortcut",
        "setStartsAtLogin",
        "shortcut",
        "showMain",
        "startsAtLogin",
      ]);
      for (const part of Object.values(bridge)) expect(typeof part).toBe("function");
      for (const name of ["require", "process", "ipcRenderer", "electron", "Buffer", "module"]) {
        expect(page.window[name]).toBeUndefined();
      }
    }
    const heard = vi.fn();
    bridgeOf(main).onShortcut(heard);
    await bridgeOf(main).setShortcut("Alt+Space");
    await eventually(() => expect(heard.mock.calls).toEqual([[{ accelerator: "Alt+Space", status: "waiting" }]]));
  });
});

describe("what is kept", () => {
  test("the pages' session is in memory: nothing that is typed is written down by Chromium", () => {
    for (const given of preferences()) expect(given.session?.isPersistent()).toBe(false);
  });

  test("an export that a page made is downloaded, whatever else is offered is not", () => {
    expect(main.download("blob:app://ebb/0193").allowed).toBe(true);
    for (const url of elsewhere) expect(main.download(url).allowed, url).toBe(false);
  });
});

// The last one: it starts another host.
test("developer tools are for development only", async () => {
  for (const given of preferences()) expect(given.devTools).toBe(true);
  const packed = await startHost({ facts: { isPackaged: true } });
  await pageOf(packed, "index.html");
  await pageOf(packed, "quick.html");
  for (const window of packed.windows) expect(window.options.webPreferences?.devTools).toBe(false);
  expect(JSON.stringify(packed.applicationMenu?.items.map(({ role, label }) => [role, label]))).not.toMatch(/dev/i);
});
