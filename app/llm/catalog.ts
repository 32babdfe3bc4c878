import { z } from "zod";
import shipped from "../../resources/catalog.json" with { type: "json" };
import type { ModelShape } from "./fit.ts";
import { type HubFile, hub, hubUrl } from "./source-url.ts";

const count = z.number().int().nonnegative();

/** What decides how much memory a model takes; see fit.ts. */
const shape = z.strictObject({
  layers: count.min(1),
  fullLayers: count,
  slidingLayers: count,
  window: count,
  kvHeads: count.min(1),
  keyLength: count.min(1),
  valueLength: count.min(1),
  heads: count.min(1),
  embeddingLength: count.min(1),
  vocabularySize: count.min(1),
});

const entry = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
    name: z.string().min(1),
    family: z.enum(["Qwen", "Llama", "Gemma", "Mistral", "Phi", "SmolLM"]),
    /** As people say it: "4B". */
    parameters: z.string().regex(/^\d+(?:\.\d+)?B$/),
    quantisation: z.string(),
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    /** A commit, so that what is downloaded is what was checked; "main" where none is known. */
    revision: z.string().regex(/^(?:[0-9a-f]{40}|main)$/),
    file: z.string().regex(/^[\w.-]+\.gguf$/),
    bytes: count.min(1),
    /** False where `bytes` is only about right. */
    bytesAreExact: z.boolean(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    /** `header` where no hash is known: then the size and the GGUF header are all that can be checked. */
    verified: z.enum(["sha256", "header"]),
    licence: z.string().min(1),
    licenceUrl: z.url({ protocol: /^https$/ }),
    /** ISO 639-1. */
    languages: z.array(z.string().regex(/^[a-z]{2}$/)).min(1),
    /** Tokens that it was trained on. */
    contextLength: count.min(512),
    /** It can reason before it answers, which takes time. */
    thinks: z.boolean(),
    /** One plain sentence. */
    goodFor: z.string().min(1).max(160),
    shape,
  })
  .refine(({ sha256, verified }) => (sha256 === null) === (verified === "header"), "verified says what is known")
  .refine(
    ({ shape: { layers, fullLayers, slidingLayers } }) => fullLayers + slidingLayers <= layers,
    "no more layers keep a cache than there are",
  );
export type CatalogEntry = z.infer<typeof entry>;

/** The catalog file. Stronger models stand first. */
export const catalogFile = z
  .strictObject({ note: z.string(), models: z.array(entry).min(12) })
  .refine(({ models }) => new Set(models.map(({ id }) => id)).size === models.length, "ids are unique");

let read: readonly CatalogEntry[] | null = null;

/** The models that come with Ebb as a list to choose from, stronger ones first. Throws where the file is not what it should be. */
export function shippedCatalog(): readonly CatalogEntry[] {
  read ??= catalogFile.parse(shipped).models;
  return read;
}

/** A model that the user added to the list. */
export const ownEntry = z.object({
  id: z.string(),
  name: z.string().min(1).max(120),
  source: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("hub"), repository: z.string(), file: z.string(), revision: z.string() }),
    z.object({ kind: z.literal("url"), url: z.string() }),
  ]),
});
export type OwnEntry = z.infer<typeof ownEntry>;

/** The memory-deciding numbers of a catalog entry. */
export function shapeOfEntry({ bytes, contextLength, shape }: CatalogEntry): ModelShape {
  return { ...shape, weightBytes: bytes, contextLength };
}

/** Where an entry's file is asked for. `mirror` stands in for Hugging Face; other addresses are not its business. */
export function addressOf(source: OwnEntry["source"] | (HubFile & { kind: "hub" }), mirror: string | null): string {
  return source.kind === "url" ? source.url : hubUrl(mirror ?? hub, source);
}
