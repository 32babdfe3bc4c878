import { z } from "zod";
import { procedure } from "./base.ts";

/** How the key is kept. */
export const keyKeeping = z.enum([
  /** Encrypted by the system's keychain. */
  "keychain",
  /** Encrypted, but by a key that any program of the user can work out, since the system offers no keychain. */
  "weak",
  /** In a file that only the user's account can read. */
  "file",
  /** Nowhere: it is gone when Ebb ends. */
  "memory",
]);
export type KeyKeeping = z.infer<typeof keyKeeping>;

/** Who answers instead of a model on this computer, for every window to say so. */
export const remoteInUse = z.object({
  host: z.string(),
  model: z.string(),
  /** What is sent can be read in the network on the way. */
  plain: z.boolean(),
  /** The server runs on this computer: what is sent does not leave it that way. */
  here: z.boolean(),
  /** What is read for learning and tasks goes there too. */
  alsoForLearning: z.boolean(),
});
export type RemoteInUse = z.infer<typeof remoteInUse>;

/** A model on another computer, as it is set up; never its key. */
export const remoteModel = remoteInUse.extend({
  /** As Ebb asks it. */
  address: z.string(),
  inUse: z.boolean(),
  hasKey: z.boolean(),
  /** Tokens of context that the server tells; null where it tells none. */
  contextLength: z.number().int().nullable(),
  /** By what its settings are kept, as by the path of a model file. */
  settingsKey: z.string(),
});
export type RemoteModelState = z.infer<typeof remoteModel>;

export const remoteState = z.object({
  /** Null where none is set up. */
  remote: remoteModel.nullable(),
  keeping: keyKeeping,
});
export type RemoteState = z.infer<typeof remoteState>;

const offered = z.object({
  id: z.string(),
  /** Tokens; null where the server does not tell. */
  contextLength: z.number().int().nullable(),
});
export type OfferedModel = z.infer<typeof offered>;

const where = {
  /** As someone types it. */
  address: z.string().max(2_000),
  /** Left out, the one that is kept for this server is sent. */
  key: z.string().max(4_000).optional(),
};

/** Off until `connect`; nothing is asked of anyone before `find` or `connect`. */
export const remote = {
  state: procedure.output(remoteState),
  /** Asks the server which models it offers; empty where it has no list. Keeps nothing. */
  find: procedure
    .input(z.object(where))
    .output(z.object({ host: z.string(), plain: z.boolean(), here: z.boolean(), models: z.array(offered) })),
  /** Asks the server once more, then has this model answer from now on. The key is kept apart from everything else. */
  connect: procedure
    .input(z.object({ ...where, model: z.string().trim().min(1).max(300), alsoForLearning: z.boolean() }))
    .output(remoteState),
  configure: procedure.input(z.object({ alsoForLearning: z.boolean() })).output(remoteState),
  /** Answers come from the one that is set up again; nothing is asked of it before the next question. */
  use: procedure.output(remoteState),
  /** Ends a running reply; from now on nothing is asked of it. What is set up stays. */
  stop: procedure.output(remoteState),
  /** Also forgets the address and the key. */
  forget: procedure.output(remoteState),
  /** Has it say a few words. */
  test: procedure.output(
    z.object({ text: z.string(), tokensPerSecond: z.number().nullable(), firstTokenMs: z.number().nullable() }),
  ),
};
