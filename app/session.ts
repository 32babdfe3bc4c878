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
import { ModelChoice } from "./llm/choice.ts";
import type { LanguageModel } from "./llm/port.ts";
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
  embeddings: Embeddings;
  reminders: Reminders;
  taskKeeper: TaskKeeper;
};

/** What the parts of a session need of the outside. */
export type SessionPorts = {
  languageModel: LanguageModel | null;
  embedder: EmbedderPort | null;
  indexWork: IndexWork | null;
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
  const { languageModel, embedder, indexWork, quietMs = quiet, clock, learning, publish } = ports;
  const reminders = new Reminders({ vault, clock, publish });
  const taskKeeper = new TaskKeeper({ vault, clock, learning, notify: (event) => publish({ type: event }) });
  const assistant = new Assistant({
    vault,
    tasks: new TaskTurns({ vault, keeper: taskKeeper, reminders }),
    languageModel,
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
    languageModel,
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
    languageModel,
    clock,
    busy: () => assistant.replies.busy || incognito.busy,
    learning,
    vectorOf: (text, patienceMs) => embeddings.query(text, patienceMs),
    notify: (event) => publish({ type: event }),
    quietMs,
  });
  const models = new ModelChoice(languageModel, chosenModel(vault), () => publish({ type: "status" }));
  return {
    vault,
    assistant,
    slowLearning,
    embeddings,
    incognito,
    imports,
    exports: new Exports(vault, clock),
    models,
    reminders,
    taskKeeper,
  };
}

/** Which model the user has chosen, as the vault keeps it. */
function chosenModel(vault: Vault) {
  return {
    get: () => {
      const path = vault.settings.get("model");
      return typeof path === "string" ? path : null;
    },
    put: (path: string | null) => {
      vault.write(() => (path === null ? vault.settings.drop("model") : vault.settings.put("model", path)));
    },
  };
}
