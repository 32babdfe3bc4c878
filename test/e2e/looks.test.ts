import { join } from "node:path";
import { expect, test } from "vitest";
import { writeTinyModel } from "../fixtures/gguf.ts";
import { composer, dataFolder, type Look, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const looks: [name: string, look: Look][] = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["small-light", { width: 480, height: 700 }],
  ["small-dark", { width: 480, height: 700, colorScheme: "dark" }],
  ["large-light", { width: 2560, height: 1440 }],
];

const reply =
  "Here is a plan for the weekend [m1].\n\n1. **Saturday**: the market, then lunch\n2. **Sunday**: a long walk\n\n| day | weather |\n|---|---|\n| Sat | sunny |\n| Sun | windy |\n\n```ts\nconst hours = 4;\n```\n";

test("every view has its picture, light and dark, small and large", async () => {
  const folder = dataFolder();
  const path = join(folder, "planner.gguf");
  writeTinyModel(path, { name: "Planner 3B", reply });
  const host = await startEbb(folder);
  const first = await openWindow(host);
  for (const text of [
    "Hi! I'm Ada and I live in Lisbon.",
    "My sister Mara is a nurse in Leeds.",
    "I'm allergic to peanuts.",
    "I love long walks by the sea.",
    "From now on, always give me distances in kilometres.",
    "My dentist appointment is next Friday at 9am.",
  ]) {
    await say(first, text);
  }
  await first.getByRole("link", { name: "New chat" }).click();
  await say(first, "What do you know about my sister?");
  await first.getByRole("link", { name: "Models" }).click();
  await first.getByRole("textbox", { name: "Path of a model file" }).fill(path);
  await first.getByRole("button", { name: "Use model" }).click();
  await first.locator("main [data-model=ready]").first().waitFor();
  await first.getByRole("link", { name: "New chat" }).click();
  await say(first, "What should I do this weekend by the sea?");
  const conversation = new URL(first.url()).hash.slice(1);

  for (const [name, look] of looks) {
    const page = await openWindow(host, look, `${host.url}&route=${conversation}`);
    await page.locator("[data-role=assistant]").first().waitFor();
    await picture(page, `chat-${name}`);
    for (const [view, route] of [
      ["memory", "/memory"],
      ["models", "/models"],
      ["settings", "/settings"],
      ["new", "/"],
    ] as const) {
      await page.goto(`${new URL(host.url).origin}/#${route}`);
      await page.getByRole("main").waitFor();
      await page.getByRole("main").getByText("Loading", { exact: true }).waitFor({ state: "detached" });
      if (view === "memory") await page.getByRole("list", { name: "Memories" }).getByRole("listitem").first().waitFor();
      if (view === "new") await composer(page).waitFor();
      await picture(page, `${view}-${name}`);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${view} at ${look.width ?? 1280} px scrolls sideways`).toBeLessThanOrEqual(0);
    }
  }
});
