import { type ChatImportRepository, chatImportRepository } from "../storage/chat-imports.ts";
import type { Db } from "../storage/connection.ts";
import { type Eraser, eraser } from "../storage/erase.ts";
import { type MemoryRepository, memoryRepository } from "../storage/memories.ts";
import { type QuestionRepository, questionRepository } from "../storage/questions.ts";
import { type RecallLog, recallLog } from "../storage/recall-log.ts";
import { type SearchRepository, searchRepository } from "../storage/search.ts";
import { type TransferRepository, transferRepository } from "../storage/transfers.ts";

/** All that the memory engine needs of the outside: its tables, its eraser, new ids and transactions. */
export type MemoryStore = {
  memories: MemoryRepository;
  search: SearchRepository;
  recallLog: RecallLog;
  questions: QuestionRepository;
  erase: Eraser;
  transfers: TransferRepository;
  chatImports: ChatImportRepository;
  newId: () => string;
  /** Runs the work as one transaction: all of it or, where it throws, nothing. May be nested. */
  transaction: <T>(work: () => T) => T;
};

/** The memory store over an open database in the data folder, whose backups the eraser cleans too. */
export function openMemoryStore(db: Db, folder: string, newId: () => string): MemoryStore {
  return {
    memories: memoryRepository(db),
    search: searchRepository(db),
    recallLog: recallLog(db),
    questions: questionRepository(db),
    erase: eraser(db, folder),
    transfers: transferRepository(db),
    chatImports: chatImportRepository(db),
    newId,
    transaction: (work) => db.transaction(work)(),
  };
}
