import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Files with one import each, planted in an empty tree under the project's own rules; returns those that the lint refuses. */
function refused(plants: readonly Plant[]): Set<number> {
  const tree = mkdtempSync(join(tmpdir(), "ebb-rules-"));
  try {
    const rules = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as Record<string, unknown>;
    writeFileSync(join(tree, "biome.json"), JSON.stringify({ ...rules, $schema: undefined, vcs: { enabled: false } }));
    plants.forEach(([file, imported], index) => {
      const path = join(tree, file.replace("planted", `planted-${index}`));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `import "${imported}";\n`);
    });
    const only = ["--only=style/noRestrictedImports", "--reporter=github", "--max-diagnostics=none"];
    const { stdout } = spawnSync(join(root, "node_modules/.bin/biome"), ["lint", ...only, "."], {
      cwd: tree,
      encoding: "utf8",
    });
    return new Set([...stdout.matchAll(/planted-(\d+)/g)].map((match) => Number(match[1])));
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

type Plant = [file: string, imported: string];

const forbidden: Plant[] = [
  ["renderer/features/chat/planted.ts", "../../../app/memory/library.ts"],
  ["renderer/client/planted.ts", "../../app/storage/open.ts"],
  ["renderer/client/planted.ts", "../../main/web/host.ts"],
  ["renderer/client/planted.ts", "node:fs"],
  ["renderer/features/chat/planted.ts", "../memory/panel.tsx"],
  ["renderer/features/chat/planted.ts", "node:fs"],
  ["app/memory/planted.ts", "../../main/web/host.ts"],
  ["app/memory/planted.ts", "../llm/port.ts"],
  ["app/memory/planted.ts", "../tasks/graph.ts"],
  ["app/memory/retain/planted.ts", "../../llm/port.ts"],
  ["app/memory/planted.ts", "better-sqlite3"],
  ["app/tasks/planted.ts", "../memory/library.ts"],
  ["app/tasks/reminders/planted.ts", "../../memory/library.ts"],
  ["app/language/planted.ts", "../memory/library.ts"],
  ["app/llm/planted.ts", "../memory/library.ts"],
  ["app/llm/planted.ts", "../storage/open.ts"],
  ["app/storage/planted.ts", "../memory/library.ts"],
  ["app/storage/planted.ts", "node-llama-cpp"],
  ["app/contract/planted.ts", "../storage/open.ts"],
  ["app/assistant/planted.ts", "node-llama-cpp"],
  ["app/assistant/planted.ts", "react"],
  ["app/planted.ts", "electron"],
  ["app/planted.ts", "better-sqlite3"],
  ["main/web/planted.ts", "../../renderer/app.tsx"],
  ["main/web/planted.ts", "better-sqlite3"],
  ["main/web/planted.ts", "electron"],
  ["main/engine/planted.ts", "electron"],
  ["main/electron/planted.ts", "../../app/engine.ts"],
  ["main/electron/planted.ts", "../../app/storage/open.ts"],
  ["main/electron/planted.ts", "better-sqlite3"],
  ["main/preload/planted.ts", "node:fs"],
  ["main/preload/planted.ts", "../electron/desktop.ts"],
  ["main/preload/planted.ts", "../../app/engine.ts"],
];

const allowed: Plant[] = [
  ["renderer/features/chat/planted.ts", "../../../app/contract/index.ts"],
  ["renderer/features/chat/planted.ts", "../../ui/button.tsx"],
  ["app/assistant/planted.ts", "../memory/learn.ts"],
  ["app/assistant/planted.ts", "../llm/port.ts"],
  ["app/memory/planted.ts", "../storage/memories.ts"],
  ["app/tasks/reminders/planted.ts", "../../language/zone.ts"],
  ["app/language/planted.ts", "./zone.ts"],
  ["app/storage/planted.ts", "better-sqlite3"],
  ["app/llm/planted.ts", "node-llama-cpp"],
  ["app/embed/planted.ts", "onnxruntime-node"],
  ["main/web/planted.ts", "../../app/engine.ts"],
  ["main/electron/planted.ts", "electron"],
  ["main/electron/planted.ts", "../../app/contract/desktop.ts"],
  ["main/preload/planted.ts", "electron"],
  ["main/preload/planted.ts", "../../app/contract/desktop-messages.ts"],
];

describe("the import rules", () => {
  const caught = refused([...forbidden, ...allowed]);

  test.each(forbidden.map((plant, index) => [...plant, index] as const))(
    "%s may not import %s",
    (_file, _imported, index) => {
      expect(caught).toContain(index);
    },
  );

  test.each(allowed.map((plant, index) => [...plant, index + forbidden.length] as const))(
    "%s may import %s",
    (_file, _imported, index) => {
      expect(caught).not.toContain(index);
    },
  );
});

/** The source files below a folder. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

test("SQL is spoken only in app/storage", () => {
  const speaking = ["app", "main", "renderer"]
    .flatMap(sources)
    .filter((path) => !path.startsWith(join(root, "app/storage")))
    .filter((path) =>
      /\b(SELECT .+ FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|CREATE TABLE|PRAGMA)\b|\.pragma\(/.test(
        readFileSync(path, "utf8"),
      ),
    );
  expect(speaking).toEqual([]);
});
