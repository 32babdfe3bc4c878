import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { tinyModel, writeTinyModel } from "../fixtures/gguf.ts";
import { type ModelServer, misbehave, startModelServer } from "../fixtures/model-server.ts";
import { connectClient } from "../fixtures/web-host.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const reply = "The tide comes in twice a day.";
const file = tinyModel({ name: "Tide model", reply });

let server: ModelServer;

beforeEach(async () => {
  server = await startModelServer(file);
  onTestFinished(() => server.close());
});

/** Ebb with a model of the test's own in the list. */
async function start(folder = dataFolder()) {
  const host = await startEbb(folder);
  const { api, socket } = await connectClient(host);
  onTestFinished(() => socket.terminate());
  await api.models.addEntry({ name: "Tide model", source: { kind: "url", url: server.url } });
  return { host, api, folder };
}

const downloads = (page: Page) => page.getByRole("list", { name: "Downloads" });

test("from no model to a reply of one in three clicks, and not a request before", async () => {
  const { host, api } = await start();
  const page = await openWindow(host);
  await composer(page).waitFor();

  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.getByRole("article", { name: /^Recommended: / }).waitFor();
  await picture(page, "models-choose");
  expect(server.asked).toEqual([]);
  expect(await api.models.outbound()).toEqual([]);

  await page.getByRole("button", { name: "Download Tide model" }).click();
  await page.locator("main [data-model=ready]").first().waitFor();
  await picture(page, "models-downloaded");

  await page.getByRole("link", { name: "New chat" }).click();
  expect(await say(page, "How often does the tide come in?")).toContain(reply);
});

test("the list says what fits in words and numbers, by mouse and by keyboard", async () => {
  const { host } = await start();
  const page = await openWindow(host, { height: 1_400 });
  await page.getByRole("link", { name: "Models", exact: true }).click();
  const best = page.getByRole("article", { name: /^Recommended: / });
  await best.waitFor();
  expect(await best.innerText()).toMatch(/GB with [\d,]+ tokens of context; [\d.]+ GB of memory are there for it/);
  expect(await best.innerText()).toMatch(/Runs on the processor|Fits the graphics card/);
  await page.getByRole("button", { name: /^Show all \d+ models$/ }).click();
  const rows = page.getByRole("list", { name: "Other models" }).getByRole("listitem");
  expect(await rows.count()).toBeGreaterThan(14);
  const first = rows.nth(2).getByRole("button", { expanded: false });
  await first.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => rows.nth(2).innerText()).toMatch(/Checked by/);
  expect(await rows.nth(2).innerText()).toMatch(/Licence/);
  await picture(page, "models-list");
});

test("a download shows its progress, pauses, resumes, and is cancelled", async () => {
  const { host } = await start();
  server.bytesPerSecond = 30_000;
  const page = await openWindow(host);
  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.getByRole("button", { name: "Download Tide model" }).click();
  await downloads(page)
    .getByText(/\/s · .* left/)
    .waitFor();
  await picture(page, "models-downloading");
  await page.getByRole("button", { name: "Pause Tide model" }).click();
  await downloads(page)
    .getByText(/paused/)
    .first()
    .waitFor();
  await picture(page, "models-paused");
  await page.getByRole("button", { name: "Resume Tide model" }).click();
  await page.getByRole("button", { name: "Pause Tide model" }).waitFor();
  await page.getByRole("button", { name: "Cancel Tide model" }).click();
  await expect.poll(() => downloads(page).count()).toBe(0);
});

test("trouble is explained where it happens, and a click goes on", async () => {
  const { host } = await start();
  server.script = [misbehave.cutAfter(9_000), misbehave.status(404)];
  const page = await openWindow(host, { colorScheme: "dark" });
  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.getByRole("button", { name: "Download Tide model" }).click();
  await downloads(page).locator("[data-code=DOWNLOAD_REFUSED]").waitFor();
  await picture(page, "models-refused");
  await page.getByRole("button", { name: "Resume Tide model" }).click();
  await page.locator("main [data-model=ready]").first().waitFor();
});

test("what is installed is tested, used, deleted after a question, and shown where it lies", async () => {
  const { host, folder } = await start();
  const page = await openWindow(host, { height: 1_000 });
  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.getByRole("button", { name: "Download Tide model" }).click();
  await page.locator("main [data-model=ready]").first().waitFor();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText(/tokens a second/).waitFor();
  expect(await page.getByRole("main").innerText()).toContain(reply);
  await picture(page, "models-tested");

  const own = join(folder, "mine.gguf");
  writeTinyModel(own, { name: "My own file" });
  await page.getByRole("textbox", { name: "Path of a model file" }).fill(own);
  await page.getByRole("button", { name: "Use model" }).click();
  const installed = page.getByRole("list", { name: "Installed models" });
  await installed.getByText("My own file").waitFor();
  await picture(page, "models-installed");
  await page.getByRole("button", { name: "Delete Tide model" }).click();
  await page.getByRole("dialog", { name: "Delete Tide model?" }).waitFor();
  await picture(page, "models-delete");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  expect(readdirSync(join(folder, "models"))).toEqual(["tiny.gguf"]);
  await page.getByRole("button", { name: "Delete Tide model" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect.poll(() => readdirSync(join(folder, "models"))).toEqual([]);
  await expect.poll(() => installed.innerText()).not.toContain("Tide model");
});

test("a model of one's own is added, refused with a reason, changed and removed; a mirror is set", async () => {
  const { host } = await start();
  const page = await openWindow(host);
  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.getByRole("button", { name: "Add a model to the list" }).click();
  await page.getByRole("textbox", { name: "Repository" }).fill("owner/name");
  await page.getByRole("textbox", { name: "File", exact: true }).fill("model-00001-of-00002.gguf");
  await page.getByRole("button", { name: "Add to the list" }).click();
  await page.locator("[data-code=MODEL_UNSUPPORTED]").waitFor();
  await picture(page, "models-add");
  await page.getByRole("radio", { name: "Another address" }).check();
  await page.getByRole("textbox", { name: "Address", exact: true }).fill("https://example.org/small.gguf");
  await page.getByRole("button", { name: "Add to the list" }).click();
  const row = page.getByRole("list", { name: "Other models" }).getByRole("listitem").filter({ hasText: "small" });
  await row.waitFor();
  await row.getByRole("button", { expanded: false }).click();
  await row.getByRole("button", { name: "Edit" }).click();
  await row.getByRole("textbox", { name: /^Name/ }).fill("Renamed");
  await row.getByRole("button", { name: "Save" }).click();
  const renamed = page.getByRole("listitem").filter({ hasText: "Renamed" });
  await renamed.getByRole("button", { name: "Remove from the list" }).click();
  await expect.poll(() => renamed.count()).toBe(0);

  await page.getByText("Models come from huggingface.co").click();
  const mirror = page.getByRole("textbox", { name: /^Address of a mirror/ });
  await mirror.fill("http://example.org");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("details [data-code=INVALID_INPUT]").waitFor();
  await mirror.fill("https://mirror.example.org/");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Models come from mirror.example.org").waitFor();
});

test("it reads well from 480 to 2560 pixels, by day and by night", async () => {
  const { host } = await start();
  for (const [width, colorScheme] of [
    [480, "light"],
    [480, "dark"],
    [1_280, "dark"],
    [2_560, "light"],
  ] as const) {
    const page = await openWindow(host, { width, colorScheme, height: 1_100 });
    if (width === 480) await page.getByRole("button", { name: "Show sidebar" }).click();
    await page.getByRole("link", { name: "Models", exact: true }).click();
    await page.getByRole("article", { name: /^Recommended: / }).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide, `${width} px`).toBe(false);
    await picture(page, `models-${width}-${colorScheme}`);
  }
});
