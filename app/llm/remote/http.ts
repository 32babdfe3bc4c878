import { lookup } from "node:dns";
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { proxySettings } from "../download/request.ts";
import { isPrivateIp } from "./address.ts";
import { garbled, notPrivate, silent, unreachable } from "./failures.ts";

/** How long (ms) a server is waited for. */
export type Patience = {
  /** Until there is a connection. */
  connect: number;
  /** Until the answer begins; a server may have to load its model first. */
  firstByte: number;
  /** Between two pieces of it. */
  idle: number;
};

export type Call = {
  method: "GET" | "POST";
  body?: string | undefined;
  key: string | null;
  signal: AbortSignal;
  patience: Patience;
  /** A request goes out; returns what to call with the bytes that came back. */
  onRequest: (host: string) => (bytes: number) => void;
};

export type Response = {
  status: number;
  headers: IncomingHttpHeaders;
  /** @throws EbbError REMOTE_UNREACHABLE where the connection breaks or is silent for too long, or the signal's reason */
  body: AsyncIterable<Buffer>;
  close: () => void;
};

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Asks a server. It may send Ebb to another path of its own, or from http to https, a bounded number of times; never to another host, which
 * would get the key and what was said.
 * @throws EbbError REMOTE_UNREACHABLE or REMOTE_FAILED, or the signal's reason
 */
export async function send(address: string, call: Call): Promise<Response> {
  let url = new URL(address);
  for (let hops = 0; hops <= maxRedirects; hops++) {
    call.signal.throwIfAborted();
    const counted = call.onRequest(url.host);
    const response = await open(url, call);
    const status = response.statusCode ?? 0;
    if (!redirects.has(status)) {
      return {
        status,
        headers: response.headers,
        body: pieces(response, url.host, call, counted),
        close: () => response.destroy(),
      };
    }
    const { location } = response.headers;
    response.destroy();
    const next = location !== undefined && URL.canParse(location, url) ? new URL(location, url) : null;
    const kept = call.method === "GET" || status === 307 || status === 308;
    if (next === null || !kept || !isSameServer(url, next)) {
      throw garbled(url.host, "by sending Ebb somewhere else, where it does not go");
    }
    url = next;
  }
  throw garbled(url.host, "by sending Ebb from one address to the next without end");
}

/** The whole body as text, up to so many bytes of it. */
export async function textOf(response: Response, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } finally {
    response.close();
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}

function isSameServer(from: URL, to: URL): boolean {
  if (to.username !== "" || to.password !== "") return false;
  if (from.origin === to.origin) return true;
  return from.hostname === to.hostname && from.protocol === "http:" && to.protocol === "https:";
}

function open(url: URL, { method, body, key, signal, patience }: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { "user-agent": "Ebb", accept: "*/*", "accept-encoding": "identity" };
    if (key !== null) headers.authorization = `Bearer ${key}`;
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = `${Buffer.byteLength(body)}`;
    }
    const options: RequestOptions = { method, headers, signal };
    let timer: NodeJS.Timeout | undefined;
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(signal.aborted ? signal.reason : unreachable(url.host, error));
    };
    const answered = (response: IncomingMessage): void => {
      clearTimeout(timer);
      resolve(response);
    };
    try {
      const request =
        url.protocol === "https:"
          ? // An agent of its own, because proxies are read from the environment as it is now.
            httpsRequest(url, { ...options, agent: new Agent({ proxyEnv: proxySettings() }) }, answered)
          : httpRequest(url, { ...options, agent: false, lookup: lookupNear }, answered);
      const giveUp = (): void => void request.destroy(coded(silent));
      timer = setTimeout(giveUp, patience.connect);
      request.once("finish", () => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, patience.firstByte);
      });
      // Stays, so that what comes after the answer has begun is no uncaught error.
      request.on("error", fail);
      request.end(body);
    } catch (error) {
      fail(error);
    }
  });
}

/** Whatever a name stands for in the own network: without https, an address out on the net is not asked. */
const lookupNear: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const near = error ? [] : addresses.filter(({ address }) => isPrivateIp(address));
    const [first] = near;
    if (error || first === undefined) done(error ?? coded(notPrivate), [], 0);
    else if (options.all) done(null, near);
    else done(null, first.address, first.family);
  });
};

async function* pieces(
  response: IncomingMessage,
  host: string,
  { signal, patience }: Call,
  counted: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let received = 0;
  const silence = setTimeout(() => response.destroy(coded(silent)), patience.idle);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      silence.refresh();
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(host, error);
  } finally {
    clearTimeout(silence);
    counted(received);
  }
}

function coded(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
