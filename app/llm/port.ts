import type { Failure } from "../contract/errors.ts";
import type { InferenceState } from "../contract/system.ts";
import type { JsonSchema } from "./json-schema.ts";

type Backend = "cpu" | "cuda" | "vulkan" | "metal";

/** A model that is ready to answer. */
export type LoadedModel = {
  path: string;
  name: string;
  bytes: number;
  /** Tokens that prompt and reply may take together. */
  contextSize: number;
  backend: Backend;
  /** Layers of the model that run on the GPU. */
  gpuLayers: number;
};

export type LoadOptions = {
  /** Tokens; at most what the model was trained on and what fits in memory is used. 8,192 by default. */
  contextSize?: number | undefined;
  /** `cpu` leaves the GPU alone; `auto` takes the best that there is. */
  backend?: "auto" | "cpu" | undefined;
  /** Told how far loading is, 0 to 1. */
  onProgress?: ((progress: number) => void) | undefined;
};

export type ChatTurn = { role: "user" | "assistant"; text: string };

export type GenerateRequest = {
  /** The system prompt; may be empty. */
  system: string;
  /** Oldest first; the last turn is the user's, and is what the model answers. */
  history: readonly ChatTurn[];
  /** Tokens of the reply, at most. */
  maxTokens: number;
  /** 0 makes the reply the same each time. */
  temperature: number;
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
  /** Oldest turns of the history that were left out because they did not fit. */
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

/** Any number of texts, at most one each 16 ms, then one end. */
export type ReplyPiece = { type: "text"; text: string } | { type: "end"; summary: ReplySummary };

export type LanguageModelState =
  | { status: "none" }
  | { status: "loading"; path: string; progress: number }
  | { status: "ready"; model: LoadedModel }
  | { status: "failed"; path: string; failure: Failure };

/** What a model can do. Replies are made one at a time: further calls wait for their turn. */
export interface TextGenerator {
  /** Replaces the model in use. Ends a running reply. @throws EbbError with a MODEL_ code, or INVALID_INPUT */
  load(path: string, options?: LoadOptions): Promise<LoadedModel>;
  /** @throws EbbError MODEL_NOT_LOADED, CONTEXT_OVERFLOW, INFERENCE_STOPPED, or INVALID_INPUT for a schema that is none */
  generate(request: GenerateRequest): AsyncIterable<ReplyPiece>;
  /** Frees the model's memory. Ends a running reply. */
  unload(): Promise<void>;
}

/** The language model as the engine sees it, behind a process that may die at any time. */
export interface LanguageModel extends TextGenerator {
  readonly state: LanguageModelState;
  /** The inference process. */
  readonly process: InferenceState;
  /** Told after each change of `state` or `process`; returns how to stop being told. */
  onChange(listener: () => void): () => void;
  /** Starts the process and loads its last model again after it was given up. @throws as `load` */
  retry(): Promise<void>;
  /** Ends the process. Pending calls fail with INFERENCE_STOPPED. */
  close(): Promise<void>;
}
