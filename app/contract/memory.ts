import { z } from "zod";
import { procedure } from "./base.ts";
import { id, instant } from "./ids.ts";
import { limits } from "./limits.ts";

export const memoryKind = z.enum([
  "fact",
  "event",
  "preference",
  "instruction",
  "relationship",
  "procedure",
  "observation",
]);
export type MemoryKind = z.infer<typeof memoryKind>;

export const memoryStatus = z.enum(["active", "provisional", "conflict", "superseded", "archived"]);
export type MemoryStatus = z.infer<typeof memoryStatus>;

/** Who vouches for a memory, strongest first. */
export const trust = z.enum(["user", "confirmed", "inferred", "assistant"]);
export type Trust = z.infer<typeof trust>;

/** The user's own words that a memory rests on. */
export const evidence = z.object({ messageId: id, conversationId: id, quote: z.string(), saidAt: instant });

export const memory = z.object({
  id,
  kind: memoryKind,
  text: z.string(),
  subject: z.string(),
  predicate: z.string(),
  value: z.string(),
  /** The circumstance in which it holds ("at work"), or "". */
  context: z.string(),
  status: memoryStatus,
  trust,
  /** 0 to 1. */
  confidence: z.number(),
  /** 0 to 1. */
  importance: z.number(),
  pinned: z.boolean(),
  neverUse: z.boolean(),
  validFrom: instant.nullable(),
  validTo: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
  /** When a reply last used it, or null. */
  lastUsedAt: instant.nullable(),
  useCount: z.number().int(),
  /** Retrievability now, 0 to 1 (FSRS-6). */
  retrievability: z.number(),
  /** When it will be archived if nothing happens; null if never, or where it has left recall already. */
  fadesAt: instant.nullable(),
  version: z.number().int(),
  evidence: z.array(evidence),
  /** Of how many memories an observation was made; 0 for any other. */
  proof: z.number().int(),
});
export type Memory = z.infer<typeof memory>;

/** One change of a memory; `before` or `after` is null where it did not exist. */
export const memoryRevision = z.object({
  changeId: id,
  at: instant,
  cause: z.enum([
    "learned",
    "added",
    "confirmed",
    "superseded",
    "edited",
    "pinned",
    "deleted",
    "imported",
    "undone",
    /** It had faded. */
    "archived",
    "restored",
    /** The user said that it is not true, or not any more. */
    "denied",
    /** It and another memory can't both hold. */
    "disputed",
    /** Pinned by itself, because health, safety or identity hang on it. */
    "safeguarded",
    /** It said the same as another memory, which stands for both since. */
    "merged",
    /** Ebb made it of several memories, or told it anew. */
    "observed",
  ]),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type MemoryRevision = z.infer<typeof memoryRevision>;

export const questionAnswer = z.enum(["yes", "no", "later"]);
export type QuestionAnswer = z.infer<typeof questionAnswer>;

/** What the user likes or avoids in a domain of life, as Ebb understands it. */
export const preference = z.object({
  /** Of life ("food", "travel"), or "other". */
  domain: z.string(),
  /** A part of the domain ("seafood"), or "". */
  aspect: z.string(),
  polarity: z.enum(["for", "against"]),
  /** The circumstance in which it holds ("at work"), or "". */
  scope: z.string(),
  /** The mean of its Beta posterior, 0 to 1. */
  sureness: z.number(),
  /** How often it was said or shown. */
  pieces: z.number().int(),
  /** True where replies may go by it unasked; false for a guess that waits to be confirmed. */
  applied: z.boolean(),
  /** What it rests on, strongest first; never empty. */
  memories: z.array(z.object({ id, text: z.string() })).min(1),
});
export type Preference = z.infer<typeof preference>;

/** One time that Ebb tidied its memory up: how many of each still stand. */
export const tidying = z.object({
  id,
  beganAt: instant,
  /** Memories brought together with another that said the same. */
  merged: z.number().int(),
  /** Observations made or told anew. */
  observed: z.number().int(),
});
export type Tidying = z.infer<typeof tidying>;

const change = z.object({ memory, changeId: id });
const text = z.string().trim().min(1).max(limits.memoryChars);

export const memories = {
  /** Newest change first, or best match first with a query. */
  list: procedure
    .input(
      z.object({
        query: z.string().max(limits.queryChars).optional(),
        kind: memoryKind.optional(),
        status: z.enum([...memoryStatus.options, "all"]).default("active"),
        pinned: z.boolean().optional(),
        limit: z.number().int().min(1).max(limits.pageSize).default(100),
        offset: z.number().int().min(0).default(0),
      }),
    )
    .output(z.object({ items: z.array(memory), total: z.number().int() })),
  /**
   * `rivals` are what it can't hold beside, where it is in conflict; `related` what it has to do with, closest first; `supports` what an
   * observation was made of; `holder` the memory that it was merged into.
   */
  get: procedure.input(z.object({ id })).output(
    z.object({
      memory,
      rivals: z.array(memory),
      related: z.array(memory),
      supports: z.array(memory),
      holder: memory.nullable(),
      history: z.array(memoryRevision),
    }),
  ),
  add: procedure.input(z.object({ text, kind: memoryKind.default("fact") })).output(change),
  /** Fails with CHANGED_MEANWHILE unless `version` is the stored one. */
  edit: procedure.input(z.object({ id, version: z.number().int(), text })).output(change),
  pin: procedure.input(z.object({ id, pinned: z.boolean() })).output(change),
  /** Brings an archived memory back into recall. Fails with NOT_FOUND where it is not archived. */
  restore: procedure.input(z.object({ id })).output(change),
  /**
   * An important memory of which Ebb is no longer sure, to ask whether it is still true; null mostly, because it asks once a
   * day at most. The same one is given until it is answered or the day is over. Where something contradicts it (`rivals`), the
   * question is which is right, and `resolve` answers it.
   */
  question: procedure.output(z.object({ memory: memory.nullable(), rivals: z.array(memory) })),
  /**
   * Confirms the memory, puts it away, or leaves it as it is for now (`changeId` is null then). Fails with NOT_FOUND where
   * it was not asked about, or was answered already.
   */
  answerQuestion: procedure
    .input(z.object({ id, answer: questionAnswer }))
    .output(z.object({ memory, changeId: id.nullable() })),
  /**
   * Says which hold of a memory that is in conflict or unsure and its rivals: those to `keep`, each always, or `when` the words say ("at
   * work", "since March 2025"); the others are put away. Fails with NOT_FOUND where that is settled already.
   */
  resolve: procedure
    .input(
      z.object({
        id,
        keep: z.array(id).max(100),
        when: z
          .array(z.object({ id, words: z.string().trim().min(1).max(limits.whenChars) }))
          .max(100)
          .optional(),
        /** IANA zone of the user, for dates in `when`. */
        zone: z.string().max(64).optional(),
      }),
    )
    .output(change),
  /** What Ebb takes the user to like and to avoid, domain by domain and the surest first. */
  preferences: procedure.output(z.object({ items: z.array(preference) })),
  /**
   * Says of a preference, named by one of its memories, whether it holds: confirms the memory that speaks for it most, or puts all of
   * its memories away. Fails with NOT_FOUND where none rests on the memory.
   */
  judgePreference: procedure.input(z.object({ memoryId: id, holds: z.boolean() })).output(z.object({ changeId: id })),
  /**
   * Takes memories away at once and erases them for good once `until` has passed, at quit, or at the next start. With
   * `sources`, the user's words that they came from go too.
   */
  delete: procedure
    .input(z.object({ ids: z.array(id).min(1).max(10_000), sources: z.boolean().default(true) }))
    .output(z.object({ changeId: id, until: instant })),
  /** Takes back a change made by edit, pin, restore, an answer, delete, fading, learning or import. Fails with NOT_UNDOABLE once it is too late. */
  undo: procedure.input(z.object({ changeId: id })).output(z.object({ ids: z.array(id) })),
  /** What the last run of tidying up did that still stands. */
  tidied: procedure.output(z.object({ last: tidying.nullable() })),
  /** Takes back what a run did, as far as nothing has touched it since. Fails with NOT_UNDOABLE where that is nothing. */
  undoTidying: procedure.input(z.object({ id })).output(z.object({ undone: z.number().int(), kept: z.number().int() })),
  export: procedure
    .input(z.object({ format: z.enum(["json", "markdown"]) }))
    .output(z.object({ fileName: z.string(), text: z.string(), count: z.number().int() })),
  /** Takes a JSON export. All or nothing; known memories are skipped. */
  import: procedure
    .input(z.object({ json: z.string().max(limits.importChars) }))
    .output(z.object({ added: z.number().int(), skipped: z.number().int(), changeId: id.nullable() })),
};
