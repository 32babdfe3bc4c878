import { availableParallelism } from "node:os";
import type {
  ChatHistoryItem,
  ChatWrapper,
  GbnfJsonObjectSchema,
  Llama,
  LlamaGrammar,
  LlamaModel,
  Token,
} from "node-llama-cpp";
import { EbbError } from "../contract/errors.ts";
import { inspectGguf } from "./gguf.ts";
import { invalidSchema, type JsonSchema, requireSchema } from "./json-schema.ts";
import { type Lane, laneIn, readPrompt } from "./llama-lane.ts";
import { PieceQueue } from "./pieces.ts";
import {
  type ChatTurn,
  emptySummary,
  type GenerateRequest,
  type LoadedModel,
  type LoadOptions,
  type ReplyPiece,
  type ReplySummary,
  type TextGenerator,
} from "./port.ts";
import { chooseContextSize, fitHistory } from "./prompt.ts";

type Loaded = {
  llama: Llama;
  model: LlamaModel;
  wrapper: ChatWrapper;
  lane: Lane;
  /** For what is no part of the chat, while there is some; `null` where the memory did not allow it. */
  side: Lane | null | undefined;
  grammars: Map<string, LlamaGrammar>;
  description: LoadedModel;
};

// node-llama-cpp takes a third of a second to import, which a process that only waits need not pay.
const library = () => import("node-llama-cpp");

/** What is no part of the chat gets a context of at most this many tokens, and keeps it for so long (ms) after the last of it. */
const sideLane = { contextSize: 4_096, keptFor: 60_000 } as const;

/**
 * llama.cpp through node-llama-cpp. Only for a process that may die: llama.cpp aborts where others throw. What is known to
 * bring it down is checked before it is called.
 */
export class LlamaGenerator implements TextGenerator {
  #llama: { backend: "auto" | "cpu"; instance: Llama } | undefined;
  #loaded: Loaded | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #replies = new Set<AbortController>();
  /** Of those, the ones that give way. */
  readonly #background = new Set<AbortController>();
  #tidy: NodeJS.Timeout | undefined;

  async load(path: string, options: LoadOptions = {}): Promise<LoadedModel> {
    const info = await inspectGguf(path);
    const contextSize = chooseContextSize(options.contextSize, info.contextLength);
    return this.#exclusive(async () => {
      await this.#release();
      const { name, bytes } = info;
      try {
        this.#loaded = await this.#open({ path, name, bytes }, contextSize, options);
      } catch (error) {
        throw await explainLoad(error, name);
      }
      return this.#loaded.description;
    });
  }

  async *generate(request: GenerateRequest): AsyncGenerator<ReplyPiece, void, void> {
    const queue = new PieceQueue();
    const abandoned = new AbortController();
    if (request.beside === "background") this.#background.add(abandoned);
    else for (const reply of this.#background) reply.abort();
    const signals = request.signal === undefined ? [abandoned.signal] : [abandoned.signal, request.signal];
    const reply = this.#inTurn(() => this.#reply(request, AbortSignal.any(signals), (text) => queue.push(text)));
    const summary = reply.finally(() => queue.close());
    // Awaited below; until then a failure would count as unhandled.
    summary.catch(() => undefined);
    this.#replies.add(abandoned);
    try {
      for await (const text of queue) yield { type: "text", text };
      yield { type: "end", summary: await summary };
    } finally {
      this.#replies.delete(abandoned);
      this.#background.delete(abandoned);
      abandoned.abort();
    }
  }

  async unload(): Promise<void> {
    await this.#exclusive(() => this.#release());
  }

  /** Ends the replies in work, so that what changes the model need not wait for them. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    for (const reply of this.#replies) reply.abort();
    return this.#inTurn(work);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #release(): Promise<void> {
    clearTimeout(this.#tidy);
    const loaded = this.#loaded;
    this.#loaded = undefined;
    await loaded?.model.dispose();
  }

  async #runtime(backend: "auto" | "cpu"): Promise<Llama> {
    if (this.#llama?.backend === backend) return this.#llama.instance;
    await this.#llama?.instance.dispose();
    this.#llama = undefined;
    const { getLlama, LlamaLogLevel } = await library();
    const instance = await getLlama({
      gpu: backend === "cpu" ? false : "auto",
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.disabled,
      // Its messages may quote the prompt.
      logger: () => undefined,
    });
    this.#llama = { backend, instance };
    return instance;
  }

  async #open(
    file: { path: string; name: string; bytes: number },
    contextSize: number,
    { backend = "auto", onProgress }: LoadOptions,
  ): Promise<Loaded> {
    const llama = await this.#runtime(backend);
    const threads = threadCount(llama.cpuMathCores);
    llama.maxThreads = threads;
    const model = await llama.loadModel({
      modelPath: file.path,
      gpuLayers: backend === "cpu" ? 0 : { fitContext: { contextSize } },
      onLoadProgress: (progress) => onProgress?.(Math.min(1, Math.max(0, progress))),
    });
    try {
      const context = await model.createContext({
        contextSize: { min: Math.min(512, contextSize), max: contextSize },
        sequences: 1,
        threads,
      });
      const { resolveChatWrapper } = await library();
      const wrapper = resolveChatWrapper(model, { warningLogs: false });
      const description = {
        ...file,
        // The library rounds it up to whole blocks.
        contextSize: Math.min(context.contextSize, contextSize),
        backend: llama.gpu === false ? ("cpu" as const) : llama.gpu,
        gpuLayers: model.gpuLayers,
      };
      const lane = await laneIn(context, wrapper, description.contextSize);
      const loaded: Loaded = { llama, model, wrapper, lane, side: undefined, grammars: new Map(), description };
      // A template that cannot be rendered shows here, rather than at the first question.
      tokenize(loaded, "You are Ebb.", [{ role: "user", text: "Hello" }]);
      return loaded;
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }

  async #reply(request: GenerateRequest, signal: AbortSignal, say: (text: string) => void): Promise<ReplySummary> {
    const started = performance.now();
    const loaded = this.#loaded;
    if (loaded === undefined) {
      throw new EbbError("MODEL_NOT_LOADED", "No language model is loaded.", "Choose a model in the settings.");
    }
    const summary: ReplySummary = { ...emptySummary };
    if (signal.aborted) return summary;
    const { system, history, maxTokens, temperature, seed } = request;
    const grammar = request.schema && (await grammarOf(loaded, requireSchema(request.schema)));
    const lane = request.beside ? await this.#sideLane(loaded) : loaded.lane;
    const { contextSize } = lane;
    const prompts = new Map<number, Token[]>();
    const fitted = fitHistory(history, contextSize, maxTokens, (turns) => {
      const tokens = tokenize(loaded, system, turns);
      prompts.set(turns.length, tokens);
      return tokens.length;
    });
    summary.promptTokens = fitted.promptTokens;
    summary.droppedTurns = fitted.droppedTurns;
    const prompt = prompts.get(fitted.turns.length) ?? [];
    summary.reusedTokens = await readPrompt(lane.sequence, prompt, signal);
    if (signal.aborted) return summary;

    let lastToken = 0;
    const result = await lane.chat
      .generateResponse(chatItems(system, fitted.turns), {
        signal,
        stopOnAbortSignal: true,
        maxTokens: fitted.replyTokens,
        temperature,
        ...(temperature > 0 && { topK: 40, topP: 0.95, minP: 0.05 }),
        ...(seed !== undefined && { seed }),
        // It would punish names and citation marks that a reply has to repeat.
        repeatPenalty: false,
        ...(grammar !== undefined && { grammar }),
        // A model that thinks aloud shall still come to its answer, and under a grammar it can't think aloud.
        budgets: { thoughtTokens: grammar === undefined ? Math.floor(fitted.replyTokens / 2) : 0 },
        onTextChunk: say,
        onResponseChunk: (chunk) => {
          lastToken = performance.now();
          summary.firstTokenMs ??= lastToken - started;
          summary.replyTokens += chunk.tokens.length;
        },
      })
      .catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
    const reason = result?.metadata.stopReason ?? "abort";
    summary.finish = reason === "abort" ? "aborted" : reason === "maxTokens" ? "length" : "stop";
    if (summary.firstTokenMs !== null && summary.replyTokens > 1) {
      const seconds = (lastToken - started - summary.firstTokenMs) / 1000;
      summary.tokensPerSecond = seconds > 0 ? (summary.replyTokens - 1) / seconds : null;
    }
    return summary;
  }

  /** A context beside the chat's; the chat's own where there is no memory for another. It goes when nothing uses it. */
  async #sideLane(loaded: Loaded): Promise<Lane> {
    clearTimeout(this.#tidy);
    if (loaded.side === undefined) {
      const contextSize = Math.min(sideLane.contextSize, loaded.lane.contextSize);
      const threads = loaded.llama.maxThreads;
      loaded.side = await loaded.model
        .createContext({ contextSize, sequences: 1, threads })
        .then((context) => laneIn(context, loaded.wrapper, contextSize))
        .catch(() => null);
    }
    const tidy = () => {
      const lane = loaded.side;
      loaded.side = undefined;
      return lane?.context.dispose() ?? Promise.resolve();
    };
    this.#tidy = setTimeout(() => {
      void this.#inTurn(tidy).catch(() => undefined);
    }, sideLane.keptFor).unref();
    return loaded.side ?? loaded.lane;
  }
}

/** Grammars that are kept, because the same work asks for them again and again: one to learn by, one for tasks. */
const keptGrammars = 2;

async function grammarOf(loaded: Loaded, schema: JsonSchema): Promise<LlamaGrammar> {
  const key = JSON.stringify(schema);
  const kept = loaded.grammars.get(key);
  if (kept) return kept;
  try {
    const made = await loaded.llama.createGrammarForJsonSchema(schema as GbnfJsonObjectSchema);
    const [oldest] = loaded.grammars.keys();
    if (oldest !== undefined && loaded.grammars.size >= keptGrammars) loaded.grammars.delete(oldest);
    loaded.grammars.set(key, made);
    return made;
  } catch (error) {
    throw invalidSchema(error);
  }
}

/** Threads for evaluation: `EBB_LLAMA_THREADS`, or one per physical core (llama.cpp counts at least four, even on less). */
function threadCount(mathCores: number): number {
  const wanted = Number(process.env.EBB_LLAMA_THREADS);
  if (Number.isInteger(wanted) && wanted > 0 && wanted <= 512) return wanted;
  return Math.max(1, Math.min(mathCores, availableParallelism()));
}

function chatItems(system: string, turns: readonly ChatTurn[]): ChatHistoryItem[] {
  return [
    ...(system === "" ? [] : [{ type: "system" as const, text: system }]),
    ...turns.map(
      ({ role, text }): ChatHistoryItem =>
        role === "user" ? { type: "user", text } : { type: "model", response: [text] },
    ),
  ];
}

/**
 * The prompt in the model's own chat template, up to where the reply begins. The texts become plain text tokens: a control
 * token that someone writes, such as `<|im_end|>`, is only its letters.
 */
function tokenize({ model, wrapper }: Loaded, system: string, turns: readonly ChatTurn[]): Token[] {
  const chatHistory: ChatHistoryItem[] = [...chatItems(system, turns), { type: "model", response: [] }];
  return wrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
}

async function explainLoad(error: unknown, name: string): Promise<EbbError> {
  if (error instanceof EbbError) return error;
  const { InsufficientMemoryError, NoBinaryFoundError } = await library();
  if (error instanceof NoBinaryFoundError) {
    const remedy = "Install Ebb again, in the version for this computer.";
    return new EbbError("INTERNAL", "The part of Ebb that runs language models is missing.", remedy, error);
  }
  if (error instanceof InsufficientMemoryError || (error instanceof Error && /create context/i.test(error.message))) {
    const remedy = "Close other programs, or choose a smaller model or a smaller quantisation.";
    return new EbbError("MODEL_TOO_LARGE", `There is not enough free memory for "${name}".`, remedy, error);
  }
  const remedy = "Choose another model, or get this one again from its source.";
  return new EbbError("MODEL_UNSUPPORTED", `llama.cpp cannot load "${name}".`, remedy, error);
}
