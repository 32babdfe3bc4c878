import { globalShortcut } from "electron";
import type { ShortcutState } from "../../app/contract/desktop.ts";

/**
 * The keys that open quick-ask from anywhere. On Wayland the desktop may take a registration and never pass the keys on,
 * so that they count as bound only once they have been pressed.
 */
export class Shortcut {
  readonly #onPress: () => void;
  readonly #onChange: (state: ShortcutState) => void;
  #state: ShortcutState = { accelerator: null, status: "off" };

  constructor(onPress: () => void, onChange: (state: ShortcutState) => void) {
    this.#onPress = onPress;
    this.#onChange = onChange;
  }

  get state(): ShortcutState {
    return this.#state;
  }

  /**
   * Changes to other keys, or to none. Where another program has the new ones, the ones before stay in use and the answer
   * says `taken`.
   */
  set(accelerator: string | null): ShortcutState {
    const before = this.#state;
    if (accelerator === before.accelerator && before.status !== "taken") return before;
    if (accelerator !== null && !this.#register(accelerator)) {
      const taken: ShortcutState = { accelerator, status: "taken" };
      // With nothing in use before, the failure is all there is to show.
      if (!isInUse(before)) this.#enter(taken);
      return taken;
    }
    if (isInUse(before) && before.accelerator !== null) globalShortcut.unregister(before.accelerator);
    this.#enter({ accelerator, status: accelerator === null ? "off" : "waiting" });
    return this.#state;
  }

  #register(accelerator: string): boolean {
    try {
      return globalShortcut.register(accelerator, () => {
        if (this.#state.status === "waiting") this.#enter({ accelerator, status: "bound" });
        this.#onPress();
      });
    } catch {
      // Keys that this platform does not know can be had by nobody.
      return false;
    }
  }

  #enter(state: ShortcutState): void {
    this.#state = state;
    this.#onChange(state);
  }
}

const isInUse = ({ status }: ShortcutState): boolean => status === "waiting" || status === "bound";
