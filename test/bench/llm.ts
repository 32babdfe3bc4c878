import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { ChatHistoryItem } from "node-llama-cpp";
import { openEngine } from "../../app/engine.ts";
import type { GenerateRequest, LanguageModel, ReplySummary } from "../../app/llm/port.ts";
import { proposalSchema } from "../../app/tasks/language/proposal.ts";
import { forkInference } from "../../main/engine/inference-process.ts";
import { InferenceSupervisor } from "../../main/engine/inference-supervisor.ts";
import { buildIfStale } from "../../tools/build.ts";
import { writeTinyModel } from "../fixtures/gguf.ts";

/**
 * bench:llm MODEL.gguf | --synthetic 1B [--seconds N] [--rounds N] [--turns N] [--backend cpu] [--json FILE]: the same model and
 * questions through the whole app (engine, recall, process border, stream) and through the bare node-llama-cpp, by turns in one
 * run: tokens a second and time to the first token; the first token at turn 2 and at the last; how soon a stop is a stop; what
 * a grammar costs.
 */

const inferenceEntry = join(import.meta.dirname, "../../out/main/inference.js");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    synthetic: { type: "string" },
    /** How long each reply is let run. */
    seconds: { type: "string", default: "8" },
    rounds: { type: "string", default: "5" },
    turns: { type: "string", default: "50" },
    backend: { type: "string", default: "auto" },
  },
});

/** Shapes of models that are made up: random q8_0 weights, with the widths of the families they are like. */
const shapes = {
  "100M": { hidden: 768, layers: 12, heads: 12, kvHeads: 4, feedForward: 2_048 },
  "500M": { hidden: 1_024, layers: 30, heads: 16, kvHeads: 4, feedForward: 4_096 },
  "1B": { hidden: 2_048, layers: 22, heads: 32, kvHeads: 4, feedForward: 5_632 },
  "3B": { hidden: 3_072, layers: 28, heads: 24, kvHeads: 8, feedForward: 8_192 },
  "7B": { hidden: 4_096, layers: 32, heads: 32, kvHeads: 8, feedForward: 14_336 },
} as const;

type Spoken = { firstMs: number; tokensPerSecond: number; stopMs: number };

const questions = [
  "Tell me a long story about the sea.",
  "How does a sailing ship cross against the wind?",
  "What should I know before I buy a used bicycle?",
  "Explain how bread rises, in detail.",
  "Describe a walk through an old harbour town.",
  "What are the stages of learning an instrument?",
  "Why do leaves change their colour in autumn?",
] as const;

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The app's model with the summaries of its replies to be read. */
function listening(model: LanguageModel): { model: LanguageModel; last: () => ReplySummary } {
  let last: ReplySummary | undefined;
  const generate = async function* (request: GenerateRequest) {
    for await (const piece of model.generate(request)) {
      if (piece.type === "end" && !request.schema) last = piece.summary;
      yield piece;
    }
  };
  const heard = new Proxy(model, {
    get(target, name) {
      if (name === "generate") return generate;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    model: heard,
    last: () => {
      if (!last) throw new Error("No reply was written");
      return last;
    },
  };
}

/** Ebb on an empty folder with the built inference process. */
async function openApp(folder: string, path: string) {
  const supervisor = new InferenceSupervisor({ start: () => forkInference(inferenceEntry) });
  const { model, last } = listening(supervisor);
  const engine = await openEngine({ folder, clock: Date.now, host: "web", languageModel: model });
  await supervisor.load(path, { backend: values.backend === "cpu" ? "cpu" : "auto" });
  const { chat } = engine.client;
  /** One turn, stopped after `ms` from its first token; with 0 at that token. */
  const say = async (text: string, conversationId: string | null, ms: number) => {
    const begun = performance.now();
    const { replyId, conversationId: id } = await chat.send({ messageId: crypto.randomUUID(), conversationId, text });
    let firstAt = Number.NaN;
    let stopAt = Number.NaN;
    let endAt = Number.NaN;
    for await (const event of await chat.follow({ replyId })) {
      endAt = performance.now();
      if (event.type !== "text" || !Number.isNaN(firstAt)) continue;
      firstAt = endAt;
      void sleep(ms).then(async () => {
        stopAt = performance.now();
        await chat.stop({ replyId });
      });
    }
    const { replyTokens, promptTokens, reusedTokens, firstTokenMs } = last();
    const until = Number.isNaN(stopAt) ? endAt : Math.min(stopAt, endAt);
    return {
      conversationId: id,
      firstMs: firstAt - begun,
      ownFirstMs: firstTokenMs ?? Number.NaN,
      tokensPerSecond: ((replyTokens - 1) * 1_000) / (until - firstAt),
      stopMs: endAt - stopAt,
      promptTokens,
      reusedTokens,
    };
  };
  const { state } = supervisor;
  if (state.status !== "ready") throw new Error("The model was not loaded");
  return { engine, supervisor, say, loaded: state.model };
}

/** The library as one would use it alone: the same file, context size, threads, sampling. */
async function openBare(path: string, contextSize: number) {
  const { getLlama, LlamaChat, LlamaLogLevel, resolveChatWrapper } = await import("node-llama-cpp");
  const gpu = values.backend === "cpu" ? false : "auto";
  const llama = await getLlama({ gpu, build: "never", skipDownload: true, logLevel: LlamaLogLevel.disabled });
  // Left to itself the library takes four threads even on two cores, which then wait for one another.
  const threads = Math.max(1, Math.min(llama.cpuMathCores, availableParallelism()));
  llama.maxThreads = threads;
  const model = await llama.loadModel({ modelPath: path, gpuLayers: gpu ? { fitContext: { contextSize } } : 0 });
  const context = await model.createContext({ contextSize, sequences: 1, threads });
  const chatWrapper = resolveChatWrapper(model, { warningLogs: false });
  const chat = new LlamaChat({ contextSequence: context.getSequence(), chatWrapper });
  const say = async (system: string, text: string, ms: number): Promise<Spoken> => {
    const history: ChatHistoryItem[] = [
      { type: "system", text: system },
      { type: "user", text },
    ];
    const stop = new AbortController();
    const begun = performance.now();
    let firstAt = Number.NaN;
    let stopAt = Number.NaN;
    let tokens = 0;
    await chat.generateResponse(history, {
      signal: stop.signal,
      stopOnAbortSignal: true,
      maxTokens: 2_048,
      temperature: 0.7,
      topK: 40,
      topP: 0.95,
      minP: 0.05,
      repeatPenalty: false,
      onTextChunk: () => {
        if (!Number.isNaN(firstAt)) return;
        firstAt = performance.now();
        void sleep(ms).then(() => {
          stopAt = performance.now();
          stop.abort();
        });
      },
      onResponseChunk: (chunk) => {
        tokens += chunk.tokens.length;
      },
    });
    const endAt = performance.now();
    const until = Number.isNaN(stopAt) ? endAt : Math.min(stopAt, endAt);
    return {
      firstMs: firstAt - begun,
      tokensPerSecond: ((tokens - 1) * 1_000) / (until - firstAt),
      stopMs: endAt - stopAt,
    };
  };
  return { say, close: () => model.dispose() };
}

/** Tokens a second of a reply as such, and under a grammar; both by the model's own count. */
async function grammarCost(model: LanguageModel): Promise<{ plain: number; grammar: number }> {
  const speed = async (schema: GenerateRequest["schema"]): Promise<number> => {
    const history = [{ role: "user" as const, text: "List what a trip to the sea needs." }];
    const asked = {
      system: "You are Ebb.",
      history,
      maxTokens: 160,
      temperature: 0.7,
      seed: 7,
      beside: "aside" as const,
    };
    for await (const piece of model.generate({ ...asked, schema })) {
      if (piece.type === "end") return piece.summary.tokensPerSecond ?? Number.NaN;
    }
    return Number.NaN;
  };
  await speed(proposalSchema);
  const plain: number[] = [];
  const grammar: number[] = [];
  for (let round = 0; round < 3; round++) {
    plain.push(await speed(undefined));
    grammar.push(await speed(proposalSchema));
  }
  return { plain: median(plain), grammar: median(grammar) };
}

function modelFile(folder: string): string {
  const [path] = positionals;
  if (path !== undefined) return path;
  const size = values.synthetic ?? "";
  const shape = Object.entries(shapes).find(([name]) => name === size)?.[1];
  if (!shape) throw new Error(`Give a GGUF file, or --synthetic ${Object.keys(shapes).join("|")}`);
  const made = join(folder, `synthetic-${size}.gguf`);
  console.log(`Writing ${basename(made)} ...`);
  writeTinyModel(made, { ...shape, context: 8_192, endless: true, name: `Synthetic ${size}` });
  return made;
}

await buildIfStale();
const folder = mkdtempSync(join(tmpdir(), "ebb-bench-llm-"));
try {
  const path = modelFile(folder);
  const ms = Number(values.seconds) * 1_000;
  const app = await openApp(join(folder, "data"), path);
  const bare = await openBare(path, app.loaded.contextSize);
  const { systemPrompt } = await import("../../app/assistant/prompt.ts");
  const system = systemPrompt([]);
  // What is read for the first time is read from the disk.
  await app.say("Hello there, what can you do?", null, 500);
  await bare.say(system, "Hello there, what can you do?", 500);
  const inApp: Awaited<ReturnType<typeof app.say>>[] = [];
  const alone: Spoken[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const question = questions[round % questions.length] ?? "";
    inApp.push(await app.say(question, null, ms));
    alone.push(await bare.say(system, question, ms));
  }
  await bare.close();
  const stops = inApp.map(({ stopMs }) => stopMs);
  const firsts: number[] = [];
  let conversationId: string | null = null;
  for (let turn = 1; turn <= Number(values.turns); turn++) {
    const said = await app.say(`${questions[turn % questions.length]} (${turn})`, conversationId, 0);
    conversationId = said.conversationId;
    firsts.push(said.firstMs);
    if (!Number.isNaN(said.stopMs)) stops.push(said.stopMs);
  }
  const early = median(firsts.slice(1, 4));
  const late = median(firsts.slice(-3));
  const json = await grammarCost(app.supervisor);
  await app.engine.close();

  const of = (read: (spoken: Spoken) => number) => ({ app: median(inApp.map(read)), bare: median(alone.map(read)) });
  const speed = of(({ tokensPerSecond }) => tokensPerSecond);
  const first = of(({ firstMs }) => firstMs);
  const result = {
    model: basename(path),
    backend: app.loaded.backend,
    gpu_layers: app.loaded.gpuLayers,
    tokens_per_s: { ...speed, ratio: speed.app / speed.bare },
    first_token_ms: {
      ...first,
      more: first.app - first.bare,
      of_that_the_model: median(inApp.map((one) => one.ownFirstMs)),
    },
    turns: { early_ms: early, late_ms: late, ratio: late / early, count: firsts.length },
    stop_ms: { p50: median(stops), max: Math.max(...stops) },
    json: { ...json, ratio: json.grammar / json.plain },
  };
  const show = (value: number, digits = 1): string => value.toFixed(digits);
  console.log(`${result.model} on ${result.backend}, ${result.gpu_layers} layers on the GPU`);
  console.table({
    "tokens/s": {
      app: show(speed.app),
      bare: show(speed.bare),
      "app to bare": show(result.tokens_per_s.ratio, 3),
      goal: ">= 0.97",
    },
    "first token, ms": {
      app: show(first.app),
      bare: show(first.bare),
      "app to bare": `+${show(result.first_token_ms.more)}`,
      goal: "<= +10",
    },
    [`first token at turn 2 and ${firsts.length}, ms`]: {
      app: `${show(early)} / ${show(late)}`,
      "app to bare": show(late / early, 2),
      goal: "<= 1.5",
    },
    "stop, ms (p50 / worst)": { app: `${show(result.stop_ms.p50)} / ${show(result.stop_ms.max)}`, goal: "<= 100" },
    "under a grammar, tokens/s": {
      app: show(json.grammar),
      bare: show(json.plain),
      "app to bare": show(result.json.ratio, 3),
    },
  });
  console.log(
    `Of the app's time to the first token the model took ${show(result.first_token_ms.of_that_the_model)} ms.`,
  );
  if (values.json) writeFileSync(values.json, JSON.stringify(result, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
