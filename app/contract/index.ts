import type { ContractRouterClient } from "@orpc/contract";
import { chat, conversations } from "./chat.ts";
import { embedder } from "./embedder.ts";
import { memories } from "./memory.ts";
import { model } from "./model.ts";
import { models } from "./models.ts";
import { reminders } from "./reminders.ts";
import { remote } from "./remote.ts";
import { system } from "./system.ts";
import { tasks } from "./tasks.ts";
import { transfer } from "./transfer.ts";

/** Everything that a window can ask of the engine. */
export const contract = {
  ...{ system, conversations, chat, memories, transfer, reminders },
  ...{ model, models, remote, embedder, tasks },
};

export type Api = ContractRouterClient<typeof contract>;

export * from "./chat.ts";
export * from "./desktop.ts";
export * from "./embedder.ts";
export * from "./errors.ts";
export * from "./files.ts";
export * from "./limits.ts";
export * from "./memory.ts";
export * from "./model.ts";
export * from "./models.ts";
export * from "./reminders.ts";
export * from "./remote.ts";
export * from "./system.ts";
export * from "./task-change.ts";
export * from "./tasks.ts";
export * from "./transfer.ts";
