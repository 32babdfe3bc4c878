import { beforeAll, beforeEach, expect, test } from "vitest";
import { composer, say } from "../e2e/harness.ts";
import { dataFolder, killProcess, missing, missingKeys, startDesktop, windowOf } from "./harness.ts";

beforeAll(() => {
  if (missing) console.log(`The desktop app is not tested here: ${missing}.`);
});
beforeEach(({ skip }) => {
  skip(missing !== null, missing ?? "");
});

test("the app starts, in the sandbox and without a network, and answers from memory", async () => {
  const { app } = await startDesktop(dataFolder());
  const page = await windowOf(app, "index.html");
  await composer(page).waitFor();
  expect(await page.evaluate(() => [typeof process, typeof require, location.origin])).toEqual([
    "undefined",
    "undefined",
    "app://ebb",
  ]);
  const outside = await page.evaluate(() =>
    fetch("https://example.com").then(
      () => "reached",
      () => "refused",
    ),
  );
  expect(outside).toBe("refused");
  await say(page, "My cat's name is Miso.");
  expect(await say(page, "What is my cat's name?")).toContain("Miso");
});

test("what was told is there after a restart, in the conversation that was open", async () => {
  const folder = dataFolder();
  const first = await startDesktop(folder);
  const page = await windowOf(first.app, "index.html");
  await say(page, "I live in Lisbon.");
  await first.app.close();
  const { app } = await startDesktop(folder);
  const again = await windowOf(app, "index.html");
  await again.locator("[data-role=user]").getByText("I live in Lisbon.").waitFor();
  expect(await say(again, "Where do I live?")).toContain("Lisbon");
});

test("quick-ask comes with its keys, answers, and goes with Esc", async ({ skip }) => {
  skip(missingKeys !== null, missingKeys ?? "");
  const { app, press } = await startDesktop(dataFolder());
  const page = await windowOf(app, "index.html");
  await say(page, "My sister lives in Porto.");
  const quick = await windowOf(app, "quick.html");
  const isVisible = () =>
    app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().some(
        (window) => window.webContents.getURL().includes("quick.html") && window.isVisible(),
      ),
    );
  expect(await isVisible()).toBe(false);
  const begun = performance.now();
  press("ctrl+shift+space");
  await expect.poll(isVisible).toBe(true);
  console.log(`quick-ask shown after ${Math.round(performance.now() - begun)} ms`);
  const field = quick.getByRole("textbox", { name: "Ask Ebb" });
  await field.fill("Where does my sister live?");
  await field.press("Enter");
  await quick.locator("[data-role=assistant][data-status=complete]").waitFor();
  expect(await quick.locator("[data-role=assistant]").innerText()).toContain("Porto");
  await field.press("Escape");
  await expect.poll(isVisible).toBe(false);
});

test("an engine and a page that crash come back by themselves, and nothing is lost", async () => {
  const { app } = await startDesktop(dataFolder());
  const page = await windowOf(app, "index.html");
  await say(page, "I'm allergic to peanuts.");
  await killProcess(app, "Ebb Engine");
  expect(await say(page, "What am I allergic to?")).toContain("peanuts");
  await app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find((one) => one.webContents.getURL().includes("index.html"));
    window?.webContents.forcefullyCrashRenderer();
  });
  await expect.poll(() => app.windows().some((window) => window.url().includes("index.html"))).toBe(true);
  await composer(await windowOf(app, "index.html")).waitFor();
});
