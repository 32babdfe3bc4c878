import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import type { Api, Settings } from "../../app/contract/index.ts";
import { portToCome } from "../transport/message-port.ts";
import type { EngineProcess } from "./engine-process.ts";

/**
 * The host's own line to the engine, as one more window has it: what the tray and the theme need of the settings. It hears of
 * every change.
 */
export class EngineSettings {
  readonly #engine: EngineProcess;
  readonly #onChange: (settings: Settings | null) => void;
  #api: Api | null = null;

  /** `onChange` gets null while no engine answers. */
  constructor(engine: EngineProcess, onChange: (settings: Settings | null) => void) {
    this.#engine = engine;
    this.#onChange = onChange;
  }

  /** To be called whenever an engine has opened: a line ends with the engine at its other side. */
  connect(): void {
    const { port, adopt, end } = portToCome("client");
    this.#engine.connect({ port: adopt, lost: end, stopped: end });
    const api: Api = createORPCClient(new RPCLink({ port }));
    this.#api = api;
    port.on("close", () => {
      if (this.#api !== api) return;
      this.#api = null;
      this.#onChange(null);
    });
    void this.#follow(api);
  }

  /** Does nothing where no engine answers: the tray shows that by then. */
  async setLearning(learning: boolean): Promise<void> {
    await this.#api?.system.configure({ learning }).catch(() => undefined);
  }

  async #follow(api: Api): Promise<void> {
    const read = async (): Promise<void> => {
      // Without an open memory there are no settings; the status event that follows its opening asks again.
      const settings = await api.system.settings().catch(() => null);
      if (this.#api === api) this.#onChange(settings);
    };
    try {
      for await (const { type } of await api.system.events()) {
        if (type === "settings" || type === "status") await read();
      }
    } catch {
      // The line's end is told by its port.
    }
  }
}
