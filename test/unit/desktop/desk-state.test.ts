import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { DeskStore } from "../../../main/electron/desk-state.ts";

const first = { window: null, shortcut: "CommandOrControl+Shift+Space", theme: "system", toldAboutTray: false };
const place = { bounds: { x: 1, y: 2, width: 900, height: 700 }, maximized: true };
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebb-desk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

test("the next start has what this one kept, in a file for this user's eyes only", () => {
  const desk = new DeskStore(folder);
  expect(desk.state).toEqual(first);
  desk.keep({ window: place });
  desk.keep({ shortcut: null, theme: "dark" });
  expect(new DeskStore(folder).state).toEqual({ ...first, window: place, shortcut: null, theme: "dark" });
  expect(statSync(join(folder, "desktop.json")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["desktop.json"]);
});

test.each([
  ["empty", "", first],
  ["no JSON", "{window", first],
  ["no object", '"dark"', first],
  ["an unknown theme", '{"theme":"pink","toldAboutTray":true}', { ...first, toldAboutTray: true }],
  ["keys that would swallow typing", '{"shortcut":"A","theme":"light"}', { ...first, theme: "light" }],
  ["a place that is none", '{"window":{"bounds":{"x":"a"}},"theme":"dark"}', { ...first, theme: "dark" }],
])("of a file that is %s only what is good is taken", (_what, text, state) => {
  writeFileSync(join(folder, "desktop.json"), text);
  expect(new DeskStore(folder).state).toEqual(state);
});

test("where nothing can be written it still holds for this run", () => {
  const desk = new DeskStore(join(folder, "missing"));
  desk.keep({ toldAboutTray: true });
  expect(desk.state.toldAboutTray).toBe(true);
});

test("what was kept before survives a write that fails", () => {
  const desk = new DeskStore(folder);
  desk.keep({ theme: "dark" });
  // A folder in the place of the fresh file fails for every user, root too.
  mkdirSync(join(folder, "desktop.json.new"));
  desk.keep({ theme: "light" });
  expect(new DeskStore(folder).state.theme).toBe("dark");
});
