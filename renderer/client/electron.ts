import { RPCLink } from "@orpc/client/message-port";
import { desktopMessages } from "../../app/contract/desktop-messages.ts";
import type { DesktopBridge } from "../../app/contract/index.ts";
import { Line } from "./connection.ts";
import type { Host } from "./host.ts";

type PartsOfPage = "addEventListener" | "location" | "open";

/** What the preload script posts to its window; anything may come from elsewhere. */
type Posted = { type?: unknown; route?: unknown } | undefined;

/** Connects to the engine process of the desktop app over ports that its host hands to the page. */
export function connectDesktop(bridge: DesktopBridge, page: Pick<Window, PartsOfPage> = window): Host {
  const line = new Line();
  let current: MessagePort | null = null;

  const adopt = (port: MessagePort): void => {
    current?.close();
    current = port;
    line.open(new RPCLink({ port }));
    port.start();
  };
  const lose = (): void => {
    line.close("lost");
    // Chromium tells no port that its other end is gone; calls that wait for an answer on it are to fail.
    current?.dispatchEvent(new Event("close"));
    current?.close();
    current = null;
    // The host answers with a port as soon as the engine runs again.
    bridge.connect(false);
  };
  page.addEventListener("message", ({ source, data, ports: [port] }: MessageEvent<Posted>) => {
    // The preload script posts from this very window; a frame or another window could post anything.
    if (source !== page) return;
    if (data?.type === desktopMessages.port && port) adopt(port);
    else if (data?.type === desktopMessages.lost) lose();
    else if (data?.type === desktopMessages.stopped) line.close("stopped");
    else if (data?.type === desktopMessages.route && typeof data.route === "string") {
      page.location.hash = `#${data.route}`;
    }
  });
  line.restart = () => bridge.connect(true);
  bridge.connect(false);

  return {
    connection: line,
    showMain: async (route) => bridge.showMain(route),
    dismiss: () => bridge.dismissQuickAsk(),
    outside: { asks: true, open: (address) => void page.open(address, "_blank", "noopener,noreferrer") },
    shortcut: {
      state: () => bridge.shortcut(),
      set: (accelerator) => bridge.setShortcut(accelerator),
      onChange: (listener) => bridge.onShortcut(listener),
    },
    atLogin: { state: () => bridge.startsAtLogin(), set: (on) => bridge.setStartsAtLogin(on) },
  };
}
