import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBrowser, installCommand } from "./browser.ts";
import { buildIfStale } from "./build.ts";

const root = join(import.meta.dirname, "..");
const output = join(root, "test-output");
const bin = (name: string): string => join(root, "node_modules", ".bin", name);

type Counts = { passed: number; failed: number; skipped: number };
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

/** Runs a checker that counts as one test. */
function check(title: string, program: string, args: string[]): void {
  const begun = performance.now();
  const { status } = spawnSync(bin(program), args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const ok = status === 0;
  console.log(`${ok ? "✓" : "✗"} ${title} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  add({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
}

/** Runs vitest on some projects. A run that ends without a report, as by a crash, counts as one failure. */
function suites(projects: string[]): void {
  const report = join(output, `${projects[0]}.json`);
  const names = projects.flatMap((name) => ["--project", name]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status } = spawnSync(bin("vitest"), ["run", ...names, ...reporters], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  try {
    const result = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
    const failed = result.numFailedTests ?? 0;
    add({
      passed: result.numPassedTests ?? 0,
      // A file that could not even be loaded has no test that failed.
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0),
    });
  } catch {
    console.error(`✗ ${projects.join(", ")}: the run ended without a report`);
    add({ passed: 0, failed: 1, skipped: 0 });
  }
}

const begun = performance.now();
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

check("types", "tsc", ["--noEmit"]);
check("lint, format and import rules", "biome", ["check", "--error-on-warnings", "."]);
check("nothing unused", "knip", ["--no-progress"]);
await buildIfStale();
suites(["unit", "contract", "storage", "security", "electron"]);
suites(["crash"]);
suites(["packaging"]);
if (ensureBrowser()) {
  suites(["e2e"]);
} else {
  console.error(`✗ e2e: no Chromium found. Install one with: ${installCommand()}`);
  add({ passed: 0, failed: 1, skipped: 0 });
}

suites(["e2e-electron"]);

console.log(`\nTook ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
