import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { findBrowser } from "../../main/web/browser.ts";
import { type HostProcess, startHostProcess } from "../fixtures/host-process.ts";

const screenshots = join(import.meta.dirname, "../../test-output/screenshots");

export type Look = { width?: number; height?: number; colorScheme?: "light" | "dark" };

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
];

let browser: Browser;

/** Starts the browser for a file of tests and ends it afterwards. */
export function withBrowser(): void {
  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await chromium.launch({
      executablePath: findBrowser() ?? "",
      args: flags,
    });
  });
  afterAll(() => browser.close());
}

/** A fresh data folder that goes away with the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ebb-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Starts the built Ebb on the folder; it is gone when the test ends. */
export async function startEbb(folder: string): Promise<HostProcess> {
  const host = await startHostProcess(folder);
  onTestFinished(() => host.kill());
  return host;
}

/**
 * Opens the page as a window would. At the end of the test it is an error if the page wrote an error to its console, broke the
 * content security policy, or asked for anything that is not Ebb's own.
 */
export async function openWindow(host: HostProcess, look: Look = {}, url = host.url): Promise<Page> {
  const context = await browser.newContext(settings(look));
  const page = await context.newPage();
  await watch(page, host);
  await page.goto(url);
  return page;
}

/**
 * Opens the address as an app window, as the host itself does: in a browser of its own, whose page never goes anywhere else.
 */
export async function openAppWindow(host: HostProcess, url: string, look: Look = {}): Promise<Page> {
  const profile = dataFolder();
  const context = await chromium.launchPersistentContext(profile, {
    ...settings(look),
    executablePath: findBrowser() ?? "",
    args: [...flags, `--app=${url}`],
  });
  const page = context.pages()[0] ?? (await context.waitForEvent("page"));
  await watch(page, host);
  return page;
}

const settings = ({ width = 1280, height = 800, colorScheme = "light" }: Look) =>
  ({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
  }) as const;

async function watch(page: Page, host: HostProcess): Promise<void> {
  const context = page.context();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  const own = new URL(host.url).host;
  page.on("console", (line) => {
    // A line that goes down is the browser's to report; what the page makes of it is tested where it is caused.
    if (line.type() === "error" && !/WebSocket connection|ERR_CONNECTION_REFUSED/.test(line.text()))
      faults.push(line.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  context.on("request", (request) => {
    const { host: asked, protocol } = new URL(request.url());
    if (asked !== own && !["data:", "blob:"].includes(protocol)) faults.push(`asked for ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  onTestFinished(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
}

/** Keeps a picture of the page as test output. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

export const composer = (page: Page) => page.getByRole("textbox", { name: "Message" });

/** Sends a message as a user does, and waits for the whole reply. Returns its text. */
export async function say(page: Page, text: string): Promise<string> {
  const before = await page.locator("[data-role=assistant]").count();
  await composer(page).fill(text);
  await composer(page).press("Enter");
  const reply = page.locator("[data-role=assistant]").nth(before);
  await reply.waitFor();
  await expect.poll(() => reply.getAttribute("data-status"), { timeout: 30_000 }).not.toBe("streaming");
  return reply.innerText();
}
