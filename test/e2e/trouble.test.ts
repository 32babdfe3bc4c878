import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../../app/storage/connection.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

test("a damaged database is explained, set aside on the user's word, and Ebb goes on", async () => {
  const folder = dataFolder();
  writeFileSync(join(folder, "ebb.db"), "not a database at all ".repeat(200));
  const page = await openWindow(await startEbb(folder));
  await page.getByRole("heading", { name: "Ebb cannot open its memory" }).waitFor();
  await page
    .getByText(/is damaged/)
    .first()
    .waitFor();
  await picture(page, "storage-damaged");
  await page.getByRole("button", { name: "Start with an empty memory" }).click();
  const dialog = page.getByRole("dialog");
  await picture(page, "storage-start-empty");
  await dialog.getByRole("button", { name: /^Start/ }).click();
  expect(await say(page, "My boat is called Marlin.")).toContain("Marlin");
  expect(readdirSync(join(folder, "quarantine"))).toHaveLength(1);
});

test("a data folder that is a file is explained", async () => {
  const folder = dataFolder();
  const place = join(folder, "data");
  writeFileSync(place, "a file");
  const page = await openWindow(await startEbb(place));
  await page.locator("[data-code=STORAGE_UNAVAILABLE]").waitFor();
  await page.getByText(/is a file, not a folder/).waitFor();
  expect(await page.getByRole("button", { name: "Start with an empty memory" }).count()).toBe(0);
});

test("a memory from the future can be read, and what is typed is kept when it can't be sent", async () => {
  const folder = dataFolder();
  const first = await startEbb(folder);
  const before = await openWindow(first);
  await say(before, "My boat is called Marlin.");
  await before.close();
  await first.stop();
  const db = connect(join(folder, "ebb.db"));
  db.pragma("user_version = 4711");
  db.close();
  const page = await openWindow(await startEbb(folder));
  await page.locator("[data-banner=read-only]").waitFor();
  await page.getByRole("list", { name: "Conversations" }).getByRole("link").first().click();
  await page.getByText("My boat is called Marlin.").first().waitFor();
  await composer(page).fill("My cat is called Tuna.");
  await composer(page).press("Enter");
  await page.locator("[data-code=STORAGE_NEWER]").first().waitFor();
  await picture(page, "read-only");
  expect(`${await composer(page).inputValue()} ${await page.getByRole("main").innerText()}`).toContain(
    "My cat is called Tuna.",
  );
});

test("a very long message is refused before it travels, and stays where it was typed", async () => {
  const page = await openWindow(await startEbb(dataFolder()));
  await composer(page).fill("x".repeat(200_001));
  await page
    .getByText(/200,000/)
    .first()
    .waitFor();
  await picture(page, "too-long");
  expect((await composer(page).inputValue()).length).toBe(200_001);
});
