import { type ClientLink, createORPCClient, ORPCError } from "@orpc/client";
import type { Api } from "../../app/contract/index.ts";

/**
 * `refused`: this window does not belong to the running engine and never will. `stopped`: the engine stopped too often and is
 * started again only when the user asks for it.
 */
export type ConnectionState = "connecting" | "open" | "lost" | "refused" | "stopped";

/** The window's line to the engine. It reconnects by itself; calls made while it is lost fail with CONNECTION_LOST. */
export interface Connection {
  readonly api: Api;
  state(): ConnectionState;
  subscribe(listener: () => void): () => void;
  /** Resolves once the line is open; at once if it is. */
  opened(): Promise<void>;
  /** Starts an engine that is `stopped`; left out where the page cannot. */
  restart?(): void;
}

type Link = ClientLink<Record<never, never>>;

const connectionLost = () =>
  new ORPCError("CONNECTION_LOST", {
    status: 503,
    message: "The connection to Ebb was lost.",
    data: { remedy: "Ebb reconnects by itself. If it does not, start Ebb again." },
  });

/** What a carrier (WebSocket, message port) reports to, and what turns its links into one lasting connection. */
export class Line implements Connection {
  readonly api: Api;
  restart?: () => void;
  #state: ConnectionState = "connecting";
  #link: Link | null = null;
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.api = createORPCClient<Api>({ call: (...call) => this.#call(...call) });
  }

  state(): ConnectionState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  opened(): Promise<void> {
    if (this.#state === "open") return Promise.resolve();
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe(() => {
        if (this.#state !== "open") return;
        unsubscribe();
        resolve();
      });
    });
  }

  open(link: Link): void {
    this.#link = link;
    this.#enter("open");
  }

  close(state: "lost" | "refused" | "stopped"): void {
    this.#link = null;
    this.#enter(state);
  }

  #enter(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }

  async #call(...[path, input, options]: Parameters<Link["call"]>): Promise<unknown> {
    // The first calls are made before the line is open and wait for it; later ones fail at once, so none ever hangs.
    if (this.#state === "connecting") await this.#settled();
    const link = this.#link;
    if (!link) throw connectionLost();
    const lostOr = (error: unknown) =>
      this.#link === link || error instanceof ORPCError || options.signal?.aborted ? error : connectionLost();
    try {
      const output = await link.call(path, input, options);
      return isStream(output) ? guard(output, lostOr) : output;
    } catch (error) {
      throw lostOr(error);
    }
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe(() => {
        unsubscribe();
        resolve();
      });
    });
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function* guard(stream: AsyncIterable<unknown>, lostOr: (error: unknown) => unknown) {
  try {
    yield* stream;
  } catch (error) {
    throw lostOr(error);
  }
}
