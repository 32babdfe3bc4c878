import { EbbError } from "../../contract/errors.ts";
import type { Answerer, AnswererState, GenerateRequest, ReplyPiece } from "../port.ts";
import type { RemoteChoice } from "./choice.ts";

/**
 * Who answers: the model on another computer where one is in use, else the one on this computer. What is no part of the chat stays on this
 * computer unless the user has allowed otherwise.
 */
export class ModelSwitch implements Answerer {
  readonly #local: Answerer | null;
  readonly #remote: RemoteChoice;
  /** Who reads for learning and tasks. */
  readonly beside: Answerer;

  constructor(local: Answerer | null, remote: RemoteChoice) {
    this.#local = local;
    this.#remote = remote;
    const besides = (): Answerer | null => (remote.inUse?.alsoForLearning ? remote : local);
    this.beside = {
      get state(): AnswererState {
        return besides()?.state ?? { status: "none" };
      },
      generate: (request) => this.generate(request),
      onChange: (listener) => this.onChange(listener),
    };
  }

  get state(): AnswererState {
    return this.#remote.inUse ? this.#remote.state : (this.#local?.state ?? { status: "none" });
  }

  /** @throws EbbError MODEL_NOT_LOADED where nothing may or can be asked, or as who answers does */
  generate(request: GenerateRequest): AsyncIterable<ReplyPiece> {
    const inUse = this.#remote.inUse;
    if (inUse && (request.beside === undefined || inUse.alsoForLearning)) return this.#remote.generate(request);
    // A model that sleeps is not woken for what a faster one elsewhere does without.
    const local = inUse && this.#local?.state.status !== "ready" ? null : this.#local;
    if (local) return local.generate(request);
    throw new EbbError("MODEL_NOT_LOADED", "No language model is loaded.", "Choose a model under Models.");
  }

  onChange(listener: () => void): () => void {
    const stops = [this.#remote.onChange(listener), this.#local?.onChange(listener)];
    return () => {
      for (const stop of stops) stop?.();
    };
  }
}
