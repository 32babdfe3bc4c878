import { join } from "node:path";
import type { SecretStore } from "../../app/llm/remote/secret-store.ts";
import { dropSecretFile, readSecretFile, writeSecretFile } from "../secret-file.ts";

/** The secret in a file of its own in the data folder, which only this user's account can read: a browser's host has no keychain. */
export function secretInFile(folder: string): SecretStore {
  const path = join(folder, "remote-key");
  return {
    keeping: async () => "file",
    get: async () => (await readSecretFile(path))?.toString("utf8") ?? null,
    put: (secret) => writeSecretFile(path, Buffer.from(secret)),
    drop: () => dropSecretFile(path),
  };
}
