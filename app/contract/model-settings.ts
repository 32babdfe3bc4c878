import { z } from "zod";
import { procedure } from "./base.ts";
import { path } from "./files.ts";

/** How one model writes. */
export const modelSettings = z.object({
  /** Tokens that prompt and reply may take together; less is used where the model or the memory does not allow it. */
  contextSize: z.number().int().min(512).max(1_048_576),
  /** Tokens of a reply, at most. */
  maxTokens: z.number().int().min(16).max(32_768),
  /** 0 always takes the likeliest token; then none of the rest matters. */
  temperature: z.number().min(0).max(2),
  /** Only the likeliest tokens that together are at least so likely. */
  topP: z.number().gt(0).max(1),
  /** Only so many of the likeliest tokens; 0 for any number. */
  topK: z.number().int().min(0).max(1_000),
  /** Only tokens that are at least this times as likely as the likeliest. */
  minP: z.number().min(0).max(1),
});
export type ModelSettings = z.infer<typeof modelSettings>;

/** Settings are kept by the path of the model's file. */
export const modelSettingsProcedures = {
  settings: procedure.input(z.object({ path })).output(modelSettings),
  /** Another size of the context loads a model in use again. */
  configure: procedure.input(z.object({ path, change: modelSettings.partial() })).output(modelSettings),
};
