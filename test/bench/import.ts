import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ImportEvent } from "../../app/contract/index.ts";
import { openEngine } from "../../app/engine.ts";
import { chatGptChat, type Turn } from "../fixtures/chats.ts";
import { superviseEmbedder } from "../fixtures/embedder.ts";
import { mulberry32 } from "../fixtures/random.ts";

/**
 * bench:import [MESSAGES]: brings in so many messages until each has its vector, brings them in again, learns from them, and takes them back: messages a
 * second, the longest time (ms) for which nothing else could be done, and the most memory the process had.
 */
const count = Number(process.argv[2] ?? 100_000);
const turnsOfOne = 40;
const random = mulberry32(1);
const words = Array.from({ length: 20_000 }, (_, index) => `w${(index * 7_919).toString(36)}`);
const statements = [
  (n: number) => `I live in Town${n % 50}.`,
  (n: number) => `My sister's name is Mara${n % 7}.`,
  (n: number) => `I like tea number ${n % 300} a lot.`,
  (n: number) => `I work at Company${n % 40} as an engineer.`,
];

function turn(index: number): Turn {
  const length = index % 2 === 0 ? 30 : 120;
  // Common words are common, as in a language.
  const text = Array.from({ length }, () => words[Math.floor(random() ** 3 * words.length)]).join(" ");
  const stated = index % 20 === 0 ? ` ${statements[(index / 20) % statements.length]?.(index) ?? ""}` : "";
  return { role: index % 2 === 0 ? "user" : "assistant", text: `${text}.${stated}` };
}

function* exported(): Generator<string> {
  yield "[";
  for (let from = 0; from < count; from += turnsOfOne) {
    const turns = Array.from({ length: Math.min(turnsOfOne, count - from) }, (_, index) => turn(from + index));
    yield (from > 0 ? "," : "") + JSON.stringify(chatGptChat(`c${from}`, turns, 1_600_000_000 + from * 60));
  }
  yield "]";
}

let longest = 0;
let last = performance.now();
let mostMemory = 0;
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last);
  last = now;
  mostMemory = Math.max(mostMemory, process.memoryUsage.rss());
}, 5).unref();

async function measured(what: string, work: () => Promise<unknown>): Promise<void> {
  longest = 0;
  mostMemory = 0;
  last = performance.now();
  const from = performance.now();
  const result = await work();
  const seconds = (performance.now() - from) / 1_000;
  const rate = Math.round(count / seconds).toLocaleString("en");
  const memory = Math.round(mostMemory / 1024 / 1024);
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${rate} messages/s, ${longest.toFixed(0)} ms at most without a pause, ${memory} MB`,
    result ?? "",
  );
}

const folder = mkdtempSync(join(tmpdir(), "ebb-bench-import-"));
try {
  const path = join(folder, "conversations.json");
  await pipeline(Readable.from(exported()), createWriteStream(path));
  const engine = await openEngine({
    folder: join(folder, "data"),
    clock: Date.now,
    host: "web",
    languageModel: null,
    embedder: superviseEmbedder(),
  });
  await engine.session.embeddings.settled();
  const { client } = engine;
  const bringIn = async (): Promise<ImportEvent | undefined> => {
    let end: ImportEvent | undefined;
    for await (const event of await client.transfer.importFile({ path })) end = event;
    return end;
  };
  let changeId = "";
  const from = performance.now();
  await measured("import", async () => {
    const end = await bringIn();
    changeId = end?.type === "done" ? (end.changeId ?? "") : "";
    return end;
  });
  await measured("the rest of its vectors", () => engine.session.embeddings.settled());
  const together = (performance.now() - from) / 1_000;
  console.log(
    `import with vectors: ${together.toFixed(1)} s, ${Math.round(count / together).toLocaleString("en")} messages/s`,
  );
  await measured("import again", bringIn);
  await measured("learn", async () => {
    const { chatImports } = engine.session.vault.store;
    while (chatImports.toLearn(1).length > 0) await new Promise((resolve) => setTimeout(resolve, 200));
    return { memories: (await client.memories.list({ status: "all" })).total };
  });
  await measured("undo", async () => {
    await client.memories.undo({ changeId });
    const memories = (await client.memories.list({ status: "all" })).total;
    return { memories, conversations: (await client.conversations.list({})).total };
  });
  await engine.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
