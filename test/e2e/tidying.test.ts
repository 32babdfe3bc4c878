import { expect, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { dataFolder, type Look, openWindow, picture, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const day = 86_400_000;

/** A data folder in which things were said over three months and typed in twice, and then tidied up. */
async function tidyFolder(): Promise<string> {
  const folder = dataFolder();
  let at = Date.now() - 100 * day;
  const engine = await openEngine({ folder, clock: () => at, host: "web", languageModel: null, idleMs: 0 });
  const { client } = engine;
  for (const text of [
    "I like running in the rain.",
    "Remember that my running shoes are worn out.",
    "I joined a running club.",
    "I love running with my dog.",
  ]) {
    const { replyId } = await client.chat.send({
      messageId: crypto.randomUUID(),
      conversationId: null,
      text,
      zone: "UTC",
    });
    for await (const event of await client.chat.follow({ replyId })) if (event.type === "end") break;
    at += 30 * day;
  }
  at = Date.now() - 1_000;
  await client.memories.add({ text: "I like green tea" });
  at++;
  await client.memories.add({ text: "I love green tea!" });
  const tidied = async () => (await client.memories.tidied()).last;
  await expect.poll(async () => (await tidied())?.merged).toBe(1);
  await expect.poll(async () => (await tidied())?.observed).toBe(1);
  await engine.close();
  return folder;
}

const looks: [name: string, look: Look][] = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["small", { width: 480, height: 800 }],
];

test("what was tidied up is told in a line, shown in the memories, and taken back with one click", async () => {
  const host = await startEbb(await tidyFolder());
  for (const [name, look] of looks) {
    const page = await openWindow(host, look);
    await page.goto(`${new URL(host.url).origin}/#/memory`);
    await page.getByText("Tidied up today: 1 duplicate merged, 1 observation made").waitFor();
    const list = page.getByRole("list", { name: "Memories" });
    await list.getByText(/Running came up in [34] conversations since/).waitFor();
    await picture(page, `tidied-list-${name}`);
    await list.getByText(/Running came up/).click();
    const detail = page.getByRole("region", { name: "Memory", exact: true });
    await detail.getByRole("heading", { name: /^From [34] memories$/ }).waitFor();
    await picture(page, `tidied-observation-${name}`);
    await detail.getByRole("region", { name: /^From/ }).getByRole("link").first().click();
    const related = detail.getByRole("region", { name: "Related" });
    await related.getByRole("link").first().waitFor();
    await related.scrollIntoViewIfNeeded();
    await picture(page, `tidied-related-${name}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }

  const page = await openWindow(host);
  await page.goto(`${new URL(host.url).origin}/#/memory`);
  const list = page.getByRole("list", { name: "Memories" });
  await list.getByText("I love green tea!").waitFor();
  expect(await list.getByText("I like green tea").count()).toBe(0);
  await page.getByRole("combobox", { name: "Status" }).selectOption("superseded");
  await list.getByText("I like green tea").click();
  const detail = page.getByRole("region", { name: "Memory", exact: true });
  await detail.getByRole("region", { name: "Brought together with" }).getByText("I love green tea!").waitFor();
  await picture(page, "tidied-merged");
  await page.getByRole("button", { name: "Undo tidying up" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("2 changes taken back.").waitFor();
  await expect.poll(() => page.getByText(/^Tidied up today/).count()).toBe(0);
  await page.getByRole("combobox", { name: "Status" }).selectOption("active");
  await list.getByText("I like green tea").waitFor();
  await list.getByText("I love green tea!").waitFor();
  expect(await list.getByText(/Running came up/).count()).toBe(0);
});
