import { EbbError, type Failure } from "../contract/errors.ts";
import type { ModelSettings } from "../contract/model-settings.ts";
import type { Answerer } from "../llm/port.ts";
import { gate } from "../memory/gate.ts";
import type { Outcome } from "../memory/learn.ts";
import { profile } from "../memory/profile.ts";
import { meaningText } from "../memory/recall/domain-match.ts";
import { overview } from "../memory/recall/overview.ts";
import { pack, packBounds } from "../memory/recall/pack.ts";
import { type Ranking, type Recalled, rank } from "../memory/recall/recall.ts";
import { storageError } from "../storage/errors.ts";
import type { MessageRow } from "../storage/messages.ts";
import type { QueryVector } from "../storage/vectors.ts";
import type { Vault } from "../vault.ts";
import { attribution } from "./attribution.ts";
import { askedWords, contextTurns, type PreviousTurn, previousTurns } from "./conversation-text.ts";
import { compose, inShort, systemPrompt } from "./prompt.ts";
import { addAsked } from "./recall-mode/asked.ts";
import { readQuestion } from "./recall-mode/question.ts";
import { contextualQuery, remarkOn, replyFromMemory } from "./recall-mode/reply.ts";
import type { RunningReply } from "./replies.ts";
import type { TaskTurn, TaskTurns } from "./tasks/turns.ts";

/** What replies take from memory, and how they are made without a model; an incognito chat has one of its own. */
export type Recollection = {
  recall: (ports: AnswerPorts, task: Task) => Promise<Ranking>;
  /** The system prompt of a conversation, as of now. */
  system: (ports: AnswerPorts) => string;
  /** The reply where no model answers; `cited` are marks of what was recalled. */
  answer: (ports: AnswerPorts, task: Task, recalled: readonly Recalled[]) => { text: string; cited: string[] };
  /** What a message that asks for something of the memory itself is told first; with `whole` nothing else is to be said. */
  remark: (text: string, outcome: Outcome | null) => { text: string; whole: boolean } | null;
};

export type AnswerPorts = {
  vault: Vault;
  recollection: Recollection;
  /** The text as a vector, or null where there is none within `patienceMs`. */
  vectorOf: (text: string, patienceMs: number) => Promise<QueryVector | null>;
  /** What turns do to tasks; null where they do nothing. */
  tasks: TaskTurns | null;
  languageModel: Answerer | null;
  /** How the model is to write. */
  writing: () => ModelSettings;
  clock: () => number;
  systemPrompts: Map<string, string>;
  /** Called once it is known what the reply may draw on. */
  onRecalled: () => void;
};

export type Task = {
  message: MessageRow;
  reply: MessageRow;
  running: RunningReply;
  outcome: Outcome | null;
  /** What the message's commands about tasks came to, to be said first. */
  told: TaskTurn | null;
};

/** How a reply ended. */
type End = Pick<MessageRow, "status" | "model" | "failure" | "droppedTurns" | "remote"> & {
  cited: ReadonlySet<string>;
};

/** Tokens of context that a model has at least, for one that is still being loaded. */
const leastContext = 512;
/** A streaming reply is saved at least this often, in ms. */
const flushEvery = 500;
/** Memories and turns that a prompt may carry. */
export const recallLimit = 8;
/** A question waits so long (ms) for its vector; an embedder that has still to start takes longer, and words do meanwhile. */
const vectorPatience = 250;
/** Memories that answer "What do you know about me?". */
const overviewLimit = 15;

/** Why a reply that was running when Ebb ended is not whole. */
export const replyCut: Failure = {
  code: "REPLY_CUT",
  message: "Ebb was closed while it wrote this reply.",
  remedy: "Press Retry to have it answered again.",
};

/** Why a reply that may have read what was then erased is not kept. */
const replyDropped: Failure = {
  code: "REPLY_CUT",
  message: "This reply was dropped, because something that it may have drawn on was erased while it was written.",
  remedy: "Press Retry to have it answered again.",
};

/**
 * Writes one reply to its end and stores it: recall, then the model's stream or an answer from memory, then which memories
 * it used. Never throws. Resolves to the reply as it is where the disk did not take it, else to null.
 */
export async function writeReply(ports: AnswerPorts, task: Task): Promise<MessageRow | null> {
  const { vault } = ports;
  const { reply, running } = task;
  let recalled: Recalled[] = [];
  let end: End;
  // The caller gets its answer, and the window its empty bubble, before any of this costs time.
  await new Promise((resolve) => setImmediate(resolve));
  try {
    const { told } = task;
    const model = told?.whole ? null : answering(ports.languageModel);
    if (model && ports.tasks) await ports.tasks.read(task.message, model, running.signal);
    const matters = told?.whole ? { found: [], rejected: [] } : await ports.recollection.recall(ports, task);
    const { packed, left } = pack(
      matters.found,
      task.message.text,
      model ? packBounds.tokens : Number.POSITIVE_INFINITY,
    );
    recalled = packed;
    // Noted before the first word, so that the window can show what the reply draws on while it is written.
    const entries = packed.map((item) => ({ ...item, cited: false }));
    const crowded = left.map((item) => ({ ...item, reason: "crowded" as const }));
    vault.write(() => vault.store.recallLog.write(reply.id, entries, [...crowded, ...matters.rejected]));
    ports.onRecalled();
    if (told) running.append(told.whole ? told.said : `${told.said}\n\n`);
    const remark = model && ports.recollection.remark(askedWords(task.message.text), task.outcome);
    if (remark) running.append(remark.whole ? remark.text : `${remark.text}\n\n`);
    const spoken = running.text;
    if (told?.whole || remark?.whole) end = { status: "complete", model: null, failure: null, cited: new Set() };
    else end = model ? await fromModel(ports, model, task, packed) : fromMemory(ports, task, recalled);
    // A model that could not be loaded after all is as good as none.
    if (end.failure?.code.startsWith("MODEL_") && running.text === spoken) end = fromMemory(ports, task, recalled);
  } catch (error) {
    const failure = failureOf(error, vault.folder);
    end = { status: running.text === "" ? "failed" : "interrupted", model: null, failure, cited: new Set() };
  }
  const dropped = running.signal.reason === "erased";
  if (dropped) end = { ...end, status: "failed", failure: replyDropped, cited: new Set() };
  const text = dropped ? "" : running.text;
  try {
    vault.write(() => {
      vault.messages.finish(reply.id, { ...end, text });
      vault.store.recallLog.cite(reply.id, end.cited);
      const used = recalled.filter((item) => item.source === "memory" && end.cited.has(item.mark));
      vault.store.memories.markUsed(
        used.map((item) => item.id),
        ports.clock(),
      );
    });
    return null;
  } catch (error) {
    const failure = failureOf(error, vault.folder);
    return { ...reply, text, status: "interrupted", model: end.model, remote: end.remote, failure };
  }
}

/** The model where it can answer, or soon can: a load or a restart in progress is waited for, and one that sleeps wakes up. */
function answering(languageModel: Answerer | null): Answerer | null {
  return languageModel && ["ready", "loading", "asleep"].includes(languageModel.state.status) ? languageModel : null;
}

async function whatMatters(ports: AnswerPorts, { message }: Task): Promise<Ranking> {
  const { vault, languageModel } = ports;
  // A long quotation would drown the question that it came with.
  const asked = askedWords(message.text);
  if (!gate(asked)) return { found: [], rejected: [] };
  const text = contextualQuery(asked, turnsBefore(vault, message));
  const question = readQuestion(text);
  const now = ports.clock();
  if (question.everything && question.people.length === 0) {
    return { found: overview(vault.store, now, overviewLimit), rejected: [] };
  }
  const vector = await ports.vectorOf(meaningText(text), vectorPatience);
  // The model reads the whole conversation anyway; without one, what was just said may be the answer.
  const inPrompt = answering(languageModel) ? vault.messages.branch(message.id) : [message];
  const ranking = rank(vault.store, {
    text,
    vector,
    now,
    zone: message.zone ?? "UTC",
    limit: recallLimit,
    excludeMessages: new Set(inPrompt.map(({ id }) => id)),
  });
  // What was learned from this very message is no news to its reply.
  const news = ranking.found.filter(
    ({ messageIds }) => messageIds.length === 0 || messageIds.some((id) => id !== message.id),
  );
  const found = addAsked(vault.store, question, news);
  const offered = new Set(found.map(({ id }) => id));
  return { found, rejected: ranking.rejected.filter(({ id }) => !offered.has(id)) };
}

/** The last few turns before the message in their own words, oldest first. */
function turnsBefore(vault: Vault, message: MessageRow): PreviousTurn[] {
  const turns = previousTurns(vault.messages.branch(message.id, contextTurns + 1).slice(0, -1));
  return turns.map((turn) => (turn.role === "assistant" ? turn : { ...turn, text: askedWords(turn.text) }));
}

/** The recollection of an ordinary conversation: all that Ebb knows. */
export const remembering: Recollection = {
  recall: whatMatters,
  system: ({ vault, clock }) => systemPrompt(profile(vault.store, clock()).lines),
  answer: ({ vault }, { message, outcome }, recalled) =>
    replyFromMemory({
      text: askedWords(message.text),
      at: message.createdAt,
      zone: message.zone ?? "UTC",
      recalled,
      outcome,
      previous: turnsBefore(vault, message),
    }),
  remark: (_text, outcome) => remarkOn(outcome),
};

function fromMemory(ports: AnswerPorts, task: Task, recalled: Recalled[]): End {
  const answer = ports.recollection.answer(ports, task, recalled);
  task.running.append(answer.text);
  return { status: "complete", model: null, failure: null, cited: new Set(answer.cited) };
}

async function fromModel(
  ports: AnswerPorts,
  languageModel: Answerer,
  { message, reply, running }: Task,
  recalled: readonly (Recalled & { shown: string })[],
): Promise<End> {
  const { vault, systemPrompts, tasks } = ports;
  const system = systemPrompts.get(message.conversationId) ?? ports.recollection.system(ports);
  systemPrompts.set(message.conversationId, system);
  const branch = vault.messages.branch(message.id);
  const prompt = compose(system, branch, {
    remembered: recalled,
    tasks: tasks?.slice(message) ?? null,
    zone: message.zone ?? undefined,
  });

  let saved = "";
  const timer = setInterval(() => {
    if (running.text === saved || running.signal.aborted) return;
    saved = running.text;
    try {
      vault.messages.writeText(reply.id, saved);
    } catch {
      // The end of the reply is saved too, and reports it if that cannot be done either.
    }
  }, flushEvery);
  let status: End["status"] = "complete";
  let failure: Failure | null = null;
  let droppedTurns = 0;
  const { state } = languageModel;
  const asked = "model" in state ? state.model : null;
  const remote = asked?.host ?? null;
  const { maxTokens, temperature, topP, topK, minP } = ports.writing();
  try {
    if (remote !== null) {
      vault.write(() => vault.messages.markRemote(reply.id, remote));
      ports.onRecalled();
    }
    for await (const piece of languageModel.generate({
      ...prompt,
      earlier: inShort(branch, asked?.contextSize ?? leastContext),
      maxTokens,
      temperature,
      topP,
      topK,
      minP,
      signal: running.signal,
    })) {
      if (piece.type === "text") running.append(piece.text);
      else if (piece.type === "thought") running.think(piece.text);
      else {
        ({ droppedTurns } = piece.summary);
        if (piece.summary.finish === "aborted") status = "interrupted";
      }
    }
    if (running.signal.aborted && running.signal.reason === "quit") failure = replyCut;
  } catch (error) {
    status = running.text === "" ? "failed" : "interrupted";
    failure = failureOf(error, vault.folder);
  } finally {
    clearInterval(timer);
  }
  const after = languageModel.state;
  const here = after.status === "ready" ? after.model.name : null;
  const model = remote === null ? here : (asked?.name ?? null);
  return { status, model, remote, failure, droppedTurns, cited: attribution(running.text, recalled) };
}

function failureOf(error: unknown, folder: string): Failure {
  const known = storageError(error, folder);
  if (known instanceof EbbError) return known.toFailure();
  return {
    code: "INTERNAL",
    message: "Something went wrong inside Ebb while it wrote this reply.",
    remedy: "Press Retry; if it happens once more, restart Ebb.",
  };
}
