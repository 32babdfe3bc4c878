import { implement } from "@orpc/server";
import { embedderContract } from "./contract.ts";
import { toWire } from "./embedder-errors.ts";
import type { TextEmbedder } from "./port.ts";
import { packVectors } from "./vector-text.ts";

/** Serves an embedder over its contract. */
export function embedderRouter(embedder: TextEmbedder) {
  const os = implement(embedderContract);
  return os.router({
    load: os.load.handler(({ input }) => guarded(() => embedder.load(input.folder))),
    embed: os.embed.handler(({ input: { id, texts, use } }) =>
      guarded(async () => {
        const vectors = await embedder.embed(id, texts, use);
        const dim = vectors[0]?.length ?? 1;
        return { dim, vectors: packVectors(vectors, dim) };
      }),
    ),
    unload: os.unload.handler(({ input }) => guarded(() => embedder.unload(input.id))),
  });
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toWire(error);
  }
}
