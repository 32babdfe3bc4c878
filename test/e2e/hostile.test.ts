import { expect, test } from "vitest";
import { openEngine } from "../../app/engine.ts";
import { dataFolder, openWindow, picture, startEbb, withBrowser } from "./harness.ts";

withBrowser();

const hostile = [
  "<script>window.pwned = 1</script>",
  '<img src="x" onerror="window.pwned = 2">',
  "<iframe srcdoc='<script>parent.pwned = 3</script>'></iframe>",
  "[click me](javascript:window.pwned=4)",
  "[data](data:text/html,<script>window.pwned=5</script>)",
  "![tracker](http://tracker.invalid/pixel.png)",
  "![local](file:///etc/passwd)",
  '<style>body { display: none }</style><link rel="stylesheet" href="http://tracker.invalid/x.css">',
  "[site](http://example.invalid/path)",
  "```html\n<script>window.pwned = 6</script>\n```",
  "<svg onload=window.pwned=7><a xlink:href=javascript:window.pwned=8>x</a></svg>",
].join("\n\n");

test("a reply and a memory full of markup run nothing and load nothing", async () => {
  const folder = dataFolder();
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: null });
  const turn = { conversationId: "hostile", speaker: null, createdAt: Date.now(), zone: null };
  engine.session.assistant.ingest({ ...turn, role: "user", text: `Show me markup. ${hostile}` });
  engine.session.assistant.ingest({ ...turn, role: "assistant", text: hostile });
  const { memory } = await engine.client.memories.add({ text: hostile });
  await engine.close();

  const host = await startEbb(folder);
  const page = await openWindow(host, {}, `${host.url}&route=/c/hostile`);
  const reply = page.locator("[data-role=assistant]");
  await reply.getByText("click me").waitFor();
  await picture(page, "hostile-reply");
  await reply.getByText("click me").click();
  expect(await page.locator("iframe, script:not([src]), main img[src^=http], main img[src^=file]").count()).toBe(0);

  const pages = page.context().pages().length;
  await reply.getByText("site", { exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("http://example.invalid/path").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(page.context().pages()).toHaveLength(pages);

  await page.getByRole("link", { name: "Memory", exact: true }).click();
  await page.getByRole("list", { name: "Memories" }).getByText("window.pwned = 1").first().waitFor();
  await page.goto(`${new URL(host.url).origin}/#/memory/${memory.id}`);
  await expect.poll(() => page.locator(`article[data-memory="${memory.id}"]`).innerText()).toContain("<script>");
  await picture(page, "hostile-memory");
  expect(await page.evaluate(() => Reflect.get(window, "pwned"))).toBeUndefined();
});
