import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { procedure } from "./base.ts";
import { embedderState } from "./embedder.ts";
import { failure } from "./errors.ts";
import { id } from "./ids.ts";
import { modelState } from "./model.ts";
import { remoteInUse } from "./remote.ts";

export const storageState = z.discriminatedUnion("status", [
  z.object({ status: z.literal("ready") }),
  /** Everything can be read and exported, nothing written. */
  z.object({ status: z.literal("readOnly"), failure }),
  z.object({
    status: z.literal("unavailable"),
    failure,
    /** The newest backup that passed its check, where one can be restored. */
    backupAt: z.number().int().nullable(),
    /** True where the damaged file can be set aside and a new one begun. */
    canStartFresh: z.boolean(),
  }),
]);
export type StorageState = z.infer<typeof storageState>;

/** The inference process as its supervisor sees it. */
export const inferenceState = z.discriminatedUnion("status", [
  z.object({ status: z.literal("stopped") }),
  z.object({ status: z.literal("running") }),
  z.object({ status: z.literal("restarting"), attempt: z.number().int() }),
  z.object({ status: z.literal("failed"), failure }),
]);
export type InferenceState = z.infer<typeof inferenceState>;

/** How far Ebb is with learning from what was said; counts are of messages. */
export const learningState = z.object({
  /** The model is reading now. */
  running: z.boolean(),
  /** What the model has still to read; waits for one where none is loaded. */
  pending: z.number().int(),
  /** What no attempt could make sense of; tried anew with another model. */
  failed: z.number().int(),
  /** What was brought in from elsewhere and not gone through at all yet. */
  imported: z.number().int(),
});

/** Whether anything is left in the database file of what was erased, since the start. */
export const erasureState = z.discriminatedUnion("status", [
  /** Nothing was erased. */
  z.object({ status: z.literal("none") }),
  z.object({ status: z.literal("checking") }),
  /** The file was looked through to its end: nothing is left. */
  z.object({ status: z.literal("checked") }),
  /** It is erased, but the file could not be looked through; tried again by itself. */
  z.object({ status: z.literal("failed"), failure }),
]);
export type ErasureState = z.infer<typeof erasureState>;

export const systemStatus = z.object({
  version: z.string(),
  host: z.enum(["web", "electron"]),
  dataFolder: z.string(),
  storage: storageState,
  inference: inferenceState,
  model: modelState,
  /** What answers instead of `model`, on another computer; null where nothing leaves this one. */
  remote: remoteInUse.nullable(),
  embedder: embedderState,
  learning: learningState,
  erasure: erasureState,
});
export type SystemStatus = z.infer<typeof systemStatus>;

/** Events name what changed, never its content: a view that shows it asks for it. */
export const systemEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("conversations") }),
  z.object({ type: z.literal("conversation"), id }),
  z.object({ type: z.literal("memories") }),
  z.object({ type: z.literal("tasks") }),
  z.object({ type: z.literal("reminders") }),
  z.object({ type: z.literal("status") }),
  z.object({ type: z.literal("settings") }),
  /** The list of models, downloads or installed files. */
  z.object({ type: z.literal("models") }),
]);
export type SystemEvent = z.infer<typeof systemEvent>;

export const settings = z.object({
  theme: z.enum(["system", "light", "dark"]),
  /** Learn from what the user says. */
  learning: z.boolean(),
  /** Notifications of the system say what a reminder says, and not only that there is one. */
  remindersInNotifications: z.boolean(),
  /** A model that nobody has asked for so long gives its memory back until the next question; 0 keeps it. */
  unloadAfterMinutes: z.number().int().min(0).max(1_440),
});
export type Settings = z.infer<typeof settings>;

export const system = {
  status: procedure.output(systemStatus),
  /** Changes from now on; the first event comes at once and is `status`, so that a caller knows it is listening. */
  events: procedure.output(eventIterator(systemEvent)),
  /** Tries to open the data folder again. */
  reopen: procedure.output(systemStatus),
  /** Sets the damaged database aside and puts the newest good backup in its place. */
  restoreBackup: procedure.output(systemStatus),
  /** Sets the damaged database aside and begins an empty one. */
  startFresh: procedure.output(systemStatus),
  settings: procedure.output(settings),
  configure: procedure.input(settings.partial()).output(settings),
};
