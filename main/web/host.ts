import { limits } from "../../app/contract/index.ts";
import { openEngine } from "../../app/engine.ts";
import type { HostCommand } from "../command.ts";
import { findFaultsInThread } from "../engine/check-thread.ts";
import { EmbedderSupervisor } from "../engine/embedder-supervisor.ts";
import { probeMemory } from "../engine/hardware-probe.ts";
import { indexInThread } from "../engine/index-thread.ts";
import { forkInference } from "../engine/inference-process.ts";
import { InferenceSupervisor } from "../engine/inference-supervisor.ts";
import { apiServer } from "../transport/serve.ts";
import { pageUrl, readAddress, writeAddress } from "./address.ts";
import { newSecret } from "./guard.ts";
import { secretInFile } from "./secret.ts";
import { serveWeb } from "./server.ts";
import { AppWindows } from "./window.ts";

export type HostOptions = {
  folder: string;
  /** The built renderer. */
  files: string;
  /** The script of the inference process. */
  inferenceEntry: string;
  /** The folder of the embedder that comes with Ebb. */
  embedderFolder: string;
  /** The script of the thread that checks the database. */
  checkEntry: string;
  /** The script of the thread that builds the files that vectors are searched by. */
  indexEntry: string;
  /** What this start is for; "hidden" shows nothing yet, and stays when the last window is closed. */
  command: HostCommand | "hidden";
  /** Open windows; otherwise only print their addresses. */
  window: boolean;
  /** Tells the user something on the terminal. */
  say: (line: string) => void;
};

export type Host = {
  /** Ends the replies, closes the database, and lets go of the folder. */
  quit(): Promise<void>;
  /** Resolves once all is closed. */
  ended: Promise<void>;
};

/** How long closing may take before the process ends all the same, in ms: the database survives that by design. */
const quitLimit = 5_000;

/**
 * Runs Ebb as a server for this machine's browser: the engine in this process, the inference process beside it. Resolves to
 * "taken" where another Ebb has the data folder.
 */
export async function startHost(options: HostOptions): Promise<Host | "taken"> {
  const { folder, say } = options;
  const engine = await openEngine({
    folder,
    clock: Date.now,
    host: "web",
    languageModel: new InferenceSupervisor({ start: () => forkInference(options.inferenceEntry) }),
    embedder: new EmbedderSupervisor({
      start: () => forkInference(options.inferenceEntry),
      bundled: options.embedderFolder,
    }),
    findFaults: (path) => findFaultsInThread(options.checkEntry, path),
    indexWork: (task, cancelled) => indexInThread(options.indexEntry, task, cancelled),
    secrets: secretInFile(folder),
    probeMemory: () => probeMemory(() => forkInference(options.inferenceEntry)),
  });
  if (engine.folderTaken) {
    await engine.close();
    return "taken";
  }

  const secret = newSecret();
  const windows = new AppWindows(folder);
  const api = apiServer(engine.router, () => folder);
  let quitting: Promise<void> | null = null;
  let onEnded: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    onEnded = resolve;
  });

  const server = await serveWeb({
    files: options.files,
    port: readAddress(folder)?.port ?? 0,
    frameBytes: limits.frameBytes,
    secret,
    serve: (wire) => api.serve(wire),
    onCommand: carryOut,
  });
  const remember = (address: { port: number; secret: string | null }): void => {
    try {
      writeAddress(folder, address);
    } catch {
      // A folder that cannot be written is on screen already; only the hand-over of a second start is lost with it.
    }
  };
  remember({ port: server.port, secret });

  async function carryOut(command: HostCommand): Promise<boolean> {
    const page = command.name === "quick-ask" ? "quick" : "main";
    const url = pageUrl(server.port, secret, page, command.name === "open" ? (command.route ?? lastView()) : null);
    if (options.window && (await windows.open(url, page, onAllClosed))) return true;
    const purpose = page === "quick" ? "to ask something quickly" : "on this machine";
    say(`Open this address in a browser ${purpose}:\n  ${url}`);
    return false;
  }

  function lastView(): string | null {
    const recent = engine.recentConversation;
    return recent === null ? null : `/c/${recent}`;
  }

  function onAllClosed(): void {
    if (options.command !== "hidden") void quit();
  }

  function quit(): Promise<void> {
    quitting ??= (async () => {
      const limit = setTimeout(() => process.exit(1), quitLimit);
      await server.close();
      await engine.close();
      remember({ port: server.port, secret: null });
      await windows.close();
      clearTimeout(limit);
      onEnded();
    })();
    return quitting;
  }

  if (options.command !== "hidden") await carryOut(options.command);
  return { quit, ended };
}
