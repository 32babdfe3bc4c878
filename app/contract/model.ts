import { z } from "zod";
import { procedure } from "./base.ts";
import { failure } from "./errors.ts";
import { folderContent, path } from "./files.ts";
import { modelSettingsProcedures } from "./model-settings.ts";

/** What Ebb knows of the model file in use. */
export const modelFile = z.object({
  path: z.string(),
  /** The name in the file's metadata, or the file's name. */
  name: z.string(),
  bytes: z.number(),
});
export type ModelFile = z.infer<typeof modelFile>;

/** Medians of the last replies in chats. */
export const replyPace = z.object({
  replies: z.number().int(),
  firstTokenMs: z.number(),
  /** Null where none had two tokens. */
  tokensPerSecond: z.number().nullable(),
});
export type ReplyPace = z.infer<typeof replyPace>;

const running = {
  file: modelFile,
  /** Tokens. */
  contextSize: z.number().int(),
  backend: z.enum(["cpu", "cuda", "vulkan", "metal"]),
  gpuLayers: z.number().int(),
  /** What the user gets less than was asked for, in a sentence; null where that is nothing. */
  notice: z.string().nullable(),
  /** How fast it wrote lately, in this run of Ebb; null before its first reply. */
  pace: replyPace.nullable(),
};

export const modelState = z.discriminatedUnion("status", [
  z.object({ status: z.literal("none") }),
  z.object({
    status: z.literal("loading"),
    file: modelFile,
    /** 0 to 1. */ progress: z.number(),
    /** It was asleep. */ waking: z.boolean(),
  }),
  z.object({ status: z.literal("ready"), ...running }),
  /** Nobody has asked it for long, and its memory is free; the next question loads it again. */
  z.object({ status: z.literal("asleep"), ...running }),
  z.object({ status: z.literal("failed"), file: modelFile, failure }),
]);
export type ModelState = z.infer<typeof modelState>;

export const model = {
  ...modelSettingsProcedures,
  state: procedure.output(modelState),
  /** Checks and loads the GGUF file; resolves once it is ready, fails with a MODEL_ code and keeps the old model then. */
  choose: procedure.input(z.object({ path })).output(modelState),
  /** Loads the chosen model again after a failure. */
  reload: procedure.output(modelState),
  /** Stops using a model; Ebb answers from memory. The file stays. */
  clear: procedure.output(modelState),
  /** Folders and GGUF files in a folder; the user's home folder when none is named. */
  browse: procedure.input(z.object({ folder: path.optional() })).output(folderContent),
};
