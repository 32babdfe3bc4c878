import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Engine, openEngine } from "../../app/engine.ts";
import { meaningText } from "../../app/memory/recall/domain-match.ts";
import { recall } from "../../app/memory/recall/recall.ts";
import { defaultWeights, type Weights } from "../../app/memory/recall/weights.ts";
import { superviseEmbedder } from "../fixtures/embedder.ts";

/**
 * bench:recall FILE [--json FILE]: how much of the evidence for questions about long conversations recall finds among its
 * first 5, 10, 25 and 50 turns. One conversation at a time goes into an empty store through the normal write path.
 */

const ks = [5, 10, 25, 50] as const;
/** Results asked for: several may be of one turn. */
const results = 2 * Math.max(...ks);
const minute = 60_000;
/** What a question waits for its vector, at most; ms. */
const patience = 5_000;

const file = z.object({
  conversations: z.array(
    z.object({
      id: z.string(),
      sessions: z.array(
        z.object({
          date_time: z.string(),
          turns: z.array(
            z.object({ id: z.string(), speaker: z.string(), text: z.string(), image_caption: z.string().optional() }),
          ),
        }),
      ),
      questions: z.array(z.object({ question: z.string(), category: z.string(), evidence: z.array(z.string()) })),
    }),
  ),
});
type Conversation = z.infer<typeof file>["conversations"][number];

/** Each arm of recall, by what is changed to leave it out. */
const arms: Record<string, Partial<Weights>> = {
  "meaning (vectors)": { meaning: 0, sessionMeaning: 0 },
  "neighbouring turns": { before: [], after: [] },
  "session prior": { session: 0, sessionMeaning: 0 },
  "person match": { person: 0 },
  "time named in the question": { time: 0 },
  "kind of answer": { answer: 0 },
  "answer to a like question": { answering: 0 },
  "irregular forms, synonyms": { variant: 0 },
  "length, names, asking": { length: 0, detail: 0, asking: 0 },
  "variety (MMR)": { variety: 0 },
  "names damped as terms": { name: 1 },
  "questions damped": { questionTurn: 1 },
  "b = 0.3 (FTS5: 0.75)": { b: 0.75 },
};

type Asked = { category: string; recalls: number[]; ms: number };
type Scores = Record<string, number>;
/** A conversation as it is stored: its clock after the last session, and the file's id of each stored turn. */
type Ingested = { engine: Engine; conversation: Conversation; turnOf: Map<string, string>; now: number };

/** "1:56 pm on 8 May, 2023" in UTC, ms. */
function parseDate(text: string): number {
  const [, hour, minutes, half, date] = /^(\d+):(\d+) (am|pm) on (.+)$/i.exec(text) ?? [];
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === "pm" ? 12 : 0);
  const at = Date.parse(`${date} 00:00 UTC`) + (hours * 60 + Number(minutes)) * minute;
  if (Number.isNaN(at)) throw new Error(`not a session date: ${text}`);
  return at;
}

async function ingest(conversation: Conversation, folder: string): Promise<Ingested> {
  let now = 0;
  const embedder = superviseEmbedder();
  const engine = await openEngine({ folder, clock: () => now, host: "web", languageModel: null, embedder });
  const { assistant } = engine.session;
  const turnOf = new Map<string, string>();
  for (const [place, session] of conversation.sessions.entries()) {
    const start = parseDate(session.date_time);
    for (const [order, turn] of session.turns.entries()) {
      now = start + order * minute;
      const stored = assistant.ingest({
        conversationId: `session-${place}`,
        role: "other",
        speaker: turn.speaker,
        text: turn.image_caption ? `${turn.text} (shares ${turn.image_caption})` : turn.text,
        createdAt: now,
        zone: "UTC",
      });
      turnOf.set(stored, turn.id);
    }
  }
  now += 60 * minute;
  await engine.session.embeddings.settled();
  return { engine, conversation, turnOf, now };
}

async function ask({ engine, conversation, turnOf, now }: Ingested, weights: Weights): Promise<Asked[]> {
  const { vault, embeddings } = engine.session;
  const asked: Asked[] = [];
  for (const { question, category, evidence } of conversation.questions) {
    if (evidence.length === 0) continue;
    const start = performance.now();
    const vector = await embeddings.query(meaningText(question), patience);
    const recalled = recall(vault.store, { text: question, vector, now, limit: results }, weights);
    const ms = performance.now() - start;
    const ranked = [...new Set(recalled.flatMap(({ messageIds }) => messageIds.map((id) => turnOf.get(id))))];
    const recalls = ks.map((k) => {
      const top = new Set(ranked.slice(0, k));
      return evidence.filter((id) => top.has(id)).length / evidence.length;
    });
    asked.push({ category, recalls, ms });
  }
  return asked;
}

/** Mean recall at each k, in percent. */
function scoresOf(asked: readonly Asked[]): Scores {
  return Object.fromEntries(
    ks.map((k, place) => {
      const sum = asked.reduce((total, { recalls }) => total + (recalls[place] ?? 0), 0);
      return [k, Math.round((1_000 * sum) / asked.length) / 10];
    }),
  );
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(100 * (sorted[Math.ceil(share * sorted.length) - 1] ?? 0)) / 100;
}

function printRow(name: string, scores: Scores): void {
  console.log(name.padEnd(28), ...Object.values(scores).map((score) => score.toFixed(1).padStart(7)));
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const [path] = positionals;
if (path === undefined) {
  console.error("Usage: bench:recall FILE [--json FILE]");
  process.exit(2);
}
const { conversations } = file.parse(JSON.parse(readFileSync(path, "utf8")));

const folder = mkdtempSync(join(tmpdir(), "ebb-bench-recall-"));
const asked: Asked[] = [];
const askedWithout = new Map<string, Asked[]>(Object.keys(arms).map((arm) => [arm, []]));
try {
  for (const [place, conversation] of conversations.entries()) {
    const ingested = await ingest(conversation, join(folder, String(place)));
    asked.push(...(await ask(ingested, defaultWeights)));
    for (const [arm, change] of Object.entries(arms)) {
      askedWithout.get(arm)?.push(...(await ask(ingested, { ...defaultWeights, ...change })));
    }
    await ingested.engine.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const categories = Object.entries(Object.groupBy(asked, ({ category }) => category));
const report = {
  overall: scoresOf(asked),
  by_category: Object.fromEntries(categories.map(([category, some]) => [category, scoresOf(some ?? [])])),
  ablation: Object.fromEntries([...askedWithout].map(([arm, some]) => [arm, scoresOf(some)])),
  latency_ms: {
    p50: percentile(
      asked.map(({ ms }) => ms),
      0.5,
    ),
    p95: percentile(
      asked.map(({ ms }) => ms),
      0.95,
    ),
  },
};
console.log(`recall in %, ${asked.length} questions`.padEnd(28), ...ks.map((k) => `@${k}`.padStart(7)));
printRow("overall", report.overall);
for (const [category, scores] of Object.entries(report.by_category)) printRow(`  ${category}`, scores);
for (const [arm, scores] of Object.entries(report.ablation)) printRow(`without ${arm}`, scores);
console.log(`recall takes ${report.latency_ms.p50} ms (p50), ${report.latency_ms.p95} ms (p95)`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
