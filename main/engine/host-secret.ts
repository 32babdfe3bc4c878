import { EbbError } from "../../app/contract/errors.ts";
import type { SecretStore } from "../../app/llm/remote/secret-store.ts";
import type { SecretAnswer, ToHost } from "./host-protocol.ts";

type Asked = Pick<ToHost & { type: "secret" }, "does" | "secret">;

/** The secret that the desktop host keeps for the engine: only its process reaches the system's keychain. */
export class HostSecret implements SecretStore {
  readonly #tell: (message: ToHost) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<SecretAnswer>>();
  #last = 0;

  /** `tell` sends a message to the host. */
  constructor(tell: (message: ToHost) => void) {
    this.#tell = tell;
  }

  async keeping(): ReturnType<SecretStore["keeping"]> {
    const { keeping } = await this.#ask({ does: "keeping" });
    return keeping ?? "memory";
  }

  async get(): Promise<string | null> {
    return (await this.#ask({ does: "get" })).secret ?? null;
  }

  async put(secret: string): Promise<void> {
    await this.#ask({ does: "put", secret });
  }

  async drop(): Promise<void> {
    await this.#ask({ does: "drop" });
  }

  /** The host has answered. */
  answered(id: number, answer: SecretAnswer): void {
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }

  async #ask(asked: Asked): Promise<SecretAnswer> {
    this.#last += 1;
    const answer = Promise.withResolvers<SecretAnswer>();
    this.#waiting.set(this.#last, answer);
    this.#tell({ type: "secret", id: this.#last, ...asked });
    const { failure, ...result } = await answer.promise;
    if (failure) throw new EbbError(failure.code, failure.message, failure.remedy);
    return result;
  }
}
