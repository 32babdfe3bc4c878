import { expect, test } from "vitest";
import { filesContaining } from "../fixtures/database.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const secret = "quombelflax";

test.each(["light", "dark"] as const)(
  "an incognito chat looks different, answers, and is gone with its end, %s",
  async (colorScheme) => {
    const folder = dataFolder();
    const host = await startEbb(folder);
    const page = await openWindow(host, { colorScheme });
    await say(page, "I live in Porto.");
    await page.getByRole("button", { name: "New incognito chat" }).click();
    await page.getByRole("heading", { name: "Just for now" }).waitFor();
    await picture(page, `incognito-empty-${colorScheme}`);
    expect(await say(page, "Where do I live?")).toContain("Nothing can be recalled here");
    expect(await say(page, `Remember that ${secret} is my word.`)).toContain("nothing said here is remembered");
    await page.getByRole("note").getByText("nothing is kept, and Ebb does not use what it remembers").waitFor();
    expect(await page.title()).toBe("Incognito chat · Ebb");
    expect(await page.getByRole("list", { name: "Conversations" }).getByRole("link").count()).toBe(1);
    expect(await page.getByRole("button", { name: "Why this?" }).count()).toBe(0);
    await picture(page, `incognito-${colorScheme}`);

    await page.getByRole("link", { name: "Memory", exact: true }).click();
    await page.getByRole("link", { name: "Incognito chat" }).click();
    await page.locator("[data-role=user]").getByText(secret).waitFor();
    // A page that is loaded again is the same window.
    await page.reload();
    await page.locator("[data-role=user]").getByText(secret).waitFor();
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toContain(secret);

    await page.getByRole("button", { name: "End chat" }).click();
    await page.getByRole("heading", { name: "What should Ebb remember?" }).waitFor();
    expect(await page.getByRole("link", { name: "Incognito chat" }).count()).toBe(0);
    await page.goBack();
    await page.getByRole("heading", { name: "This incognito chat has ended." }).waitFor();
    await picture(page, `incognito-ended-${colorScheme}`);
    expect(await page.content()).not.toContain(secret);
    expect(filesContaining(folder, secret)).toEqual([]);
  },
);

test("when Ebb starts again, the window says that the chat has ended, and what was typed goes on in another", async () => {
  const folder = dataFolder();
  const host = await startEbb(folder);
  const page = await openWindow(host, { width: 480, height: 900 });
  await page.getByRole("button", { name: "Show sidebar" }).click();
  await page.getByRole("button", { name: "New incognito chat" }).click();
  await say(page, "Hello");
  await composer(page).fill("Half a sentence");
  await picture(page, "incognito-narrow");
  // Ends it behind the window's back, as a new start of the engine does.
  const id = new URL(page.url()).hash.split("/").at(-1) ?? "";
  const { connectClient } = await import("../fixtures/web-host.ts");
  const { api, socket } = await connectClient(host);
  await api.conversations.delete({ id });
  socket.terminate();
  await page.getByRole("heading", { name: "This incognito chat has ended." }).waitFor();
  await page.getByRole("button", { name: "New incognito chat" }).click();
  await expect.poll(() => composer(page).inputValue()).toBe("Half a sentence");
  expect(await say(page, "Hello again")).not.toBe("");
});
