import { Exports } from "./assistant/exports.ts";
import { ChatImports } from "./assistant/imports.ts";
import { IncognitoChats } from "./assistant/incognito.ts";
import { SlowLearning } from "./assistant/slow-learning.ts";
import { TaskKeeper } from "./assistant/tasks/keeper.ts";
import { TaskTurns } from "./assistant/tasks/turns.ts";
import { Assistant } from "./assistant/turn.ts";
import type { SystemEvent } from "./contract/index.ts";
import type { EmbedderPort } from "./embed/port.ts";
import { Embeddings } from "./embeddings.ts";
import type { IndexWork } from "./indexing.ts";
import { ModelChoice, type ModelStore } from "./llm/choice.ts";
import type { Memory } from "./llm/fit.ts";
import { PaceOfReplies } from "./llm/pace-of-replies.ts";
import type { LanguageModel } from "./llm/port.ts";
import { RemoteChoice } from "./llm/remote/choice.ts";
import type { SecretStore } from "./llm/remote/secret-store.ts";
import { ModelSwitch } from "./llm/remote/switch.ts";
import { Models } from "./models.ts";
import { noteRequest } from "./outbound.ts";
import { Reminders } from "./reminders.ts";
import type { Vault } from "./vault.ts";

/** All that works on one open database. */
export type Session = {
  vault: Vault;
  assistant: Assistant;
  incognito: IncognitoChats;
  imports: ChatImports;
  exports: Exports;
  slowLearning: SlowLearning;
  models: ModelChoice;
  remote: RemoteChoice;
  modelFiles: Models;
  embeddings: Embeddings;
  reminders: Reminders;
  taskKeeper: TaskKeeper;
};

/** What the parts of a session need of the outside. */
export type SessionPorts = {
  /** The one on this computer. */
  languageModel: LanguageModel | null;
  /** Keeps the key of a model on another computer. */
  secrets: SecretStore;
  embedder: EmbedderPort | null;
  indexWork: IndexWork | null;
  /** Finds out what memory there is for models. */
  probeMemory: (() => Promise<Memory>) | null;
  /** For so long (ms) nothing must have been said before the model reads what was. */
  quietMs: number | undefined;
  /** Milliseconds since 1970 UTC. */
  clock: () => number;
  /** True while Ebb may learn from what the user says. */
  learning: () => boolean;
  publish: (event: SystemEvent) => void;
};

/** Quiet (ms) after which the user is hardly about to say more. */
const quiet = 20_000;

/** Puts the parts together on an open vault. Nothing is begun yet. */
export function openSession(vault: Vault, ports: SessionPorts): Session {
  const { languageModel, secrets, embedder, indexWork, probeMemory, quietMs = quiet, clock, learning, publish } = ports;
  const reminders = new Reminders({ vault, clock, publish });
  const taskKeeper = new TaskKeeper({ vault, clock, learning, notify: (event) => publish({ type: event }) });
  const pace = new PaceOfReplies();
  const models = new ModelChoice(languageModel, modelStore(vault), pace, () => {
    publish({ type: "status" });
    library.noteUse();
  });
  const remote = new RemoteChoice({
    secrets,
    store: {
      get: () => vault.settings.get("remote"),
      put: (value) =>
        vault.write(() => (value === null ? vault.settings.drop("remote") : vault.settings.put("remote", value))),
    },
    onRequest: (host, why) => noteRequest(vault, { host, why, at: clock() }),
    contextSize: (key) => ({ value: models.settingsOf(key).contextSize, chosen: models.hasContextSize(key) }),
    setContextSize: (key, contextSize) => void models.configure(key, { contextSize }),
    onChange: () => {
      publish({ type: "status" });
      publish({ type: "models" });
    },
  });
  const answerer = new ModelSwitch(languageModel, remote, pace);
  const writing = () => (remote.settingsKey === null ? models.settings : models.settingsOf(remote.settingsKey));
  const assistant = new Assistant({
    vault,
    tasks: new TaskTurns({ vault, keeper: taskKeeper, reminders }),
    languageModel: answerer,
    writing,
    clock,
    learning,
    vectorOf: (text, patienceMs) => embeddings.query(text, patienceMs),
    notify: (event) => {
      publish(typeof event === "string" ? { type: event } : { type: "conversation", id: event.conversation });
    },
  });
  const imports = new ChatImports({
    vault,
    assistant,
    clock,
    learning,
    notify: (event) => {
      publish({ type: event });
      // What was brought in is read by the model once the rules have gone through it.
      if (event === "memories") slowLearning.wake();
    },
  });
  const incognito = new IncognitoChats({
    languageModel: answerer,
    writing,
    clock,
    notify: ({ conversation }) => publish({ type: "conversation", id: conversation }),
  });
  const embeddings = new Embeddings({
    embedder,
    vectors: vault.store.vectors,
    indexWork,
    readOnly: vault.readOnly !== null,
    busy: () => assistant.replies.busy,
    onChange: () => publish({ type: "status" }),
  });
  const slowLearning = new SlowLearning({
    vault,
    assistant,
    languageModel: answerer.beside,
    clock,
    busy: () => assistant.replies.busy || incognito.busy,
    learning,
    vectorOf: (text, patienceMs) => embeddings.query(text, patienceMs),
    notify: (event) => publish({ type: event }),
    quietMs,
  });
  const library = new Models({
    vault,
    choice: models,
    languageModel,
    probeMemory,
    clock,
    onChange: () => publish({ type: "models" }),
    onUse: () => remote.leave(),
  });
  return {
    vault,
    assistant,
    slowLearning,
    embeddings,
    incognito,
    imports,
    exports: new Exports(vault, clock),
    models,
    remote,
    modelFiles: library,
    reminders,
    taskKeeper,
  };
}

/** What the vault keeps of models. */
function modelStore(vault: Vault): ModelStore {
  return {
    get: (key) => vault.settings.get(key),
    put: (key, value) => {
      vault.write(() => (value === null ? vault.settings.drop(key) : vault.settings.put(key, value)));
    },
  };
}
