import type { MemoryStore } from "./store.ts";
import { type Exported, exportJson, exportMarkdown } from "./transfer/export.ts";

export { importMemories } from "./transfer/import.ts";

/** All memories as a file to keep: JSON can be imported again, Markdown is to be read. `now` in ms. */
export function exportMemories(store: MemoryStore, format: "json" | "markdown", now: number): Exported {
  return format === "json" ? exportJson(store, now) : exportMarkdown(store, now);
}
