import { execFile } from "node:child_process";
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs, promisify } from "node:util";
import { recallLimit } from "../../app/assistant/answer.ts";
import { type Engine, openEngine } from "../../app/engine.ts";
import { rank } from "../../app/memory/recall/recall.ts";
import type { MemoryStore } from "../../app/memory/store.ts";
import { indexInThread } from "../../main/engine/index-thread.ts";
import { buildIfStale } from "../../tools/build.ts";
import { chatGptChat, type Turn } from "../fixtures/chats.ts";
import { superviseEmbedder } from "../fixtures/embedder.ts";
import { childrenOf, startHostProcess } from "../fixtures/host-process.ts";
import { liveForYears, type Years } from "../fixtures/years.ts";

/**
 * bench:memory [SIZES] [--questions N] [--json FILE]: over stores of so many items (10000 and 100000 by default), how long a
 * recall takes with its question's embedding and where the time goes, how fast messages come in with their vectors, how soon the
 * built Ebb is usable, what its engine needs of memory and disk; and how each grows from size to size.
 */

const indexEntry = join(import.meta.dirname, "../../out/main/index-worker.js");
const patience = 5_000;
const warmUp = 20;
const importedMessages = 5_000;
const turnsOfOne = 40;
/** The built Ebb has read its vectors, and is idle, after so long; ms. */
const untilIdle = 10_000;

type Percentiles = { p50: number; p95: number; p99: number };
type Asked = { ms: number; cpu: number; embedding: number; found: number };
type Measured = {
  items: number;
  open_ms: number;
  vectors_read_ms: number;
  recall_ms: Percentiles;
  /** Processor time of the engine's thread in it: what a machine that has nothing else to do would take, but for the embedding. */
  cpu_ms: Percentiles;
  /** Mean ms of each part of a recall. */
  parts_ms: Record<string, number>;
  found: number;
  import_per_s: number;
};
type Result = Measured & {
  build_s: number;
  /** Until the file that vectors are searched by is there. */
  index_s: number;
  embed_per_s: number;
  disk_mb: number;
  listening_ms: number;
  engine_pss_mb: number;
  embedder_pss_mb: number;
  load: number;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    questions: { type: "string", default: "400" },
    /** The folder of a store to measure, in a process of its own, so that what built it doesn't count. */
    measure: { type: "string" },
  },
});
const years = (folder: string) => join(folder, "years.json");
const dataOf = (folder: string) => join(folder, "data");

function percentiles(numbers: readonly number[]): Percentiles {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Proportional set size of a process, in MB (Linux). */
function pss(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]) / 1024;
}

function open(folder: string): Promise<Engine> {
  return openEngine({
    folder: dataOf(folder),
    clock: Date.now,
    host: "web",
    languageModel: null,
    embedder: superviseEmbedder(),
    indexWork: (task, cancelled) => indexInThread(indexEntry, task, cancelled),
  });
}

/** The object with each of its methods' time added up under its name. */
function timed<T extends object>(prefix: string, object: T, spent: Map<string, number>): T {
  const wrapped = Object.entries(object).map(([name, value]) => {
    if (typeof value !== "function") return [name, value];
    const timedMethod = (...given: unknown[]): unknown => {
      const from = performance.now();
      try {
        return value.apply(object, given);
      } finally {
        const key = `${prefix}.${name}`;
        spent.set(key, (spent.get(key) ?? 0) + performance.now() - from);
      }
    };
    return [name, timedMethod];
  });
  return Object.fromEntries(wrapped) as T;
}

async function build(
  folder: string,
  items: number,
  questions: number,
): Promise<{ build_s: number; index_s: number; embed_per_s: number }> {
  const from = performance.now();
  const engine = await open(folder);
  const lived = liveForYears(engine.session.vault, items, questions + warmUp);
  writeFileSync(years(folder), JSON.stringify(lived));
  const embedding = performance.now();
  await engine.session.embeddings.settled();
  const end = performance.now();
  await engine.session.embeddings.indexed();
  const index_s = (performance.now() - end) / 1_000;
  await engine.close();
  return { build_s: (end - from) / 1_000, index_s, embed_per_s: items / ((end - embedding) / 1_000) };
}

/** What one store takes, measured in this process. */
async function measure(folder: string): Promise<Measured> {
  const { now, questions }: Years = JSON.parse(readFileSync(years(folder), "utf8"));
  const begun = performance.now();
  const engine = await open(folder);
  const open_ms = performance.now() - begun;
  const { vault, embeddings } = engine.session;
  await embeddings.indexed();
  const vectors_read_ms = performance.now() - begun - open_ms;

  const spent = new Map<string, number>();
  const store: MemoryStore = {
    ...vault.store,
    search: timed("search", vault.store.search, spent),
    vectors: timed("vectors", vault.store.vectors, spent),
    memories: timed("memories", vault.store.memories, spent),
    preferences: timed("preferences", vault.store.preferences, spent),
  };
  const ask = async (asked: MemoryStore, text: string): Promise<Asked> => {
    const from = performance.now();
    const vector = await embeddings.query(text, patience);
    const embedding = performance.now() - from;
    const before = process.threadCpuUsage();
    const { found } = rank(asked, { text, vector, now, limit: recallLimit });
    const { user, system } = process.threadCpuUsage(before);
    return { ms: performance.now() - from, cpu: (user + system) / 1_000, embedding, found: found.length };
  };
  // Timing the parts takes time itself: every other question goes without.
  const whole: number[] = [];
  const cpu: number[] = [];
  let embedding = 0;
  let detailed = 0;
  let detailedCount = 0;
  let found = 0;
  for (const [place, text] of questions.entries()) {
    const isDetailed = place % 2 === 1;
    const asked = await ask(isDetailed ? store : vault.store, text);
    if (place < warmUp) {
      spent.clear();
      continue;
    }
    whole.push(asked.ms);
    cpu.push(asked.cpu);
    found += asked.found / (questions.length - warmUp);
    if (!isDetailed) continue;
    embedding += asked.embedding;
    detailed += asked.ms;
    detailedCount++;
  }
  const parts: [string, number][] = [["embedding", embedding], ...spent];
  const rest = detailed - parts.reduce((sum, [, ms]) => sum + ms, 0);
  const mean = [...parts, ["all else", rest] as [string, number]]
    .map(([name, ms]): [string, number] => [name, ms / detailedCount])
    .sort((a, b) => b[1] - a[1]);

  const path = join(folder, "conversations.json");
  await pipeline(Readable.from(exported()), createWriteStream(path));
  const importing = performance.now();
  for await (const _ of await engine.client.transfer.importFile({ path })) {
    // To its end.
  }
  await embeddings.settled();
  const import_per_s = importedMessages / ((performance.now() - importing) / 1_000);
  await engine.close();
  const items = questions.length;
  return {
    items,
    open_ms,
    vectors_read_ms,
    recall_ms: percentiles(whole),
    cpu_ms: percentiles(cpu),
    parts_ms: Object.fromEntries(mean),
    found,
    import_per_s,
  };
}

function* exported(): Generator<string> {
  const turn = (place: number): Turn => ({
    role: place % 2 === 0 ? "user" : "assistant",
    text: Array.from({ length: 25 }, (_, word) => `word${((place * 31 + word) * 7_919) % 30_000}`).join(" "),
  });
  yield "[";
  for (let from = 0; from < importedMessages; from += turnsOfOne) {
    const turns = Array.from({ length: turnsOfOne }, (_, place) => turn(from + place));
    yield (from > 0 ? "," : "") + JSON.stringify(chatGptChat(`c${from}`, turns, 1_600_000_000 + from * 60));
  }
  yield "]";
}

/** The built Ebb on that store: from the start of its process to its address, and its memory once it is idle. */
async function start(
  folder: string,
): Promise<{ listening_ms: number; engine_pss_mb: number; embedder_pss_mb: number }> {
  const begun = performance.now();
  const host = await startHostProcess(dataOf(folder));
  const listening_ms = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, untilIdle));
  const pid = host.child.pid ?? 0;
  const engine_pss_mb = pss(pid);
  const embedder_pss_mb = childrenOf(pid).reduce((sum, child) => sum + pss(child), 0);
  await host.stop();
  return { listening_ms, engine_pss_mb, embedder_pss_mb };
}

async function benchmark(items: number, questions: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "ebb-bench-memory-"));
  try {
    const built = await build(folder, items, questions);
    const disk_mb = readdirSync(dataOf(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size / 1024 / 1024, 0);
    const started = await start(folder);
    const child = [import.meta.filename, "--measure", folder];
    const { stdout } = await promisify(execFile)(process.execPath, child, { maxBuffer: 1 << 24 });
    const measured: Measured = JSON.parse(stdout);
    return { ...built, disk_mb, ...started, ...measured, items, load: loadavg()[0] ?? 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(results: readonly Result[]): void {
  const goals = new Map([
    [10_000, 15],
    [100_000, 30],
    [1_000_000, 120],
  ]);
  const row = (read: (result: Result) => number, digits = 1) =>
    Object.fromEntries([
      ...results.map((result) => [result.items.toLocaleString("en"), read(result).toFixed(digits)]),
      ...results.slice(1).map((result, place) => {
        const before = results[place] as Result;
        const grown = read(result) / read(before);
        return [`x${result.items / before.items} items`, `x${grown.toFixed(1)}`];
      }),
    ]);
  console.table({
    "recall p50, ms": row((result) => result.recall_ms.p50),
    "recall p95, ms": row((result) => result.recall_ms.p95),
    "  its goal": Object.fromEntries(results.map(({ items }) => [items.toLocaleString("en"), goals.get(items) ?? ""])),
    "recall p99, ms": row((result) => result.recall_ms.p99),
    "its processor time p50, ms": row((result) => result.cpu_ms.p50),
    "its processor time p95, ms": row((result) => result.cpu_ms.p95),
    found: row((result) => result.found),
    "import with vectors, messages/s": row((result) => result.import_per_s, 0),
    "embedding, texts/s": row((result) => result.embed_per_s, 0),
    "engine PSS, MB": row((result) => result.engine_pss_mb, 0),
    "embedder PSS, MB": row((result) => result.embedder_pss_mb, 0),
    "process start to listening, ms": row((result) => result.listening_ms, 0),
    "opening the store, ms": row((result) => result.open_ms, 0),
    "reading the vectors, ms": row((result) => result.vectors_read_ms, 0),
    "building the vectors' index, s": row((result) => result.index_s),
    "disk, MB": row((result) => result.disk_mb, 0),
    "load of the machine": row((result) => result.load),
  });
  const names = new Set(results.flatMap(({ parts_ms }) => Object.keys(parts_ms)));
  console.table(Object.fromEntries([...names].map((name) => [name, row((result) => result.parts_ms[name] ?? 0, 2)])));
}

if (values.measure !== undefined) {
  console.log(JSON.stringify(await measure(values.measure)));
  process.exit(0);
}
await buildIfStale();
const sizes = positionals.length > 0 ? positionals.map(Number) : [10_000, 100_000];
const results: Result[] = [];
for (const items of sizes) results.push(await benchmark(items, Number(values.questions)));
print(results);
if (values.json) writeFileSync(values.json, JSON.stringify(results));
process.exit(0);
