import { Menu, Tray } from "electron";
import type { ShortcutState } from "../../app/contract/desktop.ts";

export type TrayActions = {
  show: () => void;
  quickAsk: () => void;
  setLearning: (on: boolean) => void;
  quit: () => void;
};

export type TrayState = {
  /** Null until the engine has said. */
  learning: boolean | null;
  shortcut: ShortcutState;
};

/** Ebb's place in the tray, from which everything works while no window is open. */
export class AppTray {
  readonly #tray: Tray;
  readonly #actions: TrayActions;
  #state: TrayState;

  /** `icon` is a file. @throws where the platform can show none */
  constructor(icon: string, actions: TrayActions, state: TrayState) {
    this.#actions = actions;
    this.#state = state;
    this.#tray = new Tray(icon);
    this.#tray.setToolTip("Ebb");
    // On macOS a click opens the menu.
    if (process.platform !== "darwin") this.#tray.on("click", () => actions.show());
    this.#draw();
  }

  update(change: Partial<TrayState>): void {
    this.#state = { ...this.#state, ...change };
    this.#draw();
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #draw(): void {
    const { learning, shortcut } = this.#state;
    const { show, quickAsk, setLearning, quit } = this.#actions;
    const keys = shortcut.status === "taken" ? null : shortcut.accelerator;
    // A menu that is shown does not change on Linux: it is set anew.
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: "Show Ebb", click: () => show() },
        { label: "Quick-ask", click: () => quickAsk(), ...(keys && { accelerator: keys, registerAccelerator: false }) },
        { type: "separator" },
        {
          label: "Pause learning",
          type: "checkbox",
          checked: learning === false,
          enabled: learning !== null,
          click: () => setLearning(learning === false),
        },
        { type: "separator" },
        { label: "Quit Ebb", click: () => quit() },
      ]),
    );
  }
}
