import { createRouterClient } from "@orpc/server";
import { toApiError } from "./api/errors.ts";
import { type ApiRouter, apiRouter } from "./api/router.ts";
import { replyCut } from "./assistant/answer.ts";
import type { Assistant } from "./assistant/turn.ts";
import { EbbError } from "./contract/errors.ts";
import {
  type Api,
  type Settings,
  type StorageState,
  type SystemEvent,
  type SystemStatus,
  settings as settingsSchema,
} from "./contract/index.ts";
import { definedOnly } from "./defined-only.ts";
import type { EmbedderPort } from "./embed/port.ts";
import { noEmbedder } from "./embeddings.ts";
import { Events } from "./events.ts";
import { Housekeeping } from "./housekeeping.ts";
import type { IndexWork } from "./indexing.ts";
import type { Memory } from "./llm/fit.ts";
import type { LanguageModel } from "./llm/port.ts";
import { type SecretStore, secretInMemory } from "./llm/remote/secret-store.ts";
import { openSession, type Session } from "./session.ts";
import { newestSoundBackup } from "./storage/backup.ts";
import type { Db } from "./storage/connection.ts";
import { damagedError, storageError } from "./storage/errors.ts";
import { prepareFolder } from "./storage/folder.ts";
import { acquireLock, type Lock } from "./storage/lock.ts";
import { openDatabase, quarantine, restoreNewestBackup } from "./storage/open.ts";
import { openVault } from "./vault.ts";
import { version } from "./version.ts";

export type EngineOptions = {
  /** The data folder; made where it is missing. */
  folder: string;
  /** Milliseconds since 1970 UTC. */
  clock: () => number;
  host: "web" | "electron";
  /** Null where no model can be had: Ebb answers from memory. */
  languageModel: LanguageModel | null;
  /** Null where none can be had: memories are found by their words alone. */
  embedder?: EmbedderPort | null;
  /** Reads the whole database file in a thread of its own and resolves to what is wrong with it, a line each. */
  findFaults?: (path: string) => Promise<string[]>;
  /** Checks and builds the files that vectors are searched by, in a thread of its own. */
  indexWork?: IndexWork;
  /** Finds out what memory there is for models, the graphics card's included; without it, only the machine's own counts. */
  probeMemory?: () => Promise<Memory>;
  /** Keeps the key of a model on another computer; without it, one is kept only until the end. */
  secrets?: SecretStore;
  /** For so long (ms) nothing must have been said before the model reads what was; 20 seconds by default. */
  quietMs?: number;
  /** For so long (ms) nothing must have been said before memory is tidied up; a minute by default. */
  idleMs?: number;
};

/** A conversation that was going on within this time (ms) is where Ebb opens again. */
const sameDay = 12 * 3_600_000;
/** Quiet (ms) after which the user is hardly at it any more. */
const idle = 60_000;

const defaultSettings: Settings = {
  theme: "system",
  learning: true,
  remindersInNotifications: true,
  unloadAfterMinutes: 15,
};

/** Opens the data folder and puts the parts together. Never throws for a bad folder: the status says what is wrong. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const engine = new Engine(options);
  await engine.reopen();
  return engine;
}

/** The composition root: owns the database and everything on it, and offers the contract's handlers. */
export class Engine {
  readonly events = new Events();
  readonly router: ApiRouter;
  /** The contract in this process, for benchmarks and tests: the same handlers, without a carrier. */
  readonly client: Api;
  /** True where another process has the data folder. */
  folderTaken = false;
  readonly #options: EngineOptions;
  readonly #secrets = secretInMemory();
  #storage: StorageState = { status: "ready" };
  #session: Session | null = null;
  #db: Db | null = null;
  #lock: Lock | null = null;
  #house: Housekeeping | null = null;
  #opening: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.router = apiRouter(this);
    this.client = createRouterClient(this.router, {
      interceptors: [
        async ({ next }) => {
          try {
            return await next();
          } catch (error) {
            throw toApiError(error, options.folder);
          }
        },
      ],
    }) as Api;
  }

  get clock(): () => number {
    return this.#options.clock;
  }

  /** The open session. @throws the STORAGE_ error that keeps it shut */
  get session(): Session {
    if (this.#session) return this.#session;
    if (this.#storage.status === "ready")
      throw new EbbError("STORAGE_UNAVAILABLE", "Ebb is closing.", "Start Ebb again.");
    const { code, message, remedy } = this.#storage.failure;
    throw new EbbError(code, message, remedy);
  }

  /** Who answers in that conversation; the ordinary one where it is none yet. */
  assistantOf(conversationId: string | null): Assistant {
    const { incognito, assistant } = this.session;
    return (conversationId === null ? undefined : incognito.of(conversationId)) ?? assistant;
  }

  /** Who wrote that reply. */
  assistantBehind(replyId: string): Assistant {
    const { incognito, assistant } = this.session;
    return incognito.ofReply(replyId) ?? assistant;
  }

  get status(): SystemStatus {
    const { folder, host, languageModel } = this.#options;
    return {
      version,
      host,
      dataFolder: folder,
      storage: this.#storage,
      inference: languageModel?.process ?? { status: "stopped" },
      model: this.#session?.models.state ?? { status: "none" },
      remote: this.#session?.remote.inUse ?? null,
      embedder: this.#session?.embeddings.state ?? noEmbedder,
      learning: {
        ...(this.#session?.slowLearning.progress ?? { running: false, pending: 0, failed: 0 }),
        imported: this.#session?.vault.store.chatImports.leftToLearn() ?? 0,
      },
      erasure: this.#house?.erasure ?? { status: "none" },
    };
  }

  get settings(): Settings {
    const stored = settingsSchema.partial().safeParse(this.session.vault.settings.get("settings") ?? {});
    return { ...defaultSettings, ...(stored.success ? definedOnly(stored.data) : {}) };
  }

  configure(change: { [K in keyof Settings]?: Settings[K] | undefined }): Settings {
    const next: Settings = { ...this.settings, ...definedOnly(change) };
    const { vault } = this.session;
    vault.write(() => vault.settings.put("settings", next));
    this.events.publish({ type: "settings" });
    this.session.slowLearning.wake();
    this.#options.languageModel?.sleepAfter(next.unloadAfterMinutes * 60_000);
    return next;
  }

  /** Where a window opens: the conversation that was going on lately, or null. */
  get recentConversation(): string | null {
    const [latest] = this.#session?.vault.messages.conversations(1, 0) ?? [];
    return latest && this.clock() - latest.updatedAt <= sameDay ? latest.id : null;
  }

  publish(event: SystemEvent): void {
    this.events.publish(event);
    if (!["status", "settings", "reminders", "models"].includes(event.type)) this.#session?.embeddings.wake();
  }

  /** Closes what is open and opens the data folder again. */
  async reopen(): Promise<SystemStatus> {
    return this.#exclusively(async () => {
      await this.#shut();
      await this.#open();
    });
  }

  /** Sets the damaged database aside and puts the newest good backup in its place. @throws NOT_FOUND without one */
  async restoreBackup(): Promise<SystemStatus> {
    return this.#replaceDamaged(() => restoreNewestBackup(this.#options.folder, this.clock()));
  }

  /** Sets the damaged database aside and begins an empty one. */
  async startFresh(): Promise<SystemStatus> {
    return this.#replaceDamaged(() => {
      quarantine(this.#options.folder, this.clock());
    });
  }

  /** Stops replies, makes pending deletions final, closes the database and the model, and lets go of the folder. */
  async close(): Promise<void> {
    await this.#exclusively(async () => {
      await this.#shut();
      await this.#options.languageModel?.close();
      await this.#options.embedder?.close();
      this.#lock?.release();
      this.#lock = null;
    });
  }

  async #replaceDamaged(replace: () => void): Promise<SystemStatus> {
    return this.#exclusively(async () => {
      if (this.#storage.status !== "unavailable" || this.#storage.failure.code !== "STORAGE_DAMAGED") {
        throw new EbbError("INVALID_INPUT", "The database is not damaged.", "Nothing needs to be done.");
      }
      await this.#shut();
      replace();
      await this.#open();
    });
  }

  /** Opening and closing never overlap, whoever asks. */
  async #exclusively(work: () => Promise<void>): Promise<SystemStatus> {
    const mine = this.#opening.catch(() => {}).then(work);
    this.#opening = mine;
    await mine;
    this.publish({ type: "status" });
    return this.status;
  }

  async #open(): Promise<void> {
    const { folder } = this.#options;
    try {
      this.#takeFolder();
      const { db, readOnly } = await openDatabase(folder, this.clock());
      this.#db = db;
      const vault = openVault(db, folder, readOnly);
      this.#storage = readOnly ? { status: "readOnly", failure: readOnly } : { status: "ready" };
      if (!readOnly) vault.write(() => vault.messages.markInterrupted(replyCut));
      const { languageModel, embedder = null, indexWork = null, probeMemory = null, quietMs } = this.#options;
      const { secrets = this.#secrets } = this.#options;
      this.#session = openSession(vault, {
        languageModel,
        secrets,
        embedder,
        indexWork,
        probeMemory,
        quietMs,
        clock: this.clock,
        learning: () => this.settings.learning,
        publish: (event) => this.publish(event),
      });
      if (!readOnly) {
        this.#house = this.#keepHouse(db, this.#session);
        this.#session.reminders.start();
        this.#session.imports.resume();
        this.#session.modelFiles.recover();
        this.#session.slowLearning.resume();
      }
    } catch (error) {
      this.#db?.close();
      this.#db = null;
      this.#session = null;
      this.#storage = this.#unavailable(error);
      return;
    }
    this.#options.languageModel?.sleepAfter(this.settings.unloadAfterMinutes * 60_000);
    // Loading may take long and may fail; the window shows either.
    void this.#session.models.resume();
  }

  #takeFolder(): void {
    const { folder } = this.#options;
    this.folderTaken = false;
    prepareFolder(folder);
    this.#lock ??= acquireLock(folder);
    if (this.#lock) return;
    this.folderTaken = true;
    throw new EbbError(
      "STORAGE_UNAVAILABLE",
      `Another Ebb is using ${folder}.`,
      "Close the other one, then try again.",
    );
  }

  #unavailable(error: unknown): StorageState {
    const { folder } = this.#options;
    const known = storageError(error, folder);
    const failure =
      known instanceof EbbError
        ? known.toFailure()
        : ({
            code: "STORAGE_UNAVAILABLE",
            message: `The memory in ${folder} could not be opened.`,
            remedy: "Restart Ebb. If that does not help, start it with EBB_HOME set to another folder.",
          } as const);
    const damaged = failure.code === "STORAGE_DAMAGED";
    const backupAt = damaged ? (newestSoundBackup(folder)?.at ?? null) : null;
    const withoutBackup = {
      ...failure,
      remedy: "There is no backup. Begin an empty memory: the damaged file is set aside, whole.",
    };
    return {
      status: "unavailable",
      failure: damaged && backupAt === null ? withoutBackup : failure,
      backupAt,
      canStartFresh: damaged,
    };
  }

  #keepHouse(db: Db, { vault, assistant, incognito }: Session): Housekeeping {
    const { folder, findFaults, idleMs = idle } = this.#options;
    return new Housekeeping({
      db,
      vault,
      assistant,
      clock: this.clock,
      findFaults,
      busy: () => assistant.replies.busy || incognito.busy,
      learning: () => this.settings.learning,
      idleMs,
      onMemories: () => this.publish({ type: "memories" }),
      onConversations: () => this.publish({ type: "conversations" }),
      onErasure: () => this.publish({ type: "status" }),
      onDamaged: () =>
        void this.#exclusively(async () => {
          await this.#shut();
          this.#storage = this.#unavailable(damagedError(folder));
        }),
    });
  }

  async #shut(): Promise<void> {
    const session = this.#session;
    session?.models.dispose();
    session?.remote.close();
    await session?.modelFiles.close();
    session?.reminders.close();
    await session?.embeddings.close();
    await session?.slowLearning.close();
    await session?.imports.close();
    await session?.exports.close();
    await session?.assistant.close();
    await session?.incognito.close();
    await this.#house?.stop();
    this.#house = null;
    this.#session = null;
    this.#db?.close();
    this.#db = null;
    session?.vault.store.erase.check.close();
  }
}
