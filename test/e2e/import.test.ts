import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chatGptChat } from "../fixtures/chats.ts";
import { zipOf } from "../fixtures/zip.ts";
import { dataFolder, openWindow, picture, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const chats = [
  chatGptChat("porto", [
    { role: "user", text: "I live in Porto." },
    { role: "assistant", text: "Noted." },
  ]),
  chatGptChat("tea", [{ role: "user", text: "I like green tea." }]),
];

test.each(["light", "dark"] as const)("conversations come in from a zip and go again, %s", async (colorScheme) => {
  const folder = dataFolder();
  const files = dataFolder();
  writeFileSync(join(files, "export.zip"), zipOf([{ name: "conversations-000.json", data: JSON.stringify(chats) }]));
  writeFileSync(join(files, "broken.json"), JSON.stringify([...chats, { ...chats[0], create_time: "soon" }]));
  const host = await startEbb(folder);
  const page = await openWindow(host, { colorScheme });
  await page.goto(`${new URL(page.url()).origin}/#/memory`);
  const open = async () => {
    await page.getByRole("button", { name: "Export or import" }).click();
    await page.getByRole("menuitem", { name: "Import everything or conversations…" }).click();
    return page.getByRole("dialog", { name: "Import", exact: true });
  };
  const dialog = await open();
  await dialog.getByRole("list", { name: "Files" }).waitFor();
  await picture(page, `import-chats-${colorScheme}`);

  await dialog.getByRole("textbox", { name: "Path of an export" }).fill(join(files, "broken.json"));
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  const alert = dialog.getByRole("alert");
  await alert.waitFor();
  expect(await alert.textContent()).toContain("broken.json, at [2].create_time");
  await picture(page, `import-chats-refused-${colorScheme}`);

  await dialog.getByRole("textbox", { name: "Path of an export" }).fill(join(files, "export.zip"));
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const done = page.getByRole("dialog", { name: "2 conversations, 3 messages imported." });
  await done.waitFor();
  const memories = page.getByRole("list", { name: "Memories" });
  await expect.poll(() => memories.getByRole("listitem").count()).toBe(2);
  await page.getByText("Chat porto").waitFor();
  await picture(page, `import-chats-done-${colorScheme}`);

  await done.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => page.getByText("Chat porto").count()).toBe(0);
  await expect.poll(() => memories.getByRole("listitem").count()).toBe(0);
});

test("an import shows how far it is, and cancelling it leaves nothing", async () => {
  const files = dataFolder();
  const turns = Array.from({ length: 40 }, (_, index) => ({
    role: "user" as const,
    text: `Line ${index} of a very long day. `.repeat(20),
  }));
  const many = Array.from({ length: 1_000 }, (_, index) => chatGptChat(`c${index}`, turns));
  writeFileSync(join(files, "many.json"), JSON.stringify(many));
  const page = await openWindow(await startEbb(dataFolder()), { colorScheme: "dark" });
  await page.goto(`${new URL(page.url()).origin}/#/memory`);
  await page.getByRole("button", { name: "Export or import" }).click();
  await page.getByRole("menuitem", { name: "Import everything or conversations…" }).click();
  const dialog = page.getByRole("dialog", { name: "Import", exact: true });
  await dialog.getByRole("textbox", { name: "Path of an export" }).fill(join(files, "many.json"));
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await dialog.getByRole("progressbar", { name: "Bringing in messages" }).waitFor();
  await dialog.getByText(/^[\d,]{4,} of 40,000$/).waitFor();
  await picture(page, "import-chats-progress");
  await dialog.getByRole("button", { name: "Cancel import" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Your conversations will be listed here.").waitFor();
});
