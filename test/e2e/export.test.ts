import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataFolder, openWindow, picture, say, startEbb, withBrowser } from "./harness.ts";

withBrowser();

test.each(["light", "dark"] as const)(
  "everything goes out into a folder, and comes into another Ebb, %s",
  async (colorScheme) => {
    const out = dataFolder();
    const page = await openWindow(await startEbb(dataFolder()), { colorScheme });
    await say(page, "I live in Porto.");
    await page.getByRole("link", { name: "Memory", exact: true }).click();
    const open = async (item: string, dialog: string, on = page) => {
      await on.getByRole("button", { name: "Export or import" }).click();
      await on.getByRole("menuitem", { name: item }).click();
      return on.getByRole("dialog", { name: dialog, exact: true });
    };
    const dialog = await open("Export everything…", "Export everything");
    await dialog.getByRole("list", { name: "Files" }).waitFor();
    await picture(page, `export-${colorScheme}`);
    await dialog.getByRole("textbox", { name: "Path of a folder" }).fill(join(out, "none"));
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    await dialog.getByRole("alert").getByText("There is no folder").waitFor();
    await picture(page, `export-refused-${colorScheme}`);
    await dialog.getByRole("radio", { name: /A folder to read/ }).check();
    await dialog.getByRole("textbox", { name: "Path of a folder" }).fill(out);
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Everything is exported.").waitFor();
    await picture(page, `export-done-${colorScheme}`);
    const [folder = ""] = readdirSync(out);
    expect(folder).toMatch(/^Ebb \d{4}-\d\d-\d\d$/);
    expect(readFileSync(join(out, folder, "memories.md"), "utf8")).toContain("I live in Porto");

    const again = await open("Export everything…", "Export everything");
    await again.getByRole("radio", { name: /One file/ }).check();
    await again.getByRole("textbox", { name: "Path of a folder" }).fill(out);
    await again.getByRole("button", { name: "Export", exact: true }).click();
    await again.waitFor({ state: "detached" });
    const file = readdirSync(out).find((name) => name.endsWith(".json")) ?? "";

    const other = await openWindow(await startEbb(dataFolder()), { colorScheme });
    await other.getByRole("link", { name: "Memory", exact: true }).click();
    const importing = await open("Import everything or conversations…", "Import", other);
    await importing.getByRole("textbox", { name: "Path of an export" }).fill(join(out, file));
    await importing.getByRole("button", { name: "Import", exact: true }).click();
    await importing.waitFor({ state: "detached" });
    await other.getByRole("list", { name: "Memories" }).getByText("I live in Porto").waitFor();
    await other.getByRole("list", { name: "Conversations" }).getByRole("link", { name: "I live in Porto." }).waitFor();
  },
);
