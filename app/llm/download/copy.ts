import { open, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { EbbError } from "../../contract/errors.ts";
import { inspectGguf } from "../gguf.ts";
import { explainWrite, requireRoom } from "./disk.ts";
import { PartFile } from "./part-file.ts";

export type CopyOptions = {
  source: string;
  part: string;
  signal: AbortSignal;
  onProgress: (copiedBytes: number, totalBytes: number) => void;
};

const readBytes = 4 * 1024 * 1024;

/**
 * Copies a GGUF file to the part's place; resolves to its SHA-256.
 * @throws EbbError a MODEL_FILE_ code, STORAGE_FULL or FOLDER_UNWRITABLE, or the signal's reason
 */
export async function copyModel({ source, part: path, signal, onProgress }: CopyOptions): Promise<{ sha256: string }> {
  const folder = dirname(path);
  await inspectGguf(source);
  const before = await stat(source);
  try {
    const part = await PartFile.open(path);
    const from = await open(source, "r").catch(async (error: unknown) => {
      await part.close();
      throw error;
    });
    try {
      await part.clear();
      await requireRoom(folder, before.size);
      const buffer = Buffer.alloc(readBytes);
      for (;;) {
        signal.throwIfAborted();
        const { bytesRead } = await from.read(buffer, 0, readBytes);
        if (bytesRead === 0) break;
        await part.append(buffer.subarray(0, bytesRead));
        onProgress(part.size, before.size);
      }
      await part.sync();
      const after = await stat(source);
      if (part.size !== before.size || after.mtimeMs !== before.mtimeMs) {
        const message = `"${basename(source)}" changed while it was copied.`;
        throw new EbbError("MODEL_FILE_INVALID", message, "Copy it again once nothing writes to it.");
      }
      return { sha256: part.sha256() };
    } finally {
      await from.close();
      await part.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw explainWrite(error, folder);
  }
}
