import { basename, resolve } from "node:path";
import { expandHome } from "./browse.ts";
import { EbbError } from "./contract/errors.ts";
import type { ModelState } from "./contract/model.ts";
import type { InstalledModel, ModelCatalog, ModelDownload, OutboundRequest } from "./contract/models.ts";
import { addressOf, shippedCatalog } from "./llm/catalog.ts";
import { catalogView, shownFit } from "./llm/catalog-view.ts";
import type { ModelChoice } from "./llm/choice.ts";
import { freeBytes, requireRoom } from "./llm/download/disk.ts";
import { Downloads } from "./llm/download/downloads.ts";
import type { Entry } from "./llm/download/entry.ts";
import { fitOf, type Memory } from "./llm/fit.ts";
import { inspectGguf } from "./llm/gguf.ts";
import { Library } from "./llm/library.ts";
import { mirrorOfEnvironment, OwnModels } from "./llm/own-models.ts";
import type { LanguageModel } from "./llm/port.ts";
import { saysAFewWords } from "./llm/say-a-few-words.ts";
import { hub } from "./llm/source-url.ts";
import { journalOf } from "./model-journal.ts";
import { MachineMemory } from "./model-memory.ts";
import { noteRequest } from "./outbound.ts";
import { layout } from "./storage/folder.ts";
import type { Vault } from "./vault.ts";

export type ModelsPorts = {
  vault: Vault;
  choice: ModelChoice;
  languageModel: LanguageModel | null;
  /** Finds out what memory there is; null where only the machine's own is known. */
  probeMemory: (() => Promise<Memory>) | null;
  /** ms. */
  clock: () => number;
  onChange: () => void;
  /** The user has put a model on this machine to use. */
  onUse: () => void;
};

const settingKey = "model-list";
/** The least that a model's settings take. */
const leastContext = 512;

/** The models that there are to choose from, those that are here, and those that are on their way. */
export class Models {
  readonly #ports: ModelsPorts;
  readonly #own: OwnModels;
  readonly #library: Library;
  readonly #downloads: Downloads;
  readonly #folder: string;
  readonly #memory: MachineMemory;
  /** The model whose use is noted already. */
  #noted: string | null = null;

  constructor(ports: ModelsPorts) {
    const { vault, clock, onChange } = ports;
    this.#ports = ports;
    this.#memory = new MachineMemory(ports.probeMemory, ports.choice, clock);
    this.#folder = layout(vault.folder).models;
    this.#own = new OwnModels(
      {
        get: () => vault.settings.get(settingKey),
        put: (value) => vault.write(() => vault.settings.put(settingKey, value)),
      },
      vault.newId,
    );
    this.#library = new Library(this.#folder, {
      all: vault.modelFiles.all,
      get: vault.modelFiles.get,
      drop: (path) => vault.write(() => vault.modelFiles.drop(path)),
    });
    this.#downloads = new Downloads({
      journal: journalOf(vault, clock),
      folder: this.#folder,
      newId: vault.newId,
      clock,
      onRequest: (host) => noteRequest(vault, { at: clock(), host, why: "model-download" }),
      onChange,
      // A failure is what the model's own state says then.
      onReady: (path) => void this.use(path).catch(() => undefined),
    });
  }

  /** Makes good what a crash left. Nothing is asked for. */
  recover(): void {
    this.#downloads.recover();
  }

  close(): Promise<void> {
    return this.#downloads.close();
  }

  async catalog(): Promise<ModelCatalog> {
    const [memory, installed, free] = await Promise.all([
      this.#memory.now(),
      this.#library.byEntry(),
      freeBytes(this.#folder),
    ]);
    const downloads = new Map(
      this.#downloads.list.flatMap(({ entryId, id }) => (entryId === null ? [] : [[entryId, id]])),
    );
    const fromEnvironment = mirrorOfEnvironment();
    const mirror = this.#own.mirror ?? fromEnvironment;
    const { gpu, ramBytes } = memory;
    return {
      ...catalogView(shippedCatalog(), this.#own.entries, { memory, mirror, installed, downloads }),
      hardware: {
        ramBytes,
        gpu: gpu && { name: gpu.name, backend: gpu.backend, totalBytes: gpu.totalBytes, freeBytes: gpu.freeBytes },
      },
      folder: this.#folder,
      freeBytes: free,
      mirror: {
        chosen: this.#own.mirror,
        inUse: mirror ?? hub,
        fromEnvironment: this.#own.mirror === null && fromEnvironment !== null,
      },
    };
  }

  addEntry(...given: Parameters<OwnModels["add"]>): { id: string } {
    const id = this.#own.add(...given);
    this.#ports.onChange();
    return { id };
  }

  editEntry(...given: Parameters<OwnModels["edit"]>): void {
    this.#own.edit(...given);
    this.#ports.onChange();
  }

  removeEntry(id: string): void {
    this.#own.remove(id);
    this.#ports.onChange();
  }

  setMirror(address: string | null): void {
    this.#own.setMirror(address);
    this.#ports.onChange();
  }

  async downloads(): Promise<ModelDownload[]> {
    return Promise.all(this.#downloads.list.map((entry) => this.#shown(entry)));
  }

  /**
   * Begins to download a model of the list.
   * @throws EbbError NOT_FOUND, BUSY where it is on its way, INVALID_INPUT where it is here, STORAGE_FULL
   */
  async download(entryId: string, use: boolean): Promise<{ id: string }> {
    this.#ports.vault.requireWritable();
    if ((await this.#library.byEntry()).has(entryId)) {
      throw new EbbError("INVALID_INPUT", "This model is here already.", "Choose it in the list of installed models.");
    }
    const mirror = this.#own.mirror ?? mirrorOfEnvironment();
    const shipped = shippedCatalog().find(({ id }) => id === entryId);
    if (shipped) {
      const { repository, revision, file, bytes, bytesAreExact, sha256, name } = shipped;
      await requireRoom(this.#folder, bytes);
      return this.#begin({
        kind: "download",
        source: addressOf({ kind: "hub", repository, revision, file }, mirror),
        name,
        wantedFile: file,
        entryId,
        sha256,
        bytes: bytesAreExact ? bytes : null,
        useIt: use,
      });
    }
    const own = this.#own.entries.find(({ id }) => id === entryId);
    if (!own) throw new EbbError("NOT_FOUND", "This model is not in the list any more.", "Look at the list again.");
    const source = addressOf(own.source, mirror);
    const wantedFile = new URL(source).pathname;
    return this.#begin({
      ...{ kind: "download", source, name: own.name, wantedFile, entryId, sha256: null, bytes: null, useIt: use },
    });
  }

  /** Copies a GGUF file into the models folder. @throws EbbError a MODEL_FILE_ code, MODEL_UNSUPPORTED, STORAGE_FULL, BUSY */
  async copy(path: string, use: boolean): Promise<{ id: string }> {
    this.#ports.vault.requireWritable();
    const source = resolve(expandHome(path.trim()));
    const { name, bytes } = await inspectGguf(source);
    await requireRoom(this.#folder, bytes);
    const wantedFile = basename(source);
    return this.#begin({ kind: "copy", source, name, wantedFile, entryId: null, sha256: null, bytes, useIt: use });
  }

  pause(id: string): Promise<void> {
    return this.#downloads.pause(id);
  }

  resume(id: string): void {
    this.#downloads.resume(id);
  }

  cancel(id: string): Promise<void> {
    return this.#downloads.cancel(id);
  }

  async installed(): Promise<InstalledModel[]> {
    const [memory, found] = await Promise.all([this.#memory.now(), this.#library.list()]);
    return found.map(({ path, bytes, origin, addedAt, lastUsedAt, info, failure }) => ({
      ...{ path, file: basename(path), bytes, origin, addedAt, lastUsedAt, failure },
      name: info?.name ?? basename(path).replace(/\.gguf$/i, ""),
      quantisation: info?.quantisation ?? null,
      contextLength: info?.contextLength ?? null,
      fit: info && shownFit(info.shape, memory),
    }));
  }

  /** Deletes a file that Ebb brought here; one of the user's own only leaves the list. @throws as `Library.remove` */
  async remove(path: string): Promise<{ deleted: boolean }> {
    const { choice, vault, onChange } = this.#ports;
    vault.requireWritable();
    const state = choice.state;
    const known = vault.modelFiles.get(resolve(path));
    if (known && known.origin !== "in_place" && "file" in state && state.file.path === known.path) await choice.clear();
    const deleted = await this.#library.remove(path);
    onChange();
    return { deleted };
  }

  /** Has the model in use say a few words, and tells how fast. @throws EbbError MODEL_NOT_LOADED, INFERENCE_STOPPED */
  async test(): Promise<{ text: string; tokensPerSecond: number | null; firstTokenMs: number | null }> {
    const { languageModel } = this.#ports;
    if (!languageModel) throw new EbbError("MODEL_NOT_LOADED", "No model is in use.", "Choose one first.");
    return saysAFewWords(languageModel, "aside");
  }

  /**
   * Puts a file to use, the first time with as much context as fits on this machine; afterwards the user's setting holds.
   * @throws as `ModelChoice.choose`
   */
  async use(path: string): Promise<ModelState> {
    const { choice, vault } = this.#ports;
    const full = resolve(expandHome(path.trim()));
    const chosen = vault.modelFiles.get(full)?.context ?? null;
    const { state } = choice;
    const inUse = "file" in state && state.file.path === full;
    const contextSize = chosen === null && !inUse ? await this.#contextFor(full) : null;
    if (contextSize !== null) await choice.configure(full, { contextSize });
    const next = await choice.choose(full);
    this.#ports.onUse();
    if (contextSize !== null) {
      vault.write(() => {
        vault.modelFiles.used(full, this.#ports.clock());
        vault.modelFiles.setContext(full, contextSize);
      });
    }
    return next;
  }

  /** Notes when a model was last used. Called whenever the state of the one in use has changed. */
  noteUse(): void {
    const { choice, vault, clock, onChange } = this.#ports;
    const { state } = choice;
    const path = state.status === "ready" ? state.file.path : null;
    if (path === this.#noted) return;
    this.#noted = path;
    this.#memory.changed();
    if (path === null || vault.readOnly) return;
    try {
      vault.write(() => vault.modelFiles.used(path, clock()));
    } catch {
      // A disk that takes nothing; the model answers all the same.
    }
    onChange();
  }

  async #contextFor(path: string): Promise<number> {
    const { shape } = await inspectGguf(path);
    return Math.max(leastContext, fitOf(shape, await this.#memory.now()).contextTokens);
  }

  /** The latest first. */
  outbound(): OutboundRequest[] {
    return this.#ports.vault.outbound.latest();
  }

  #begin(entry: Parameters<Downloads["add"]>[0]): { id: string } {
    return { id: this.#downloads.add(entry).id };
  }

  async #shown(entry: Entry): Promise<ModelDownload> {
    const { id, kind, name, file, source, state, useIt } = entry;
    const { trouble, ...progress } = await this.#downloads.progress(entry);
    const host = kind === "copy" ? null : new URL(source).hostname;
    return { ...progress, id, kind, name, file, host, state, failure: entry.failure ?? trouble, use: useIt };
  }
}
