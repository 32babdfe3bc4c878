import { type MessagePortLike, portToCome } from "../transport/message-port.ts";
import type { InferenceUse, ToHost } from "./host-protocol.ts";
import type { InferenceProcess } from "./inference-process.ts";

type Started = { adopt(port: MessagePortLike): void; gone(): void };

/** Inference processes that the desktop host starts for the engine, each reached over a port of its own. */
export class RemoteInference {
  readonly #tell: (message: ToHost) => void;
  readonly #started = new Map<number, Started>();
  #last = 0;

  /** `tell` sends a message to the host. */
  constructor(tell: (message: ToHost) => void) {
    this.#tell = tell;
  }

  /** Asks the host for a process; what is sent to it meanwhile waits for its port. */
  start(use: InferenceUse): InferenceProcess {
    this.#last += 1;
    const id = this.#last;
    const { promise: exited, resolve } = Promise.withResolvers<void>();
    const { port, adopt, end } = portToCome("client");
    this.#started.set(id, {
      adopt,
      gone: () => {
        this.#started.delete(id);
        end();
        resolve();
      },
    });
    this.#tell({ type: "start-inference", id, use });
    return { port, kill: () => this.#tell({ type: "kill-inference", id }), exited };
  }

  /** The host brings the port of a started process. */
  arrived(id: number, port: MessagePortLike): void {
    const started = this.#started.get(id);
    if (started) started.adopt(port);
    else port.close();
  }

  /** The host says that the process has ended. */
  gone(id: number): void {
    this.#started.get(id)?.gone();
  }
}
