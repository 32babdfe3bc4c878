import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { EbbError } from "../../contract/errors.ts";
import { errorCodeOf } from "../../storage/errors.ts";

/** Text kept back until there is enough of it to be worth a call of the system; UTF-16 units. */
const chunkChars = 64 * 1024;

/** A text file in the making. */
export class OutFile {
  readonly #file: FileHandle;
  #held: string[] = [];
  #heldChars = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file, for this user's eyes only. Rejects where there is one. */
  static async create(path: string): Promise<OutFile> {
    return new OutFile(await open(path, "wx", 0o600));
  }

  /** Resolves once there is room for more. */
  async write(text: string): Promise<void> {
    this.#held.push(text);
    this.#heldChars += text.length;
    if (this.#heldChars >= chunkChars) await this.#flush();
  }

  /** Writes what is left; with `sync`, resolves once all of it is on the disk. */
  async finish({ sync }: { sync: boolean }): Promise<void> {
    await this.#flush();
    if (sync) await this.#file.sync();
    await this.#file.close();
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
  }

  async #flush(): Promise<void> {
    const text = this.#held.join("");
    this.#held = [];
    this.#heldChars = 0;
    await this.#file.writeFile(text);
  }
}

/** What is written, and how it gets its name. */
export type Target = { folder: string; name: string; extension: string; kind: "file" | "folder" };

/**
 * Has something written into the user's folder under a name that tells it is not whole, and gives it its own name once it is: the
 * wished one, or that with a number where it is taken. Where it fails or is aborted nothing is left. Returns the path.
 * @throws NOT_FOUND, INVALID_INPUT, FOLDER_UNWRITABLE, STORAGE_FULL, or what `write` throws
 */
export async function writeWhole(
  target: Target,
  dataFolder: string,
  write: (path: string) => Promise<void>,
): Promise<string> {
  const folder = resolve(target.folder);
  await check(folder, dataFolder);
  const draft = join(folder, `.ebb-export-${randomUUID()}.part`);
  try {
    if (target.kind === "folder") await mkdir(draft, { mode: 0o700 });
    await write(draft);
    return await giveName(draft, folder, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    // The folder was there a moment ago: one that is no real place takes no files.
    throw errorCodeOf(error) === "ENOENT" ? unwritable(folder, error) : typed(error, folder);
  }
}

async function check(folder: string, dataFolder: string): Promise<void> {
  const info = await stat(folder).catch((error: unknown) => {
    throw typed(error, folder);
  });
  if (!info.isDirectory()) throw unwritable(folder);
  const [real, own] = await Promise.all([realpath(folder), realpath(dataFolder).catch(() => resolve(dataFolder))]);
  const within = relative(own, real);
  if (within === "" || !(within === ".." || within.startsWith(`..${sep}`) || resolve(within) === within)) {
    throw new EbbError(
      "INVALID_INPUT",
      "That is Ebb's own data folder, in which nothing may stay that you delete.",
      "Choose a folder outside of it.",
    );
  }
}

/** Never takes the place of what is there. */
async function giveName(draft: string, folder: string, { name, extension, kind }: Target): Promise<string> {
  const taken = new Set((await readdir(folder)).map((entry) => entry.toLowerCase()));
  for (let count = 1; ; count += 1) {
    const numbered = `${name}${count === 1 ? "" : ` (${count})`}${extension}`;
    if (taken.has(numbered.toLowerCase())) continue;
    const path = join(folder, numbered);
    if (kind === "folder") {
      await rename(draft, path);
      return path;
    }
    try {
      // Unlike renaming, this fails where something has come to that name meanwhile.
      await link(draft, path);
      await rm(draft);
      return path;
    } catch (error) {
      if (errorCodeOf(error) === "EEXIST") continue;
      // A file system without links, as on a memory stick.
      await rename(draft, path);
      return path;
    }
  }
}

function typed(error: unknown, folder: string): unknown {
  if (error instanceof EbbError) return error;
  switch (errorCodeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new EbbError(
        "STORAGE_FULL",
        `There is not enough room in ${folder} for the export.`,
        "Free some space or choose another folder. Nothing was left there.",
        error,
      );
    case "ENOENT":
      return new EbbError("NOT_FOUND", `There is no folder ${folder}.`, "Choose another one.", error);
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOTDIR":
      return unwritable(folder, error);
    default:
      return /^E[A-Z]+$/.test(errorCodeOf(error)) ? unwritable(folder, error) : error;
  }
}

function unwritable(folder: string, cause?: unknown): EbbError {
  return new EbbError(
    "FOLDER_UNWRITABLE",
    `Ebb cannot write to ${basename(folder) === "" ? folder : `the folder ${folder}`}.`,
    "Check that your account may write there, or choose another folder. Nothing was left there.",
    cause,
  );
}
