import type { ModelSettings } from "./model-settings.ts";

/** What holds where the user has set nothing. */
export const defaultModelSettings: Readonly<ModelSettings> = {
  contextSize: 8_192,
  maxTokens: 2_048,
  temperature: 0.7,
  topP: 0.95,
  topK: 40,
  minP: 0.05,
};
