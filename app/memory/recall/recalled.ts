import type { EvidenceRow, MemoryRow } from "../../storage/memories.ts";

/** What a memory and the user's words behind it say of themselves, with `given` beside it: how it was found and scored. */
export function recalledMemory<Given extends object>(memory: MemoryRow, words: readonly EvidenceRow[], given: Given) {
  return {
    ...given,
    source: "memory" as const,
    id: memory.id,
    text: memory.text,
    saidAt: Math.min(memory.createdAt, ...words.map(({ saidAt }) => saidAt)),
    version: memory.version,
    memory,
    speaker: null,
    messageIds: [...new Set(words.map(({ messageId }) => messageId))],
  };
}
