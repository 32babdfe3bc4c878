import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where each thing lies in the data folder. */
export function layout(folder: string) {
  return {
    database: join(folder, "ebb.db"),
    lock: join(folder, "ebb.lock"),
    backups: join(folder, "backups"),
    quarantine: join(folder, "quarantine"),
    models: join(folder, "models"),
    vectors: join(folder, "vectors"),
  };
}

/**
 * The data folder: `EBB_HOME` where it is set, else the platform's usual place (XDG data home, Application Support,
 * or %APPDATA%). An absolute path.
 */
export function defaultFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.EBB_HOME) return resolve(env.EBB_HOME);
  const home = homedir();
  if (platform === "darwin") return join(home, "Library", "Application Support", "Ebb");
  if (platform === "win32") return join(env.APPDATA ?? join(home, "AppData", "Roaming"), "Ebb");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "ebb");
}

/**
 * Makes the folder where it is missing, for this user's eyes only, and checks that it can be read and written.
 * Throws the file system's own error.
 */
export function prepareFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const info = statSync(folder);
  if (!info.isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  // A folder that others could read would give away what it holds; one of somebody else's is theirs to set.
  if (process.platform !== "win32" && info.uid === process.getuid?.() && (info.mode & 0o077) !== 0) {
    chmodSync(folder, 0o700);
  }
}
