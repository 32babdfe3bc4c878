import { z } from "zod";
import { procedure } from "./base.ts";
import { failure } from "./errors.ts";
import { path } from "./files.ts";
import { id } from "./ids.ts";

/** Whether a model runs on this machine, judged before it is there. */
export const modelFit = z.object({
  /** Wholly on the graphics card; with some layers there; on the processor, slowly; not at all. */
  verdict: z.enum(["gpu", "partly", "cpu", "no"]),
  /** Tokens of context that it would run with. */
  contextTokens: z.number().int(),
  neededBytes: z.number(),
  /** What is there for it, in the place that decides. */
  availableBytes: z.number(),
  gpuLayers: z.number().int(),
  layers: z.number().int(),
  /** It answers about as fast as one reads. */
  quick: z.boolean(),
});
export type ModelFit = z.infer<typeof modelFit>;

/** What the machine has, in bytes. */
export const hardware = z.object({
  ramBytes: z.number(),
  gpu: z
    .object({
      name: z.string(),
      backend: z.enum(["cuda", "vulkan", "metal"]),
      totalBytes: z.number(),
      freeBytes: z.number(),
    })
    .nullable(),
});
export type Hardware = z.infer<typeof hardware>;

const source = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("hub"), repository: z.string().max(200), file: z.string().max(400) }),
  z.object({ kind: z.literal("url"), url: z.string().max(2_000) }),
]);
export type ModelSource = z.infer<typeof source>;

const catalogModel = z.object({
  id: z.string(),
  name: z.string(),
  /** Added by the user; what is null below is not known then. */
  own: z.boolean(),
  source,
  /** Whom a download asks first. */
  host: z.string(),
  parameters: z.string().nullable(),
  quantisation: z.string().nullable(),
  bytes: z.number().nullable(),
  bytesAreExact: z.boolean(),
  /** `header`: no hash is known, so that size and header are all that can be checked. */
  verified: z.enum(["sha256", "header"]),
  licence: z.string().nullable(),
  licenceUrl: z.string().nullable(),
  /** ISO 639-1. */
  languages: z.array(z.string()),
  contextLength: z.number().int().nullable(),
  thinks: z.boolean(),
  goodFor: z.string().nullable(),
  fit: modelFit.nullable(),
  /** Where it lies, if it is there. */
  installedPath: z.string().nullable(),
  /** The download that brings it. */
  downloadId: z.string().nullable(),
});
export type CatalogModel = z.infer<typeof catalogModel>;

export const modelCatalog = z.object({
  hardware,
  /** The recommended one first, then the user's own, those that run well, those that run, and the others. */
  models: z.array(catalogModel),
  recommended: z.string().nullable(),
  /** Where models go. */
  folder: z.string(),
  /** Bytes that a model may take on that disk; null where the system does not say. */
  freeBytes: z.number().nullable(),
  /** What stands in for Hugging Face: chosen here, or named by HF_ENDPOINT. */
  mirror: z.object({ chosen: z.string().nullable(), inUse: z.string(), fromEnvironment: z.boolean() }),
});
export type ModelCatalog = z.infer<typeof modelCatalog>;

export const modelDownload = z.object({
  id,
  kind: z.enum(["download", "copy"]),
  name: z.string(),
  file: z.string(),
  /** Whom it asks; null for a copy. */
  host: z.string().nullable(),
  state: z.enum(["queued", "running", "paused", "failed"]),
  receivedBytes: z.number(),
  totalBytes: z.number().nullable(),
  bytesPerSecond: z.number().nullable(),
  secondsLeft: z.number().int().nullable(),
  /** ms; it waits until then before it tries again. */
  retryAt: z.number().nullable(),
  /** What has arrived is being read again, to go on from it. */
  checking: z.boolean(),
  /** Why it failed, or waits. */
  failure: failure.nullable(),
  /** It is put to use once it is there. */
  use: z.boolean(),
});
export type ModelDownload = z.infer<typeof modelDownload>;

const installedModel = z.object({
  path: z.string(),
  file: z.string(),
  /** The name in its metadata, or the file's. */
  name: z.string(),
  bytes: z.number(),
  quantisation: z.string().nullable(),
  contextLength: z.number().int().nullable(),
  /** `found` lies in the models folder without Ebb's doing; `in_place` lies where the user keeps it. */
  origin: z.enum(["downloaded", "copied", "in_place", "found"]),
  addedAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  fit: modelFit.nullable(),
  /** Why it can't be used. */
  failure: failure.nullable(),
});
export type InstalledModel = z.infer<typeof installedModel>;

const outboundRequest = z.object({
  /** ms. */
  at: z.number(),
  host: z.string(),
  why: z.enum(["model-download", "remote-list", "remote-reply", "remote-learning"]),
  /** Bytes that came back. */
  bytes: z.number(),
});
export type OutboundRequest = z.infer<typeof outboundRequest>;

const entryName = z.string().trim().max(120);

export const models = {
  /** Asks nobody outside: the list came with Ebb, and the machine is asked for its memory. */
  catalog: procedure.output(modelCatalog),
  /** Adds a model to the list. @throws INVALID_INPUT, or MODEL_UNSUPPORTED for one part of many */
  addEntry: procedure.input(z.object({ name: entryName, source })).output(z.object({ id: z.string() })),
  editEntry: procedure.input(z.object({ id: z.string(), name: entryName, source })),
  removeEntry: procedure.input(z.object({ id: z.string() })),
  /** What stands in for Hugging Face; null for none. */
  setMirror: procedure.input(z.object({ address: z.string().max(2_000).nullable() })),

  downloads: procedure.output(z.array(modelDownload)),
  /** Begins to download a model of the list, and uses it once it is there where `use` says so. */
  download: procedure.input(z.object({ entryId: z.string(), use: z.boolean() })).output(z.object({ id })),
  /** Copies a GGUF file into the models folder. */
  copy: procedure.input(z.object({ path, use: z.boolean() })).output(z.object({ id })),
  pause: procedure.input(z.object({ id })),
  resume: procedure.input(z.object({ id })),
  /** Drops it with what has arrived. */
  cancel: procedure.input(z.object({ id })),

  installed: procedure.output(z.array(installedModel)),
  /** Deletes a file that Ebb brought here; one of the user's own only leaves the list. */
  remove: procedure.input(z.object({ path })).output(z.object({ deleted: z.boolean() })),
  /** Has the model in use say a few words. */
  test: procedure.output(
    z.object({ text: z.string(), tokensPerSecond: z.number().nullable(), firstTokenMs: z.number().nullable() }),
  ),

  /** Every request that left this machine because the user started it, the latest first. */
  outbound: procedure.output(z.array(outboundRequest)),
};
