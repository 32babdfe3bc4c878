import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { EbbError, type Failure } from "../contract/errors.ts";
import { type GgufInfo, inspectGguf } from "./gguf.ts";

/** A model file that Ebb brought here or was shown. Times in ms. */
export type KnownFile = {
  path: string;
  origin: "downloaded" | "copied" | "in_place";
  entryId: string | null;
  addedAt: number;
  lastUsedAt: number | null;
};

/** Where they are noted. */
export type KnownFiles = { all(): KnownFile[]; get(path: string): KnownFile | null; drop(path: string): void };

/** A model on this machine, and what its header says or why it can't be used. */
export type LibraryModel = {
  path: string;
  bytes: number;
  origin: KnownFile["origin"] | "found";
  entryId: string | null;
  addedAt: number | null;
  lastUsedAt: number | null;
  info: GgufInfo | null;
  failure: Failure | null;
};

type Looked = { key: string; info: GgufInfo | null; failure: Failure | null };

/** The model files on this machine: those in the models folder, and those that were shown to Ebb where they lie. */
export class Library {
  readonly #folder: string;
  readonly #known: KnownFiles;
  /** Headers are read again only where a file has changed. */
  readonly #looked = new Map<string, Looked>();

  /** `folder` is where Ebb puts models. */
  constructor(folder: string, known: KnownFiles) {
    this.#folder = folder;
    this.#known = known;
  }

  /** Lately used ones first. */
  async list(): Promise<LibraryModel[]> {
    const known = new Map(this.#known.all().map((file) => [file.path, file]));
    const names = await readdir(this.#folder).catch(() => []);
    const found = names.filter((name) => /\.gguf$/i.test(name)).map((name) => join(this.#folder, name));
    const paths = [...new Set([...known.keys(), ...found])];
    const models = await Promise.all(paths.map((path) => this.#describe(path, known.get(path))));
    return models.sort(
      (a, b) => (b.lastUsedAt ?? b.addedAt ?? 0) - (a.lastUsedAt ?? a.addedAt ?? 0) || a.path.localeCompare(b.path),
    );
  }

  /** Where the files are that came by entries of the catalog, and are still there. */
  async byEntry(): Promise<Map<string, string>> {
    const paths = new Map<string, string>();
    for (const { path, entryId } of this.#known.all()) {
      if (entryId !== null && (await isFile(path))) paths.set(entryId, path);
    }
    return paths;
  }

  /**
   * Deletes a file that Ebb brought here; one of the user's own only leaves the list. Returns whether a file was deleted.
   * @throws EbbError NOT_FOUND, or INVALID_INPUT for a file that somebody else put into the folder
   */
  async remove(path: string): Promise<boolean> {
    const full = resolve(path);
    const known = this.#known.get(full);
    if (known === null) {
      if (dirname(full) === resolve(this.#folder) && (await isFile(full))) {
        const remedy = "Delete it with your file manager, in Ebb's models folder.";
        throw new EbbError("INVALID_INPUT", "Ebb deletes only models that it brought here itself.", remedy);
      }
      throw new EbbError("NOT_FOUND", "This model is not in the list any more.", "Look at the list again.");
    }
    const own = known.origin !== "in_place" && dirname(full) === resolve(this.#folder);
    if (own) await rm(full, { force: true });
    this.#known.drop(full);
    this.#looked.delete(full);
    return own;
  }

  async #describe(path: string, known: KnownFile | undefined): Promise<LibraryModel> {
    const stats = await stat(path).catch(() => null);
    const { info, failure } = await this.#look(path, stats ? `${stats.size} ${stats.mtimeMs}` : "gone");
    const { origin = "found", entryId = null, addedAt = null, lastUsedAt = null } = known ?? {};
    return { path, bytes: stats?.size ?? 0, origin, entryId, addedAt, lastUsedAt, info, failure };
  }

  async #look(path: string, key: string): Promise<Looked> {
    const before = this.#looked.get(path);
    if (before?.key === key) return before;
    const looked: Looked = await inspectGguf(path).then(
      (info) => ({ key, info, failure: null }),
      (error: unknown) => ({ key, info: null, failure: failureOf(error, path) }),
    );
    this.#looked.set(path, looked);
    return looked;
  }
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isFile(),
    () => false,
  );

function failureOf(error: unknown, path: string): Failure {
  if (error instanceof EbbError) return error.toFailure();
  const message = `The file "${basename(path)}" cannot be read.`;
  return { code: "MODEL_FILE_UNREADABLE", message, remedy: "Check that its disk is connected." };
}
