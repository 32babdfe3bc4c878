import type { InferenceState } from "../contract/system.ts";

/** What a text is: something to find, or a question to find it by. Some embedders tell the two apart. */
export type TextUse = "query" | "passage";

/** An embedder that has proven to work. */
export type LoadedEmbedder = {
  /** A hash of its files and of how they are used: equal exactly where the vectors of the same text are. */
  id: string;
  name: string;
  /** Length of a vector. */
  dim: number;
  /** So many leading dimensions rank nearly as well as all of them. */
  scanDim: number;
};

/** Turns texts into vectors. */
export interface TextEmbedder {
  /** Reads the embedder in the folder and tries it. @throws EbbError with an EMBEDDER_ code */
  load(folder: string): Promise<LoadedEmbedder>;
  /**
   * A unit vector (float32 of its `dim`) for each text, in their order; zeros for a text without words. What an embedder
   * does not read of a long text is left out. @throws EbbError EMBEDDER_NOT_LOADED, EMBEDDER_FAILED or EMBEDDER_STOPPED
   */
  embed(id: string, texts: readonly string[], use: TextUse): Promise<Float32Array[]>;
  /** Frees its memory. */
  unload(id: string): Promise<void>;
}

/** Embedders as the engine sees them, behind a process that may die at any time and is started when it is needed. */
export interface EmbedderPort extends TextEmbedder {
  /** The folder of the embedder that comes with Ebb. */
  readonly bundled: string;
  readonly process: InferenceState;
  /** Told after each change of `process`; returns how to stop being told. */
  onChange(listener: () => void): () => void;
  /** Lets the process be started again after it was given up. */
  retry(): void;
  /** Ends the process. Pending calls fail with EMBEDDER_STOPPED. */
  close(): Promise<void>;
}
