import { EbbError } from "../../contract/errors.ts";
import type { PaceOfReplies } from "../pace-of-replies.ts";
import type { Answerer, AnswererState, GenerateRequest, ReplyPiece } from "../port.ts";
import type { RemoteChoice } from "./choice.ts";

/**
 * Who answers: the model on another computer where one is in use, else the one on this computer. What is no part of the chat stays on this
 * computer unless the user has allowed otherwise.
 */
export class ModelSwitch implements Answerer {
  readonly #local: Answerer | null;
  readonly #remote: RemoteChoice;
  readonly #pace: PaceOfReplies;
  /** Who reads for learning and tasks. */
  readonly beside: Answerer;

  /** `pace` is told of the replies that the model on this computer writes. */
  constructor(local: Answerer | null, remote: RemoteChoice, pace: PaceOfReplies) {
    this.#local = local;
    this.#remote = remote;
    this.#pace = pace;
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
    if (local) return request.beside === undefined ? this.#noted(local.generate(request)) : local.generate(request);
    throw new EbbError("MODEL_NOT_LOADED", "No language model is loaded.", "Choose a model under Models.");
  }

  async *#noted(pieces: AsyncIterable<ReplyPiece>): AsyncGenerator<ReplyPiece, void, void> {
    for await (const piece of pieces) {
      if (piece.type === "end") this.#pace.note(piece.summary);
      yield piece;
    }
  }

  onChange(listener: () => void): () => void {
    const stops = [this.#remote.onChange(listener), this.#local?.onChange(listener)];
    return () => {
      for (const stop of stops) stop?.();
    };
  }
}
