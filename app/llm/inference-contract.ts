import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { procedure } from "../contract/base.ts";
import type { JsonSchema } from "./json-schema.ts";

const backend = z.enum(["cpu", "cuda", "vulkan", "metal"]);

const openedModel = z.object({
  path: z.string(),
  name: z.string(),
  bytes: z.number(),
  contextSize: z.number().int(),
  backend,
  gpuLayers: z.number().int(),
  layers: z.number().int(),
});

const loadEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), progress: z.number() }),
  z.object({ type: z.literal("ready"), model: openedModel }),
]);

const replyPiece = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thought"), text: z.string() }),
  z.object({
    type: z.literal("end"),
    summary: z.object({
      finish: z.enum(["stop", "length", "aborted"]),
      promptTokens: z.number().int(),
      reusedTokens: z.number().int(),
      replyTokens: z.number().int(),
      droppedTurns: z.number().int(),
      firstTokenMs: z.number().nullable(),
      tokensPerSecond: z.number().nullable(),
    }),
  }),
]);

const replyId = z.string().min(1).max(64);

/** What the engine asks of the inference process. */
export const inferenceContract = {
  /** Answers as soon as the process listens. */
  ping: procedure.output(z.object({ pid: z.number().int() })),
  /** What there is to run models on. Nothing is loaded for that. */
  machine: procedure.output(z.object({ backends: z.array(backend), signature: z.string() })),
  /** The memory of the graphics cards that a backend can use. The process that is asked can't load another one afterwards. */
  gpuMemory: procedure.input(z.object({ backend: backend.exclude(["cpu"]) })).output(
    z
      .object({
        name: z.string(),
        backend: backend.exclude(["cpu"]),
        totalBytes: z.number(),
        freeBytes: z.number(),
        unified: z.boolean(),
      })
      .nullable(),
  ),
  /** Ends with `ready`. The size of the context is judged by the model's host, so that the refusal is a sentence. */
  load: procedure
    .input(
      z.object({
        path: z.string(),
        attempt: z.object({ backend, layerShare: z.number().min(0).max(1), contextSize: z.number() }),
      }),
    )
    .output(eventIterator(loadEvent)),
  /** `id` is made by the caller, for `stop`. */
  generate: procedure
    .input(
      z.object({
        id: replyId,
        system: z.string(),
        history: z
          .array(z.object({ role: z.enum(["user", "assistant"]), text: z.string() }))
          .refine((turns) => turns.at(-1)?.role === "user", "The last turn is the user's"),
        maxTokens: z.number().int().min(1),
        earlier: z.array(z.object({ from: z.number().int().min(0), text: z.string() })).optional(),
        temperature: z.number().min(0).max(2),
        topP: z.number().gt(0).max(1).optional(),
        topK: z.number().int().min(0).max(1_000).optional(),
        minP: z.number().min(0).max(1).optional(),
        seed: z.number().int().min(0).optional(),
        /** Judged by the model's host, so that the refusal is a sentence. */
        schema: z.custom<JsonSchema>().optional(),
        beside: z.enum(["aside", "background"]).optional(),
      }),
    )
    .output(eventIterator(replyPiece)),
  /** Ends a reply early; its stream still ends with the summary, which aborting the call would lose. */
  stop: procedure.input(z.object({ id: replyId })),
  unload: procedure,
};
