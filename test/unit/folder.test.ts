import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { defaultFolder } from "../../app/storage/folder.ts";

test.each([
  [{ EBB_HOME: "/somewhere/else" }, "linux", resolve("/somewhere/else")],
  [{ EBB_HOME: "relative" }, "win32", resolve("relative")],
  [{ XDG_DATA_HOME: "/data" }, "linux", "/data/ebb"],
  [{}, "linux", join(homedir(), ".local/share/ebb")],
  [{ XDG_DATA_HOME: "" }, "linux", join(homedir(), ".local/share/ebb")],
  [{}, "darwin", join(homedir(), "Library/Application Support/Ebb")],
  [{ APPDATA: "/Users/ada/Roaming" }, "win32", "/Users/ada/Roaming/Ebb"],
] as const)("with %o on %s the data lies in %s", (env, platform, folder) => {
  expect(defaultFolder(env, platform)).toBe(folder);
});
