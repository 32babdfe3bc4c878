/** What of a key press tells which keys were pressed. */
export type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** What a press comes to: keys that can be a shortcut, why they can't, or null while only modifiers are down. */
export type Pressed = { accelerator: string } | { refused: string } | null;

/** Keys by their place, for those whose sign changes with Shift or Alt. */
const byCode: Readonly<Record<string, string>> = {
  Space: "Space",
  Minus: "-",
  Equal: "=",
  BracketLeft: "[",
  BracketRight: "]",
  Semicolon: ";",
  Quote: "'",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Backslash: "\\",
  Backquote: "`",
};

const byName: Readonly<Record<string, string>> = {
  ArrowUp: "Up",
  ArrowDown: "Down",
  ArrowLeft: "Left",
  ArrowRight: "Right",
};
const named = /^(?:Tab|Enter|Backspace|Delete|Insert|Home|End|PageUp|PageDown|F(?:[1-9]|1\d|2[0-4]))$/;
const modifiers = /^(?:Control|Shift|Alt|AltGraph|Meta|OS|CapsLock|Fn|Hyper|Super)$/;

/** The keys of a press in Electron's notation, as `accelerator` of the contract takes them. */
export function acceleratorOf(press: Press, mac: boolean): Pressed {
  if (modifiers.test(press.key)) return null;
  const key = keyOf(press);
  if (key === null) return { refused: "This key cannot be part of a shortcut. Choose another one." };
  const strong = [
    ...((mac ? press.metaKey : press.ctrlKey) ? ["CommandOrControl"] : []),
    ...(mac && press.ctrlKey ? ["Control"] : []),
    ...(!mac && press.metaKey ? ["Super"] : []),
    ...(press.altKey ? ["Alt"] : []),
  ];
  if (strong.length === 0 && !/^F\d/.test(key)) {
    return {
      refused: `Hold ${mac ? "⌘, ⌃ or ⌥" : "Ctrl, Alt or the system key"} as well, so that typing stays typing.`,
    };
  }
  return { accelerator: [...strong, ...(press.shiftKey ? ["Shift"] : []), key].join("+") };
}

function keyOf({ key, code }: Press): string | null {
  // The letter that the keyboard writes there; its place only where Alt or another script makes it something else.
  const letter = /^[a-z\d]$/i.exec(key)?.[0] ?? /^(?:Key|Digit|Numpad)([A-Z\d])$/.exec(code)?.[1];
  if (letter !== undefined) return letter.toUpperCase();
  return byCode[code] ?? byName[key] ?? (named.test(key) ? key : null);
}

const plainNames: Readonly<Record<string, string>> = { CommandOrControl: "Ctrl", Control: "Ctrl", Command: "Cmd" };
const macNames: Readonly<Record<string, string>> = {
  CommandOrControl: "⌘",
  Command: "⌘",
  Control: "⌃",
  Alt: "⌥",
  Shift: "⇧",
};
const arrows: Readonly<Record<string, string>> = { Up: "↑", Down: "↓", Left: "←", Right: "→" };

/** The keys of an accelerator as they are printed on the keyboard. */
export function keyNames(accelerator: string, mac: boolean): string[] {
  return accelerator.split("+").map((part) => (mac ? macNames : plainNames)[part] ?? arrows[part] ?? part);
}
