import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DirectoryRecord, extractAll, type FileRecord, getRawHeader } from "@electron/asar";
import { writeElectronDist } from "../fixtures/electron-dist.ts";

/** What the packing process tells of its work. */
export type Packed = {
  folder: string;
  resources: string;
  /** The file with the fuses. */
  program: string;
  /** For each fuse that the configuration sets, the same file from a configuration that sets it otherwise. */
  flipped: Record<string, string>;
  desktop: { entry?: Record<string, string>; desktopActions?: Record<string, Record<string, string>> } | null;
  publish: unknown;
};

export type PackedApp = Packed & {
  /** What electron-builder printed. */
  log: string;
  /** What it fetched or found in a cache. */
  downloads: string[];
  /** Paths in the archive, with `/`, to whether the file lies beside it. */
  files: Map<string, { unpacked: boolean }>;
  /** The archive as an ordinary folder, with nothing else of the project around it. */
  extracted: string;
  remove(): void;
};

function list(record: DirectoryRecord, path = "", into: PackedApp["files"] = new Map()): PackedApp["files"] {
  for (const [name, entry] of Object.entries(record.files)) {
    if ("files" in entry) list(entry, `${path}${name}/`, into);
    else into.set(path + name, { unpacked: (entry as FileRecord).unpacked === true });
  }
  return into;
}

/** Every file under `folder`, relative, with `/`. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
}

/** Bytes of every file under `folder`. */
export const sizeOf = (folder: string): number =>
  filesUnder(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);

/** Packs the built app on a dummy Electron, with no network and empty caches. Takes several seconds. */
export async function packApp(): Promise<PackedApp> {
  const root = mkdtempSync(join(tmpdir(), "ebb-packed-"));
  const folder = (name: string) => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  const [output, dist, cache, extracted] = [folder("output"), folder("dist"), folder("cache"), folder("extracted")];
  writeElectronDist(dist);

  // Nobody listens there: whoever tries to fetch something fails at once.
  const nowhere = "http://127.0.0.1:9/";
  const env = {
    ...process.env,
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "",
    ELECTRON_GET_USE_PROXY: "true",
    ELECTRON_MIRROR: nowhere,
    ELECTRON_BUILDER_BINARIES_MIRROR: nowhere,
    ELECTRON_CACHE: cache,
    electron_config_cache: cache,
    ELECTRON_BUILDER_CACHE: cache,
    npm_config_registry: nowhere,
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
    // A signature is not what is tested, and looking for one takes long on macOS.
    CSC_IDENTITY_AUTO_DISCOVERY: "false",
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, "pack.ts"), output, dist], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  const status = await new Promise((resolve) => child.once("close", resolve));
  const remove = () => rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  if (status !== 0) {
    remove();
    throw new Error(`electron-builder ended with ${status}:\n${log}`);
  }

  const packed = JSON.parse(readFileSync(join(output, "packed.json"), "utf8")) as Packed;
  const archive = join(packed.resources, "app.asar");
  extractAll(archive, extracted);
  return {
    ...packed,
    log,
    downloads: filesUnder(cache),
    files: list(getRawHeader(archive).header),
    extracted,
    remove,
  };
}
