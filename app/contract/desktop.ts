import { z } from "zod";

/**
 * The keys that open quick-ask from anywhere, in Electron's notation ("CommandOrControl+Shift+Space"), and whether they work:
 * `waiting` until the first real press proves that the desktop passes them on, `taken` where another program has them.
 */
export const shortcutState = z.object({
  /** Null where the user wants none. */
  accelerator: z.string().nullable(),
  status: z.enum(["off", "waiting", "bound", "taken"]),
});
export type ShortcutState = z.infer<typeof shortcutState>;

/** Modifiers and one key. At least one modifier other than Shift, or a function key, so that typing stays typing. */
export const accelerator = z
  .string()
  .max(60)
  .regex(
    /^(?:(?:(?:CommandOrControl|Command|Control|Alt|Super|Shift)\+)*(?:CommandOrControl|Command|Control|Alt|Super)\+(?:Shift\+)?(?:[A-Z0-9]|F(?:[1-9]|1\d|2[0-4])|Space|Tab|Enter|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Up|Down|Left|Right|[-=[\];',./\\`])|(?:Shift\+)?F(?:[1-9]|1\d|2[0-4]))$/,
  );

/** A view of the window, such as "/c/ID". */
export const route = z
  .string()
  .max(200)
  .regex(/^\/[\w/-]*$/);

/** What the desktop app puts on its pages as `window.ebb`. Nothing else of it can be reached from a page. */
export interface DesktopBridge {
  /**
   * Asks for a port to the engine, which comes as a message to the window (desktop-messages.ts) as soon as the engine runs.
   * `again` starts an engine that was given up.
   */
  connect(again: boolean): void;
  /** Shows the main window on a view. */
  showMain(route: string): void;
  /** Puts the quick-ask window away and gives the focus back. */
  dismissQuickAsk(): void;
  shortcut(): Promise<ShortcutState>;
  /** Resolves to what became of it: a taken shortcut leaves the one before in use. Null switches it off. */
  setShortcut(accelerator: string | null): Promise<ShortcutState>;
  /** Calls back whenever the shortcut's state has changed. */
  onShortcut(listener: (state: ShortcutState) => void): void;
  /** Whether Ebb starts, without a window, when the user logs in; null where that cannot be had. */
  startsAtLogin(): Promise<boolean | null>;
  /** Resolves to what holds now. */
  setStartsAtLogin(on: boolean): Promise<boolean | null>;
}
