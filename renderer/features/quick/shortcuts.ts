import { useEffect, useRef } from "react";
import { isMac } from "../../ui/keys.tsx";

export interface Shortcuts {
  dismiss: () => void;
  stop: () => void;
  openInEbb: () => void;
  startAnew: () => void;
  addClipboard: () => void;
}

/** True while a dialog or menu is open, which Esc is for then. */
export const isAsking = (): boolean =>
  document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;

/** Carries out the page's keys, wherever the focus is. */
export function useShortcuts(shortcuts: Partial<Shortcuts>): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const name = shortcutOf(event);
      const run = name && latest.current[name];
      if (!run || isAsking()) return;
      event.preventDefault();
      run();
    };
    // Before anything in the page, so that a dialog that Esc closes is still there to be seen.
    addEventListener("keydown", onKeyDown, true);
    return () => removeEventListener("keydown", onKeyDown, true);
  }, []);
}

function shortcutOf(event: KeyboardEvent): keyof Shortcuts | null {
  // Esc that ends the choice of an input method is not meant for us.
  if (event.isComposing || event.altKey) return null;
  const command = isMac ? event.metaKey : event.ctrlKey;
  if (event.key === "Escape") return command || event.shiftKey ? null : "dismiss";
  if (!command) return null;
  const key = event.key.toLowerCase();
  if (event.shiftKey) return key === "v" ? "addClipboard" : null;
  return key === "." ? "stop" : key === "o" ? "openInEbb" : key === "n" ? "startAnew" : null;
}
