import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { EbbError } from "../../contract/errors.ts";
import { Fault, importInvalid, importTooLarge } from "./fault.ts";

/** A JSON file of an export: unpacked, or in its zip. */
export type SourceFile = { name: string; bytes: number; read: () => AsyncIterable<Uint8Array> };
export type Archive = { files: SourceFile[]; close: () => void };

/** Far beyond any export: what is larger unpacked is a bomb or a mistake. */
const [fileBytes, totalBytes] = [4 * 1024 ** 3, 8 * 1024 ** 3];
/** Text is packed to a tenth, at best to a thirtieth; deflate's limit is about a thousandth. */
const packedRatio = 200;
const smallBytes = 1024 * 1024;
const entryLimit = 100_000;

const conversationsName = /(?:^|\/)conversations(?:-\d+)?\.json$/i;
const memoriesName = /(?:^|\/)(?:memories\.json|memories\/[^/]+\.json)$/i;
const isWanted = (name: string): boolean => conversationsName.test(name) || memoriesName.test(name);

/**
 * The files of an export that hold conversations and memories: of a zip, of a folder into which it was unpacked, or the one
 * JSON file itself. @throws NOT_FOUND, FOLDER_UNREADABLE, IMPORT_INVALID, TOO_LARGE
 */
export async function openArchive(path: string): Promise<Archive> {
  const name = basename(path);
  const info = await stat(path).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  const archive = info.isDirectory()
    ? await ofFolder(path).catch((error: unknown) => {
        throw unreadable(name, error);
      })
    : !info.isFile()
      ? ofFiles([])
      : (await isZip(path, name))
        ? await ofZip(path, name)
        : ofFiles([{ name, bytes: info.size, read: () => createReadStream(path) }]);
  if (archive.files.length === 0) {
    archive.close();
    throw importInvalid(
      `There are no conversations in ${name}.`,
      "Choose the zip or the conversations.json of an export from ChatGPT or Claude, or a group chat in Ebb's own format.",
    );
  }
  if (sum(archive.files) > totalBytes || archive.files.some(({ bytes }) => bytes > fileBytes)) {
    archive.close();
    throw importTooLarge(`${name} is larger than Ebb takes at once.`);
  }
  return archive;
}

export function sum(files: readonly SourceFile[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}

function ofFiles(files: SourceFile[]): Archive {
  return { files: files.sort((a, b) => a.name.localeCompare(b.name)), close: () => {} };
}

async function ofFolder(folder: string): Promise<Archive> {
  const names = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isFile() && isWanted(entry.name),
  );
  const files = names.map(async ({ name }): Promise<SourceFile> => {
    const path = join(folder, name);
    return { name, bytes: (await stat(path)).size, read: () => createReadStream(path) };
  });
  return ofFiles(await Promise.all(files));
}

async function isZip(path: string, name: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return buffer.subarray(0, 2).toString("latin1") === "PK";
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function ofZip(path: string, name: string): Promise<Archive> {
  let zip: ZipFile | null = null;
  try {
    // Names that lead out of the archive, and sizes that do not agree, are refused while reading.
    zip = await openPromise(path, { autoClose: false, lazyEntries: true, validateEntrySizes: true });
    if (zip.entryCount > entryLimit) throw importTooLarge(`${name} has more files in it than any export.`);
    const files: SourceFile[] = [];
    for await (const entry of zip.eachEntry()) {
      if (!isWanted(entry.fileName)) continue;
      if (entry.uncompressedSize > smallBytes && entry.uncompressedSize > entry.compressedSize * packedRatio) {
        throw importTooLarge(`${entry.fileName} in ${name} would unpack to far more than any export.`);
      }
      files.push(ofEntry(zip, entry));
    }
    const opened = zip;
    return { ...ofFiles(files), close: () => opened.close() };
  } catch (error) {
    zip?.close();
    if (error instanceof EbbError) throw error;
    throw importInvalid(`${name} is not a whole zip file.`, "Download the export again.", error);
  }
}

function ofEntry(zip: ZipFile, entry: Entry): SourceFile {
  return {
    name: entry.fileName,
    bytes: entry.uncompressedSize,
    read: async function* () {
      if (entry.isEncrypted() || !entry.canDecodeFileData()) {
        throw new Fault("the whole file", "it is packed in a way that Ebb cannot read");
      }
      const stream: Readable = await zip.openReadStreamPromise(entry).catch(broken);
      let sum = 0;
      const chunks = stream[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await chunks.next().catch(broken);
        if (done) break;
        sum = crc32(value as Uint8Array, sum);
        yield value as Uint8Array;
      }
      if (sum !== entry.crc32) throw new Fault("the whole file", "it was damaged in the zip");
    },
  };
}

function broken(): never {
  throw new Fault("the whole file", "it is damaged or incomplete in the zip");
}

function unreadable(name: string, error: unknown): EbbError {
  const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
  return new EbbError(
    isMissing ? "NOT_FOUND" : "FOLDER_UNREADABLE",
    isMissing ? `There is no file ${name} in that place.` : `${name} cannot be read.`,
    "Check its name and that your account may read it, or choose another file.",
    error,
  );
}
