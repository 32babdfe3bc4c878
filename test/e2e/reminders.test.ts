import { expect, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { dataFolder, type Look, openWindow, picture, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const hour = 3_600_000;
const zone = "Europe/Berlin";

/** A data folder with reminders to come, and two that fell due while Ebb did not run. */
async function folderWithReminders(): Promise<string> {
  const folder = dataFolder();
  const engine = await openEngine({ folder, clock: () => Date.now() - 26 * hour, host: "web", languageModel: null });
  for (const words of [
    "water the plants in 2 hours",
    "take my pills every day at 8:30",
    "pay the rent on the 1st of every month",
    "stretch every Tuesday and Thursday at 15:00",
    "renew the passport, which takes the office a long time, so that there is enough of it left before the trip, in 5 days at 11:00",
  ]) {
    expect((await engine.client.reminders.add({ words, zone })).reminder).not.toBeNull();
  }
  await engine.close();
  return folder;
}

const looks: [name: string, look: Look][] = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["small", { width: 480, height: 800 }],
];

test("what fell due while Ebb was away rings in every view until it is answered", async () => {
  const host = await startEbb(await folderWithReminders());
  for (const [name, look] of looks) {
    const page = await openWindow(host, look);
    const cards = page.getByRole("region", { name: "Reminders that ring" });
    await cards.getByText("water the plants").waitFor();
    expect(await cards.getByRole("alert").count()).toBe(2);
    await cards
      .getByText(/Late: was due/)
      .first()
      .waitFor();
    await picture(page, `reminders-ringing-${name}`);
    await page.goto(`${new URL(host.url).origin}/#/tasks`);
    await page.getByRole("main").getByRole("alert").getByText("water the plants").waitFor();
    expect(await cards.count()).toBe(0);
    await picture(page, `reminders-list-${name}`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }

  const page = await openWindow(host);
  const plants = page.getByRole("alert").filter({ hasText: "water the plants" });
  const pills = page.getByRole("alert").filter({ hasText: "take my pills" });
  await plants.getByRole("button", { name: "Snooze" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "In an hour" }).waitFor();
  await picture(page, "reminders-snooze");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await plants.waitFor({ state: "detached" });
  await pills.getByRole("button", { name: "Done" }).focus();
  await page.keyboard.press("Enter");
  await pills.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Tasks" }).click();
  await page.getByText("snoozed").waitFor();
  // What comes round waits for its next time.
  await page.getByText("take my pills").waitFor();
});

test("a reminder is written in plain words, edited, done, removed and brought back", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host);
  await page.getByRole("link", { name: "Tasks" }).click();
  const field = page.getByRole("textbox", { name: "New reminder" });
  await page.getByText(/^Nothing yet/).waitFor();
  await field.fill("call mum");
  await field.press("Enter");
  await page.getByText("When should I remind you: call mum?").waitFor();
  expect(await field.inputValue()).toBe("call mum");
  await field.fill("call mum tomorrow at 9");
  await field.press("Enter");
  await page.getByText(/^I'll remind you tomorrow, .* at 09:00: call mum\.$/).waitFor();
  const row = page.getByRole("list", { name: "Reminders: Tomorrow" }).getByRole("listitem");
  await row.getByText("09:00").waitFor();
  await picture(page, "reminders-added");

  await row.getByRole("button", { name: "Edit: call mum" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit reminder" });
  await dialog.getByRole("textbox", { name: "What to remind of" }).fill("call dad");
  await dialog.getByRole("combobox", { name: "How often" }).selectOption("week");
  await dialog.getByLabel("Time").fill("18:45");
  await dialog.getByRole("button", { name: "Sunday" }).click();
  await dialog.getByRole("button", { name: "Monday" }).click();
  await picture(page, "reminders-edit");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("18:45").waitFor();
  await page.getByText(/^Every .*Monday/).waitFor();

  await page.getByRole("button", { name: "Remove: call dad" }).click();
  await page.getByText(/^Nothing yet/).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("call dad").waitFor();

  await field.fill("feed the cat in 3 hours");
  await field.press("Enter");
  await page.getByRole("button", { name: "Done: feed the cat" }).click();
  await page.getByText("Done in the last seven days (1)").click();
  await page.getByRole("list", { name: "Reminders: Done" }).getByText("feed the cat").waitFor();
  await picture(page, "reminders-done");
});

test("a reminder that falls due while a window is open shows by itself, and the title tells of it while nobody looks", async () => {
  const host = await startEbb(dataFolder());
  const page = await openWindow(host);
  await page.getByRole("link", { name: "Tasks" }).click();
  await page.getByRole("textbox", { name: "New reminder" }).fill("look up in 1 second");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("look up").waitFor();
  expect(await page.title()).toBe("Tasks · Ebb");
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, value: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  expect(await page.title()).toBe("(1) Tasks · Ebb");
});
