import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { countingReply, writeTinyModel } from "../fixtures/gguf.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

async function choose(page: Page, path: string): Promise<void> {
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("textbox", { name: "Path of a model file" }).fill(path);
  await page.getByRole("button", { name: "Use model" }).click();
  await page.locator("main [data-model=ready]").first().waitFor();
}

test("what a model thinks is folded beside its reply, and is gone once the page is", async () => {
  const folder = dataFolder();
  const path = join(folder, "thinker.gguf");
  writeTinyModel(path, { name: "Thinker", thought: "Consider walruses slowly", reply: "It rains tomorrow." });
  const page = await openWindow(await startEbb(folder));
  await composer(page).waitFor();
  await choose(page, path);
  await page.getByRole("link", { name: "New chat" }).click();
  expect(await say(page, "Will it rain?")).toContain("It rains tomorrow.");
  const thought = page.locator("[data-thought]");
  expect(await thought.getAttribute("open")).toBeNull();
  expect(await thought.innerText()).not.toContain("walruses");
  await thought.getByText("What the model thought").click();
  expect(await thought.innerText()).toContain("Consider walruses slowly");
  await picture(page, "thought");
  await page.reload();
  await page.locator("[data-role=assistant]").getByText("It rains tomorrow.").waitFor();
  expect(await page.locator("[data-thought]").count()).toBe(0);
});

test("a conversation that no longer fits is told in short, and the reply says so", async () => {
  const folder = dataFolder();
  const path = join(folder, "small.gguf");
  writeTinyModel(path, { name: "Small model", reply: "Yes indeed.", context: 2_048 });
  const page = await openWindow(await startEbb(folder));
  await composer(page).waitFor();
  await choose(page, path);
  await page.getByRole("link", { name: "New chat" }).click();
  const long = (subject: string) => `Tell me about the ${subject}. ${`The ${subject} is old and blue. `.repeat(12)}`;
  for (const subject of ["harbour", "violin", "bakery", "mountain"]) await say(page, long(subject));
  const note = page.locator("[data-dropped]").last();
  expect(await note.innerText()).toMatch(/longer than the model can read at once.*first \d+ turns in short/);
  await note.scrollIntoViewIfNeeded();
  await picture(page, "told-in-short");
});

test("how a model writes is set for that model, and what makes no sense is not taken", async () => {
  const folder = dataFolder();
  const path = join(folder, "counting.gguf");
  writeTinyModel(path, { name: "Counting model", reply: countingReply(60) });
  const page = await openWindow(await startEbb(folder));
  await composer(page).waitFor();
  await choose(page, path);
  await page.getByText("How it writes").click();
  const longest = page.getByLabel("Longest reply");
  expect(await longest.inputValue()).toBe("2048");
  await longest.fill("2");
  await page.getByRole("button", { name: "Save" }).click();
  expect(await longest.evaluate((input: HTMLInputElement) => input.validity.valid)).toBe(false);
  await longest.fill("16");
  await page.getByLabel("Temperature").fill("0");
  await picture(page, "how-it-writes");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").first().waitFor();
  await page.getByRole("link", { name: "New chat" }).click();
  const reply = await say(page, "Please count.");
  expect(reply).toContain("one two three");
  expect(reply).not.toContain("twenty");
});

test("when a model goes to sleep is a choice in the settings", async () => {
  const page = await openWindow(await startEbb(dataFolder()));
  await composer(page).waitFor();
  await page.getByRole("link", { name: "Settings" }).click();
  const choice = page.getByRole("combobox", { name: /Let the model sleep/ });
  expect(await choice.inputValue()).toBe("15");
  await choice.selectOption("Never");
  await page.getByText("stays in memory as long as Ebb runs").waitFor();
  await page.reload();
  expect(await page.getByRole("combobox", { name: /Let the model sleep/ }).inputValue()).toBe("0");
  await page.getByRole("combobox", { name: /Let the model sleep/ }).scrollIntoViewIfNeeded();
  await picture(page, "unload-after");
});
