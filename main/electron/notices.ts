import { Notification } from "electron";
import type { DeskStore } from "./desk-state.ts";

function notify(title: string, body: string, onClick: () => void): void {
  if (!Notification.isSupported()) return;
  const notice = new Notification({ title, body });
  notice.on("click", onClick);
  notice.show();
}

/** Says, once ever, that closing the window does not end Ebb. */
export function tellAboutTray(desk: DeskStore, onClick: () => void): void {
  if (desk.state.toldAboutTray) return;
  desk.keep({ toldAboutTray: true });
  notify(
    "Ebb is still there",
    "Quick-ask works while the window is closed. To end Ebb, choose Quit in the tray.",
    onClick,
  );
}

/** Says that another program has the quick-ask keys. */
export function tellTaken(accelerator: string, onClick: () => void): void {
  const body = `${accelerator} does not open quick-ask. Choose other keys in Ebb's settings.`;
  notify("Another program has Ebb's shortcut", body, onClick);
}
