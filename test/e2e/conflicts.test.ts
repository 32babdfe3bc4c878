import { expect, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { answerOf, candidate, ScriptedModel } from "../fixtures/scripted-model.ts";
import { dataFolder, type Look, openWindow, picture, startEbb, withBrowser } from "./harness.ts";

withBrowser();

/** A data folder in which a model has made out what contradicts the user's own words. */
async function disputedFolder(): Promise<string> {
  const folder = dataFolder();
  const porto = candidate({ quote: "my flat in Porto", slot: "home", value: "Porto" });
  const model = new ScriptedModel(({ history }) => answerOf(...(history[0]?.text.includes("flat") ? [porto] : [])));
  let now = Date.now() - 3 * 86_400_000;
  const engine = await openEngine({ folder, clock: () => now, host: "web", languageModel: model, quietMs: 0 });
  for (const text of ["I live in Lisbon.", "The heating in my flat in Porto broke."]) {
    const sent = { messageId: crypto.randomUUID(), conversationId: null, text, zone: "UTC" };
    const { replyId } = await engine.client.chat.send(sent);
    for await (const event of await engine.client.chat.follow({ replyId })) if (event.type === "end") break;
    now += 86_400_000;
  }
  await expect
    .poll(async () => (await engine.client.system.status()).learning, { timeout: 5_000 })
    .toEqual({ running: false, pending: 0, failed: 0, imported: 0 });
  await engine.close();
  return folder;
}

const looks: [name: string, look: Look][] = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["small", { width: 480, height: 700 }],
];

test("asks which of two memories is right, in a new chat, in the panel and with the memory, and takes the answer by keyboard", async () => {
  const host = await startEbb(await disputedFolder());
  for (const [name, look] of looks) {
    const page = await openWindow(host, look);
    const card = page.getByRole("region", { name: "Which is right?" });
    await card.waitFor();
    await picture(page, `which-is-right-${name}`);
    await page.goto(`${new URL(host.url).origin}/#/memory`);
    await card.waitFor();
    await page.getByRole("button", { name: "Look" }).click();
    await page.getByRole("list", { name: "Memories" }).getByText("My flat in Porto").click();
    const detail = page.getByRole("region", { name: "Memory", exact: true });
    await detail.getByRole("region", { name: "Which is right?" }).waitFor();
    await picture(page, `which-is-right-panel-${name}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }

  const page = await openWindow(host);
  const other = await openWindow(host);
  const card = page.getByRole("region", { name: "Which is right?" });
  await card.getByRole("button", { name: "This is right: I live in Lisbon" }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await card.waitFor({ state: "detached" });
  await other.getByRole("region", { name: "Which is right?" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Memory", exact: true }).click();
  const memories = page.getByRole("list", { name: "Memories" });
  await memories.getByText("My flat in Porto").waitFor();
  await expect.poll(() => memories.getByText("I live in Lisbon").count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await memories.getByText("I live in Lisbon").waitFor();
  await page.getByText("1 memory contradicts what Ebb knows.").waitFor();
});

test("where both hold, takes when each does, shows that with the memory, and takes it back", async () => {
  const host = await startEbb(await disputedFolder());
  for (const [name, look] of looks) {
    const page = await openWindow(host, look);
    await page.getByRole("region", { name: "Which is right?" }).getByRole("button", { name: "Both" }).click();
    const card = page.getByRole("region", { name: "When does each hold?" });
    const first = card.getByRole("combobox", { name: "When it holds: I live in Lisbon" });
    await expect.poll(() => first.evaluate((field) => field === document.activeElement)).toBe(true);
    await picture(page, `when-each-holds-${name}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await card.getByRole("button", { name: "Back" }).click();
    await page.getByRole("region", { name: "Which is right?" }).waitFor();
  }

  const page = await openWindow(host);
  await page.getByRole("region", { name: "Which is right?" }).getByRole("button", { name: "Both" }).click();
  const card = page.getByRole("region", { name: "When does each hold?" });
  await card.getByRole("combobox", { name: "When it holds: I live in Lisbon" }).fill("since March 2025");
  await card.getByRole("combobox", { name: "When it holds: My flat in Porto" }).fill("At the weekend");
  await page.keyboard.press("Enter");
  await card.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Memory", exact: true }).click();
  const memories = page.getByRole("list", { name: "Memories" });
  await memories.getByText("I live in Lisbon (since March 2025)").click();
  const detail = page.getByRole("region", { name: "Memory", exact: true });
  await detail.getByText("True from").waitFor();
  await memories.getByText("My flat in Porto (at the weekend)").click();
  await detail.getByText("at the weekend", { exact: true }).waitFor();
  await picture(page, "holds-at-the-weekend");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("1 memory contradicts what Ebb knows.").waitFor();
});

test("says in the settings what is still to be read, and that it waits for a model", async () => {
  const folder = dataFolder();
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null });
  const sent = {
    messageId: crypto.randomUUID(),
    conversationId: null,
    text: "The heating in my flat broke.",
    zone: "UTC",
  };
  await engine.client.chat.send(sent);
  await engine.close();
  const page = await openWindow(await startEbb(folder));
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByText("1 message will be read more closely once a model is chosen.").waitFor();
  await picture(page, "settings-learning");
});
