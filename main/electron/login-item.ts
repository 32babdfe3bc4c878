import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { app } from "electron";

/** With this word Ebb shows no window at its start. */
const hidden = "--hidden";

/** Whether Ebb starts, without a window, when the user logs in. */
export class LoginItem {
  readonly #linux = process.platform === "linux";
  /** On Linux, the desktop's own list of what to start. */
  readonly #file: string;
  readonly #program: string;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.#file = join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "autostart", "app.ebb.Ebb.desktop");
    // An AppImage runs from a folder that is gone by the next start.
    this.#program = env.APPIMAGE ?? process.execPath;
  }

  /** Null where it cannot be had: what was started from the sources is not there to be started again. */
  state(): boolean | null {
    if (!app.isPackaged) return null;
    if (!this.#linux) return app.getLoginItemSettings({ args: [hidden] }).openAtLogin;
    try {
      return readFileSync(this.#file, "utf8").includes(hidden);
    } catch {
      return false;
    }
  }

  /** @throws the file system's error */
  set(on: boolean): boolean | null {
    if (!app.isPackaged) return null;
    if (!this.#linux) app.setLoginItemSettings({ openAtLogin: on, args: [hidden] });
    else if (on) {
      mkdirSync(join(this.#file, ".."), { recursive: true });
      writeFileSync(this.#file, desktopEntry(this.#program));
    } else rmSync(this.#file, { force: true });
    return this.state();
  }

  /** True where this very start came from logging in; macOS passes no words on. */
  get startedThisRun(): boolean {
    return process.platform === "darwin" && app.getLoginItemSettings().wasOpenedAtLogin;
  }
}

/** An entry of the XDG autostart folder (specifications.freedesktop.org/autostart-spec). */
function desktopEntry(program: string): string {
  return [
    "[Desktop Entry]",
    "Type=Application",
    "Name=Ebb",
    `Exec=${quoted(program)} ${hidden}`,
    "Terminal=false",
    "X-GNOME-Autostart-enabled=true",
    "",
  ].join("\n");
}

/** One word of an Exec line: `"`, `` ` ``, `$` and `\` are escaped, once as such and once as a string; `%` begins a field code. */
function quoted(word: string): string {
  const escaped = word
    .replace(/["`$\\]/g, "\\$&")
    .replace(/\\/g, "\\\\")
    .replace(/%/g, "%%");
  return `"${escaped}"`;
}
