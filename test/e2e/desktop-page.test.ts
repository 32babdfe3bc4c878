import { expect, test } from "vitest";
import { desktopMessages } from "../../app/contract/desktop-messages.ts";
import type { DesktopBridge, ShortcutState } from "../../app/contract/index.ts";
import { dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

test("a browser says how quick-ask is opened by its command", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host, {}, `${host.url}&route=/settings`);
  await page.getByText("ebb --quick-ask").scrollIntoViewIfNeeded();
  await page.getByText(/Bind that command to a key/).waitFor();
  await picture(page, "settings-quick-ask-web");
});

test("the desktop app's keys for quick-ask are shown, recorded, refused and switched off", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host, {}, "about:blank");
  // The desktop app's bridge without its engine: this part of the settings needs none.
  await page.addInitScript(() => {
    let now: ShortcutState = { accelerator: "CommandOrControl+Shift+Space", status: "waiting" };
    let tell: (state: ShortcutState) => void = () => {};
    let atLogin = false;
    const bridge: DesktopBridge = {
      connect: () => {},
      showMain: () => {},
      dismissQuickAsk: () => {},
      shortcut: async () => now,
      setShortcut: async (accelerator) => {
        if (accelerator === "CommandOrControl+Alt+T") return { ...now, status: "taken" };
        now = { accelerator, status: accelerator === null ? "off" : "waiting" };
        return now;
      },
      onShortcut: (listener) => {
        tell = listener;
      },
      startsAtLogin: async () => atLogin,
      setStartsAtLogin: async (on) => {
        atLogin = on;
        return atLogin;
      },
    };
    Object.assign(window, { ebb: bridge, pressed: () => tell({ ...now, status: "bound" }) });
  });
  await page.goto(`${new URL(host.url).origin}/#/settings`);
  const section = page.locator("section").filter({ has: page.getByRole("heading", { name: "Quick-ask" }) });
  const keys = async () => (await section.locator("kbd").allInnerTexts()).join(" ");
  await section.getByText("Press it once to see that it works.").waitFor();
  expect(await keys()).toBe("Ctrl Shift Space");
  await picture(page, "settings-shortcut-waiting");
  await page.evaluate(() => Reflect.get(window, "pressed")());
  await section.getByText("Works.").waitFor();

  await section.getByRole("button", { name: "Change" }).click();
  await page.keyboard.press("a");
  await section.getByText(/Hold Ctrl, Alt/).waitFor();
  await picture(page, "settings-shortcut-refused");
  await page.keyboard.press("Escape");
  expect(await keys()).toBe("Ctrl Shift Space");

  await section.getByRole("button", { name: "Change" }).click();
  await page.keyboard.press("Control+Alt+t");
  await section.getByText("Another program has these keys; choose others.").waitFor();
  await picture(page, "settings-shortcut-taken");
  await section.getByRole("button", { name: "Change" }).click();
  await page.keyboard.press("Control+Alt+k");
  await expect.poll(keys).toBe("Ctrl Alt K");
  await section.getByRole("button", { name: "Turn off" }).click();
  await section.getByText("No keys").waitFor();
  await picture(page, "settings-shortcut-off");

  const login = section.getByRole("switch", { name: "Start Ebb when I log in" });
  await login.click();
  await section.getByText("It waits in the tray, ready for quick-ask.").waitFor();
  expect(await login.getAttribute("aria-checked")).toBe("true");
});

test("an engine that was given up is told in a sentence on both pages, and started again only on the user's word", async () => {
  const host = await startEbb(dataFolder());
  for (const [name, path] of [
    ["main", "/#/"],
    ["quick", "/quick.html#/"],
  ] as const) {
    const page = await openWindow(host, { width: 680, height: 420 }, "about:blank");
    await page.addInitScript(() => {
      const asked: boolean[] = [];
      const dismissQuickAsk = () => void Object.assign(window, { dismissed: true });
      const bridge: Partial<DesktopBridge> = { connect: (again) => void asked.push(again), dismissQuickAsk };
      Object.assign(window, { ebb: bridge, asked });
    });
    await page.goto(new URL(host.url).origin + path);
    await page.getByRole("textbox").first().waitFor();
    await page.evaluate((type) => postMessage({ type }), desktopMessages.stopped);
    await page.getByRole("heading", { name: "Ebb has stopped." }).waitFor();
    await picture(page, `stopped-${name}`);
    await page.getByRole("button", { name: "Start again" }).click();
    expect(await page.evaluate(() => Reflect.get(window, "asked"))).toEqual([false, true]);
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => Reflect.get(window, "dismissed"))).toBe(name === "quick" ? true : undefined);
  }
});

test("a page chats over the ports that it is handed, and over a new one when its engine has died", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host, {}, "about:blank");
  // The desktop app's hand-off with the real engine behind it: each port leads into a socket of the web host.
  await page.addInitScript(
    ({ port, secret, messages }) => {
      const lines: WebSocket[] = [];
      const connect = () => {
        const { port1: engine, port2: handed } = new MessageChannel();
        const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`);
        lines.push(socket);
        socket.onopen = () => socket.send(JSON.stringify({ secret }));
        socket.onmessage = () => {
          socket.onmessage = ({ data }) => engine.postMessage(data);
          engine.onmessage = ({ data }) => socket.send(data);
          postMessage({ type: messages.port }, location.origin, [handed]);
        };
        socket.onclose = () => postMessage({ type: messages.lost }, location.origin);
      };
      Object.assign(window, { ebb: { connect }, engineDies: () => lines.at(-1)?.close(), lines });
    },
    { port: host.port, secret: host.secret, messages: desktopMessages },
  );
  await page.goto(`${new URL(host.url).origin}/#/`);
  await say(page, "My cat's name is Miso.");
  expect(await say(page, "What is my cat's name?")).toContain("Miso");
  await page.evaluate(() => Reflect.get(window, "engineDies")());
  await expect.poll(() => page.evaluate(() => Reflect.get(window, "lines").length)).toBe(2);
  expect(await say(page, "Do you know my cat's name?")).toContain("Miso");
});
