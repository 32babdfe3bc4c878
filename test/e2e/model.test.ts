import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { childrenOf } from "../fixtures/host-process.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const count = 60;

async function choose(page: Page, path: string): Promise<void> {
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("textbox", { name: "Path of a model file" }).fill(path);
  await page.getByRole("button", { name: "Use model" }).click();
}

const ready = (page: Page) => page.locator("main [data-model=ready]").first().waitFor();

test("a GGUF file is found, loaded, streamed from, stopped and retried", async () => {
  const folder = dataFolder();
  const models = join(folder, "my models");
  mkdirSync(models);
  writeTinyModel(join(models, "counting.gguf"), { ...slow, name: "Counting model", reply: countingReply(count) });
  const page = await openWindow(await startEbb(folder));

  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("textbox", { name: "Path of a model file" }).waitFor();
  await picture(page, "models-none");
  await page.getByRole("textbox", { name: "Path of a model file" }).fill(join(models, "counting.gguf"));
  await page.getByRole("button", { name: "Use model" }).click();
  await ready(page);
  const main = await page.getByRole("main").innerText();
  expect(main).toContain("Counting model");
  expect(main).toMatch(/1,024|1024/);
  expect(main).toMatch(/Processor|Vulkan|CUDA|Metal/);
  await picture(page, "models-ready");

  await page.getByRole("link", { name: "New chat" }).click();
  await composer(page).fill("Please count.");
  await composer(page).press("Enter");
  const reply = page.locator("[data-role=assistant]").last();
  const seen = new Set<number>();
  await expect
    .poll(async () => {
      seen.add((await reply.innerText()).length);
      return seen.size;
    })
    .toBeGreaterThan(4);
  await picture(page, "streaming");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect.poll(() => reply.getAttribute("data-status")).toBe("interrupted");
  const stopped = await reply.innerText();
  expect(stopped).toContain("one two three");
  expect(stopped).not.toContain("sixty");
  await picture(page, "stopped");

  await page.getByRole("button", { name: "Retry" }).click();
  await expect
    .poll(() => page.locator("[data-role=assistant]").last().getAttribute("data-status"), { timeout: 30_000 })
    .toBe("complete");
  expect(await page.locator("[data-role=assistant]").last().innerText()).toContain("sixty");
  expect(await page.locator("[data-role=assistant]").count()).toBe(1);

  await page.getByRole("link", { name: "Models" }).click();
  await page.getByText(/^[\d.]+ tokens a second, first word after [\d.]+ s$/).waitFor();
  await picture(page, "models-pace");
});

test("a reply from a model cites what it was given, and the chip leads there", async () => {
  const folder = dataFolder();
  const path = join(folder, "citing.gguf");
  writeTinyModel(path, { name: "Citing model", reply: "You should avoid peanuts [m1]." });
  const page = await openWindow(await startEbb(folder));
  await say(page, "I'm allergic to peanuts.");
  await choose(page, path);
  await ready(page);
  await page.getByRole("link", { name: "New chat" }).click();
  expect(await say(page, "Which food am I allergic to?")).toContain("You should avoid peanuts");
  await page
    .getByRole("link", { name: /^Memory used: .*peanuts/ })
    .first()
    .waitFor();
  await picture(page, "cited");
  await page
    .getByRole("link", { name: /^Memory used: .*peanuts/ })
    .first()
    .click();
  await expect.poll(() => page.locator("article[data-memory]").innerText()).toMatch(/peanuts/);
});

test("a killed model process leaves the words that were said, and the next reply works", async () => {
  const folder = dataFolder();
  const path = join(folder, "counting.gguf");
  writeTinyModel(path, { ...slow, reply: countingReply(count) });
  const host = await startEbb(folder);
  const page = await openWindow(host);
  await choose(page, path);
  await ready(page);
  await page.getByRole("link", { name: "New chat" }).click();
  await composer(page).fill("Please count.");
  await composer(page).press("Enter");
  const reply = page.locator("[data-role=assistant]").last();
  await expect.poll(() => reply.innerText()).toContain("three");
  for (const inference of childrenOf(host.child.pid ?? 0)) process.kill(inference, "SIGKILL");
  await expect.poll(() => reply.getAttribute("data-status")).toMatch(/interrupted|failed/);
  expect(await reply.innerText()).toContain("three");
  await page.locator("[data-code=INFERENCE_STOPPED]").first().waitFor();
  await picture(page, "model-died");
  await page.getByRole("button", { name: "Retry" }).click();
  await expect
    .poll(() => page.locator("[data-role=assistant]").last().getAttribute("data-status"), { timeout: 30_000 })
    .toBe("complete");
});

test("wrong, truncated and missing files are explained, and Ebb goes on answering", async () => {
  const folder = dataFolder();
  const page = await openWindow(await startEbb(folder));
  await composer(page).waitFor();
  const text = join(folder, "notes.gguf");
  writeFileSync(text, "these are my notes, not a model\n".repeat(50));
  const cut = join(folder, "cut.gguf");
  writeTinyModel(cut);
  truncateSync(cut, 40_000);
  for (const [path, code] of [
    [text, "MODEL_FILE_INVALID"],
    [cut, "MODEL_FILE_TRUNCATED"],
    [join(folder, "gone.gguf"), "MODEL_FILE_MISSING"],
    [folder, "MODEL_FILE_INVALID"],
  ] as const) {
    await choose(page, path);
    await page.locator(`[data-code=${code}]`).first().waitFor();
  }
  await picture(page, "model-refused");
  await page.getByRole("link", { name: "New chat" }).click();
  expect(await say(page, "My dog is called Rex.")).not.toBe("");
  expect(await say(page, "What is my dog called?")).toContain("Rex");
});
