import { z } from "zod";
import { EbbError } from "../contract/errors.ts";
import type { ModelSource } from "../contract/models.ts";
import { type OwnEntry, ownEntry } from "./catalog.ts";
import { hub, requireHubFile, requireMirror, requireSource, requireWhole, safeFileName } from "./source-url.ts";

/** What the user added to the list of models, and the address that stands in for Hugging Face. */
const kept = z.object({ entries: z.array(ownEntry).catch([]), mirror: z.string().nullable().catch(null) });
type Kept = z.infer<typeof kept>;

/** Where that is kept. */
export type OwnModelsStore = { get(): unknown; put(value: unknown): void };

const maxEntries = 200;

/** The user's part of the list of models: it never touches the list that comes with Ebb. */
export class OwnModels {
  readonly #store: OwnModelsStore;
  readonly #newId: () => string;

  constructor(store: OwnModelsStore, newId: () => string) {
    this.#store = store;
    this.#newId = newId;
  }

  get entries(): readonly OwnEntry[] {
    return this.#kept.entries;
  }

  /** Chosen by the user; null where none is. */
  get mirror(): string | null {
    return this.#kept.mirror;
  }

  /** @throws EbbError INVALID_INPUT, or MODEL_UNSUPPORTED for one part of many */
  add(name: string, source: ModelSource): string {
    const { entries, ...rest } = this.#kept;
    if (entries.length >= maxEntries) {
      throw new EbbError("INVALID_INPUT", `The list has ${maxEntries} models of yours already.`, "Remove some first.");
    }
    const entry = checked(`own-${this.#newId()}`, name, source);
    this.#store.put({ ...rest, entries: [...entries, entry] });
    return entry.id;
  }

  /** @throws as `add`, or NOT_FOUND */
  edit(id: string, name: string, source: ModelSource): void {
    this.#require(id);
    const changed = checked(id, name, source);
    const { entries, ...rest } = this.#kept;
    this.#store.put({ ...rest, entries: entries.map((entry) => (entry.id === id ? changed : entry)) });
  }

  /** @throws EbbError NOT_FOUND */
  remove(id: string): void {
    this.#require(id);
    const { entries, ...rest } = this.#kept;
    this.#store.put({ ...rest, entries: entries.filter((entry) => entry.id !== id) });
  }

  /** @throws EbbError INVALID_INPUT */
  setMirror(address: string | null): void {
    const mirror = address === null || address.trim() === "" ? null : requireMirror(address);
    this.#store.put({ ...this.#kept, mirror });
  }

  get #kept(): Kept {
    const stored = kept.safeParse(this.#store.get() ?? {});
    return stored.success ? stored.data : { entries: [], mirror: null };
  }

  #require(id: string): void {
    if (this.entries.some((entry) => entry.id === id)) return;
    throw new EbbError("NOT_FOUND", "This model is not in your list any more.", "Look at the list again.");
  }
}

function checked(id: string, name: string, source: ModelSource): OwnEntry {
  if (source.kind === "hub") {
    const file = requireHubFile(source.repository, source.file);
    return { id, name: name.trim() || stem(file.file), source: { kind: "hub", ...file } };
  }
  const url = requireSource(source.url);
  if (!/\.gguf$/i.test(url.pathname)) {
    throw new EbbError("INVALID_INPUT", "This address is not that of a GGUF file.", "Its path has to end in .gguf.");
  }
  requireWhole(url.pathname);
  return { id, name: name.trim() || stem(url.pathname), source: { kind: "url", url: url.href } };
}

const stem = (path: string): string => safeFileName(path).replace(/\.gguf$/, "");

/** The mirror that the environment names, as tools of Hugging Face do; null where it names none that is an address. */
export function mirrorOfEnvironment(env: NodeJS.ProcessEnv = process.env): string | null {
  if (!env.HF_ENDPOINT) return null;
  try {
    const mirror = requireMirror(env.HF_ENDPOINT);
    return mirror === hub ? null : mirror;
  } catch {
    return null;
  }
}
