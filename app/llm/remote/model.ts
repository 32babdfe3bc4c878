import { PieceQueue } from "../pieces.ts";
import { emptySummary, type GenerateRequest, type ReplyPiece } from "../port.ts";
import { ranks, WorkQueue } from "../queue.ts";
import { garbled, refusal } from "./failures.ts";
import { type Patience, send, textOf } from "./http.ts";
import { fullDialect, type Offered, readModels } from "./protocol.ts";
import { type Dialects, type Endpoint, type RemotePorts, Reply } from "./reply.ts";

/** A list of models is not worth waiting for as long. */
const listPatience: Patience = { connect: 10_000, firstByte: 20_000, idle: 10_000 };
const maxListBytes = 4 * 1024 * 1024;

/** The models that a server offers. @throws EbbError with a REMOTE_ code */
export async function listModels(
  base: string,
  host: string,
  key: string | null,
  ports: Pick<RemotePorts, "onRequest" | "patience">,
  signal: AbortSignal,
): Promise<Offered[]> {
  const response = await send(`${base}/models`, {
    method: "GET",
    key,
    signal,
    patience: ports.patience ?? listPatience,
    onRequest: (asked) => ports.onRequest(asked, "remote-list"),
  });
  const body = await textOf(response, maxListBytes);
  if (response.status !== 200) throw refusal(response.status, host, "other");
  const models = readModels(body);
  if (models === null) throw garbled(host, "with something other than a list of models");
  return models;
}

/**
 * A language model behind a server that speaks the protocol of OpenAI. Replies are made one at a time, as on this machine: chats first, and what
 * is read in the background gives way to them.
 */
export class RemoteModel {
  readonly endpoint: Endpoint;
  readonly #ports: RemotePorts;
  readonly #work = new WorkQueue();
  readonly #replies = new Set<AbortController>();
  readonly #background = new Set<AbortController>();
  readonly #dialects: Dialects;

  constructor(endpoint: Endpoint, ports: RemotePorts) {
    this.endpoint = endpoint;
    this.#ports = ports;
    let dialect = fullDialect;
    this.#dialects = {
      get: () => dialect,
      keep: (taken) => {
        dialect = taken;
      },
    };
  }

  /** @throws EbbError CONTEXT_OVERFLOW or a REMOTE_ code */
  async *generate(request: GenerateRequest): AsyncGenerator<ReplyPiece, void, void> {
    const queue = new PieceQueue();
    const abandoned = new AbortController();
    if (request.beside === "background") this.#background.add(abandoned);
    else for (const reply of this.#background) reply.abort();
    const signals = request.signal === undefined ? [abandoned.signal] : [abandoned.signal, request.signal];
    const signal = AbortSignal.any(signals);
    const work = this.#work.run(
      ranks[request.beside ?? "chat"],
      () => new Reply(this.endpoint, this.#ports, request, signal, queue, this.#dialects).make(),
      signal,
    );
    const summary = work.then((made) => made ?? emptySummary).finally(() => queue.close());
    // Awaited below; until then a failure would count as unhandled.
    summary.catch(() => undefined);
    this.#replies.add(abandoned);
    try {
      yield* queue;
      yield { type: "end", summary: await summary };
    } finally {
      this.#replies.delete(abandoned);
      this.#background.delete(abandoned);
      abandoned.abort();
    }
  }

  /** Ends what is being asked, with its summary. */
  stop(): void {
    for (const reply of this.#replies) reply.abort();
  }
}
