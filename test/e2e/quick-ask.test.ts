import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { connect } from "../../app/storage/connection.ts";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import type { HostProcess } from "../fixtures/host-process.ts";
import { connectClient } from "../fixtures/web-host.ts";
import {
  composer,
  dataFolder,
  type Look,
  openAppWindow,
  openWindow,
  picture,
  say,
  startEbb,
  withBrowser,
} from "./harness.ts";

withBrowser();

const entry = join(import.meta.dirname, "../../out/main/web.js");
const small: Look = { width: 680, height: 420 };

/** Starts Ebb a second time with --quick-ask, and returns the address that the running one prints for it. */
async function quickAddress(host: HostProcess, folder: string): Promise<string> {
  const printed = host.output().length;
  const second = spawnSync(process.execPath, [entry, "--quick-ask", "--no-window"], {
    encoding: "utf8",
    env: { ...process.env, EBB_HOME: folder },
  });
  expect(second.status).toBe(0);
  expect(second.stdout).toMatch(/running already/);
  const address = () => /http:\S+quick\.html#secret=\w+/.exec(host.output().slice(printed))?.[0];
  await expect.poll(address).toBeTruthy();
  return address() ?? "";
}

const quickUrl = (host: HostProcess): string => host.url.replace("/#", "/quick.html#");
const field = (page: Page) => page.getByRole("textbox", { name: "Ask Ebb" });
const newest = (page: Page) => page.locator("[data-role=assistant]").last();

/** Asks as a user does, and waits for the whole reply. Returns its text. */
async function ask(page: Page, question: string): Promise<string> {
  const before = await page.locator("[data-role=assistant]").count();
  await field(page).fill(question);
  await field(page).press("Enter");
  const reply = page.locator("[data-role=assistant]").nth(before);
  await reply.waitFor();
  await expect.poll(() => reply.getAttribute("data-status"), { timeout: 30_000 }).not.toBe("streaming");
  return reply.innerText();
}

/** Waits for a word of the reply; on a busy machine the model takes its time. */
const saying = (page: Page, word: string) =>
  expect.poll(() => newest(page).innerText(), { timeout: 30_000 }).toContain(word);

/** Opens the address in a small window beside the page, in the same browser. */
async function popUp(page: Page, url: string): Promise<Page> {
  const opening = page.context().waitForEvent("page");
  await page.evaluate((address) => void open(address, "_blank", "popup,width=680,height=420"), url);
  return opening;
}

/** Tells a running Ebb what it should know. */
async function tell(host: HostProcess, ...texts: string[]): Promise<void> {
  const { api, socket } = await connectClient(host);
  for (const text of texts) {
    const { replyId } = await api.chat.send({ messageId: crypto.randomUUID(), conversationId: null, text });
    for await (const event of await api.chat.follow({ replyId })) if (event.type === "end") break;
  }
  socket.terminate();
}

/** Has the model answer from now on. */
async function useModel(host: HostProcess, path: string): Promise<void> {
  const { api, socket } = await connectClient(host);
  await api.model.choose({ path });
  socket.terminate();
}

test("quick-ask opens by its command, answers from memory with a chip, and goes on in the main window", async () => {
  const folder = dataFolder();
  const host = await startEbb(folder);
  await tell(host, "My sister's name is Mara.");
  const page = await openAppWindow(host, await quickAddress(host, folder), small);
  await expect.poll(() => field(page).evaluate((element) => element === document.activeElement)).toBe(true);
  expect(page.url()).not.toContain("secret");
  await page.getByText("No model: answers from memory").waitFor();
  await picture(page, "quick-empty");

  expect(await ask(page, "What is my sister's name?")).toContain("Mara");
  await page
    .getByRole("link", { name: /^Memory used: .*Mara/ })
    .first()
    .waitFor();
  await picture(page, "quick-answered");
  expect(await ask(page, "And my brother's?")).not.toContain("Mara");
  expect(await page.locator("[data-role=user]").count()).toBe(2);
  await picture(page, "quick-follow-up");

  // No main window is open and the host can show none, so the page opens one.
  const opening = page.context().waitForEvent("page");
  await page.getByRole("button", { name: "Open in Ebb" }).click();
  const main = await opening;
  await main.getByRole("heading", { name: "What is my sister's name?" }).waitFor();
  expect(await say(main, "Thanks!")).not.toBe("");
  expect(await main.locator("[data-role=user]").count()).toBe(3);
  await picture(main, "quick-continued");
  await expect.poll(() => page.isClosed()).toBe(true);
  expect(new URL(main.url()).hash).toMatch(/^#\/c\//);
});

test("a main window that is open shows the conversation and the memories, and Esc closes the small one", async () => {
  const host = await startEbb(dataFolder());
  await tell(host, "I'm allergic to peanuts.");
  const main = await openWindow(host);
  await composer(main).waitFor();
  const page = await popUp(main, quickUrl(host));
  await ask(page, "What am I allergic to?");
  await page
    .getByRole("link", { name: /^Memory used: .*peanuts/ })
    .first()
    .click();
  await expect.poll(() => main.locator("article[data-memory]").innerText()).toMatch(/peanuts/);
  expect(main.context().pages()).toHaveLength(2);

  await field(page)
    .press("ControlOrMeta+o")
    .catch(() => {});
  await expect.poll(() => page.isClosed()).toBe(true);
  await main.locator("[data-role=user]").getByText("What am I allergic to?").waitFor();

  const again = await popUp(main, quickUrl(host));
  await field(again).fill("something");
  const newer = await popUp(main, quickUrl(host));
  // The newer window takes the place of the older.
  await expect.poll(() => again.isClosed()).toBe(true);
  // The window goes while the key is still being reported.
  await field(newer)
    .press("Escape")
    .catch(() => {});
  await expect.poll(() => newer.isClosed()).toBe(true);
  expect(main.isClosed()).toBe(false);
});

test("what was asked comes back with the arrows, and nothing of it is kept in the browser", async () => {
  const host = await startEbb(dataFolder());
  await tell(host, "I live in Lisbon.");
  const page = await openWindow(host, small, quickUrl(host));
  await ask(page, "Where do I live?");
  await ask(page, "What is my favourite fruit?");
  await field(page).press("ArrowUp");
  await expect.poll(() => field(page).inputValue()).toBe("What is my favourite fruit?");
  await field(page).press("ArrowUp");
  expect(await field(page).inputValue()).toBe("Where do I live?");
  await field(page).press("ArrowDown");
  await field(page).press("ArrowDown");
  expect(await field(page).inputValue()).toBe("");

  await field(page).press("ControlOrMeta+n");
  expect(await page.locator("[data-role=user]").count()).toBe(0);
  await page.getByRole("list", { name: "Asked before" }).getByText("Where do I live?").waitFor();
  await picture(page, "quick-recent");
  await page.getByRole("button", { name: "Where do I live?" }).click();
  await field(page).press("Enter");
  await expect.poll(() => newest(page).innerText()).toContain("Lisbon");
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept).not.toMatch(/Lisbon|live|fruit/);
});

test("the clipboard is read only by its key, shown, sent as a quotation, and nothing is learned from it", async () => {
  const host = await startEbb(dataFolder());
  await tell(host, "I live in Lisbon.");
  const page = await openWindow(host, small, quickUrl(host));
  await field(page).waitFor();
  await field(page).press("ControlOrMeta+Shift+v");
  await page.getByText(/may not read the clipboard/).waitFor();
  await picture(page, "quick-clipboard-refused");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => navigator.clipboard.writeText(" \n"));
  await page.getByRole("button", { name: "Add clipboard" }).click();
  await page.getByText(/no text on the clipboard/).waitFor();
  await page.evaluate(() => navigator.clipboard.writeText("x".repeat(200_000)));
  await page.getByRole("button", { name: "Add clipboard" }).click();
  await page.getByText(/Copy a shorter part/).waitFor();

  const copied = "My name is Otto.\nI live in Berlin.\n<img src=x onerror='window.pwned = 1'>";
  await page.evaluate((text) => navigator.clipboard.writeText(text), copied);
  await field(page).press("ControlOrMeta+Shift+v");
  const card = page.getByRole("region", { name: "From the clipboard" });
  await card.getByText(/My name is Otto/).waitFor();
  await picture(page, "quick-clipboard");
  await card.getByRole("button", { name: "Remove clipboard" }).click();
  await card.waitFor({ state: "detached" });
  await field(page).press("ControlOrMeta+Shift+v");
  await card.waitFor();
  expect(await ask(page, "Where do I live?")).toContain("Lisbon");
  expect(await page.getByRole("link", { name: /^Remembered/ }).count()).toBe(0);
  await picture(page, "quick-clipboard-asked");
  const { api, socket } = await connectClient(host);
  expect(JSON.stringify(await api.memories.list({ status: "all" }))).not.toMatch(/Otto|Berlin/);
  expect((await api.chat.recent({})).questions).toEqual(["Where do I live?"]);
  socket.terminate();
  expect(await page.evaluate(() => Reflect.get(window, "pwned"))).toBeUndefined();
});

test("a reply is copied, saved as a memory and taken back again; what it learned is shown with its undo", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host, small, quickUrl(host));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const text = await ask(page, "My bike is a green Peugeot.");
  expect(text).toContain("Peugeot");
  await page.getByRole("link", { name: /^Remembered: .*Peugeot/ }).waitFor();
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("Peugeot");

  const { api, socket } = await connectClient(host);
  const saved = async () => (await api.memories.list({})).items.map((memory) => memory.text);
  const before = await saved();
  await page.getByRole("button", { name: "Save as memory" }).click();
  await page.getByText("Saved").waitFor();
  await picture(page, "quick-saved");
  expect(await saved()).toHaveLength(before.length + 1);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("button", { name: "Save as memory" }).waitFor();
  expect(await saved()).toEqual(before);

  // Only what is selected of the reply.
  await newest(page)
    .getByText("Peugeot")
    .first()
    .evaluate((element) => {
      const words = element.firstChild as Text;
      const at = words.data.indexOf("green");
      getSelection()?.setBaseAndExtent(words, at, words, at + "green Peugeot".length);
    });
  await page.getByRole("button", { name: "Save as memory" }).click();
  await page.getByText("Saved").waitFor();
  expect(await saved()).toContain("green Peugeot");

  await page.getByRole("button", { name: /^Undo: .*Peugeot/ }).click();
  await page.getByRole("link", { name: /^Remembered/ }).waitFor({ state: "detached" });
  expect(await saved()).toEqual(["green Peugeot"]);
  socket.terminate();
});

test("a slow reply is stopped by its key and asked for again, and an end of Ebb in the middle of it is told", async () => {
  const folder = dataFolder();
  const path = join(folder, "counting.gguf");
  writeTinyModel(path, { ...slow, name: "Counting model", reply: countingReply(200) });
  const host = await startEbb(folder);
  await useModel(host, path);
  const page = await openWindow(host, small, quickUrl(host));
  await page.getByText("Counting model").first().waitFor();
  await field(page).fill("Please count.");
  await field(page).press("Enter");
  await saying(page, "three");
  await picture(page, "quick-streaming");
  await page.keyboard.press("ControlOrMeta+.");
  await expect.poll(() => newest(page).getAttribute("data-status")).toBe("interrupted");
  await picture(page, "quick-stopped");
  await page.getByRole("button", { name: "Retry" }).click();
  // The stopped reply stands there until the new one takes its place.
  await expect.poll(() => newest(page).getAttribute("data-status")).toBe("streaming");
  await saying(page, "three");
  // A streaming reply is saved twice a second: what was said before that outlives the end.
  await page.waitForTimeout(1_000);

  await host.kill();
  await page.getByText("Reconnecting…").waitFor();
  await field(page).fill("typed meanwhile");
  await picture(page, "quick-reconnecting");
  expect(await field(page).inputValue()).toBe("typed meanwhile");

  const second = await startEbb(folder);
  // The window of the earlier launch has no key to this one; the question is where it was, with what was said.
  await page.getByRole("heading", { name: /earlier start of Ebb/ }).waitFor();
  await picture(page, "quick-earlier-start");
  const again = await openWindow(second, small, quickUrl(second));
  await again.getByRole("button", { name: "Please count." }).waitFor();
  const { api, socket } = await connectClient(second);
  const [conversation] = (await api.conversations.list({})).items;
  expect(conversation).toMatchObject({ title: "Please count.", origin: "quick" });
  const { messages } = await api.conversations.get({ id: conversation?.id ?? "" });
  expect(messages.at(-1)?.text).toContain("three");
  socket.terminate();
});

test("a line that goes down in the middle of a reply comes back with the whole of it", async () => {
  const folder = dataFolder();
  const path = join(folder, "counting.gguf");
  writeTinyModel(path, { ...slow, reply: countingReply(80) });
  const host = await startEbb(folder);
  await useModel(host, path);
  const page = await openWindow(host, small, "about:blank");
  const cuts: (() => Promise<void>)[] = [];
  await page.routeWebSocket(/\/socket$/, (line) => {
    cuts.push(() => line.close({ code: 4000 }));
    line.connectToServer();
  });
  await page.goto(quickUrl(host));
  await field(page).fill("Please count.");
  await field(page).press("Enter");
  await saying(page, "three");
  for (const cut of cuts.splice(0)) await cut();
  await expect.poll(() => newest(page).getAttribute("data-status"), { timeout: 30_000 }).toBe("complete");
  expect((await newest(page).innerText()).replaceAll(/\s+/g, " ")).toContain(countingReply(80));
  expect(await page.locator("[data-role=user]").count()).toBe(1);
});

test("after a long absence the next question begins anew, and an input method keeps its keys", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host, small, quickUrl(host));
  await ask(page, "Hello!");
  await page.evaluate(() => {
    const later = Date.now() + 11 * 60_000;
    dispatchEvent(new Event("blur"));
    Date.now = () => later;
    dispatchEvent(new Event("focus"));
  });
  expect(await page.locator("[data-role=user]").count()).toBe(1);
  await field(page).fill("Where do I live?");
  await field(page).press("Enter");
  await page.locator("[data-role=user]").getByText("Where do I live?").waitFor();
  await page.locator("[data-role=user]").getByText("Hello!").waitFor({ state: "detached" });

  await field(page).evaluate((element) => {
    for (const key of ["Enter", "Escape"])
      element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, isComposing: true }));
  });
  expect(page.isClosed()).toBe(false);
});

test("a reply full of markup runs nothing, and Esc closes a dialog before the window", async () => {
  const folder = dataFolder();
  const path = join(folder, "hostile.gguf");
  const reply =
    "<script>window.pwned = 1</script>\n\n<img src=x onerror='window.pwned = 2'>\n\n![t](http://tracker.invalid/p.png)\n\n[site](http://example.invalid/path)\n\n[js](javascript:window.pwned=3)";
  writeTinyModel(path, { name: "Hostile model", reply });
  const host = await startEbb(folder);
  await useModel(host, path);
  const page = await openWindow(host, small, quickUrl(host));
  await ask(page, "Show me markup.");
  await picture(page, "quick-hostile");
  await newest(page).getByText("js", { exact: true }).click();
  await newest(page).getByText("site", { exact: true }).click();
  await page.getByRole("dialog").getByText("http://example.invalid/path").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(page.isClosed()).toBe(false);
  expect(await page.locator("iframe, main script, main img").count()).toBe(0);
  expect(await page.evaluate(() => Reflect.get(window, "pwned"))).toBeUndefined();
});

test("a memory that cannot be opened or written is explained, and the question is kept", async () => {
  const folder = dataFolder();
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null });
  await engine.close();
  const db = connect(join(folder, "ebb.db"));
  db.pragma("user_version = 4711");
  db.close();
  const host = await startEbb(folder);
  const page = await openWindow(host, small, quickUrl(host));
  await page.locator("[data-code=STORAGE_NEWER]").first().waitFor();
  await field(page).fill("My cat is called Tuna.");
  await field(page).press("Enter");
  await expect.poll(() => page.locator("[data-code=STORAGE_NEWER]").count()).toBeGreaterThan(0);
  await expect.poll(() => field(page).inputValue()).toBe("My cat is called Tuna.");
  await picture(page, "quick-read-only");

  const place = join(dataFolder(), "data");
  writeFileSync(place, "a file");
  const other = await startEbb(place);
  const closed = await openWindow(other, small, quickUrl(other));
  await closed.locator("[data-code=STORAGE_UNAVAILABLE]").waitFor();
  await picture(closed, "quick-unavailable");
  const opening = closed.context().waitForEvent("page");
  await closed.getByRole("button", { name: "Open Ebb" }).click();
  await (await opening).getByRole("heading", { name: "Ebb cannot open its memory" }).waitFor();
});

test("a reply that is too long for a memory is to be selected from", async () => {
  const folder = dataFolder();
  const path = join(folder, "long.gguf");
  writeTinyModel(path, { name: "Long model", reply: "a long story ".repeat(170), context: 1_024 });
  const host = await startEbb(folder);
  await useModel(host, path);
  const page = await openWindow(host, small, quickUrl(host));
  expect((await ask(page, "Tell me a story.")).length).toBeGreaterThan(2_000);
  await page.getByRole("button", { name: "Save as memory" }).click();
  await page.getByText(/A memory can have 2,000 characters.*Select the part to keep/).waitFor();
  await picture(page, "quick-too-long");
  expect(await page.getByRole("button", { name: "Open in Ebb" }).isVisible()).toBe(true);
});

const looks: [name: string, look: Look][] = [
  ["light", small],
  ["dark", { ...small, colorScheme: "dark" }],
  ["small-light", { width: 480, height: 300 }],
  ["small-dark", { width: 480, height: 300, colorScheme: "dark" }],
  ["large-light", { width: 1000, height: 700 }],
  ["large-dark", { width: 1000, height: 700, colorScheme: "dark" }],
];

test("the page has its pictures, light and dark, small and large", async () => {
  const folder = dataFolder();
  const path = join(folder, "planner.gguf");
  const reply =
    "Here is a plan for the weekend [m1].\n\n1. **Saturday**: the market, then lunch\n2. **Sunday**: a long walk by the sea\n\n```ts\nconst hours = 4;\n```\n";
  writeTinyModel(path, { name: "Planner 3B", reply });
  const host = await startEbb(folder);
  await tell(host, "I love long walks by the sea.", "My sister Mara is a nurse in Leeds.");
  await useModel(host, path);
  for (const [name, look] of looks) {
    const page = await openWindow(host, look, quickUrl(host));
    await page.getByText("Planner 3B").first().waitFor();
    await picture(page, `quick-start-${name}`);
    await ask(page, "What should I do this weekend by the sea?");
    await page
      .getByRole("link", { name: /^Memory used/ })
      .first()
      .waitFor();
    await picture(page, `quick-${name}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  }
});
