/** Packs the app as `electron-builder --dir` does, in a process of its own: what it prints and asks for is the test's to see. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AfterPackContext, build } from "electron-builder";
import { fuseFile } from "../fixtures/electron-dist.ts";
import type { Packed } from "./packed-app.ts";

const [output = "", electronDist = ""] = process.argv.slice(2);
const projectDir = join(import.meta.dirname, "../..");

async function report(context: AfterPackContext): Promise<void> {
  const { appOutDir, packager } = context;
  const { electronFuses: fuses, linux, publish } = packager.config;
  const program = fuseFile(appOutDir, process.platform === "linux" ? "ebb" : "Ebb");
  // A program for each fuse that the configuration could have set otherwise, made by electron-builder itself.
  const flipped: Packed["flipped"] = {};
  for (const [name, value] of Object.entries(fuses ?? {})) {
    const folder = join(output, "flipped", name);
    const copy = program.replace(appOutDir, folder);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(program, copy);
    // biome-ignore lint/complexity/useLiteralKeys: private, and the very reading of the configuration that packing uses.
    const other = await packager["generateFuseConfig"]({ ...fuses, [name]: !value });
    await packager.addElectronFuses({ ...context, appOutDir: folder }, other);
    flipped[name] = copy;
  }
  const packed: Packed = {
    folder: appOutDir,
    resources: packager.getResourcesDir(appOutDir),
    program,
    flipped,
    desktop: (linux?.desktop ?? null) as Packed["desktop"],
    publish,
  };
  writeFileSync(join(output, "packed.json"), JSON.stringify(packed));
}

await build({
  projectDir,
  dir: true,
  publish: "never",
  config: { electronDist, directories: { output }, afterPack: report },
});
