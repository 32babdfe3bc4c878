import { expect, test } from "vitest";
import { accelerator, route } from "../../../app/contract/index.ts";

test.each([
  "CommandOrControl+Shift+Space",
  "Alt+Space",
  "Control+Alt+K",
  "Super+Shift+E",
  "Command+;",
  "F9",
  "Shift+F12",
  "CommandOrControl+Alt+Shift+1",
])("%s can be a shortcut", (keys) => {
  expect(accelerator.safeParse(keys).success).toBe(true);
});

test.each([
  ["a bare letter, which would swallow typing", "A"],
  ["Shift and a letter, which is typing too", "Shift+A"],
  ["modifiers alone", "Control+Shift"],
  ["a key that no keyboard has", "Control+F30"],
  ["two keys", "Control+A+B"],
  ["nothing", ""],
  ["a very long text", `${"Control+".repeat(40)}A`],
  ["spaces", "Control + A"],
])("%s cannot", (_what, keys) => {
  expect(accelerator.safeParse(keys).success).toBe(false);
});

test.each(["/", "/c/0193-abc", "/c/a/m/b", "/settings"])("%s is a view", (view) => {
  expect(route.safeParse(view).success).toBe(true);
});

test.each(["", "c/1", "//evil.example", "/c/../x", "/a?b", "/a#b", "https://evil.example", "/c/<script>"])(
  "%s is none",
  (view) => {
    expect(route.safeParse(view).success).toBe(false);
  },
);
