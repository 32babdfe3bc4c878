import { randomUUID } from "node:crypto";
import { devNull } from "node:os";
import { EbbError, type Failure } from "./contract/errors.ts";
import { type MemoryStore, openMemoryStore } from "./memory/store.ts";
import { connectInMemory, type Db } from "./storage/connection.ts";
import { type DownloadRepository, downloadRepository } from "./storage/downloads.ts";
import { type MessageRepository, messageRepository } from "./storage/messages.ts";
import { migrate } from "./storage/migrate.ts";
import { type ModelFileRepository, modelFileRepository } from "./storage/model-files.ts";
import { type OutboundRepository, outboundRepository } from "./storage/outbound.ts";
import { type SettingRepository, settingRepository } from "./storage/settings.ts";
import { type TaskCards, taskCards } from "./storage/task-cards.ts";
import { taskRepository } from "./storage/tasks.ts";
import { openTaskStore, type TaskStore } from "./tasks/store.ts";

/** Everything that hangs on one open database. */
export type Vault = {
  folder: string;
  /** Why nothing may be written, or null. */
  readOnly: Failure | null;
  messages: MessageRepository;
  settings: SettingRepository;
  store: MemoryStore;
  tasks: TaskStore;
  taskCards: TaskCards;
  modelFiles: ModelFileRepository;
  downloads: DownloadRepository;
  /** Requests that left this machine. */
  outbound: OutboundRepository;
  newId: () => string;
  /** Runs the work in one transaction: all of it is stored or nothing. @throws what `requireWritable` throws */
  write: <T>(work: () => T) => T;
  /** @throws STORAGE_READ_ONLY or STORAGE_NEWER where nothing may be written */
  requireWritable: () => void;
};

/** Makes the repositories on an open database. */
export function openVault(db: Db, folder: string, readOnly: Failure | null): Vault {
  const newId = randomUUID;
  const requireWritable = (): void => {
    if (readOnly) throw new EbbError(readOnly.code, readOnly.message, readOnly.remedy);
  };
  return {
    folder,
    readOnly,
    messages: messageRepository(db),
    settings: settingRepository(db),
    store: openMemoryStore(db, folder, newId),
    tasks: openTaskStore(taskRepository(db), newId, (work) => db.transaction(work)()),
    taskCards: taskCards(db),
    modelFiles: modelFileRepository(db),
    downloads: downloadRepository(db),
    outbound: outboundRepository(db),
    newId,
    write: (work) => {
      requireWritable();
      return db.transaction(work).immediate();
    },
    requireWritable,
  };
}

/** An empty vault in this process's memory; `discard` drops all that is in it at once. */
export function openPassingVault(): { vault: Vault; discard: () => void } {
  const db = connectInMemory();
  migrate(db);
  // A folder in which nothing can be: whatever would read or write a file fails.
  return { vault: openVault(db, devNull, null), discard: () => db.close() };
}
