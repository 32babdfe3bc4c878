import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { Api, DesktopBridge, ReplyEvent } from "../../app/contract/index.ts";
import type { Host } from "../../renderer/client/host.ts";
import { type Desktop, newDesktop, type PageControl } from "../fixtures/electron/control.ts";

/** A fresh data folder that goes away with the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ebb-host-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Has the rest of the test run as on another system. */
export function onPlatform(platform: NodeJS.Platform): void {
  const real = process.platform;
  Object.defineProperty(process, "platform", { value: platform });
  onTestFinished(() => void Object.defineProperty(process, "platform", { value: real }));
}

export type Start = {
  folder?: string;
  /** As on the command line. */
  args?: string[];
  /** Called on the new desktop before Ebb starts on it. */
  before?: (desktop: Desktop) => void;
  /** Registers what ends it all; at the end of the test, unless told otherwise. */
  finally?: (end: () => Promise<void>) => void;
  facts?: Parameters<typeof newDesktop>[0];
};

/** Starts the real desktop host on the stand-in of Electron, with the real built engine. All is gone when the test ends. */
export async function startHost(start: Start = {}): Promise<Desktop> {
  if (!existsSync(join(import.meta.dirname, "../../out/main/engine.js"))) throw new Error("Run `npm run build` first.");
  const { folder = dataFolder(), args = [], before, facts } = start;
  const desktop = await newDesktop(facts);
  before?.(desktop);
  const { argv } = process;
  vi.stubEnv("EBB_HOME", folder);
  vi.stubEnv("EBB_LLAMA_THREADS", "1");
  process.argv = [process.execPath, ...args];
  (start.finally ?? onTestFinished)(async () => {
    await desktop.close();
    process.argv = argv;
    vi.unstubAllEnvs();
  });
  await import("../../main/electron/main.ts");
  await desktop.ready();
  return desktop;
}

/** Tries again until it passes, as long as a busy machine may need. */
export const eventually = <T>(check: () => T): ReturnType<typeof vi.waitFor<T>> => vi.waitFor(check, 20_000);

/** Waits until the page of this name is loaded, and returns it. */
export async function pageOf(desktop: Desktop, name: "index.html" | "quick.html"): Promise<PageControl> {
  await eventually(() => {
    if (!desktop.page(name).loaded) throw new Error(`${name} is still loading`);
  });
  // A window tells that it can be shown a little later.
  await desktop.settle();
  return desktop.page(name);
}

export const bridgeOf = (page: PageControl): DesktopBridge => page.window.ebb as DesktopBridge;

/** What the real page does first: connects over its bridge. Resolves once the line is open. */
export async function connect(page: PageControl): Promise<Host> {
  const { connectDesktop } = await import("../../renderer/client/electron.ts");
  const host = connectDesktop(bridgeOf(page), page.window as unknown as Window);
  await host.connection.opened();
  return host;
}

/** Says something in a new conversation and reads the whole reply. */
export async function say(
  api: Api,
  text: string,
): Promise<{ conversationId: string; end: ReplyEvent & { type: "end" } }> {
  const sent = await api.chat.send({
    messageId: crypto.randomUUID(),
    conversationId: null,
    text,
    zone: "Europe/Berlin",
  });
  for await (const event of await api.chat.follow({ replyId: sent.replyId })) {
    if (event.type === "end") return { conversationId: sent.conversationId, end: event };
  }
  throw new Error("The reply did not end");
}
