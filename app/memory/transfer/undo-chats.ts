import type { MemoryStore } from "../store.ts";
import { takeBackWhereUntouched } from "../undo.ts";

/** Messages taken away in one transaction. */
const batch = 200;
const revisionBatch = 50;

/**
 * Takes back an import of conversations: what it brought, and what Ebb has learned from it, except what the user has changed or
 * said again since. What the user has said in those conversations stays. `now` in ms.
 */
export async function undoChats(
  store: MemoryStore,
  importId: string,
  now: number,
  closing: AbortSignal,
): Promise<void> {
  store.transaction(() => {
    // From here on it is taken back even if Ebb ends in the middle.
    store.chatImports.setState(importId, "undoing");
    store.chatImports.dropLearning(importId);
  });
  await removeChats(store, importId, now, closing);
}

/** Takes away what an import has written, in small transactions; after a crash, or where `closing` was aborted, it is called again. `now` in ms. */
export async function removeChats(
  store: MemoryStore,
  importId: string,
  now: number,
  closing: AbortSignal,
): Promise<void> {
  const { chatImports, memories } = store;
  const between = async (): Promise<void> => {
    await new Promise(setImmediate);
    closing.throwIfAborted();
  };
  // What was never shown goes without a trace in anything else.
  while (chatImports.dropHiddenMemories(importId, revisionBatch) > 0) await between();
  const leaving = new Set(chatImports.messageIds(importId));
  const revisions = [...memories.revisionsOfChange(importId), ...memories.revisionsOfMessages([...leaving])];
  for (let to = revisions.length; to > 0; to -= revisionBatch) {
    const some = revisions.slice(Math.max(0, to - revisionBatch), to);
    store.transaction(() => takeBackWhereUntouched(store, some, leaving, now));
    await between();
  }
  const kept = [...memories.revisionsOfChange(importId), ...memories.revisionsOfMessages([...leaving])];
  store.erase.importInCopies(importId, [...new Set(kept.map(({ memoryId }) => memoryId))]);
  while (chatImports.removeMessages(importId, batch) > 0) await between();
  for (const _ of chatImports.cleanIndexes()) await between();
  store.erase.check.mark();
  chatImports.finishRemoval(importId);
  // Where the words of its memories were kept.
  store.transfers.dropConversation(importId);
}
