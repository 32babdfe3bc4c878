import { setTimeout as delay } from "node:timers/promises";
import { retryAfter } from "../download/answer.ts";
import { backoffMs } from "../download/backoff.ts";
import type { PieceQueue } from "../pieces.ts";
import type { GenerateRequest, ReplySummary } from "../port.ts";
import { type Complaint, complaintOf, garbled, limited, refusal, unreachable } from "./failures.ts";
import { type Patience, type Response, send, textOf } from "./http.ts";
import { jsonIn } from "./json-answer.ts";
import { type Chunk, chatBody, type Dialect, humbler, readChunk } from "./protocol.ts";
import { SseReader } from "./sse.ts";
import { ThinkTags } from "./think-tags.ts";

/** Where a model is asked. */
export type Endpoint = {
  /** Calls lie right below it. */
  base: string;
  host: string;
  model: string;
  /** Tokens that prompt and reply may take together. */
  contextSize: () => number;
  key: () => Promise<string | null>;
};

/** What a request is made for. */
export type Purpose = "remote-list" | "remote-reply" | "remote-learning";

export type RemotePorts = {
  /** A request goes out; returns what to call with the bytes that came back. */
  onRequest: (host: string, why: Purpose) => (bytes: number) => void;
  patience?: Patience | undefined;
  /** ms since 1970. */
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  random?: () => number;
};

const usualPatience: Patience = { connect: 15_000, firstByte: 300_000, idle: 120_000 };
/** Of a reply with all that is around each of its words. */
const maxReplyBytes = 64 * 1024 * 1024;
const maxComplaintBytes = 8_192;
/** Attempts where the server says that it is too busy, and the longest pause (ms) that it is waited for. */
const maxAttempts = 4;
const longestPause = 30_000;
const busy = new Set([429, 503]);
/** Refusals that a humbler request may get around. */
const particular = new Set([400, 415, 422, 500, 501]);

/** What the server has been seen to take, kept for the next reply. */
export type Dialects = { get: () => Dialect; keep: (dialect: Dialect) => void };

/** One reply, from the request to its end. */
export class Reply {
  readonly #endpoint: Endpoint;
  readonly #ports: RemotePorts;
  readonly #request: GenerateRequest;
  readonly #signal: AbortSignal;
  readonly #out: PieceQueue;
  readonly #dialects: Dialects;
  readonly #tags = new ThinkTags();
  #text = "";
  #finish: string | null = null;
  #usage: Chunk["usage"] = null;
  #pieces = 0;
  #begunAt = 0;
  #firstAt: number | null = null;
  #lastAt = 0;

  constructor(
    endpoint: Endpoint,
    ports: RemotePorts,
    request: GenerateRequest,
    signal: AbortSignal,
    out: PieceQueue,
    dialects: Dialects,
  ) {
    this.#endpoint = endpoint;
    this.#ports = ports;
    this.#request = request;
    this.#signal = signal;
    this.#out = out;
    this.#dialects = dialects;
  }

  /** Resolves to how it ended; an abort ends it too. */
  async make(): Promise<ReplySummary> {
    this.#begunAt = performance.now();
    const { schema } = this.#request;
    let asked = { promptTokens: 0, droppedTurns: 0 };
    try {
      const { response, promptTokens, droppedTurns } = await this.#ask();
      asked = { promptTokens, droppedTurns };
      await this.#read(response);
      if (schema) {
        // Where its tokens were too few it is cut off, as on this machine; nothing would make it whole.
        const json = jsonIn(this.#text, schema) ?? (this.#finish === "length" ? this.#text : null);
        if (json === null) throw garbled(this.#endpoint.host, "in another shape than was asked for");
        this.#out.push(json);
      }
    } catch (error) {
      if (!this.#signal.aborted) throw error;
      return this.#summary("aborted", asked);
    }
    return this.#summary(this.#finish === "length" ? "length" : "stop", asked);
  }

  /** Asks until the server takes it, as humbly as need be; only a busy server is asked the same again. */
  async #ask(): Promise<{ response: Response; promptTokens: number; droppedTurns: number }> {
    const { host, base, model, contextSize } = this.#endpoint;
    const { now = Date.now, random = Math.random, sleep = pause, patience = usualPatience } = this.#ports;
    const why = this.#request.beside === undefined ? "remote-reply" : "remote-learning";
    let dialect = this.#dialects.get();
    const key = await this.#endpoint.key();
    for (let attempt = 1; ; ) {
      const { body, ...asked } = chatBody(this.#request, model, contextSize(), dialect);
      const response = await send(`${base}/chat/completions`, {
        ...{ method: "POST", body, key, signal: this.#signal, patience },
        onRequest: (at) => this.#ports.onRequest(at, why),
      });
      const { status, headers } = response;
      if (status === 200) {
        this.#dialects.keep(dialect);
        return { response, ...asked };
      }
      const complaint = complaintOf(await textOf(response, maxComplaintBytes));
      if (busy.has(status)) {
        const askedFor = retryAfter(headers["retry-after"], now());
        const wait = backoffMs(attempt, askedFor, random());
        attempt += 1;
        if (attempt > maxAttempts || wait > longestPause) {
          throw status === 429 ? limited(host, askedFor) : refusal(status, host, complaint);
        }
        await sleep(wait, this.#signal);
        continue;
      }
      const next = particular.has(status) ? nextDialect(dialect, this.#request, complaint) : null;
      if (next === null) throw refusal(status, host, complaint);
      dialect = next;
    }
  }

  async #read(response: Response): Promise<void> {
    const { host } = this.#endpoint;
    const type = response.headers["content-type"] ?? "";
    // Some servers don't stream although they were asked to.
    const whole = /^application\/json\b/i.test(type);
    if (!whole && !/^text\/event-stream\b/i.test(type)) {
      response.close();
      throw garbled(host, "with something other than a reply");
    }
    try {
      if (whole) await this.#readWhole(response);
      else await this.#readEvents(response);
    } finally {
      response.close();
    }
    for (const piece of this.#tags.end()) this.#take(piece);
  }

  async #readWhole(response: Response): Promise<void> {
    const said = readChunk(await textOf(response, maxReplyBytes));
    if (said === null || said.failed) throw garbled(this.#endpoint.host, "with something other than a reply");
    this.#chunk(said);
  }

  async #readEvents(response: Response): Promise<void> {
    const { host } = this.#endpoint;
    const reader = new SseReader();
    let bytes = 0;
    for await (const piece of response.body) {
      bytes += piece.length;
      if (bytes > maxReplyBytes) throw garbled(host, "without end");
      if (this.#events(readIn(() => reader.push(piece), host))) return;
    }
    if (this.#events(readIn(() => reader.end(), host)) || this.#finish !== null) return;
    throw unreachable(host, new Error("the reply ended too early"));
  }

  /** True once the stream is at its end. */
  #events(events: readonly string[]): boolean {
    for (const data of events) {
      if (data.trim() === "[DONE]") return true;
      const chunk = readChunk(data);
      if (chunk === null) throw garbled(this.#endpoint.host, "with something that is no JSON");
      // The first words are out already: no other request would make them fit.
      if (chunk.failed) throw refusal(500, this.#endpoint.host, complaintOf(data));
      this.#chunk(chunk);
    }
    return false;
  }

  #chunk({ text, thought, finish, usage }: Chunk): void {
    if (finish !== null) this.#finish = finish;
    if (usage) this.#usage = usage;
    if (thought !== "") this.#take({ type: "thought", text: thought });
    if (text !== "") for (const piece of this.#tags.push(text)) this.#take(piece);
    if (text === "" && thought === "") return;
    this.#pieces += 1;
    this.#lastAt = performance.now();
    this.#firstAt ??= this.#lastAt;
  }

  #take({ type, text }: { type: "text" | "thought"; text: string }): void {
    // JSON is looked through as a whole first.
    if (!this.#request.schema) this.#out.push(text, type);
    else if (type === "text") this.#text += text;
  }

  #summary(
    finish: ReplySummary["finish"],
    { promptTokens, droppedTurns }: { promptTokens: number; droppedTurns: number },
  ): ReplySummary {
    const replyTokens = this.#usage?.replyTokens ?? this.#pieces;
    const took = this.#firstAt === null ? 0 : this.#lastAt - this.#firstAt;
    return {
      finish,
      promptTokens: this.#usage?.promptTokens ?? promptTokens,
      reusedTokens: this.#usage?.reusedTokens ?? 0,
      replyTokens,
      droppedTurns,
      firstTokenMs: this.#firstAt === null ? null : this.#firstAt - this.#begunAt,
      tokensPerSecond: replyTokens < 2 || took <= 0 ? null : ((replyTokens - 1) / took) * 1_000,
    };
  }
}

function nextDialect(dialect: Dialect, { schema }: GenerateRequest, about: Complaint): Dialect | null {
  return about === "context" ? null : humbler(dialect, schema !== undefined, about);
}

function readIn(read: () => string[], host: string): string[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw garbled(host, "with a line without end");
    throw error;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
