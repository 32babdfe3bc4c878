/** Where a host keeps the one secret that Ebb has. Nothing else of Ebb writes it down. */
export type SecretStore = {
  /**
   * `keychain`: encrypted by the system's; `weak`: encrypted, but anyone could do it; `file`: in a file for this user only; `memory`: gone when
   * Ebb ends.
   */
  keeping(): Promise<"keychain" | "weak" | "file" | "memory">;
  /** Null where there is none, or none that can be read any more. */
  get(): Promise<string | null>;
  /** @throws EbbError a STORAGE_ code where it cannot be kept */
  put(secret: string): Promise<void>;
  drop(): Promise<void>;
};

/** Keeps a secret for as long as the process lives. */
export function secretInMemory(): SecretStore {
  let kept: string | null = null;
  return {
    keeping: async () => "memory",
    get: async () => kept,
    put: async (secret) => {
      kept = secret;
    },
    drop: async () => {
      kept = null;
    },
  };
}
