import { z } from "zod";
import { failure } from "../../app/contract/errors.ts";
import { keyKeeping } from "../../app/contract/remote.ts";

/** Names one started inference process in the talk between the engine and the desktop host. */
const id = z.number().int();

/**
 * What an inference process is for. The language model and the embedder are apart, so that neither takes the other along; a probe asks
 * the graphics driver one question.
 */
const inferenceUse = z.enum(["model", "embedder", "probe"]);
export type InferenceUse = z.infer<typeof inferenceUse>;

const secretAnswer = z.object({
  keeping: keyKeeping.optional(),
  secret: z.string().nullable().optional(),
  failure: failure.optional(),
});
/** What came of something that was done about the secret. */
export type SecretAnswer = z.infer<typeof secretAnswer>;

/** What the desktop host tells the engine process. Ports travel beside the message. */
export const toEngine = z.discriminatedUnion("type", [
  /** With a port: serve the contract on it. */
  z.object({ type: z.literal("serve") }),
  /** With a port: the inference process that was asked for. */
  z.object({ type: z.literal("inference"), id }),
  z.object({ type: z.literal("inference-gone"), id }),
  /** What came of a `secret`. */
  z.object({ type: z.literal("secret"), id, answer: secretAnswer }),
  /** Close the database and end. */
  z.object({ type: z.literal("close") }),
]);
export type ToEngine = z.infer<typeof toEngine>;

/** What the engine process tells the desktop host. */
export const toHost = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("opened"),
    /** True where another process has the data folder. */
    folderTaken: z.boolean(),
    /** The conversation to open on, where something was said lately. */
    recent: z.string().nullable(),
  }),
  /** Only the host can start a utility process. */
  z.object({ type: z.literal("start-inference"), id, use: inferenceUse }),
  z.object({ type: z.literal("kill-inference"), id }),
  /** Only the host reaches the system's keychain. */
  z.object({
    type: z.literal("secret"),
    id,
    does: z.enum(["keeping", "get", "put", "drop"]),
    /** With `put`. */
    secret: z.string().optional(),
  }),
]);
export type ToHost = z.infer<typeof toHost>;
