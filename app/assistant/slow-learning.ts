import { z } from "zod";
import { EbbError, type ErrorCode } from "../contract/errors.ts";
import type { Answerer } from "../llm/port.ts";
import { type Candidate, parseAnswer } from "../memory/slow/candidate.ts";
import { learnSlowly } from "../memory/slow/learn-slowly.ts";
import type { JobRow } from "../storage/jobs.ts";
import type { QueryVector } from "../storage/vectors.ts";
import type { Vault } from "../vault.ts";
import { ask, attempts, loadBatch, requestFor } from "./slow-batch.ts";
import type { Assistant } from "./turn.ts";

export type SlowLearningPorts = {
  vault: Vault;
  assistant: Assistant;
  languageModel: Answerer | null;
  clock: () => number;
  /** True while a reply is being written, wherever. */
  busy: () => boolean;
  /** True while Ebb may learn from what the user says. */
  learning: () => boolean;
  notify: (event: "memories" | "status") => void;
  /** A text as a vector, or null where there is none within `patienceMs`; none at all by default. */
  vectorOf?: (text: string, patienceMs: number) => Promise<QueryVector | null>;
  /** Nothing must have been said for so long (ms) before the model reads. */
  quietMs: number;
};

/** How far the model is with what was said. Counts are of messages. */
export type Progress = { running: boolean; pending: number; failed: number };

const kind = "learn";
/** Tokens of messages that are read at once; so many in one conversation are read without waiting for quiet. */
const batchTokens = 1_024;
/** How long (ms) after a reply even a full batch waits: the user may be about to go on. */
const breath = 2_000;
/** Wait (ms) before the second attempt; four times as long before each one after. */
const firstWait = 60_000;
/** How long (ms) to wait where the disk takes nothing. */
const diskWait = 60_000;
/** How long (ms) to wait where another computer can't be asked, and how that shows. */
const remoteWait = 10 * 60_000;
const unasked: readonly ErrorCode[] = ["REMOTE_UNREACHABLE", "REMOTE_DENIED", "REMOTE_LIMITED"];
/** What a candidate says waits so long (ms) for its vector. */
const vectorPatience = 2_000;
/** Messages of one conversation that a job takes, at most. */
const batchMessages = 40;

/** `from` is where to read on in the one message, where it was too long to be read at once. */
const payloadShape = z.object({ messageIds: z.array(z.string()).max(1_000), from: z.int().min(0).optional() });

/**
 * The slow path of learning: when nothing has been said for a while, the chat model reads what was said since, and what passes
 * the gates is learned. What is read stands in a durable queue, so that no crash loses it or learns it twice. A reply that begins
 * ends the reading at once and costs it no attempt.
 */
export class SlowLearning {
  readonly #ports: SlowLearningPorts;
  #stopListening: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #reading: { stop: AbortController; done: Promise<void> } | null = null;
  /** When (performance.now) something was last said or answered. */
  #spokenAt = performance.now();
  /** True while a job that nobody does any more could not be given back. */
  #stale = false;
  /** False before it is begun and once it is closed. */
  #open = false;

  constructor(ports: SlowLearningPorts) {
    this.#ports = ports;
  }

  /** Begins, with what an earlier run has left. To be called once, where the database can be written. */
  resume(): void {
    const { assistant, languageModel, vault } = this.#ports;
    // A lease found now belongs to a process that has died.
    vault.write(() => vault.store.jobs.release(kind));
    this.#open = true;
    this.#stopListening = [
      assistant.replies.onChange(() => this.#replying()),
      languageModel?.onChange(() => this.#modelChanged()) ?? (() => {}),
    ];
    this.#modelChanged();
  }

  get progress(): Progress {
    const { jobs, unread } = this.#ports.vault.store;
    const progress = { running: this.#reading !== null, pending: unread.count(), failed: 0 };
    for (const job of jobs.all(kind)) {
      progress[job.state === "failed" ? "failed" : "pending"] += messagesOf(job).length;
    }
    return progress;
  }

  /** Something may be there to be read, or may be read now. */
  wake(): void {
    if (!this.#ports.learning()) this.#reading?.stop.abort();
    this.#lookIn(0);
  }

  /** Stops at once; what was being read is read at the next start. */
  async close(): Promise<void> {
    this.#open = false;
    for (const stop of this.#stopListening) stop();
    if (this.#timer) clearTimeout(this.#timer);
    this.#reading?.stop.abort();
    await this.#reading?.done;
  }

  #replying(): void {
    this.#spokenAt = performance.now();
    if (this.#ports.busy()) {
      this.#reading?.stop.abort();
      return;
    }
    this.#ports.notify("status");
    this.#lookIn(0);
  }

  #modelChanged(): void {
    const name = this.#modelName;
    if (name === null) return;
    try {
      const { write, store } = this.#ports.vault;
      // What one model could not read, another may.
      if (write(() => store.jobs.revive(kind, name)) > 0) this.#ports.notify("status");
    } catch {
      // A full disk: tried again with the next change.
    }
    this.#lookIn(0);
  }

  get #modelName(): string | null {
    const state = this.#ports.languageModel?.state;
    return state?.status === "ready" ? state.model.name : null;
  }

  #lookIn(ms: number): void {
    if (!this.#open) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, ms).unref();
  }

  /** Begins to read where it is time to; else looks again when it may be. What else may change that wakes it. */
  #look(): void {
    const { busy, learning, languageModel, vault } = this.#ports;
    if (!this.#open || this.#reading || !learning()) return;
    // The end of a reply in an ordinary conversation wakes it at once.
    if (busy()) {
      this.#lookIn(breath);
      return;
    }
    const model = this.#modelName === null ? null : languageModel;
    if (!model) return;
    try {
      if (this.#stale) vault.write(() => vault.store.jobs.release(kind));
      this.#stale = false;
      const next = this.#next();
      if (typeof next === "number") this.#lookIn(next);
      else if (next) this.#begin(next, model);
    } catch {
      this.#lookIn(diskWait);
    }
  }

  /** The job to do now, when (ms) to look again, or null where nothing is to be read. */
  #next(): JobRow | number | null {
    const { vault, clock, quietMs } = this.#ports;
    const { jobs, unread } = vault.store;
    const quiet = performance.now() - this.#spokenAt;
    const fullest = unread.fullest();
    const full = fullest !== undefined && fullest.tokens >= batchTokens;
    const wait = full ? Math.min(breath, quietMs) : quietMs;
    const due = jobs.next(kind, clock());
    const first = unread.first();
    if (!due && !first) {
      const at = jobs.dueAt(kind);
      return at === null ? null : Math.min(Math.max(at - clock(), 1_000), 3_600_000);
    }
    if (quiet < wait) return wait - quiet;
    if (due && due.priority === 0) return this.#take(due.id);
    const conversationId = full ? fullest.conversationId : first?.conversationId;
    // What was said here comes before what was brought in, queued or not.
    if (due && (conversationId === undefined || first?.imported)) return this.#take(due.id);
    return conversationId === undefined ? null : this.#plan(conversationId, first?.imported ?? false);
  }

  #take(id: string): JobRow | null {
    const { vault } = this.#ports;
    return vault.write(() => vault.store.jobs.take(id, this.#modelName)) ?? null;
  }

  /** Moves the next messages of a conversation from what is unread into a job of their own. */
  #plan(conversationId: string, imported: boolean): JobRow | null {
    const { vault, clock } = this.#ports;
    const { jobs, unread } = vault.store;
    return vault.write(() => {
      const messageIds = unread
        .batch(conversationId, batchTokens)
        .slice(0, batchMessages)
        .map(({ messageId }) => messageId);
      const id = vault.newId();
      jobs.add({ id, kind, payload: { messageIds }, priority: imported ? 1 : 0, at: clock() });
      unread.drop(messageIds);
      return jobs.take(id, this.#modelName) ?? null;
    });
  }

  #begin(job: JobRow, model: Answerer): void {
    const stop = new AbortController();
    const done = this.#read(job, model, stop.signal).then((next) => {
      this.#reading = null;
      this.#ports.notify("status");
      if (next !== null) this.#lookIn(next);
    });
    this.#reading = { stop, done };
    this.#ports.notify("status");
  }

  /** Does one job to its end, whatever that is. Never rejects; resolves to when (ms) to look for the next. */
  async #read(job: JobRow, model: Answerer, signal: AbortSignal): Promise<number | null> {
    const { vault } = this.#ports;
    const { jobs } = vault.store;
    const settle = (work: () => void, next: number | null): number | null => {
      try {
        vault.write(work);
        return next;
      } catch {
        // The disk takes nothing now: its lease is released once it does.
        this.#stale = true;
        return diskWait;
      }
    };
    try {
      const load = () => loadBatch(vault.messages, messagesOf(job), fromOf(job));
      const batch = load();
      if (batch.length === 0) return settle(() => jobs.finish(job.id), 0);
      const { request, rest } = requestFor(batch, job.attempts, model);
      const answer = await ask(model, request, signal);
      if (answer === null) return settle(() => jobs.giveBack(job.id), signal.aborted ? null : 1_000);
      const parsed = parseAnswer(answer);
      if (!parsed) return settle(() => this.#fail(job, "INTERNAL"), 0);
      const vectors = await this.#vectorsOf(parsed.candidates);
      if (signal.aborted) return settle(() => jobs.giveBack(job.id), null);
      // With the job in one transaction: after a crash either all of it is learned, or it is read again.
      vault.write(() => {
        // As it is now: words may have been erased while the model read.
        const now = new Map(load().map((message) => [message.messageId, message]));
        const present = batch.map((message) => now.get(message.messageId) ?? { ...message, text: "" });
        learnSlowly(vault.store, present, parsed.candidates, vectors);
        jobs.finish(job.id);
        if (rest !== null && now.size > 0) this.#readOn(job, rest);
      });
      this.#ports.assistant.forgetPrompts();
      this.#ports.notify("memories");
      return 0;
    } catch (error) {
      const code: ErrorCode = error instanceof EbbError ? error.code : "INTERNAL";
      // Without a model nothing was tried.
      if (code.startsWith("MODEL_")) return settle(() => jobs.giveBack(job.id), null);
      // Nor where another computer could not be asked.
      if (unasked.includes(code)) return settle(() => jobs.giveBack(job.id), remoteWait);
      return settle(() => this.#fail(job, code), 0);
    }
  }

  /** The vectors of what the candidates say, as far as the embedder gives them in time: what means the like is found by them. */
  async #vectorsOf(candidates: readonly Candidate[]): Promise<Map<Candidate, QueryVector>> {
    const { vectorOf } = this.#ports;
    const found = new Map<Candidate, QueryVector>();
    if (!vectorOf) return found;
    await Promise.all(
      candidates.map(async (candidate) => {
        const vector = await vectorOf(candidate.text || candidate.quote, vectorPatience);
        if (vector) found.set(candidate, vector);
      }),
    );
    return found;
  }

  /** Puts the rest of a long message into a job of its own. */
  #readOn(job: JobRow, from: number): void {
    const { vault, clock } = this.#ports;
    const payload = { messageIds: messagesOf(job), from };
    vault.store.jobs.add({ id: vault.newId(), kind, payload, priority: job.priority, at: clock() });
  }

  #fail(job: JobRow, fault: ErrorCode): void {
    const { vault, clock } = this.#ports;
    const { jobs } = vault.store;
    if (job.attempts >= attempts) jobs.giveUp(job.id, fault);
    else jobs.putOff(job.id, clock() + firstWait * 4 ** (job.attempts - 1), fault);
  }
}

function messagesOf(job: JobRow): string[] {
  const payload = payloadShape.safeParse(job.payload);
  return payload.success ? payload.data.messageIds : [];
}

function fromOf(job: JobRow): number {
  const payload = payloadShape.safeParse(job.payload);
  return payload.success ? (payload.data.from ?? 0) : 0;
}
