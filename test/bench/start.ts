import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { openEngine } from "../../app/engine.ts";
import { indexInThread } from "../../main/engine/index-thread.ts";
import { findBrowser } from "../../main/web/browser.ts";
import { buildIfStale } from "../../tools/build.ts";
import { superviseEmbedder } from "../fixtures/embedder.ts";
import { childrenOf, startHostProcess } from "../fixtures/host-process.ts";
import { liveForYears } from "../fixtures/years.ts";

const indexEntry = join(import.meta.dirname, "../../out/main/index-worker.js");

// Process start to a window that can be typed in, over the web host, and the memory of our processes when idle. The browser
// runs already and is not counted: starting it is not Ebb's work. With --items N over a store of so many messages and memories.
const { values } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "10" },
    items: { type: "string", default: "0" },
  },
});

/** Proportional set size of a process, in MB (Linux). */
function pss(pid: number): number {
  const kb = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return Number(kb) / 1024;
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

await buildIfStale();
const executablePath = findBrowser();
if (!executablePath) throw new Error("No Chromium found; npm test installs one.");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const folder = mkdtempSync(join(tmpdir(), "ebb-bench-"));
const items = Number(values.items);
if (items > 0) {
  const engine = await openEngine({
    folder,
    clock: Date.now,
    host: "web",
    languageModel: null,
    embedder: superviseEmbedder(),
    indexWork: (task, cancelled) => indexInThread(indexEntry, task, cancelled),
  });
  liveForYears(engine.session.vault, items, 0);
  await engine.session.embeddings.indexed();
  await engine.close();
}
const listening: number[] = [];
const usable: number[] = [];
let idle = 0;
for (let round = 0; round < Number(values.rounds); round += 1) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const begun = performance.now();
  const host = await startHostProcess(folder);
  listening.push(performance.now() - begun);
  await page.goto(host.url);
  await page.getByRole("textbox", { name: "Message" }).fill("x");
  usable.push(performance.now() - begun);
  await new Promise((resolve) => setTimeout(resolve, round === 0 ? 5_000 : 0));
  if (round === 0) idle = [host.child.pid ?? 0, ...childrenOf(host.child.pid ?? 0)].map(pss).reduce((a, b) => a + b, 0);
  await context.close();
  await host.stop();
}
await browser.close();
rmSync(folder, { recursive: true, force: true });

const result = {
  listening_ms: { median: median(listening), max: Math.max(...listening) },
  usable_ms: { median: median(usable), max: Math.max(...usable) },
  idle_pss_mb: idle,
};
console.table({
  "process start to listening, ms": {
    median: result.listening_ms.median.toFixed(0),
    max: result.listening_ms.max.toFixed(0),
    goal: "",
  },
  "process start to usable window, ms": {
    median: result.usable_ms.median.toFixed(0),
    max: result.usable_ms.max.toFixed(0),
    goal: "< 1000",
  },
  "idle PSS without a model, MB": { median: idle.toFixed(0), max: "", goal: "<= 250" },
});
if (values.json) writeFileSync(values.json, JSON.stringify(result));
