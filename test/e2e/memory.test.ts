import { expect, test } from "vitest";
import { filesContaining } from "../fixtures/database.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

test("a fact told once survives a kill, comes back with its chip, and is used as edited", async () => {
  const folder = dataFolder();
  const first = await startEbb(folder);
  const page = await openWindow(first);
  await composer(page).waitFor();
  await picture(page, "welcome");
  await say(page, "My sister's name is Mara and I'm allergic to peanuts.");
  await expect.poll(() => page.getByRole("link", { name: /^Remembered: .*Mara/ }).count()).toBe(1);
  await picture(page, "learned");
  await first.kill();
  await page.locator("[data-banner=reconnecting]").waitFor();
  await composer(page).fill("typed while Ebb was away");
  await picture(page, "reconnecting");

  const second = await startEbb(folder);
  // The window of the earlier launch is told so: its secret is of no use any more.
  await page.getByRole("heading", { name: /earlier start of Ebb/ }).waitFor();
  await picture(page, "earlier-start");

  // Where Ebb opens by itself is where the conversation was.
  const again = await openWindow(second, {}, second.printed);
  await again.getByText("My sister's name is Mara and I'm allergic to peanuts.").first().waitFor();
  await again.getByRole("link", { name: "New chat" }).click();
  expect(await say(again, "What is my sister's name?")).toContain("Mara");
  const chip = again.getByRole("link", { name: /^Memory used: .*Mara/ });
  await chip.first().waitFor();
  await picture(again, "recalled");

  await chip.first().click();
  await again.getByRole("button", { name: "Edit memory" }).click();
  const text = again.getByRole("textbox", { name: "Memory text" });
  await text.fill((await text.inputValue()).replace("Mara", "Tamara"));
  await again.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => again.locator("article[data-memory]").innerText()).toContain("Tamara");
  await picture(again, "memory-edited");

  await again.getByRole("link", { name: "New chat" }).click();
  const answer = await say(again, "What is my sister's name?");
  expect(answer).toContain("Tamara");
  expect(answer).not.toMatch(/\bMara\b/);
  await again
    .getByRole("link", { name: /^Memory used: .*Tamara/ })
    .first()
    .waitFor();
});

test("what was learned is taken back under the message, and nothing is learned where that is switched off", async () => {
  const page = await openWindow(await startEbb(dataFolder()));
  await say(page, "My bike is a green Peugeot.");
  const learned = page.getByRole("link", { name: /^Remembered: .*Peugeot/ });
  await learned.waitFor();
  await page.getByRole("button", { name: /^Undo: .*Peugeot/ }).click();
  await learned.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Settings" }).click();
  const learning = page.getByRole("switch", { name: "Learn from what I say" });
  await learning.click();
  await expect.poll(() => learning.getAttribute("aria-checked")).toBe("false");
  await page.getByRole("link", { name: "New chat" }).click();
  await say(page, "My cat is called Tuna.");
  expect(await page.getByRole("link", { name: /^Remembered/ }).count()).toBe(0);
  await page.getByRole("link", { name: "Memory", exact: true }).click();
  await page.getByRole("region", { name: "Memories" }).waitFor();
  expect(await page.getByRole("main").innerText()).not.toMatch(/Peugeot|Tuna/);
});

test("the conversation list is searched, renamed and cleared of a conversation for good", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host);
  await say(page, "The lighthouse keeper's cat is called Biscuit.");
  await page.getByRole("link", { name: "New chat" }).click();
  await say(page, "I had soup for lunch.");
  const list = page.getByRole("list", { name: "Conversations" });
  await expect.poll(() => list.getByRole("listitem").count()).toBe(2);

  await page.getByRole("searchbox", { name: "Search conversations" }).fill("biscuit");
  await expect.poll(() => list.getByRole("listitem").count()).toBe(1);
  await picture(page, "conversation-search");
  await list.getByRole("button", { name: /^Options for/ }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Conversation title" }).fill("Cats I know");
  await page.keyboard.press("Enter");
  await list.getByText("Cats I know").waitFor();

  await list.getByRole("button", { name: "Options for Cats I know" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await picture(page, "conversation-delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect.poll(() => list.getByText("Cats I know").count()).toBe(0);
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect.poll(() => list.getByRole("listitem").count()).toBe(1);
});

test("what Ebb was told to forget is erased, and the panel says that its files were looked through", async () => {
  const folder = dataFolder();
  const page = await openWindow(await startEbb(folder));
  await say(page, "My sister's name is Mara.");
  await say(page, "Forget my sister's name.");
  await page.getByRole("link", { name: "Memory", exact: true }).click();
  await page.getByText("Erased and checked: nothing of it is left in Ebb's files.").waitFor();
  await expect.poll(() => page.getByText(/Mara/).count()).toBe(0);
  await picture(page, "memory-erased");
  expect(filesContaining(folder, "mara")).toEqual([]);
}, 60_000);

test("the memory panel adds, searches, pins, deletes with undo, exports and imports", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host);
  await composer(page).fill("/memory");
  await composer(page).press("Enter");
  await page.getByRole("region", { name: "Memories" }).waitFor();
  await picture(page, "memory-empty");

  for (const text of ["The spare key is under the blue pot", "The wifi at the cabin is slow"]) {
    await page.getByRole("button", { name: "Add memory" }).first().click();
    await page.getByRole("textbox", { name: "Memory text" }).fill(text);
    const dialog = page.getByRole("dialog", { name: "Add a memory" });
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.waitFor({ state: "detached" });
  }
  const list = page.getByRole("list", { name: "Memories" });
  await expect.poll(() => list.getByRole("listitem").count()).toBe(2);
  await page.getByRole("searchbox", { name: "Search memories" }).fill("cab");
  await expect.poll(() => list.getByRole("listitem").count()).toBe(1);
  await page.getByRole("searchbox", { name: "Search memories" }).fill("");

  await list.getByText("The spare key").click();
  const detail = page.getByRole("region", { name: "Memory", exact: true });
  await detail.getByRole("button", { name: "Pin" }).click();
  await detail.getByRole("button", { name: "Unpin" }).waitFor();
  await picture(page, "memory-detail");

  await detail.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this memory?" });
  await dialog.getByRole("checkbox").waitFor();
  await picture(page, "memory-delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect.poll(() => list.getByText("The spare key").count()).toBe(0);
  await page.getByRole("dialog", { name: "Memory deleted." }).getByRole("button", { name: "Undo" }).click();
  await list.getByText("The spare key").waitFor();

  const menu = page.getByRole("button", { name: "Export or import" });
  await menu.click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Export memories as JSON" }).click(),
  ]);
  const exported = await download.path();
  const other = await openWindow(await startEbb(dataFolder()));
  await other.goto(`${new URL(other.url()).origin}/#/memory`);
  await other.getByLabel("Import file").setInputFiles(exported);
  await expect.poll(() => other.getByRole("list", { name: "Memories" }).getByRole("listitem").count()).toBe(2);
  await other.getByLabel("Import file").setInputFiles({
    name: "broken.json",
    mimeType: "application/json",
    buffer: Buffer.from('{"format":"ebb-memories",'),
  });
  await other.getByRole("dialog", { name: "Nothing was imported" }).waitFor();
  await picture(other, "import-refused");
});
