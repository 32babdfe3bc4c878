import { expect, test } from "vitest";
import { dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

test("a reply tells what it used, what it was offered and what was left out, and why", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host);
  for (const text of [
    "I live in Lisbon near the river.",
    "My sister Mara lives in Porto.",
    "My brother Tom used to live in Porto too.",
    "I once walked along the river in Porto with a friend and we talked about moving there some day.",
  ]) {
    await say(page, text);
  }
  await page.getByRole("link", { name: "New chat" }).click();
  await say(page, "Where does my sister Mara live?");
  await page.getByRole("button", { name: "Why this?" }).click();
  const dialog = page.getByRole("dialog", { name: "What this reply had before it" });
  const used = dialog.getByRole("list", { name: "Used in the reply" }).getByRole("listitem");
  await used.first().waitFor();
  expect(await used.first().innerText()).toMatch(
    /My sister Mara lives in Porto[\s\S]*words in common \d+ %[\s\S]*remembered 100 %/,
  );
  expect(await dialog.getByRole("listitem").count()).toBeGreaterThan(1);
  await picture(page, "why-light");
  await used.first().getByRole("link").click();
  await expect.poll(() => page.url()).toContain("#/memory/");
  await page.goBack();

  const dark = await openWindow(
    host,
    { width: 480, height: 700, colorScheme: "dark" },
    `${host.url}&route=${new URL(page.url()).hash.slice(1)}`,
  );
  await dark.getByRole("button", { name: "Why this?" }).click();
  await dark.getByRole("dialog").getByRole("listitem").first().waitFor();
  await picture(dark, "why-small-dark");
  await dark.keyboard.press("Escape");
  await dark.getByRole("dialog").waitFor({ state: "detached" });
});
