import { expect, test } from "vitest";
import { accelerator } from "../../../app/contract/desktop.ts";
import { acceleratorOf, keyNames, type Press } from "../../../renderer/features/settings/accelerator.ts";

/** A press written as "Ctrl+Shift+a"; the last part is the key, and its place on the keyboard where it is given. */
function press(keys: string, code = ""): Press {
  const held = keys.split("+");
  const key = held.pop() ?? "";
  return {
    key,
    code,
    ctrlKey: held.includes("Ctrl"),
    metaKey: held.includes("Meta"),
    altKey: held.includes("Alt"),
    shiftKey: held.includes("Shift"),
  };
}

test.each([
  ["Ctrl+Shift+ ", "Space", false, "CommandOrControl+Shift+Space"],
  ["Ctrl+a", "KeyQ", false, "CommandOrControl+A"],
  ["Alt+å", "KeyA", true, "Alt+A"],
  ["Ctrl+Shift+!", "Digit1", false, "CommandOrControl+Shift+1"],
  ["Ctrl+Shift+_", "Minus", false, "CommandOrControl+Shift+-"],
  ["Meta+ ", "Space", true, "CommandOrControl+Space"],
  ["Ctrl+ ", "Space", true, "Control+Space"],
  ["Meta+k", "KeyK", false, "Super+K"],
  ["Ctrl+Alt+ArrowUp", "ArrowUp", false, "CommandOrControl+Alt+Up"],
  ["F9", "F9", false, "F9"],
  ["Shift+F12", "F12", false, "Shift+F12"],
  ["Ctrl+Shift+F5", "F5", false, "CommandOrControl+Shift+F5"],
])("%s is a shortcut that the contract takes", (keys, code, mac, expected) => {
  expect(acceleratorOf(press(keys, code), mac)).toEqual({ accelerator: expected });
  expect(accelerator.safeParse(expected).success).toBe(true);
});

test.each([
  ["a", "KeyA"],
  ["Shift+A", "KeyA"],
  [" ", "Space"],
  ["Enter", "Enter"],
])("%j alone is refused with a sentence", (keys, code) => {
  expect(acceleratorOf(press(keys, code), false)).toEqual({ refused: expect.stringMatching(/Hold Ctrl, Alt/) });
});

test("modifiers alone are only the beginning, and keys that no shortcut can have are refused", () => {
  expect(acceleratorOf(press("Ctrl+Shift"), false)).toBeNull();
  expect(acceleratorOf(press("Ctrl+Control"), false)).toBeNull();
  expect(acceleratorOf(press("Ctrl+AudioVolumeUp", "AudioVolumeUp"), false)).toEqual({
    refused: expect.stringMatching(/cannot/),
  });
  expect(acceleratorOf(press("Ctrl+ö", "IntlBackslash"), false)).toHaveProperty("refused");
});

test("keys are named as they are printed on the keyboard", () => {
  expect(keyNames("CommandOrControl+Shift+Space", false)).toEqual(["Ctrl", "Shift", "Space"]);
  expect(keyNames("CommandOrControl+Shift+Space", true)).toEqual(["⌘", "⇧", "Space"]);
  expect(keyNames("Super+Alt+Up", false)).toEqual(["Super", "Alt", "↑"]);
});
