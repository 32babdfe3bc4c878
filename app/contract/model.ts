import { z } from "zod";
import { procedure } from "./base.ts";
import { failure } from "./errors.ts";
import { folderContent, path } from "./files.ts";

/** What Ebb knows of the model file in use. */
export const modelFile = z.object({
  path: z.string(),
  /** The name in the file's metadata, or the file's name. */
  name: z.string(),
  bytes: z.number(),
});
export type ModelFile = z.infer<typeof modelFile>;

export const modelState = z.discriminatedUnion("status", [
  z.object({ status: z.literal("none") }),
  z.object({ status: z.literal("loading"), file: modelFile, /** 0 to 1. */ progress: z.number() }),
  z.object({
    status: z.literal("ready"),
    file: modelFile,
    /** Tokens. */
    contextSize: z.number().int(),
    backend: z.enum(["cpu", "cuda", "vulkan", "metal"]),
    gpuLayers: z.number().int(),
  }),
  z.object({ status: z.literal("failed"), file: modelFile, failure }),
]);
export type ModelState = z.infer<typeof modelState>;

export const model = {
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
