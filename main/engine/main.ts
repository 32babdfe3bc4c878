/** Entry of the engine process of the desktop app: owns the database and serves the contract on the ports it is given. */
import "../node-guard.ts";
import { join } from "node:path";
import { openEngine } from "../../app/engine.ts";
import { portWire } from "../transport/message-port.ts";
import { apiServer } from "../transport/serve.ts";
import { findFaultsInThread } from "./check-thread.ts";
import { EmbedderSupervisor } from "./embedder-supervisor.ts";
import { probeMemory } from "./hardware-probe.ts";
import { type ToHost, toEngine } from "./host-protocol.ts";
import { HostSecret } from "./host-secret.ts";
import { indexInThread } from "./index-thread.ts";
import { InferenceSupervisor } from "./inference-supervisor.ts";
import { RemoteInference } from "./remote-inference.ts";
import { bundledEmbedder } from "./resources.ts";

// Whatever Ebb writes is for this user's eyes only.
process.umask(0o077);

const host = process.parentPort;
const folder = process.argv[2];
if (host === undefined || folder === undefined) {
  process.stderr.write("The engine process is started by Ebb, not by hand.\n");
  process.exit(1);
}

const tell = (message: ToHost): void => host.postMessage(message);
const inference = new RemoteInference(tell);
const secrets = new HostSecret(tell);
const engine = await openEngine({
  folder,
  clock: Date.now,
  host: "electron",
  languageModel: new InferenceSupervisor({ start: () => inference.start("model") }),
  embedder: new EmbedderSupervisor({
    start: () => inference.start("embedder"),
    bundled: bundledEmbedder(import.meta.dirname),
  }),
  findFaults: (path) => findFaultsInThread(join(import.meta.dirname, "check-worker.js"), path),
  indexWork: (task, cancelled) => indexInThread(join(import.meta.dirname, "index-worker.js"), task, cancelled),
  secrets,
  probeMemory: () => probeMemory(() => inference.start("probe")),
});
const api = apiServer(engine.router, () => folder);

// Messages wait for this listener, so that none that came while the database opened is lost.
host.on("message", ({ data, ports: [port] }) => {
  const message = toEngine.safeParse(data);
  if (!message.success) return port?.close();
  switch (message.data.type) {
    case "serve":
      if (port) api.serve(portWire(port));
      break;
    case "inference":
      if (port) inference.arrived(message.data.id, port);
      break;
    case "inference-gone":
      inference.gone(message.data.id);
      break;
    case "secret":
      secrets.answered(message.data.id, message.data.answer);
      break;
    case "close":
      void engine.close().finally(() => process.exit(0));
  }
});
tell({ type: "opened", folderTaken: engine.folderTaken, recent: engine.recentConversation });
