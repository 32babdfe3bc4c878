import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const standIn = fileURLToPath(new URL("test/fixtures/electron/index.ts", import.meta.url));

const project = (name: string, include: string[], serial: boolean) => ({
  test: {
    name,
    include,
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // Native parts are loaded per process; a crash of one must not take other files' results with it.
    pool: "forks" as const,
    fileParallelism: !serial,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project("unit", ["test/unit/**/*.test.ts"], false),
      project("contract", ["test/contract/**/*.test.ts"], false),
      project("storage", ["test/storage/**/*.test.ts"], false),
      project("security", ["test/security/**/*.test.ts"], false),
      project("crash", ["test/crash/**/*.test.ts"], true),
      project("e2e", ["test/e2e/**/*.test.ts"], true),
      // No Electron runs here: the desktop host runs against a strict stand-in of it.
      { ...project("electron", ["test/electron/**/*.test.ts"], false), resolve: { alias: { electron: standIn } } },
      project("e2e-electron", ["test/e2e-electron/**/*.test.ts"], true),
      project("packaging", ["test/packaging/**/*.test.ts"], true),
    ],
  },
});
