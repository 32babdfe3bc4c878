import { type ChatImportRepository, chatImportRepository } from "../storage/chat-imports.ts";
import type { Db } from "../storage/connection.ts";
import { type ConsolidationRepository, consolidationRepository } from "../storage/consolidation.ts";
import { type EpisodeRepository, episodeRepository } from "../storage/episodes.ts";
import { type Eraser, eraser } from "../storage/erase.ts";
import { type JobRepository, jobRepository } from "../storage/jobs.ts";
import { type MemoryRepository, memoryRepository } from "../storage/memories.ts";
import { type MergeRepository, mergeRepository } from "../storage/merges.ts";
import { type PortableRepository, portableRepository } from "../storage/portable.ts";
import { type PreferenceRepository, preferenceRepository } from "../storage/preferences.ts";
import { type QuestionRepository, questionRepository } from "../storage/questions.ts";
import { type RecallLog, recallLog } from "../storage/recall-log.ts";
import { type ReminderRepository, reminderRepository } from "../storage/reminders.ts";
import { type SearchRepository, searchRepository } from "../storage/search.ts";
import { type TidyingRepository, tidyingRepository } from "../storage/tidyings.ts";
import { type Tombstones, tombstones } from "../storage/tombstones.ts";
import { type TransferRepository, transferRepository } from "../storage/transfers.ts";
import { type UnreadRepository, unreadRepository } from "../storage/unread.ts";
import { vectorIndexes } from "../storage/vector-index.ts";
import { type VectorRepository, vectorRepository } from "../storage/vectors.ts";
import { noteTastes } from "./preferences/read.ts";

/** All that the memory engine needs of the outside: its tables, its eraser, new ids and transactions. */
export type MemoryStore = {
  memories: MemoryRepository;
  preferences: PreferenceRepository;
  search: SearchRepository;
  recallLog: RecallLog;
  questions: QuestionRepository;
  erase: Eraser;
  transfers: TransferRepository;
  chatImports: ChatImportRepository;
  portable: PortableRepository;
  jobs: JobRepository;
  unread: UnreadRepository;
  vectors: VectorRepository;
  consolidation: ConsolidationRepository;
  merges: MergeRepository;
  episodes: EpisodeRepository;
  tidyings: TidyingRepository;
  reminders: ReminderRepository;
  tombstones: Tombstones;
  newId: () => string;
  /** Runs the work as one transaction: all of it or, where it throws, nothing. May be nested. */
  transaction: <T>(work: () => T) => T;
};

/** The memory store over an open database in the data folder, whose backups the eraser cleans too. */
export function openMemoryStore(db: Db, folder: string, newId: () => string): MemoryStore {
  const preferences = preferenceRepository(db);
  const indexes = vectorIndexes(db, folder);
  return {
    memories: memoryRepository(db, (row) => noteTastes(preferences, row)),
    preferences,
    search: searchRepository(db),
    recallLog: recallLog(db),
    questions: questionRepository(db),
    erase: eraser(db, folder, indexes),
    transfers: transferRepository(db),
    chatImports: chatImportRepository(db),
    portable: portableRepository(db),
    jobs: jobRepository(db),
    unread: unreadRepository(db),
    vectors: vectorRepository(db, indexes),
    consolidation: consolidationRepository(db),
    merges: mergeRepository(db),
    episodes: episodeRepository(db),
    tidyings: tidyingRepository(db),
    reminders: reminderRepository(db),
    tombstones: tombstones(db),
    newId,
    transaction: (work) => db.transaction(work)(),
  };
}
