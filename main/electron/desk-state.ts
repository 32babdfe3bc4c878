import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { accelerator } from "../../app/contract/desktop.ts";

const whole = z.number().int();

/** What the desktop host itself remembers between starts. It holds nothing that the user has said. */
const schema = z.object({
  window: z
    .object({ bounds: z.object({ x: whole, y: whole, width: whole, height: whole }), maximized: z.boolean() })
    .nullable()
    .catch(null),
  /** The quick-ask shortcut; null where the user wants none. */
  shortcut: accelerator.nullable().catch("CommandOrControl+Shift+Space"),
  /** So that a window opens in its colours before the engine answers. */
  theme: z.enum(["system", "light", "dark"]).catch("system"),
  /** True once the user was told that Ebb stays in the tray. */
  toldAboutTray: z.boolean().catch(false),
});
export type DeskState = z.infer<typeof schema>;

/** The state as it was last written to the folder; what cannot be read of it is as in a first start. */
export class DeskStore {
  readonly #file: string;
  #state: DeskState;

  constructor(folder: string) {
    this.#file = join(folder, "desktop.json");
    this.#state = schema.parse(read(this.#file));
  }

  get state(): Readonly<DeskState> {
    return this.#state;
  }

  /** Keeps a change, on disk where that is possible: a full or read-only disk costs the next start its comfort only. */
  keep(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change };
    const fresh = `${this.#file}.new`;
    try {
      writeFileSync(fresh, JSON.stringify(this.#state), { mode: 0o600 });
      renameSync(fresh, this.#file);
    } catch {
      // Storage tells the user about the same disk, with what to do.
    }
  }
}

function read(file: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
