import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const out = join(root, "out");
const stampFile = join(out, ".stamp");
const sources = ["app", "main", "renderer", "resources", "package.json", "package-lock.json", "vite.config.ts"];
/** Packages with native parts stay in node_modules and are loaded from there; electron is the program that runs it all. */
const external = ["better-sqlite3", "node-llama-cpp", "onnxruntime-node", "usearch", "electron"];

/** A hash over every source file: equal exactly where a build would give the same result. */
function sourceKey(): string {
  const hash = createHash("sha256").update(readFileSync(import.meta.filename));
  const add = (path: string): void => {
    hash.update(path);
    hash.update(readFileSync(join(root, path)));
  };
  for (const source of sources) {
    const full = join(root, source);
    if (!existsSync(full)) continue;
    if (source.includes(".")) {
      add(source);
      continue;
    }
    const files = readdirSync(full, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const path of files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort())
      add(path);
  }
  return hash.digest("hex");
}

/** Bundles scripts of the processes into a folder of `out/`. */
async function buildScripts(
  folder: string,
  format: "es" | "cjs",
  entryFileNames: string,
  entries: Record<string, string>,
): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      target: "node24",
      outDir: join(out, folder),
      emptyOutDir: true,
      // The words that bundled packages ask to be passed on with them.
      license: { fileName: "licenses.md" },
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
        output: { format, entryFileNames, chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  });
}

/** Builds the window and the processes into `out/` unless they are up to date. Returns whether it built. */
export async function buildIfStale(): Promise<boolean> {
  const key = sourceKey();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === key) return false;
  rmSync(out, { recursive: true, force: true });
  await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });
  await buildScripts("main", "es", "[name].js", {
    electron: "main/electron/main.ts",
    engine: "main/engine/main.ts",
    web: "main/web/main.ts",
    inference: "main/inference/main.ts",
    "check-worker": "main/engine/check-worker.ts",
    "index-worker": "main/engine/index-worker.ts",
  });
  // A sandboxed preload script is CommonJS in one file.
  await buildScripts("preload", "cjs", "[name].cjs", { preload: "main/preload/preload.ts" });
  writeFileSync(stampFile, key);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log((await buildIfStale()) ? "Built." : "Up to date.");
}
