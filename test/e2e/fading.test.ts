import { expect, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { composer, dataFolder, type Look, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const year = 365 * 86_400_000;

/** A data folder in which things were said three years ago and not since. */
async function oldFolder(...texts: string[]): Promise<string> {
  const folder = dataFolder();
  const engine = await openEngine({
    folder,
    clock: () => Date.now() - 3 * year,
    host: "web",
    languageModel: null,
  });
  for (const text of texts) {
    const sent = { messageId: crypto.randomUUID(), conversationId: null, text, zone: "UTC" };
    const { replyId } = await engine.client.chat.send(sent);
    for await (const event of await engine.client.chat.follow({ replyId })) if (event.type === "end") break;
  }
  await engine.close();
  return folder;
}

const looks: [name: string, look: Look][] = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["small", { width: 480, height: 700 }],
];

test("asks whether a memory is still true, in a new chat and in the panel, and takes the answer by keyboard", async () => {
  const host = await startEbb(await oldFolder("I live in Lisbon.", "I work at Siemens."));
  for (const [name, look] of looks) {
    const page = await openWindow(host, look);
    const card = page.getByRole("region", { name: /Still true that “I live in Lisbon”\?/ });
    await card.waitFor();
    await picture(page, `still-true-${name}`);
    await page.goto(`${new URL(host.url).origin}/#/memory`);
    await card.waitFor();
    await page.getByRole("list", { name: "Memories" }).getByRole("listitem").first().waitFor();
    await picture(page, `still-true-panel-${name}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }

  const page = await openWindow(host);
  const other = await openWindow(host);
  const card = page.getByRole("region", { name: /Still true/ });
  await card.getByRole("button", { name: "Yes" }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await card.waitFor({ state: "detached" });
  await other.getByRole("region", { name: /Still true/ }).waitFor({ state: "detached" });
  const memories = page.getByRole("list", { name: "Memories" });
  await page.getByRole("link", { name: "Memory", exact: true }).click();
  await expect.poll(() => memories.getByText("I live in Lisbon").count()).toBe(0);
  await page
    .getByRole("dialog", { name: /Forgotten/ })
    .getByRole("button", { name: "Undo" })
    .click();
  await memories.getByText("I live in Lisbon").waitFor();
  await expect.poll(() => page.getByRole("region", { name: /Still true/ }).count()).toBe(0);
});

test("'that's wrong' puts the memory that was quoted away, shows that under the message, and can be undone there", async () => {
  const host = await startEbb(await oldFolder("I live in Lisbon."));
  const page = await openWindow(host);
  expect(await say(page, "Where do I live?")).toContain("I live in Lisbon");
  expect(await say(page, "That's wrong.")).toContain("I no longer go by this");
  await page.getByRole("link", { name: "No longer used: I live in Lisbon" }).waitFor();
  await picture(page, "denied");
  await page.getByRole("button", { name: "Undo: I live in Lisbon" }).click();
  await page.getByText("Taken back. Ebb uses this again.").waitFor();
  expect(await say(page, "Where do I live?")).toContain("I live in Lisbon");
});

test("what has faded is archived, says so in its history, and comes back with one click", async () => {
  const host = await startEbb(await oldFolder("I had a cheese sandwich today."));
  const page = await openWindow(host);
  await composer(page).waitFor();
  await page.getByRole("link", { name: "Memory", exact: true }).click();
  await page.getByRole("combobox", { name: "Status" }).selectOption("archived");
  const list = page.getByRole("list", { name: "Memories" });
  await list.getByText("I had a cheese sandwich today").click();
  const detail = page.getByRole("region", { name: "Memory", exact: true });
  await detail.getByText("Archived, because it had faded").waitFor();
  await picture(page, "memory-archived");
  await detail.getByRole("button", { name: "Restore" }).click();
  await detail.getByText(/^Restored/).waitFor();
  await expect.poll(() => detail.getByRole("button", { name: "Restore" }).count()).toBe(0);
  await picture(page, "memory-restored");
});
