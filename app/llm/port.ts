import type { ErrorCode, Failure } from "../contract/errors.ts";
import type { InferenceState } from "../contract/system.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Piece } from "./pieces.ts";

export type Backend = "cpu" | "cuda" | "vulkan" | "metal";

/** One way to run a model. */
export type Attempt = {
  backend: Backend;
  /** Of the model's layers at most this share goes to the GPU, 0 to 1, and of them only what fits. */
  layerShare: number;
  /** Tokens that prompt and reply may take together. */
  contextSize: number;
};

/** What a model ran with on a machine, to be tried first the next time. */
export type Run = {
  /** Changes with the hardware, its drivers, and the version of llama.cpp. */
  machine: string;
  attempt: Attempt;
  /** Why a better attempt failed; null where none did. */
  cause: ErrorCode | null;
};

/** What there is to run models on; nothing is loaded to find out. */
export type Machine = {
  /** Best first; `cpu` is always the last. */
  backends: readonly Backend[];
  signature: string;
};

/** A model in the memory of the process that runs it. */
export type OpenedModel = {
  path: string;
  name: string;
  bytes: number;
  /** Tokens that prompt and reply may take together. */
  contextSize: number;
  backend: Backend;
  /** Layers of the model that run on the GPU, and all that it has. */
  gpuLayers: number;
  layers: number;
};

/** A model that is ready to answer. */
export type LoadedModel = OpenedModel & {
  /** What the user gets less than was asked for, in a sentence; null where that is nothing. */
  notice: string | null;
  run: Run;
};

export type LoadOptions = {
  /** Tokens; at most what the model was trained on and what fits in memory is used. 8,192 by default. */
  contextSize?: number | undefined;
  /** `cpu` leaves the GPU alone; `auto` takes the best that there is. */
  backend?: "auto" | "cpu" | undefined;
  /** What it ran with before; anything that fits no more is ignored. */
  remembered?: Run | null | undefined;
  /** Told how far loading is, 0 to 1. */
  onProgress?: ((progress: number) => void) | undefined;
};

export type ChatTurn = { role: "user" | "assistant"; text: string };

/** A run of turns in short. It begins with the turn of the history at `from`, and ends where the next one begins. */
export type EarlierTurns = { from: number; text: string };

export type GenerateRequest = {
  /** The system prompt; may be empty. */
  system: string;
  /** Oldest first; the last turn is the user's, and is what the model answers. */
  history: readonly ChatTurn[];
  /** What the history says in short, oldest first: it stands for turns that do not fit. */
  earlier?: readonly EarlierTurns[] | undefined;
  /** Tokens of the reply, at most. */
  maxTokens: number;
  /** 0 makes the reply the same each time, and the next three do nothing. */
  temperature: number;
  /** Only the likeliest tokens that together are at least so likely; 0.95 by default. */
  topP?: number | undefined;
  /** Only so many of the likeliest tokens, 0 for any number; 40 by default. */
  topK?: number | undefined;
  /** Only tokens at least this times as likely as the likeliest; 0.05 by default. */
  minP?: number | undefined;
  seed?: number | undefined;
  /** The reply is JSON of this shape, whatever the model would rather say; cut off only where `maxTokens` is too few. */
  schema?: JsonSchema | undefined;
  /**
   * For what is no part of the chat: it leaves the model's memory of the chat alone where the machine's memory allows. What is in the
   * background nobody waits for: it gives way at once to a request that is not, ending as `aborted`.
   */
  beside?: "aside" | "background" | undefined;
  /** Ends the reply early: the stream then ends with a summary that says `aborted`. */
  signal?: AbortSignal | undefined;
};

export type ReplySummary = {
  /** `stop`: the model had finished; `length`: `maxTokens` or the context was used up. */
  finish: "stop" | "length" | "aborted";
  promptTokens: number;
  /** Prompt tokens that an earlier call had left in the model's memory, so that they cost nothing. */
  reusedTokens: number;
  replyTokens: number;
  /** Oldest turns of the history that were left out because they did not fit, but for what stands for them in short. */
  droppedTurns: number;
  /** Milliseconds to the first token of the reply; null where there was none. */
  firstTokenMs: number | null;
  /** Of the reply, without the prompt; null where there were fewer than two tokens. */
  tokensPerSecond: number | null;
};

/** Of a reply that ended before its first word. */
export const emptySummary: Readonly<ReplySummary> = {
  finish: "aborted",
  promptTokens: 0,
  reusedTokens: 0,
  replyTokens: 0,
  droppedTurns: 0,
  firstTokenMs: null,
  tokensPerSecond: null,
};

/** Any number of texts and thoughts, at most one of each in 16 ms, then one end. Thoughts are no part of the reply. */
export type ReplyPiece = Piece | { type: "end"; summary: ReplySummary };

export type LanguageModelState =
  | { status: "none" }
  | {
      status: "loading";
      path: string;
      progress: number;
      /** True where it was asleep, and a question woke it. */
      waking: boolean;
    }
  | { status: "ready"; model: LoadedModel }
  /** Its memory was freed because it had not been asked for long; the next question loads it again. */
  | { status: "asleep"; model: LoadedModel }
  | { status: "failed"; path: string; failure: Failure };

/** What can be asked of a model, wherever it runs. */
type Asked = {
  /** @throws EbbError MODEL_NOT_LOADED, CONTEXT_OVERFLOW, INFERENCE_STOPPED, or INVALID_INPUT for a schema that is none */
  generate(request: GenerateRequest): AsyncIterable<ReplyPiece>;
  /** Frees the model's memory. Ends a running reply. */
  unload(): Promise<void>;
};

/** What a model can do in its process. Replies are made one at a time: further calls wait for their turn. */
export interface TextGenerator extends Asked {
  machine(): Promise<Machine>;
  /**
   * Replaces the model in use. Ends a running reply.
   * @throws EbbError with a MODEL_ code, INVALID_INPUT, or BACKEND_UNAVAILABLE; after the last the process is to be given up
   */
  load(path: string, attempt: Attempt, onProgress?: (progress: number) => void): Promise<OpenedModel>;
}

export type AnswererState =
  | { status: "none" | "loading" | "failed" }
  | {
      status: "ready" | "asleep";
      model: {
        name: string;
        contextSize: number;
        /** The computer that it runs on, where that is another one. */
        host?: string | undefined;
      };
    };

/** Who can be asked, wherever it runs. */
export interface Answerer extends Pick<Asked, "generate"> {
  readonly state: AnswererState;
  /** Told after each change of `state`; returns how to stop being told. */
  onChange(listener: () => void): () => void;
}

/** The language model as the engine sees it, behind a process that may die at any time. */
export interface LanguageModel extends Asked {
  readonly state: LanguageModelState;
  /** The inference process. */
  readonly process: InferenceState;
  /** Told after each change of `state` or `process`; returns how to stop being told. */
  onChange(listener: () => void): () => void;
  /** Replaces the model in use, in the best way that works. Ends a running reply. @throws EbbError with a MODEL_ code, or INVALID_INPUT */
  load(path: string, options?: LoadOptions): Promise<LoadedModel>;
  /** For so long (ms) nobody must have asked anything before the model's memory is freed; 0 keeps it. */
  sleepAfter(ms: number): void;
  /** Ends the process. Pending calls fail with INFERENCE_STOPPED. */
  close(): Promise<void>;
}
