import { EbbError } from "../../contract/errors.ts";

// What a server says about a failure may repeat what it was asked: nothing of it is ever passed on.

/** What an answer that is none comes to. `about` is what the server's words seem to complain about. */
export function refusal(status: number, host: string, about: Complaint): EbbError {
  if (about === "context") return tooLong(host);
  if (status === 401 || status === 403) {
    return new EbbError(
      "REMOTE_DENIED",
      status === 401 ? `${host} does not accept the key.` : `${host} does not let this key do that.`,
      "Enter a key that is valid there under Models, Another computer.",
    );
  }
  if (status === 404 || status === 405) {
    return new EbbError(
      "REMOTE_REFUSED",
      `${host} has no such model, or answers somewhere else.`,
      "Check the address and choose the model again under Models, Another computer.",
    );
  }
  if (status === 402) {
    return new EbbError("REMOTE_DENIED", `${host} asks to be paid first.`, "Look at your account there.");
  }
  if (status === 413) return tooLong(host);
  if (status === 429) return limited(host, null);
  if (status >= 500) {
    return new EbbError(
      "REMOTE_FAILED",
      `${host} is in trouble (${status}).`,
      "Try again in a while, or use a model on this computer.",
    );
  }
  return new EbbError(
    "REMOTE_REFUSED",
    `${host} did not take the request (${status}).`,
    "Try another model there, or look at what its server logs.",
  );
}

export function limited(host: string, waitMs: number | null): EbbError {
  const when = waitMs === null ? "Wait a while" : `Wait ${inWords(waitMs)}`;
  return new EbbError(
    "REMOTE_LIMITED",
    `${host} is asked more than it allows.`,
    `${when}, then try again, or use a model on this computer.`,
  );
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 120) return seconds === 1 ? "a second" : `${seconds} seconds`;
  return seconds < 7_200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3_600)} hours`;
}

function tooLong(host: string): EbbError {
  return new EbbError(
    "CONTEXT_OVERFLOW",
    `This is longer than the model on ${host} can read at once.`,
    "Shorten the message, or set a smaller context under Models, Another computer, so that old turns are left out.",
  );
}

/** A failure of the network, as the user is told it. */
export function unreachable(host: string, cause: unknown): EbbError {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const fail = (message: string, remedy: string): EbbError => new EbbError("REMOTE_UNREACHABLE", message, remedy);
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) {
    return fail(
      `${host} cannot be found.`,
      "Check the address and your connection; if you need a proxy, start Ebb with HTTPS_PROXY set.",
    );
  }
  if (code === "ECONNREFUSED") {
    return fail(`Nothing answers at ${host}.`, "Start the server there, and check the port in the address.");
  }
  if (code === notPrivate) {
    return fail(`${host} is not in your own network.`, "Use an address that begins with https://.");
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
    return fail(
      `${host} cannot prove who it is.`,
      "If it has a certificate of its own, start Ebb with NODE_EXTRA_CA_CERTS set to it; else check https in the address.",
    );
  }
  if (code === silent)
    return fail(`${host} does not answer.`, "See whether the server there is at work, then try again.");
  return fail(`The connection to ${host} broke.`, "Check your connection, then try again.");
}

/** Codes of errors that are made here. */
export const notPrivate = "EBB_NOT_PRIVATE";
export const silent = "EBB_SILENT";

/** An answer that can't be understood. */
export function garbled(host: string, what: string): EbbError {
  return new EbbError(
    "REMOTE_FAILED",
    `${host} answered ${what}.`,
    "Check that the address is that of an OpenAI-compatible server, such as llama-server, Ollama or vLLM.",
  );
}

export type Complaint = "context" | "format" | "sampling" | "other";

/** What a refusal seems to be about, by its words; they go no further. */
export function complaintOf(body: string): Complaint {
  if (/context.{0,30}(?:length|size|window|exceed)|exceed.{0,40}context|maximum context|too many tokens/i.test(body)) {
    return "context";
  }
  if (/response_format|json_schema|json_object|grammar|guided|structured|schema/i.test(body)) return "format";
  if (
    /top_k|min_p|stream_options|seed|temperature|top_p|max_tokens|max_completion_tokens|unknown (?:field|param)|extra (?:field|input)|unrecognized/i.test(
      body,
    )
  ) {
    return "sampling";
  }
  return "other";
}
