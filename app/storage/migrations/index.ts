import { base } from "./0001-base.ts";
import { origin } from "./0002-origin.ts";
import { rejections } from "./0003-rejections.ts";
import { questions } from "./0004-questions.ts";
import { imports } from "./0005-imports.ts";
import { vectors } from "./0006-vectors.ts";
import { jobs } from "./0007-jobs.ts";
import { preferences } from "./0008-preferences.ts";
import { recall } from "./0009-recall.ts";
import { hidden } from "./0010-hidden.ts";
import { consolidation } from "./0011-consolidation.ts";
import { scripts } from "./0012-scripts.ts";
import { vectorIndex } from "./0013-vector-index.ts";
import { tasks } from "./0014-tasks.ts";
import { reminders } from "./0015-reminders.ts";
import { models } from "./0017-models.ts";
import { droppedTurns } from "./0018-dropped-turns.ts";
import { remote } from "./0019-remote.ts";

/** One step of the schema. It runs in one transaction and is never edited once it has been released. */
export type Migration = { version: number; name: string; sql: string };

/** All steps, in order; `user_version` of a database is the version of the last one it has seen, and versions count from 1. */
export const migrations: readonly Migration[] = [
  base,
  origin,
  rejections,
  questions,
  imports,
  vectors,
  jobs,
  preferences,
  recall,
  hidden,
  consolidation,
  scripts,
  vectorIndex,
  tasks,
  reminders,
  models,
  droppedTurns,
  remote,
];
