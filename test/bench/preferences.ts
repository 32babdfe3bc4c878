import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { openEngine } from "../../app/engine.ts";
import { addMemory } from "../../app/memory/library.ts";
import { meaningText } from "../../app/memory/recall/domain-match.ts";
import { recall } from "../../app/memory/recall/recall.ts";
import { defaultWeights, type Weights } from "../../app/memory/recall/weights.ts";
import { superviseEmbedder } from "../fixtures/embedder.ts";

/**
 * bench:preferences FILE [--json FILE]: how often a question that shares hardly a word with it brings back the preference that it
 * hangs on, among the first 1, 5, 10 and 25. All preferences are memories of one store, added as the memory panel adds them.
 */

const ks = [1, 5, 10, 25] as const;
/** What a question waits for its vector, at most; ms. */
const patience = 5_000;

const file = z.object({
  items: z.array(z.object({ id: z.string(), topic: z.string(), preference: z.string(), question: z.string() })),
});
type Item = z.infer<typeof file>["items"][number];

/** Each arm of recall that may find a memory, by what is changed to leave it out. */
const arms: Record<string, Partial<Weights>> = {
  "meaning (vectors)": { meaning: 0, sessionMeaning: 0 },
  "domains and aspects": { domain: 0 },
  "variety (MMR)": { variety: 0 },
};

type Asked = { topic: string; hits: number[]; ms: number };
type Scores = Record<string, number>;

/** Mean hits at each k, in percent. */
function scoresOf(asked: readonly Asked[]): Scores {
  return Object.fromEntries(
    ks.map((k, place) => {
      const sum = asked.reduce((total, { hits }) => total + (hits[place] ?? 0), 0);
      return [k, Math.round((1_000 * sum) / asked.length) / 10];
    }),
  );
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(100 * (sorted[Math.ceil(share * sorted.length) - 1] ?? 0)) / 100;
}

function printRow(name: string, scores: Scores): void {
  console.log(name.padEnd(32), ...Object.values(scores).map((score) => score.toFixed(1).padStart(7)));
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const [path] = positionals;
if (path === undefined) {
  console.error("Usage: bench:preferences FILE [--json FILE]");
  process.exit(2);
}
const { items } = file.parse(JSON.parse(readFileSync(path, "utf8")));

const folder = mkdtempSync(join(tmpdir(), "ebb-bench-preferences-"));
const asked: Asked[] = [];
const askedWithout = new Map<string, Asked[]>(Object.keys(arms).map((arm) => [arm, []]));
try {
  const now = Date.now();
  const engine = await openEngine({
    folder,
    clock: () => now,
    host: "web",
    languageModel: null,
    embedder: superviseEmbedder(),
  });
  const { vault, embeddings } = engine.session;
  const { store } = vault;
  const memoryOf = new Map<Item, string>();
  for (const item of items) {
    memoryOf.set(item, addMemory(store, { text: item.preference, kind: "preference" }, now).memory.id);
  }
  await embeddings.settled();
  const ask = async (item: Item, weights: Weights): Promise<Asked> => {
    const start = performance.now();
    const vector = await embeddings.query(meaningText(item.question), patience);
    const recalled = recall(store, { text: item.question, vector, now, limit: Math.max(...ks) }, weights);
    const ms = performance.now() - start;
    const place = recalled.findIndex(({ id }) => id === memoryOf.get(item));
    return { topic: item.topic, hits: ks.map((k) => Number(place >= 0 && place < k)), ms };
  };
  for (const item of items) {
    asked.push(await ask(item, defaultWeights));
    for (const [arm, change] of Object.entries(arms)) {
      askedWithout.get(arm)?.push(await ask(item, { ...defaultWeights, ...change }));
    }
  }
  await engine.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const topics = Object.entries(Object.groupBy(asked, ({ topic }) => topic));
const times = asked.map(({ ms }) => ms);
const report = {
  overall: scoresOf(asked),
  by_category: Object.fromEntries(topics.map(([topic, some]) => [topic, scoresOf(some ?? [])])),
  ablation: Object.fromEntries([...askedWithout].map(([arm, some]) => [arm, scoresOf(some)])),
  latency_ms: { p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
};
console.log(`hits in %, ${asked.length} questions`.padEnd(32), ...ks.map((k) => `@${k}`.padStart(7)));
printRow("overall", report.overall);
for (const [topic, scores] of Object.entries(report.by_category)) printRow(`  ${topic}`, scores);
for (const [arm, scores] of Object.entries(report.ablation)) printRow(`without ${arm}`, scores);
console.log(`recall takes ${report.latency_ms.p50} ms (p50), ${report.latency_ms.p95} ms (p95)`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
