import type { Journal } from "./llm/download/entry.ts";
import { storageError } from "./storage/errors.ts";
import type { Vault } from "./vault.ts";

/** The vault's tables as downloads need them, a transaction for each change. Failures are the ones that the user is shown. */
export function journalOf(vault: Vault, clock: () => number): Journal {
  const { downloads, modelFiles } = vault;
  const write = (work: () => void): void => {
    try {
      vault.write(work);
    } catch (error) {
      throw storageError(error, vault.folder);
    }
  };
  return {
    all: downloads.all,
    get: downloads.get,
    add: (entry) => write(() => downloads.add(entry, clock())),
    setState: (...change) => write(() => downloads.setState(...change)),
    setSource: (...change) => write(() => downloads.setSource(...change)),
    setFinishedAs: (...change) => write(() => downloads.setFinishedAs(...change)),
    drop: (id) => write(() => downloads.drop(id)),
    pauseAll: () => write(() => downloads.pauseAll()),
    finish: ({ id, kind, entryId }, path, sha256) =>
      write(() => {
        const origin = kind === "copy" ? "copied" : "downloaded";
        modelFiles.put({ path, origin, entryId, sha256, addedAt: clock() });
        downloads.drop(id);
      }),
  };
}
