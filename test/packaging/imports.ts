import { existsSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parseSync, Visitor } from "vite";

type Literal = { type: string; value?: unknown };

/** The specifiers that a script imports, statically, dynamically, by `require` or as a file beside it. */
export function specifiers(path: string): string[] {
  const found = new Set<string>();
  const add = (node: Literal | null | undefined) => {
    if (node?.type === "Literal" && typeof node.value === "string") found.add(node.value);
  };
  const besides = (source: string) => {
    if (/^\.{1,2}\//.test(source)) found.add(source);
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    CallExpression: (node) => {
      if (node.callee.type === "Identifier" && node.callee.name === "require") add(node.arguments[0]);
    },
    NewExpression: (node) => {
      const first = node.arguments[0];
      if (node.callee.type === "Identifier" && node.callee.name === "URL" && first?.type === "Literal")
        besides(String(first.value));
    },
  }).visit(parseSync(path, readFileSync(path, "utf8")).program);
  return [...found];
}

/** What a page names in its markup or a style sheet in its rules. */
function addresses(path: string): string[] {
  const text = readFileSync(path, "utf8");
  const pattern = path.endsWith(".css") ? /url\(["']?([^"')]+)["']?\)/g : /\s(?:src|href)="([^"]+)"/g;
  return [...text.matchAll(pattern)].map(([, address = ""]) =>
    /^[./]|^\w+:/.test(address) ? address : `./${address}`,
  );
}

export type ImportGraph = {
  /** Every file that is reached, the entries included. */
  files: Set<string>;
  /** Packages, Node's own modules left out, each with who imports it. */
  packages: Map<string, string>;
  /** Files that are named and are not there, as `importer: specifier`. */
  missing: string[];
};

/** Follows every import from the entries, through scripts, pages and style sheets. */
export function importGraph(entries: string[]): ImportGraph {
  const graph: ImportGraph = { files: new Set(), packages: new Map(), missing: [] };
  const visit = (path: string): void => {
    if (graph.files.has(path)) return;
    graph.files.add(path);
    const named = /\.c?js$/.test(path) ? specifiers(path) : /\.(html|css)$/.test(path) ? addresses(path) : [];
    for (const specifier of named) {
      if (specifier.startsWith("./") || specifier.startsWith("../")) {
        const target = resolve(dirname(path), specifier.replace(/[?#].*$/, ""));
        if (existsSync(target)) visit(target);
        else graph.missing.push(`${path}: ${specifier}`);
      } else if (!isBuiltin(specifier)) {
        graph.packages.set(specifier, path);
      }
    }
  };
  for (const entry of entries) {
    if (existsSync(entry)) visit(entry);
    else graph.missing.push(entry);
  }
  return graph;
}

const endings = ["", ".js", ".cjs", ".mjs", ".json", ".node", "/index.js", "/package.json"];
const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** What the dependencies' scripts import and is not below `root`, as `script: specifier`. Guesses endings as `require` does. */
export function dependencyGaps(root: string, scripts: string[]): string[] {
  const there = (script: string, specifier: string): boolean => {
    const from = dirname(join(root, script));
    if (/^\.{1,2}(\/|$)/.test(specifier)) return endings.some((ending) => isFile(resolve(from, specifier) + ending));
    const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
    for (let folder = from; folder.startsWith(root); folder = dirname(folder))
      if (existsSync(join(folder, "node_modules", name))) return true;
    return false;
  };
  return scripts.flatMap((script) =>
    specifiers(join(root, script))
      .filter((specifier) => !isBuiltin(specifier) && !/^#|^\w+:/.test(specifier) && !there(script, specifier))
      .map((specifier) => `${script}: ${specifier}`),
  );
}

/** The entries of each process, as the app starts them. */
export const entries = {
  main: ["out/main/electron.js"],
  engine: ["out/main/engine.js", "out/main/check-worker.js", "out/main/index-worker.js"],
  inference: ["out/main/inference.js"],
  preload: ["out/preload/preload.cjs"],
  renderer: ["out/renderer/index.html", "out/renderer/quick.html"],
};

/** The graph from some of the packed app's entries. */
export const graphOf = (extracted: string, paths: string[]): ImportGraph =>
  importGraph(paths.map((path) => join(extracted, path)));
