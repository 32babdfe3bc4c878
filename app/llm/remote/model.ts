import type { GenerateRequest, ReplyPiece } from "../port.ts";
import { RepliesInTurn } from "../replies-in-turn.ts";
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
  readonly #replies = new RepliesInTurn();
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
  generate(request: GenerateRequest): AsyncGenerator<ReplyPiece, void, void> {
    return this.#replies.write(request, (signal, out) =>
      new Reply(this.endpoint, this.#ports, request, signal, out, this.#dialects).make(),
    );
  }

  /** Ends what is being asked, with its summary. */
  stop(): void {
    this.#replies.stop();
  }
}
