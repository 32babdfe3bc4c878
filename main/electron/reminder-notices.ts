import { Notification } from "electron";
import type { Reminder } from "../../app/contract/reminders.ts";

export type NoticePorts = {
  /** True while the user looks at the window that shows what rings. */
  isInFront: () => boolean;
  show: () => void;
};

/**
 * Notifications of the system for reminders that ring while the main window is not in front: one for each time that one rings, and taken
 * away once it is answered, wherever that was done.
 */
export class ReminderNotices {
  readonly #ports: NoticePorts;
  /** When each that rings has done so; what was told once is not told again in this run. */
  readonly #told = new Map<string, number | null>();
  /** Held on to, or Electron would lose their clicks. */
  readonly #shown = new Map<string, Notification>();

  constructor(ports: NoticePorts) {
    this.#ports = ports;
  }

  /** Takes what rings now; `inWords` tells whether the user wants to read it there. */
  update(ringing: readonly Reminder[], inWords: boolean): void {
    const now = new Set(ringing.map(({ id }) => id));
    for (const id of [...this.#told.keys()]) if (!now.has(id)) this.#forget(id);
    for (const reminder of ringing) {
      if (this.#told.get(reminder.id) === reminder.firedAt) continue;
      this.#forget(reminder.id);
      this.#told.set(reminder.id, reminder.firedAt);
      if (!this.#ports.isInFront() && Notification.isSupported()) this.#notify(reminder, inWords);
    }
  }

  #notify({ id, text, late }: Reminder, inWords: boolean): void {
    const notice = new Notification({
      id,
      title: late ? "Late reminder" : "Reminder",
      body: inWords ? text : "Open Ebb to see what it is about.",
      // Nobody is to miss it for having been away for a minute.
      timeoutType: "never",
    });
    notice.on("click", () => this.#ports.show());
    this.#shown.set(id, notice);
    notice.show();
  }

  #forget(id: string): void {
    this.#told.delete(id);
    this.#shown.get(id)?.close();
    this.#shown.delete(id);
  }
}
