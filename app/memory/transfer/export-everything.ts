import type { ExportEvent } from "../../contract/transfer.ts";
import type { MemoryStore } from "../store.ts";
import type { PortableSettings } from "./everything.ts";
import { OutFile, writeWhole } from "./out-files.ts";
import { jsonParts } from "./write-json.ts";
import { writeMarkdown } from "./write-markdown.ts";

export type ExportPorts = {
  store: MemoryStore;
  settings: PortableSettings;
  /** ms. */
  now: number;
  dataFolder: string;
  onProgress: (progress: Extract<ExportEvent, { type: "progress" }>) => void;
  /** Aborted where the user wants it no more, or Ebb ends. */
  signal: AbortSignal;
};

/**
 * Writes everything that the user has into a folder of theirs: a JSON file that can be imported again, or a folder of Markdown to
 * read, whole or not at all. Rows are read as there is room to write them, and windows are answered in between. Returns the path.
 * @throws NOT_FOUND, INVALID_INPUT, FOLDER_UNWRITABLE, STORAGE_FULL, or the signal's reason
 */
export async function exportEverything(
  folder: string,
  format: "json" | "markdown",
  ports: ExportPorts,
): Promise<string> {
  const { store, settings, now, dataFolder, onProgress, signal } = ports;
  const total = store.portable.bounds().rows;
  let done = 0;
  const onRows = async (rows: number): Promise<void> => {
    done += rows;
    onProgress({ type: "progress", done: Math.min(done, total), total });
    await new Promise(setImmediate);
    signal.throwIfAborted();
  };
  const name = `${format === "json" ? "ebb-export" : "Ebb"} ${new Date(now).toISOString().slice(0, 10)}`;
  if (format === "markdown") {
    const target = { folder, name, extension: "", kind: "folder" } as const;
    return writeWhole(target, dataFolder, async (path) => {
      await writeMarkdown(store, path, now, onRows);
    });
  }
  const target = { folder, name, extension: ".json", kind: "file" } as const;
  return writeWhole(target, dataFolder, async (path) => {
    const file = await OutFile.create(path);
    try {
      for (const { text, rows } of jsonParts(store, settings, now)) {
        await file.write(text);
        await onRows(rows);
      }
      await file.finish({ sync: true });
    } catch (error) {
      await file.abandon();
      throw error;
    }
  });
}
