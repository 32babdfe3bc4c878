import type { ShortcutState } from "../../app/contract/index.ts";
import type { Connection } from "./connection.ts";

/** What the program around the page does for it. There is one implementation for each host, and nothing else differs. */
export interface Host {
  readonly connection: Connection;
  /** Shows Ebb's main window on a view, such as "/c/ID". Rejects where no window can be shown. */
  showMain(route: string): Promise<void>;
  /** Puts the quick-ask window away and gives the focus back. */
  dismiss(): void;
  /** Opens an address outside of Ebb; `asks` tells that the host itself shows the address and asks first. */
  readonly outside: { readonly asks: boolean; open(address: string): void };
  /** The shortcut that opens quick-ask from anywhere; null where this host can offer none. */
  readonly shortcut: ShortcutControl | null;
  /** Whether Ebb starts when the user logs in; null where this host cannot see to that. */
  readonly atLogin: AtLoginControl | null;
}

export interface AtLoginControl {
  /** Null where it cannot be had after all. */
  state(): Promise<boolean | null>;
  set(on: boolean): Promise<boolean | null>;
}

export interface ShortcutControl {
  state(): Promise<ShortcutState>;
  /** Resolves to what became of it; null switches it off. */
  set(accelerator: string | null): Promise<ShortcutState>;
  onChange(listener: (state: ShortcutState) => void): void;
}
