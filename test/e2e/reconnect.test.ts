import { join } from "node:path";
import type { WebSocketRoute } from "playwright-core";
import { expect, test } from "vitest";
import { countingReply, slow, writeTinyModel } from "../fixtures/gguf.ts";
import { composer, dataFolder, openWindow, picture, startEbb, withBrowser } from "./harness.ts";

withBrowser();

test("a window whose line goes down in the middle of a reply says so, comes back, and has the whole reply", async () => {
  const folder = dataFolder();
  const path = join(folder, "counting.gguf");
  writeTinyModel(path, { ...slow, reply: countingReply(80) });
  const host = await startEbb(folder);
  const lines: WebSocketRoute[] = [];
  let reachable = true;
  const page = await openWindow(host, {}, "about:blank");
  await page.routeWebSocket(/\/socket$/, (line) => {
    if (!reachable) return void line.close({ code: 4000 });
    lines.push(line);
    line.connectToServer();
  });
  await page.goto(host.url);
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("textbox", { name: "Path of a model file" }).fill(path);
  await page.getByRole("button", { name: "Use model" }).click();
  await page.locator("main [data-model=ready]").first().waitFor();
  await page.getByRole("link", { name: "New chat" }).click();
  await composer(page).fill("Please count.");
  await composer(page).press("Enter");
  const reply = page.locator("[data-role=assistant]").last();
  await expect.poll(() => reply.innerText()).toContain("three");

  reachable = false;
  for (const line of lines) await line.close({ code: 4000 });
  await page.locator("[data-banner=reconnecting]").waitFor();
  await composer(page).fill("typed meanwhile");
  await picture(page, "line-down");
  reachable = true;
  await page.locator("[data-banner=reconnecting]").waitFor({ state: "detached" });
  await expect.poll(() => reply.getAttribute("data-status")).toBe("complete");
  expect((await reply.innerText()).replaceAll(/\s+/g, " ")).toContain(countingReply(80));
  expect(await composer(page).inputValue()).toBe("typed meanwhile");
  expect(await page.locator("[data-role=user]").count()).toBe(1);
});
