import { z } from "zod";

/** Names one started inference process in the talk between the engine and the desktop host. */
const id = z.number().int();

/** What an inference process is for. The language model and the embedder are apart, so that neither takes the other along. */
const inferenceUse = z.enum(["model", "embedder"]);
export type InferenceUse = z.infer<typeof inferenceUse>;

/** What the desktop host tells the engine process. Ports travel beside the message. */
export const toEngine = z.discriminatedUnion("type", [
  /** With a port: serve the contract on it. */
  z.object({ type: z.literal("serve") }),
  /** With a port: the inference process that was asked for. */
  z.object({ type: z.literal("inference"), id }),
  z.object({ type: z.literal("inference-gone"), id }),
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
]);
export type ToHost = z.infer<typeof toHost>;
