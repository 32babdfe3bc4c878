import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import type { Api, Reminder, Settings } from "../../app/contract/index.ts";
import { portToCome } from "../transport/message-port.ts";
import type { EngineProcess } from "./engine-process.ts";

export type EngineNews = {
  /** The settings, at first and whenever they have changed; null while no engine answers. */
  onSettings: (settings: Settings | null) => void;
  /** What rings, whenever that may have changed; it is not kept here. */
  onRinging: (ringing: Reminder[]) => void;
};

/**
 * The host's own line to the engine, as one more window has it: what the tray, the theme and notifications need. It hears of every
 * change.
 */
export class EngineSettings {
  readonly #engine: EngineProcess;
  readonly #news: EngineNews;
  #api: Api | null = null;

  constructor(engine: EngineProcess, news: EngineNews) {
    this.#engine = engine;
    this.#news = news;
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
      this.#news.onSettings(null);
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
      if (this.#api === api) this.#news.onSettings(settings);
    };
    const look = async (): Promise<void> => {
      const { open } = await api.reminders.list().catch(() => ({ open: null }));
      if (open && this.#api === api) this.#news.onRinging(open.filter(({ state }) => state === "ringing"));
    };
    try {
      for await (const { type } of await api.system.events()) {
        if (type === "settings" || type === "status") await read();
        if (type === "reminders" || type === "memories" || type === "status") await look();
      }
    } catch {
      // The line's end is told by its port.
    }
  }
}
