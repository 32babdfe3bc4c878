import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFaultsInThread } from "../../main/engine/check-thread.ts";
import { EmbedderSupervisor } from "../../main/engine/embedder-supervisor.ts";
import { indexInThread } from "../../main/engine/index-thread.ts";
import { forkInference } from "../../main/engine/inference-process.ts";
import { bundledEmbedder } from "../../main/engine/resources.ts";
import { type FuseName, readFuses, shippedFuses } from "../fixtures/electron-dist.ts";
import { writeTinyModel } from "../fixtures/gguf.ts";
import { collect, request, superviseInference } from "../fixtures/inference.ts";
import { dependencyGaps, entries, graphOf, importGraph, specifiers } from "./imports.ts";
import { filesUnder, type PackedApp, packApp, sizeOf } from "./packed-app.ts";

const root = join(import.meta.dirname, "../..");

/** Electron's security checklist. The last is Electron's own default, which nothing sets. */
const hardened: Record<FuseName, boolean> = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
  wasmTrapHandlers: true,
};

/** The fuses of a program that are not as they should be. */
function wrongFuses(program: string): string[] {
  const fuses = readFuses(program);
  return (Object.keys(hardened) as FuseName[]).filter((name) => fuses[name] !== hardened[name]);
}

/** What a program or library is made for, or null of another file. */
function machine(path: string): string | null {
  const head = Buffer.alloc(1024);
  const file = openSync(path, "r");
  const length = readSync(file, head, 0, head.length, 0);
  closeSync(file);
  if (length < 20) return null;
  if (head.toString("latin1", 0, 4) === "\x7fELF") return `ELF ${head.readUInt16LE(18)}`;
  if (head.readUInt32LE(0) === 0xfeedfacf) return `Mach-O ${head.readUInt32LE(4)}`;
  if (head.toString("latin1", 0, 2) !== "MZ") return null;
  const header = head.readUInt32LE(60);
  return header + 6 <= length && header > 0 ? `PE ${head.readUInt16LE(header + 4)}` : "PE";
}

/** Names that the system's loader, or llama.cpp or onnxruntime itself, opens by path. */
const nativeName = /\.(node|dll|dylib|so(\.\d+)*)$|\/@node-llama-cpp\/[^/]+\/bins\/|^resources\/embedder\//;

let app: PackedApp;
const names = (): string[] => [...app.files.keys()];

beforeAll(async () => {
  app = await packApp();
});
afterAll(() => app?.remove());

/** Runs a module in a fresh Node whose only surroundings are the packed files. Returns what it prints. */
function runInPacked(code: string): unknown {
  const { NODE_PATH: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: app.extracted,
    env,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("what is in it", () => {
  test("it is packed without downloading anything", () => {
    expect(app.downloads).toEqual([]);
    expect(app.log).not.toMatch(/download|cannot|error/i);
  });

  test("every process has its entry, and the icons are there", () => {
    const { main } = JSON.parse(readFileSync(join(app.extracted, "package.json"), "utf8"));
    expect(main).toBe(entries.main[0]);
    const icons = ["icon.png", "tray.png", "tray@2x.png", "trayTemplate.png", "trayTemplate@2x.png"];
    expect(names()).toEqual(
      expect.arrayContaining([...Object.values(entries).flat(), ...icons.map((name) => `resources/icons/${name}`)]),
    );
  });

  test("nothing else of the project is in it", () => {
    expect([...new Set(names().map((name) => name.split("/")[0]))].sort()).toEqual([
      "LICENSE",
      "node_modules",
      "out",
      "package.json",
      "resources",
    ]);
    const own = names().filter((name) => !name.startsWith("node_modules/"));
    const kinds = /\.(js|cjs|html|css|svg|png|ico|woff2|json|onnx)$|licen[cs]es?(\.(md|json))?$|\/MODEL_CARD\.md$/i;
    expect(own.filter((name) => !kinds.test(name))).toEqual([]);
    expect(own.filter((name) => name === "out/main/web.js" || /\/(tests?|bench|fixtures?)\//.test(name))).toEqual([]);
    const { devDependencies, scripts } = JSON.parse(readFileSync(join(app.extracted, "package.json"), "utf8"));
    expect({ devDependencies, scripts }).toEqual({});
  });

  test("no dependency of development is in it", () => {
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { dev?: boolean }>;
    };
    // electron-builder puts nested packages elsewhere than npm, so that names are compared, not paths.
    const packageName = (path: string) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? path;
    const wanted = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev);
    const allowed = new Set(wanted.map(([path]) => packageName(path)));
    const packed = new Set(names().flatMap((name) => (name.startsWith("node_modules/") ? [packageName(name)] : [])));
    expect(packed.size).toBeGreaterThan(50);
    expect([...packed].filter((name) => !allowed.has(name))).toEqual([]);
    const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(Object.keys(devDependencies).filter((name) => packed.has(name))).toEqual([]);
  });

  test("no source, map, test or paper of a dependency is in it; its licence is", () => {
    const theirs = names().filter((name) => !name.startsWith("resources/"));
    const unwanted = theirs.filter(
      (name) =>
        /\.([cm]?tsx?|map|c|cc|cpp|h|hpp|gyp|gypi|tsbuildinfo|markdown)$/.test(name) ||
        (name.endsWith(".md") && !/licen[cs]e|notice|copying/i.test(name)) ||
        /\/(tests?|__tests__|fixtures|docs?|examples?|benchmarks?|coverage)\//.test(name),
    );
    expect(unwanted).toEqual([]);
    for (const name of ["better-sqlite3", "node-llama-cpp", "usearch"]) {
      expect(names()).toContain(`node_modules/${name}/LICENSE`);
    }
    expect(filesUnder(app.folder)).toEqual(
      process.platform === "darwin"
        ? expect.arrayContaining(["Ebb.app/Contents/Resources/LICENSES.chromium.html"])
        : expect.arrayContaining(["LICENSE.electron.txt", "LICENSES.chromium.html"]),
    );
  });

  test("it knows of no server for updates", () => {
    expect(app.publish).toBeNull();
    expect(filesUnder(app.folder).filter((name) => /app-update|latest.*\.yml|blockmap/.test(name))).toEqual([]);
  });

  test("of Chromium's languages, only English is in it", () => {
    const languages = filesUnder(app.folder).filter((name) => /\.(pak|lproj\/.*)$/.test(name));
    expect(languages.length).toBeGreaterThanOrEqual(2);
    expect(languages.filter((name) => !/\/en([-_](US|GB))?\.(pak|lproj)/.test(name))).toEqual([]);
  });

  test("it is not larger than its parts explain", () => {
    const archive = sizeOf(app.extracted) - sizeOf(join(app.resources, "app.asar.unpacked"));
    const native = sizeOf(join(app.resources, "app.asar.unpacked"));
    const mb = (bytes: number) => Number((bytes / 1e6).toFixed(1));
    console.log(`Packed: ${mb(archive)} MB of scripts and pages, ${mb(native)} MB of native files.`);
    // Scripts: 4 MB of dependencies' and 3 MB of Ebb's own. Native: llama.cpp 30 MB, its Vulkan build 85 MB, ONNX 46 MB,
    // SQLite 2 MB, usearch 5 MB, the embedder 13 MB. What must not slip in is larger than what is left: another system's ONNX 25 MB, a CUDA build 180 MB.
    expect(mb(archive)).toBeLessThan(14);
    expect(mb(native)).toBeLessThan(203);
  });
});

describe("what it imports", () => {
  test("every import of every entry is in it", () => {
    const graph = graphOf(app.extracted, Object.values(entries).flat());
    expect(graph.missing).toEqual([]);
    expect(graph.files.size).toBeGreaterThan(15);
    for (const name of [...graph.packages.keys()].filter((name) => name !== "electron")) {
      const code = `console.log(JSON.stringify(import.meta.resolve(${JSON.stringify(name)})))`;
      const address = runInPacked(code) as string;
      expect(decodeURI(address), `${name}, imported by ${graph.packages.get(name)}`).toContain(app.extracted);
    }
    expect([...graph.packages.keys()].sort()).toEqual([
      "better-sqlite3",
      "electron",
      "node-llama-cpp",
      ...(graph.packages.has("onnxruntime-node") ? ["onnxruntime-node"] : []),
    ]);
  });

  test("every import of its dependencies is in it, but for what is for other systems or for compiling", () => {
    const scripts = names().filter((name) => /^node_modules\/.*\.[cm]?js$/.test(name));
    expect(scripts.length).toBeGreaterThan(500);
    const elsewhere =
      /: (\.\/reflink\.|@reflink\/reflink-|@node-llama-cpp\/|node-api-headers$|typescript$|electron$|supports-color$)/;
    expect(dependencyGaps(app.extracted, scripts).filter((line) => !elsewhere.test(line))).toEqual([]);
  });

  test("a missing chunk, a missing package and a missing page are noticed", () => {
    const broken = join(app.extracted, "../broken");
    mkdirSync(broken);
    writeFileSync(
      join(broken, "entry.js"),
      'import "node:fs"; import "./other.js"; await import("./chunks/gone.js"); export * from "nowhere/part";',
    );
    writeFileSync(join(broken, "other.js"), 'new URL("./icon.png", import.meta.url); require("elsewhere");');
    writeFileSync(join(broken, "page.html"), '<script src="./page.js"></script><link href="style.css">');
    const graph = importGraph(["entry.js", "page.html", "quick.html"].map((name) => join(broken, name)));
    expect(graph.missing.map((line) => line.replaceAll(`${broken}/`, "")).sort()).toEqual([
      "entry.js: ./chunks/gone.js",
      "other.js: ./icon.png",
      "page.html: ./page.js",
      "page.html: ./style.css",
      "quick.html",
    ]);
    expect([...graph.packages.keys()].sort()).toEqual(["elsewhere", "nowhere/part"]);
  });

  test("the preload script needs only what a sandboxed page is given", () => {
    expect(specifiers(join(app.extracted, "out/preload/preload.cjs"))).toEqual(["electron"]);
  });

  test("the pages import nothing but their own files, and take nothing from the network", () => {
    const graph = graphOf(app.extracted, entries.renderer);
    expect([...graph.packages.keys()]).toEqual([]);
    expect(graph.missing).toEqual([]);
    const outside = [...graph.files].flatMap((path) => (/\.js$/.test(path) ? specifiers(path) : []));
    expect(outside.filter((name) => builtinModules.includes(name.replace(/^node:/, "")))).toEqual([]);
  });
});

describe("what is native", () => {
  test("every native file lies outside the archive, and only those do", () => {
    const inside = names().filter((name) => !app.files.get(name)?.unpacked);
    expect(inside.filter((name) => nativeName.test(name))).toEqual([]);
    expect(inside.filter((name) => machine(join(app.extracted, name)) !== null)).toEqual([]);
    const unpacked = names().filter((name) => app.files.get(name)?.unpacked);
    expect(unpacked.filter((name) => !nativeName.test(name))).toEqual([]);
    expect(filesUnder(join(app.resources, "app.asar.unpacked")).sort()).toEqual(unpacked.sort());
  });

  test("all of it is made for this machine", () => {
    const here = machine(process.execPath);
    const programs = names().filter(
      (name) => nativeName.test(name) && !name.endsWith(".json") && !name.startsWith("resources/"),
    );
    expect(programs.length).toBeGreaterThan(10);
    expect(programs.filter((name) => machine(join(app.extracted, name)) !== here)).toEqual([]);
  });

  test("SQLite opens a database from the packed files alone", () => {
    expect(
      runInPacked(`
        const { default: Database } = await import("better-sqlite3");
        const database = new Database(":memory:");
        database.exec("CREATE VIRTUAL TABLE words USING fts5(text); INSERT INTO words VALUES ('the sea ebbs')");
        console.log(JSON.stringify(database.prepare("SELECT text FROM words WHERE words MATCH 'ebbs'").get()));
      `),
    ).toEqual({ text: "the sea ebbs" });
  });

  test("the packed check of a database runs in its thread", async () => {
    const path = join(app.extracted, "../notes.db");
    runInPacked(`
      const { default: Database } = await import("better-sqlite3");
      new Database(${JSON.stringify(path)}).exec("CREATE TABLE notes (text)").close();
      console.log(1);
    `);
    expect(await findFaultsInThread(join(app.extracted, "out/main/check-worker.js"), path)).toEqual([]);
  });

  test("the packed thread builds what vectors are searched by", async () => {
    const folder = join(app.extracted, "../vectors");
    mkdirSync(folder, { recursive: true });
    const database = join(folder, "some.db");
    runInPacked(`
      const { default: Database } = await import("better-sqlite3");
      const db = new Database(${JSON.stringify(database)});
      db.exec("CREATE TABLE memory_vector (model, seq, data); CREATE TABLE vector_stale (file, seq)");
      db.prepare("INSERT INTO memory_vector VALUES (1, 7, ?)").run(Buffer.from([0, 0, 0, 0, 3, 4]));
      db.close();
      console.log(1);
    `);
    const entry = join(app.extracted, "out/main/index-worker.js");
    const draft = join(folder, "one.index");
    const about = { name: "one", model: 1, kind: "memory", dim: 2, key: 1, upTo: 7 } as const;
    const never = new AbortController().signal;
    expect(await indexInThread(entry, { work: "build", database, draft, ...about }, never)).toEqual({ count: 1 });
    expect(await indexInThread(entry, { work: "check", path: draft }, never)).toEqual({ count: 1 });
  });

  test("ONNX starts from the packed files alone", () => {
    expect(
      runInPacked(`
        const { InferenceSession, Tensor } = await import("onnxruntime-node");
        const failure = await InferenceSession.create(new Uint8Array([1, 2, 3])).catch((error) => error.message);
        console.log(JSON.stringify({ size: new Tensor("float32", [1, 2], [2]).size, failure }));
      `),
    ).toEqual({ size: 2, failure: expect.stringMatching(/protobuf|model/i) });
  });

  test("usearch compares vectors from the packed files alone", () => {
    expect(
      runInPacked(`
        const { createRequire } = await import("node:module");
        const { exactSearch, MetricKind } = createRequire(process.cwd() + "/out/main/engine.js")("usearch");
        const found = exactSearch(new Int8Array([1, 0, 0, 1]), new Int8Array([0, 5]), 2, 1, MetricKind.Cos, 1);
        console.log(JSON.stringify(Array.from(found.keys, Number)));
      `),
    ).toEqual([1]);
  });

  test("the packed inference process embeds with the packed embedder, whose sources are named beside it", async () => {
    const unpacked = join(app.resources, "app.asar.unpacked/resources/embedder");
    expect(bundledEmbedder(join(app.resources, "app.asar/out/main"))).toBe(unpacked);
    expect(readFileSync(join(unpacked, "MODEL_CARD.md"), "utf8")).toContain("Sources and licences");
    const entry = join(app.extracted, ...(entries.inference[0] ?? "").split("/"));
    const embedder = new EmbedderSupervisor({ start: () => forkInference(entry), bundled: unpacked });
    try {
      const { id, dim } = await embedder.load(embedder.bundled);
      const [vector] = await embedder.embed(id, ["Packed and well."], "passage");
      expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 4);
      expect(dim).toBe(384);
    } finally {
      await embedder.close();
    }
  });

  test("the packed inference process loads a model and answers", async () => {
    const path = join(app.extracted, "../model.gguf");
    writeTinyModel(path, { reply: "Packed and well." });
    const entry = join(app.extracted, ...(entries.inference[0] ?? "").split("/"));
    const model = superviseInference({ start: () => forkInference(entry) });
    try {
      await model.load(path);
      expect((await collect(model, request("Are you there?"))).text).toBe("Packed and well.");
    } finally {
      await model.close();
    }
  });
});

describe("how it is hardened", () => {
  test("every fuse is as Electron's security checklist asks", () => {
    expect(wrongFuses(app.program)).toEqual([]);
  });

  test("a fuse set otherwise would be noticed, each of them", () => {
    const set = Object.keys(hardened).filter((name) => name !== "wasmTrapHandlers");
    expect(Object.keys(app.flipped).sort()).toEqual(set.sort());
    for (const [name, program] of Object.entries(app.flipped)) expect(wrongFuses(program)).toEqual([name]);
    expect(Object.keys(shippedFuses)).toEqual(Object.keys(hardened));
  });
});

test("the desktop entry offers Quick ask", () => {
  expect(app.desktop?.entry).toMatchObject({ Actions: "QuickAsk;" });
  expect(app.desktop?.desktopActions).toEqual({ QuickAsk: { Name: "Quick ask", Exec: "ebb --quick-ask" } });
});
