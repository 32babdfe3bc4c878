import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { expandHome } from "../browse.ts";
import { EbbError, type Failure } from "../contract/errors.ts";
import type { ModelFile, ModelState } from "../contract/index.ts";
import { inspectGguf } from "./gguf.ts";
import type { LanguageModel } from "./port.ts";

/** Where the path of the chosen model is kept between runs. */
export type ChosenPath = { get(): string | null; put(path: string | null): void };

/**
 * The model that the user has chosen: checks a file before llama.cpp sees it, loads it, and keeps the one that worked when
 * another fails.
 */
export class ModelChoice {
  readonly #model: LanguageModel | null;
  readonly #chosen: ChosenPath;
  readonly #onChange: () => void;
  readonly #stopListening: () => void;
  #file: ModelFile | null = null;
  /** A failure before the model process was asked, as by a file that has gone. */
  #failure: Failure | null = null;

  constructor(model: LanguageModel | null, chosen: ChosenPath, onChange: () => void) {
    this.#model = model;
    this.#chosen = chosen;
    this.#onChange = onChange;
    this.#stopListening = model?.onChange(onChange) ?? (() => {});
  }

  get state(): ModelState {
    const file = this.#file;
    if (!this.#model || !file) return { status: "none" };
    if (this.#failure) return { status: "failed", file, failure: this.#failure };
    const state = this.#model.state;
    if (state.status === "none") return { status: "none" };
    if (state.status === "loading") return { status: "loading", file, progress: state.progress };
    if (state.status === "failed") return { status: "failed", file, failure: state.failure };
    const { contextSize, backend, gpuLayers, name } = state.model;
    return { status: "ready", file: { ...file, name }, contextSize, backend, gpuLayers };
  }

  /** Loads what was chosen in an earlier run; a failure becomes the state instead of an error. */
  async resume(): Promise<void> {
    const path = this.#chosen.get();
    if (path !== null) await this.#load(path).catch(() => {});
  }

  /** Loads another file and remembers it. After a failure the earlier model is in use again. @throws a MODEL_ code */
  async choose(path: string): Promise<ModelState> {
    const full = resolve(expandHome(path.trim()));
    const before = { file: this.#file, failure: this.#failure };
    await inspectGguf(full);
    try {
      await this.#load(full);
    } catch (error) {
      // The language model has put the earlier one back by itself.
      if (before.file && before.file.path !== full) {
        this.#file = before.file;
        this.#failure = before.failure;
        this.#onChange();
      }
      throw error;
    }
    this.#chosen.put(full);
    return this.state;
  }

  /** @throws MODEL_NOT_LOADED where none was chosen, or a MODEL_ code */
  async reload(): Promise<ModelState> {
    const path = this.#chosen.get();
    if (path === null) {
      throw new EbbError("MODEL_NOT_LOADED", "No model has been chosen.", "Choose a GGUF file under Models.");
    }
    await this.#load(path);
    return this.state;
  }

  async clear(): Promise<ModelState> {
    this.#chosen.put(null);
    this.#file = null;
    this.#failure = null;
    await this.#model?.unload();
    this.#onChange();
    return this.state;
  }

  dispose(): void {
    this.#stopListening();
  }

  async #load(path: string): Promise<void> {
    this.#failure = null;
    this.#file = { path, name: basename(path), bytes: 0 };
    try {
      const { name } = await inspectGguf(path);
      this.#file = { path, name: name ?? basename(path), bytes: (await stat(path)).size };
      this.#onChange();
      if (this.#model?.process.status === "failed") await this.#model.retry();
      await this.#model?.load(path);
    } catch (error) {
      this.#failure = failureOf(error);
      throw error;
    } finally {
      this.#onChange();
    }
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof EbbError) return error.toFailure();
  return {
    code: "INTERNAL",
    message: "The model could not be loaded.",
    remedy: "Choose another file, or restart Ebb and try again.",
  };
}
