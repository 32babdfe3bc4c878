import { join } from "node:path";
import { safeStorage } from "electron";
import { dropSecretFile, readSecretFile, writeSecretFile } from "../secret-file.ts";

/**
 * The engine's secret, encrypted with a key of the system's keychain, in a file of its own in the data folder. Where the system offers no
 * encryption at all, it is kept in memory until Ebb ends. To be used once the app is ready.
 */
export class Keychain {
  readonly #path: string;
  #inMemory: string | null = null;

  constructor(folder: string) {
    this.#path = join(folder, "remote-key.sealed");
  }

  async keeping(): Promise<"keychain" | "weak" | "memory"> {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return "memory";
    // Without a keyring, Chromium on Linux encrypts with a password that it has for everyone.
    const open = process.platform === "linux" && safeStorage.getSelectedStorageBackend() === "basic_text";
    return open ? "weak" : "keychain";
  }

  /** Null where there is none, or where the keychain does not open it any more. */
  async get(): Promise<string | null> {
    if (this.#inMemory !== null) return this.#inMemory;
    const sealed = await readSecretFile(this.#path);
    if (sealed === null || (await this.keeping()) === "memory") return null;
    try {
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(sealed);
      if (shouldReEncrypt) await this.put(result).catch(() => undefined);
      return result;
    } catch {
      return null;
    }
  }

  /** @throws EbbError STORAGE_FULL or FOLDER_UNWRITABLE */
  async put(secret: string): Promise<void> {
    if ((await this.keeping()) === "memory") {
      await dropSecretFile(this.#path);
      this.#inMemory = secret;
      return;
    }
    await writeSecretFile(this.#path, await safeStorage.encryptStringAsync(secret));
    this.#inMemory = null;
  }

  async drop(): Promise<void> {
    this.#inMemory = null;
    await dropSecretFile(this.#path);
  }
}
