import { z } from "zod";
import { procedure } from "../contract/base.ts";

const id = z.string().min(1).max(64);

const loadedEmbedder = z.object({
  id,
  name: z.string(),
  dim: z.number().int().positive(),
  scanDim: z.number().int().positive(),
});

/** What the engine asks of the process that embeds. */
export const embedderContract = {
  load: procedure.input(z.object({ folder: z.string() })).output(loadedEmbedder),
  embed: procedure
    .input(z.object({ id, texts: z.array(z.string()).max(1_024), use: z.enum(["query", "passage"]) }))
    // Frames are text: the vectors, one after the other, as little-endian float32 in base64.
    .output(z.object({ dim: z.number().int().positive(), vectors: z.string() })),
  unload: procedure.input(z.object({ id })),
};
