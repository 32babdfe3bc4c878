import { availableParallelism, totalmem } from "node:os";
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
import { type GgufInfo, inspectGguf } from "./gguf.ts";
import { invalidSchema, type JsonSchema, requireSchema } from "./json-schema.ts";
import { explainLoad, tooLarge, unavailable } from "./llama-errors.ts";
import { type Lane, laneIn, readPrompt } from "./llama-lane.ts";
import { inspectMachine } from "./machine.ts";
import type { Piece } from "./pieces.ts";
import {
  type Attempt,
  type Backend,
  type ChatTurn,
  emptySummary,
  type GenerateRequest,
  type Machine,
  type OpenedModel,
  type ReplyPiece,
  type ReplySummary,
  type TextGenerator,
} from "./port.ts";
import { chooseContextSize, fitHistory, withEarlier } from "./prompt.ts";
import { ranks } from "./queue.ts";
import { RepliesInTurn } from "./replies-in-turn.ts";

type Loaded = {
  llama: Llama;
  model: LlamaModel;
  wrapper: ChatWrapper;
  lane: Lane;
  /** For what is no part of the chat, while there is some; `null` where the memory did not allow it. */
  side: Lane | null | undefined;
  grammars: Map<string, LlamaGrammar>;
  description: OpenedModel;
};

// node-llama-cpp takes a third of a second to import, which a process that only waits need not pay.
const library = () => import("node-llama-cpp");

/** Of llama.cpp's complaints, as much is kept. */
const complaintChars = 4_000;

/** What is no part of the chat gets a context of at most this many tokens, and keeps it for so long (ms) after the last of it. */
const sideLane = { contextSize: 4_096, keptFor: 60_000 } as const;

/**
 * llama.cpp through node-llama-cpp. Only for a process that may die: llama.cpp aborts where others throw. What is known to
 * bring it down is checked before it is called.
 */
export class LlamaGenerator implements TextGenerator {
  #llama: { backend: Backend; instance: Llama } | undefined;
  /** What llama.cpp last complained of; only to tell why a model could not be loaded, and never shown. */
  #complaint = "";
  #loaded: Loaded | undefined;
  readonly #replies = new RepliesInTurn();
  #tidy: NodeJS.Timeout | undefined;

  machine(): Promise<Machine> {
    return inspectMachine();
  }

  async load(path: string, attempt: Attempt, onProgress?: (progress: number) => void): Promise<OpenedModel> {
    const info = await inspectGguf(path);
    const contextSize = chooseContextSize(attempt.contextSize, info.contextLength);
    return this.#exclusive(async () => {
      await this.#release();
      try {
        this.#complaint = "";
        this.#loaded = await this.#open(info, { ...attempt, contextSize }, onProgress);
      } catch (error) {
        throw await explainLoad(error, info.name, this.#complaint);
      }
      return this.#loaded.description;
    });
  }

  generate(request: GenerateRequest): AsyncGenerator<ReplyPiece, void, void> {
    return this.#replies.write(request, (signal, out) =>
      this.#reply(request, signal, (text, type) => out.push(text, type)),
    );
  }

  async unload(): Promise<void> {
    await this.#exclusive(() => this.#release());
  }

  /** Ends the replies in work, so that what changes the model need not wait for them. */
  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#replies.stop();
    return this.#replies.run(ranks.change, work);
  }

  async #release(): Promise<void> {
    clearTimeout(this.#tidy);
    const loaded = this.#loaded;
    this.#loaded = undefined;
    await loaded?.model.dispose();
  }

  async #runtime(backend: Backend): Promise<Llama> {
    if (this.#llama?.backend === backend) return this.#llama.instance;
    await this.#llama?.instance.dispose();
    this.#llama = undefined;
    const { getLlama, LlamaLogLevel } = await library();
    const instance = await getLlama({
      gpu: backend === "cpu" ? false : backend,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      // Its messages may quote the prompt: they go nowhere.
      logger: (_level, message) => {
        this.#complaint = `${this.#complaint}${message}`.slice(-complaintChars);
      },
    });
    // Where it finds no such device, it runs on the processor without a word.
    if ((instance.gpu || "cpu") !== backend) {
      await instance.dispose();
      throw unavailable(backend);
    }
    this.#llama = { backend, instance };
    return instance;
  }

  async #open(
    { path, name, bytes, layers }: GgufInfo,
    { backend, layerShare, contextSize }: Attempt,
    onProgress?: (progress: number) => void,
  ): Promise<Loaded> {
    // llama.cpp would map it, and then read it from the disk again for each token.
    if (backend === "cpu" && bytes > memoryBytes()) throw tooLarge(name);
    const llama = await this.#runtime(backend).catch(async (error: unknown) => {
      const { NoBinaryFoundError } = await library();
      throw backend !== "cpu" && error instanceof NoBinaryFoundError ? unavailable(backend, error) : error;
    });
    const threads = threadCount(llama.cpuMathCores);
    llama.maxThreads = threads;
    const model = await llama.loadModel({
      modelPath: path,
      // The output counts as a layer too.
      gpuLayers: backend === "cpu" ? 0 : { max: Math.floor((layers + 1) * layerShare), fitContext: { contextSize } },
      onLoadProgress: (progress) => onProgress?.(Math.min(1, Math.max(0, progress))),
    });
    try {
      const context = await model.createContext({
        contextSize: { min: Math.min(512, contextSize), max: contextSize },
        sequences: 1,
        threads,
      });
      const { resolveChatWrapper } = await library();
      const wrapper = await withThoughts(resolveChatWrapper(model, { warningLogs: false }));
      const description = {
        path,
        name,
        bytes,
        // The library rounds it up to whole blocks.
        contextSize: Math.min(context.contextSize, contextSize),
        backend,
        gpuLayers: model.gpuLayers,
        layers: model.fileInsights.totalLayers,
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

  async #reply(
    request: GenerateRequest,
    signal: AbortSignal,
    say: (text: string, type: Piece["type"]) => void,
  ): Promise<ReplySummary> {
    const started = performance.now();
    const loaded = this.#loaded;
    if (loaded === undefined) {
      throw new EbbError("MODEL_NOT_LOADED", "No language model is loaded.", "Choose a model in the settings.");
    }
    const summary: ReplySummary = { ...emptySummary };
    if (signal.aborted) return summary;
    const { system, history, earlier, maxTokens, temperature, topP = 0.95, topK = 40, minP = 0.05, seed } = request;
    const grammar = request.schema && (await grammarOf(loaded, requireSchema(request.schema)));
    const lane = request.beside ? await this.#sideLane(loaded) : loaded.lane;
    const { contextSize } = lane;
    const prompts = new Map<number, Token[]>();
    const fitted = fitHistory(history, contextSize, maxTokens, (kept) => {
      const tokens = tokenize(loaded, system, withEarlier(history, kept, earlier, contextSize));
      prompts.set(kept.length, tokens);
      return tokens.length;
    });
    const turns = withEarlier(history, fitted.turns, earlier, contextSize);
    summary.promptTokens = fitted.promptTokens;
    summary.droppedTurns = fitted.droppedTurns;
    const prompt = prompts.get(fitted.turns.length) ?? [];
    summary.reusedTokens = await readPrompt(lane.sequence, prompt, signal);
    if (signal.aborted) return summary;

    let lastToken = 0;
    const result = await lane.chat
      .generateResponse(chatItems(system, turns), {
        signal,
        stopOnAbortSignal: true,
        maxTokens: fitted.replyTokens,
        temperature,
        ...(temperature > 0 && { topK, topP, minP }),
        ...(seed !== undefined && { seed }),
        // It would punish names and citation marks that a reply has to repeat.
        repeatPenalty: false,
        ...(grammar !== undefined && { grammar }),
        // A model that thinks aloud shall still come to its answer, and under a grammar it can't think aloud.
        budgets: { thoughtTokens: grammar === undefined ? Math.floor(fitted.replyTokens / 2) : 0 },
        onTextChunk: (text) => say(text, "text"),
        onResponseChunk: (chunk) => {
          if (chunk.segmentType === "thought") say(chunk.text, "thought");
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
      void this.#replies.run(ranks.background, tidy).catch(() => undefined);
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

/** Many a model thinks whose template says nothing of it: then the marks of most are what sets it apart from the reply. */
async function withThoughts(wrapper: ChatWrapper): Promise<ChatWrapper> {
  const { settings } = wrapper;
  if (settings.segments?.thought !== undefined) return wrapper;
  const { LlamaText, SpecialTokensText } = await library();
  const thought = {
    prefix: LlamaText(new SpecialTokensText("<think>")),
    suffix: LlamaText(new SpecialTokensText("</think>")),
  };
  return Object.assign(wrapper, { settings: { ...settings, segments: { ...settings.segments, thought } } });
}

/**
 * The prompt in the model's own chat template, up to where the reply begins. The texts become plain text tokens: a control
 * token that someone writes, such as `<|im_end|>`, is only its letters.
 */
function tokenize({ model, wrapper }: Loaded, system: string, turns: readonly ChatTurn[]): Token[] {
  const chatHistory: ChatHistoryItem[] = [...chatItems(system, turns), { type: "model", response: [] }];
  return wrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
}

/** What may be used of the machine's memory, in bytes. */
function memoryBytes(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}
