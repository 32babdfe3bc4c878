import { expect, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { composer, dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

/** A data folder in which things were said a while ago; some too long ago to be sure of. */
async function knownFolder(): Promise<string> {
  const folder = dataFolder();
  const day = 86_400_000;
  let ago = 400 * day;
  const engine = await openEngine({ folder, clock: () => Date.now() - ago, host: "web", languageModel: null });
  const tell = async (text: string) => {
    const sent = { messageId: crypto.randomUUID(), conversationId: null, text, zone: "UTC" };
    const { replyId } = await engine.client.chat.send(sent);
    for await (const event of await engine.client.chat.follow({ replyId })) if (event.type === "end") break;
  };
  await tell("I love horror films.");
  ago = day;
  for (const text of [
    "I don't eat seafood.",
    "At work I drink green tea.",
    "I love jazz.",
    "I prefer window seats on planes.",
    "I hate crowded beaches when I travel.",
  ])
    await tell(text);
  await engine.close();
  return folder;
}

test("preferences stand by domain with how sure Ebb is, are confirmed and put away, and are minded in suggestions", async () => {
  const host = await startEbb(await knownFolder());
  const page = await openWindow(host);
  await composer(page).waitFor();
  expect(await say(page, "Can you recommend a restaurant in Lisbon?")).toContain("I don't eat seafood");
  await picture(page, "suggestions");
  await page.getByRole("link", { name: "Memory", exact: true }).click();
  await page.getByRole("button", { name: "Preferences" }).click();
  const films = page.getByRole("region", { name: "Films and series" });
  await films.getByText("A guess").waitFor();
  await page.getByRole("region", { name: "Food and drink" }).getByText("I don't eat seafood").waitFor();
  await picture(page, "preferences");

  await films.getByRole("button", { name: "True: I love horror films", exact: true }).click();
  await films.getByText("Sure · came up twice").waitFor();
  await page.getByRole("button", { name: "Not true: I love jazz" }).click();
  await page.getByRole("region", { name: "Music" }).waitFor({ state: "detached" });
  await picture(page, "preferences-judged");
  await page
    .getByRole("dialog", { name: /Put away/ })
    .getByRole("button", { name: "Undo" })
    .click();
  await page.getByRole("region", { name: "Music" }).getByText("I love jazz").click();
  await page.getByRole("region", { name: "Memory", exact: true }).getByText("Preference").waitFor();
  await picture(page, "preference-open");
});

test("preferences read well in a narrow dark window", async () => {
  const host = await startEbb(await knownFolder());
  const page = await openWindow(host, { width: 480, height: 800, colorScheme: "dark" }, `${host.url}`);
  await page.goto(`${page.url().split("#")[0]}#/memory`);
  await page.getByRole("button", { name: "Preferences" }).click();
  await page.getByRole("region", { name: "Travel" }).waitFor();
  await picture(page, "preferences-narrow-dark");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
