import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type OpenAiServer, startOpenAiServer } from "../fixtures/openai-server.ts";
import { connectClient } from "../fixtures/web-host.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

let server: OpenAiServer;

beforeEach(async () => {
  server = await startOpenAiServer();
  onTestFinished(() => server.close());
});

test("another computer is connected, answers with its mark, is stopped, and disconnected", async () => {
  server.key = "sk-0123456789";
  const host = await startEbb(dataFolder());
  const page = await openWindow(host, { height: 900 });
  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.getByRole("button", { name: "Connect to another computer" }).click();
  await page.getByRole("textbox", { name: "Address" }).fill("http://models.example.org");
  await page.getByRole("button", { name: "Look for models" }).click();
  await page.getByText("Use an address that begins with https://").waitFor();
  await picture(page, "remote-refused");
  expect(server.asked).toEqual([]);

  await page.getByRole("textbox", { name: "Address" }).fill(server.host);
  await page.getByRole("button", { name: "Look for models" }).click();
  await page.getByText("does not accept the key").waitFor();
  await page.getByLabel("Key, if it wants one").fill(server.key);
  await page.getByLabel("Key, if it wants one").press("Enter");
  await page.getByRole("combobox", { name: "Model" }).selectOption("tide-8b");
  await picture(page, "remote-choose");
  await page.getByRole("button", { name: "Use this model" }).click();
  const card = page.locator("[data-remote=in-use]");
  await card.waitFor();
  await card.scrollIntoViewIfNeeded();
  expect(await card.getByLabel(/^Also for learning/).isChecked()).toBe(false);
  expect(await card.innerText()).toContain("only your account on this computer can read");
  await card.getByRole("button", { name: "Test" }).click();
  await card.getByText(server.reply).waitFor();
  await picture(page, "remote-connected");

  await page.getByRole("link", { name: "New chat" }).click();
  await page.locator(`[data-leaves="${server.host}"]`).waitFor();
  expect(await page.getByText("Nothing leaves this computer").count()).toBe(0);
  expect(await say(page, "How often does the tide come in?")).toContain(`Answered by ${server.host}`);
  await picture(page, "remote-answered");

  server.pace = 40;
  server.reply = "and again ".repeat(400);
  await composer(page).fill("Tell me more.");
  await composer(page).press("Enter");
  const reply = page.locator("[data-role=assistant]").nth(1);
  await reply.getByText("and again").waitFor();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect.poll(() => reply.getAttribute("data-status")).toBe("interrupted");
  expect(await reply.innerText()).toContain(`Answered by ${server.host}`);
  await expect.poll(() => server.abandoned).toBe(1);

  await page.getByRole("link", { name: "Models", exact: true }).click();
  await page.locator("[data-remote-in-use]").waitFor();
  const list = page.getByText("What Ebb has asked of others");
  await list.click();
  const requests = page.getByRole("list", { name: "Requests" }).getByRole("listitem");
  await requests.first().waitFor();
  expect(await requests.count()).toBe(server.asked.length);
  expect(await requests.first().innerText()).toMatch(/A reply\s.* came back/s);
  await page.getByRole("list", { name: "Requests" }).scrollIntoViewIfNeeded();
  await picture(page, "remote-requests");
  await page.locator("[data-remote-in-use]").scrollIntoViewIfNeeded();
  await picture(page, "remote-in-use");
  await page.locator("[data-remote-in-use]").getByRole("button", { name: "Disconnect" }).click();
  await page.locator("[data-remote=off]").waitFor();
  const asked = server.asked.length;
  await page.getByRole("link", { name: "New chat" }).click();
  await page.getByText("Nothing leaves this computer").waitFor();
  expect(await say(page, "I live in Lisbon.")).not.toContain("Answered by");
  expect(await page.locator("[data-leaves]").count()).toBe(0);
  expect(server.asked).toHaveLength(asked);
});

test.each([
  [480, "light"],
  [480, "dark"],
  [2_560, "dark"],
] as const)("at %i pixels, %s, it is said what leaves, in an incognito chat too", async (width, colorScheme) => {
  const host = await startEbb(dataFolder());
  const { api, socket } = await connectClient(host);
  onTestFinished(() => socket.terminate());
  await api.remote.connect({ address: server.origin, model: "tide-8b", alsoForLearning: false });
  const chat = await api.conversations.beginIncognito();
  const page = await openWindow(host, { width, colorScheme, height: 900 });
  await composer(page).waitFor();
  const go = (route: string) => page.evaluate((to) => location.assign(`#${to}`), route);
  await go(`/incognito/${chat.id}`);
  await page
    .getByText(`Incognito too, what you write goes to ${server.host}, which answers and may keep it.`)
    .waitFor();
  await say(page, "How often does the tide come in?");
  await picture(page, `remote-incognito-${width}-${colorScheme}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await go("/models");
  const card = page.locator("[data-remote=in-use]");
  await card.scrollIntoViewIfNeeded();
  await picture(page, `remote-models-${width}-${colorScheme}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
