import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { procedure } from "./base.ts";
import { failure } from "./errors.ts";
import { id, instant } from "./ids.ts";
import { limits } from "./limits.ts";
import { taskChange } from "./task-change.ts";

export const messageStatus = z.enum(["streaming", "complete", "interrupted", "failed"]);
export type MessageStatus = z.infer<typeof messageStatus>;

/** Something remembered that entered a reply: a memory, or a turn of an earlier conversation. */
export const usedMemory = z.object({
  source: z.enum(["memory", "message"]),
  /** Id of the memory or of the message. */
  id,
  /** Where a remembered turn was said; null for a memory. */
  conversationId: id.nullable(),
  /** The mark in the prompt and the reply, such as "m1". */
  mark: z.string(),
  text: z.string(),
  saidAt: instant,
  /** True where the reply marks or plainly uses it; false where it was only offered to the model. */
  cited: z.boolean(),
});
export type UsedMemory = z.infer<typeof usedMemory>;

/** Why something that bears on a question was not offered to the reply. */
export const rejection = z.enum([
  /** Too little of the question in it. */
  "weak",
  /** Better ones took its place. */
  "crowded",
  "archived",
  "superseded",
  /** The user wants it never used. */
  "forbidden",
  /** It contradicts what the user has said, and has still to be asked about. */
  "conflict",
]);
export type Rejection = z.infer<typeof rejection>;

/** One thing that recall looked at for a reply, with the parts of its score. */
export const considered = z.object({
  source: z.enum(["memory", "message"]),
  id,
  conversationId: id.nullable(),
  text: z.string(),
  saidAt: instant,
  outcome: z.enum(["used", "offered", "rejected"]),
  /** Null where it was offered. */
  reason: rejection.nullable(),
  /** Comparable within one reply. */
  score: z.number(),
  parts: z.record(z.string(), z.number()),
});
export type Considered = z.infer<typeof considered>;

/** What Ebb learned from a message of the user. */
export const learnedMemory = z.object({
  memoryId: id,
  text: z.string(),
  /** `denied`: the message said that it is not so, and it was put away. `unsure`: kept apart until the user says whether it is so. */
  change: z.enum(["new", "updated", "confirmed", "denied", "unsure"]),
  /** Undoes the change with `memory.undo`; null once it can't be. */
  changeId: id.nullable(),
});
export type LearnedMemory = z.infer<typeof learnedMemory>;

export const message = z.object({
  id,
  conversationId: id,
  parentId: id.nullable(),
  /** `other` is a named third person, as in an imported group chat. */
  role: z.enum(["user", "assistant", "other"]),
  speaker: z.string().nullable(),
  text: z.string(),
  status: messageStatus,
  createdAt: instant,
  /** The model's name, or null for a reply in recall mode and for the user's messages. */
  model: z.string().nullable(),
  /** The computer that answered, where it was another one: what was asked has left this one. */
  remote: z.string().nullable().optional(),
  failure: failure.nullable(),
  /** Turns at the beginning of the conversation that the model was told in short only, because they did not fit. */
  droppedTurns: z.number().int().optional(),
  memories: z.array(usedMemory),
  learned: z.array(learnedMemory),
  /** What the message did to the tasks. */
  tasks: z.array(taskChange),
});
export type Message = z.infer<typeof message>;

/** Where a conversation began. */
export const origin = z.enum(["chat", "quick"]);
export type Origin = z.infer<typeof origin>;

export const conversation = z.object({
  id,
  title: z.string(),
  origin,
  /** True where nothing of it is kept: it lives in the engine's memory until it ends. */
  incognito: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type Conversation = z.infer<typeof conversation>;

/** A found conversation; `excerpt` is the passage that matched, with the hits between U+0002 and U+0003. */
export const conversationRow = conversation.extend({ excerpt: z.string().nullable() });
export type ConversationRow = z.infer<typeof conversationRow>;

/** One piece of a reply. `offset` is where `text` begins in the whole reply, in UTF-16 units: the stream's sequence number. */
export const replyEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), offset: z.number().int().nonnegative(), text: z.string() }),
  /** What the model thinks before it answers: no part of the reply, and kept nowhere. */
  z.object({ type: z.literal("thought"), offset: z.number().int().nonnegative(), text: z.string() }),
  z.object({ type: z.literal("end"), message }),
]);
export type ReplyEvent = z.infer<typeof replyEvent>;

const started = z.object({ conversationId: id, userMessageId: id, replyId: id });

export const conversations = {
  /** Newest first; with a query, those whose title or messages match. */
  list: procedure
    .input(
      z.object({
        query: z.string().max(limits.queryChars).optional(),
        limit: z.number().int().min(1).max(limits.pageSize).default(100),
        /** Leave out this many of the newest. */
        offset: z.number().int().min(0).default(0),
      }),
    )
    .output(z.object({ items: z.array(conversationRow), total: z.number().int() })),
  /** The conversation with its current branch of messages, oldest first. */
  get: procedure.input(z.object({ id })).output(z.object({ conversation, messages: z.array(message) })),
  /**
   * Begins a chat that neither reads nor writes memory or disk. It is in no list, and gone when it is deleted, when no window holds
   * it any more, and when the engine ends.
   */
  beginIncognito: procedure.output(conversation),
  /** Keeps an incognito chat until the call is aborted, as it is when a window closes; no event ever comes. */
  hold: procedure.input(z.object({ id })).output(eventIterator(z.never())),
  rename: procedure
    .input(z.object({ id, title: z.string().trim().min(1).max(limits.titleChars) }))
    .output(conversation),
  /** Deletes the conversation, its messages, and what only they gave evidence for, without a trace in the files; ends an incognito one. */
  delete: procedure.input(z.object({ id })).output(z.object({ messages: z.number(), memories: z.number() })),
};

export const chat = {
  /**
   * Stores the message and starts a reply. `messageId` is made by the caller: sending the same one again returns the
   * reply already started, so that a lost connection never doubles a message.
   */
  send: procedure
    .input(
      z.object({
        messageId: z.uuid(),
        conversationId: id.nullable(),
        text: z.string().max(limits.messageChars),
        /** IANA zone of the user, for dates such as "next Friday". */
        zone: z.string().max(64).optional(),
        /** Kept with a conversation that begins with this message. */
        origin: origin.default("chat"),
      }),
    )
    .output(started),
  /**
   * What was asked last in conversations that began in quick-ask, newest first, each once; without what it quotes from the
   * clipboard.
   */
  recent: procedure
    .input(z.object({ limit: z.number().int().min(1).max(limits.pageSize).default(50) }))
    .output(z.object({ questions: z.array(z.string()) })),
  /** Follows a reply from `offset` on to its end; aborting the call only stops following. */
  follow: procedure
    .input(z.object({ replyId: id, offset: z.number().int().nonnegative().default(0) }))
    .output(eventIterator(replyEvent)),
  /** Ends a running reply; what was said so far stays, marked interrupted. */
  stop: procedure.input(z.object({ replyId: id })).output(z.object({ stopped: z.boolean() })),
  /** Why a reply drew on what it did: all that was considered, the used first, then the offered, then the rejected. */
  explain: procedure.input(z.object({ replyId: id })).output(z.object({ considered: z.array(considered) })),
  /** Answers the same user message again, as a new branch. */
  retry: procedure.input(z.object({ replyId: id })).output(started),
};
