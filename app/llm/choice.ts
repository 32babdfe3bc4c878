import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expandHome } from "../browse.ts";
import { EbbError, type Failure } from "../contract/errors.ts";
import type { ModelFile, ModelState } from "../contract/index.ts";
import { defaultModelSettings } from "../contract/model-defaults.ts";
import type { ModelSettings } from "../contract/model-settings.ts";
import { definedOnly } from "../defined-only.ts";
import { inspectGguf } from "./gguf.ts";
import { type ModelRecord, readRecords, recordOf, withRecord } from "./model-records.ts";
import type { PaceOfReplies } from "./pace-of-replies.ts";
import type { LanguageModel, Run } from "./port.ts";

/** Where the path of the chosen model, and what is known of models, is kept between runs. */
export type ModelStore = {
  get(key: "model" | "models"): unknown;
  /** Null keeps nothing. */
  put(key: "model" | "models", value: unknown): void;
};

/**
 * The model that the user has chosen: checks a file before llama.cpp sees it, loads it, and keeps the one that worked when
 * another fails.
 */
export class ModelChoice {
  readonly #model: LanguageModel | null;
  readonly #store: ModelStore;
  readonly #pace: PaceOfReplies;
  readonly #onChange: () => void;
  readonly #stopListening: () => void;
  #file: ModelFile | null = null;
  /** A failure before the model process was asked, as by a file that has gone. */
  #failure: Failure | null = null;

  constructor(model: LanguageModel | null, store: ModelStore, pace: PaceOfReplies, onChange: () => void) {
    this.#model = model;
    this.#store = store;
    this.#pace = pace;
    this.#onChange = onChange;
    this.#stopListening = model?.onChange(() => this.#changed()) ?? (() => {});
  }

  get state(): ModelState {
    const file = this.#file;
    if (!this.#model || !file) return { status: "none" };
    if (this.#failure) return { status: "failed", file, failure: this.#failure };
    const state = this.#model.state;
    if (state.status === "none") return { status: "none" };
    if (state.status === "loading") {
      return { status: "loading", file, progress: state.progress, waking: state.waking };
    }
    if (state.status === "failed") return { status: "failed", file, failure: state.failure };
    const { contextSize, backend, gpuLayers, name, notice } = state.model;
    const pace = this.#pace.recent;
    return { status: state.status, file: { ...file, name }, contextSize, backend, gpuLayers, notice, pace };
  }

  /** Loads what was chosen in an earlier run; a failure becomes the state instead of an error. */
  async resume(): Promise<void> {
    const path = this.#chosen;
    if (path !== null) await this.#load(path).catch(() => {});
  }

  /** How the model in use writes; the defaults where none is. */
  get settings(): ModelSettings {
    return this.settingsOf(this.#file?.path ?? "");
  }

  settingsOf(path: string): ModelSettings {
    return { ...defaultModelSettings, ...definedOnly(this.#recordOf(path).settings) };
  }

  /** True where the user, or what fits, has set the size of the context. */
  hasContextSize(path: string): boolean {
    return this.#recordOf(path).settings.contextSize !== undefined;
  }

  /** Changes how a model writes. Another size of the context loads it again where it is in use. @throws as `reload` */
  async configure(
    path: string,
    change: { [K in keyof ModelSettings]?: ModelSettings[K] | undefined },
  ): Promise<ModelSettings> {
    const before = this.settingsOf(path);
    const record = this.#recordOf(path);
    this.#keep({ ...record, settings: { ...record.settings, ...definedOnly(change) } });
    const after = this.settingsOf(path);
    if (before.contextSize !== after.contextSize && this.#file?.path === path) await this.reload();
    return after;
  }

  /** Loads another file and remembers it. After a failure the earlier model is in use again. @throws a MODEL_ code */
  async choose(path: string): Promise<ModelState> {
    const full = resolve(expandHome(path.trim()));
    const before = { file: this.#file, failure: this.#failure };
    await inspectGguf(full);
    // Who chooses what is in use already wants it to run better.
    if (before.file?.path === full) this.#keepRun(full, null);
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
    this.#store.put("model", full);
    return this.state;
  }

  /** Tries all ways to run it anew. @throws MODEL_NOT_LOADED where none was chosen, or a MODEL_ code */
  async reload(): Promise<ModelState> {
    const path = this.#chosen;
    if (path === null) {
      throw new EbbError("MODEL_NOT_LOADED", "No model has been chosen.", "Choose a GGUF file under Models.");
    }
    this.#keepRun(path, null);
    await this.#load(path);
    return this.state;
  }

  async clear(): Promise<ModelState> {
    this.#store.put("model", null);
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
    this.#pace.forget();
    this.#file = { path, name: basename(path), bytes: 0 };
    try {
      const { name } = await inspectGguf(path);
      this.#file = { path, name: name ?? basename(path), bytes: (await stat(path)).size };
      this.#onChange();
      const { run: remembered } = this.#recordOf(path);
      const { contextSize } = this.settingsOf(path);
      await this.#model?.load(path, { contextSize, remembered });
    } catch (error) {
      this.#failure = failureOf(error);
      this.#keepRun(path, null);
      throw error;
    } finally {
      this.#onChange();
    }
  }

  get #chosen(): string | null {
    const path = this.#store.get("model");
    return typeof path === "string" ? path : null;
  }

  /** Keeps what a model runs with: a process that died may have come back in a weaker way. */
  #changed(): void {
    const state = this.#model?.state;
    if (state?.status === "ready") this.#keepRun(state.model.path, state.model.run);
    this.#onChange();
  }

  #recordOf(path: string): ModelRecord {
    return recordOf(readRecords(this.#store.get("models")), path);
  }

  #keep(record: ModelRecord): void {
    this.#store.put("models", withRecord(readRecords(this.#store.get("models")), record));
  }

  #keepRun(path: string, run: Run | null): void {
    const record = this.#recordOf(path);
    if (isDeepStrictEqual(record.run, run)) return;
    try {
      this.#keep({ ...record, run });
    } catch {
      // A disk that takes nothing: it is found out again the next time.
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
