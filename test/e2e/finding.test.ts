import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chatGptChat } from "../fixtures/chats.ts";
import { writeTinyEmbedder } from "../fixtures/embedder.ts";
import { connectClient } from "../fixtures/web-host.ts";
import { dataFolder, openWindow, picture, startEbb, withBrowser } from "./harness.ts";

withBrowser();

test.each([
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 480 },
] as const)(
  "the embedder is shown, replaced with progress, and put back, $colorScheme",
  async ({ colorScheme, width }) => {
    const files = dataFolder();
    const tiny = writeTinyEmbedder(join(files, "tiny"), { dim: 256 });
    const broken = writeTinyEmbedder(join(files, "broken"));
    writeFileSync(join(broken, "model.onnx"), "no model");
    const chats = Array.from({ length: 200 }, (_, chat) =>
      chatGptChat(
        `c${chat}`,
        Array.from({ length: 40 }, (_, index) => ({
          role: "user" as const,
          text: `Picture ${index} of house ${chat}.`,
        })),
      ),
    );
    writeFileSync(join(files, "conversations.json"), JSON.stringify(chats));
    const host = await startEbb(dataFolder());
    const { api, socket } = await connectClient(host);
    for await (const event of await api.transfer.importFile({ path: join(files, "conversations.json") })) {
      if (event.type === "done") break;
    }
    await expect.poll(async () => (await api.system.status()).embedder.status, { timeout: 30_000 }).toBe("ready");
    await expect.poll(async () => (await api.system.status()).embedder.progress, { timeout: 30_000 }).toBeNull();
    socket.terminate();

    const page = await openWindow(host, { colorScheme, width, height: 900 });
    await page.goto(`${new URL(page.url()).origin}/#/settings`);
    const section = page.locator("section", { has: page.getByRole("heading", { name: "Finding by meaning" }) });
    await section.getByText("The embedder that comes with Ebb").waitFor();
    expect(await section.getByText("Use the one that comes with Ebb").count()).toBe(0);
    await section.scrollIntoViewIfNeeded();
    await picture(page, `finding-${colorScheme}`);

    await section.getByRole("button", { name: "Choose another…" }).click();
    await section.getByRole("list", { name: "Files" }).waitFor();
    await section.getByRole("textbox", { name: "Folder of an embedder" }).fill(broken);
    await section.getByRole("button", { name: "Use embedder" }).click();
    const alert = section.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain("is not a model that onnxruntime can run");
    await section.scrollIntoViewIfNeeded();
    await picture(page, `finding-refused-${colorScheme}`);

    await section.getByRole("textbox", { name: "Folder of an embedder" }).fill(tiny);
    await section.getByRole("button", { name: "Use embedder" }).click();
    await section.getByText("is reading everything that was said").waitFor();
    await section.getByRole("progressbar", { name: "Reading what was said" }).waitFor();
    await picture(page, `finding-reading-${colorScheme}`);
    await section.getByText("is reading everything that was said").waitFor({ state: "detached", timeout: 30_000 });
    await section.getByText(tiny).waitFor();
    await picture(page, `finding-chosen-${colorScheme}`);

    await section.getByRole("button", { name: "Use the one that comes with Ebb" }).click();
    await section.getByText(tiny).waitFor({ state: "detached", timeout: 30_000 });
    await section.getByText("The embedder that comes with Ebb").waitFor();
  },
);
