import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { EbbError } from "../../contract/errors.ts";
import { isLoopback, requireSource } from "../source-url.ts";

/** A server's answer to a request for a file. */
export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  body: IncomingMessage;
  /** Who answered, after redirects. */
  host: string;
  /** The SHA-256 that Hugging Face states of the file on the way to it; null where nobody does. */
  statedSha256: string | null;
};

export type RequestOptions = {
  headers: Record<string, string>;
  signal: AbortSignal;
  /** Without a word from the server for so long (ms), the request fails. */
  patienceMs: number;
  /** Told of each host that is asked, before it is. */
  onRequest: (host: string) => void;
};

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Asks for a file, following a bounded number of redirects to https (on this machine also http). HTTPS_PROXY and NO_PROXY are
 * honoured. Says nothing of the user but what every request does.
 * @throws EbbError DOWNLOAD_UNREACHABLE or DOWNLOAD_REFUSED, or the signal's reason
 */
export async function ask(source: URL, options: RequestOptions): Promise<Answer> {
  let url = source;
  let statedSha256: string | null = null;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    options.signal.throwIfAborted();
    options.onRequest(url.hostname);
    const response = await send(url, options);
    statedSha256 ??= linkedSha256(response.headers);
    const status = response.statusCode ?? 0;
    if (!redirects.has(status)) {
      return { status, headers: response.headers, body: response, host: url.hostname, statedSha256 };
    }
    response.destroy();
    url = redirected(url, source, response.headers.location);
  }
  const remedy = "Check the address, or choose another source.";
  throw new EbbError(
    "DOWNLOAD_REFUSED",
    `${source.hostname} sends Ebb from one address to the next without end.`,
    remedy,
  );
}

function redirected(from: URL, source: URL, location: string | undefined): URL {
  const remedy = "Choose another source.";
  if (location === undefined || !URL.canParse(location, from)) {
    throw new EbbError("DOWNLOAD_REFUSED", `${from.hostname} sends Ebb to an address that is none.`, remedy);
  }
  let next: URL;
  try {
    next = requireSource(new URL(location, from).href);
  } catch (error) {
    throw new EbbError("DOWNLOAD_REFUSED", `${from.hostname} sends Ebb to an address that is not safe.`, remedy, error);
  }
  // What is out on the net has no business with this machine's own servers.
  if (isLoopback(next) && !isLoopback(source)) {
    throw new EbbError("DOWNLOAD_REFUSED", `${from.hostname} sends Ebb to an address that is not safe.`, remedy);
  }
  return next;
}

function send(url: URL, { headers, signal, patienceMs }: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      headers: { "user-agent": "Ebb", accept: "*/*", "accept-encoding": "identity", ...headers },
      signal,
      timeout: patienceMs,
    };
    const fail = (error: unknown): void => reject(signal.aborted ? signal.reason : unreachable(url, error));
    try {
      const request =
        url.protocol === "https:"
          ? // An agent of its own, because proxies are read from the environment as it is now.
            httpsRequest(url, { ...options, agent: new Agent({ proxyEnv: proxySettings() }) }, resolve)
          : httpRequest(url, { ...options, agent: false }, resolve);
      request.once("timeout", () => request.destroy(new Error("no answer in time")));
      request.once("error", fail);
      request.end();
    } catch (error) {
      fail(error);
    }
  });
}

/** What the environment says of proxies for https. */
export function proxySettings(): NodeJS.ProcessEnv {
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = process.env;
  return Object.fromEntries(
    Object.entries({ HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy }).filter(([, value]) => value !== undefined),
  );
}

/** Hugging Face names the SHA-256 of a large file as the tag of what its redirect leads to. */
function linkedSha256(headers: IncomingHttpHeaders): string | null {
  const tag = headers["x-linked-etag"];
  return typeof tag === "string" ? (/^"?([0-9a-f]{64})"?$/.exec(tag)?.[1] ?? null) : null;
}

/** A failure of the network as the user is told it. */
export function unreachable({ hostname }: Pick<URL, "hostname">, cause: unknown): EbbError {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) {
    const remedy = "Check your connection and the address; if you need a proxy, start Ebb with HTTPS_PROXY set.";
    return new EbbError("DOWNLOAD_UNREACHABLE", `${hostname} cannot be found.`, remedy, cause);
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code)) {
    const remedy = "If your network has certificates of its own, start Ebb with NODE_EXTRA_CA_CERTS set to them.";
    return new EbbError("DOWNLOAD_UNREACHABLE", `${hostname} cannot prove who it is.`, remedy, cause);
  }
  const remedy = "Check your connection, then resume; what has arrived is kept.";
  return new EbbError("DOWNLOAD_UNREACHABLE", `The connection to ${hostname} failed.`, remedy, cause);
}
