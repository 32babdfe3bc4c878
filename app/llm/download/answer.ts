import type { IncomingHttpHeaders } from "node:http";
import { EbbError } from "../../contract/errors.ts";

/** What has arrived of a file, and what is known of the whole. Lengths in bytes. */
export type Begun = {
  /** Where to go on; 0 for the whole file. */
  from: number;
  /** Of the file that the part belongs to. */
  etag: string | null;
  totalBytes: number | null;
  /** What the catalog promises, where it knows. */
  expectedBytes: number | null;
};

/** What an answer comes to. */
export type Judgement =
  /** The body is to be written at that place; the whole file is so long, where the server says it. */
  | { kind: "write"; at: number; totalBytes: number | null; etag: string | null }
  /** All of it is there already. */
  | { kind: "complete" }
  /** What is there belongs to another file: begin anew. */
  | { kind: "restart" }
  /** It may go better later; `afterMs` is what the server asks for. */
  | { kind: "wait"; afterMs: number | null; error: EbbError }
  | { kind: "fail"; error: EbbError };

const later = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Judges an answer to a request for a file or the rest of one (RFC 9110, sections 13 and 14). `now` in ms is for a Retry-After
 * that names a date.
 */
export function judge(
  begun: Begun,
  status: number,
  headers: IncomingHttpHeaders,
  host: string,
  now: number,
): Judgement {
  if (status === 416) {
    const total = /^bytes \*\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1];
    return begun.from > 0 && Number(total) === begun.from ? { kind: "complete" } : { kind: "restart" };
  }
  if (later.has(status)) {
    return { kind: "wait", afterMs: retryAfter(headers["retry-after"], now), error: notNow(status, host) };
  }
  if (status !== 200 && status !== 206) return { kind: "fail", error: refusal(status, host) };
  const unusable = whyUnusable(headers, host);
  if (unusable) return { kind: "fail", error: unusable };

  const etag = strongTag(headers.etag);
  const place = status === 206 ? rangeOf(headers["content-range"]) : { at: 0, total: lengthOf(headers) };
  // A part of something else than was asked for, or of a file that has changed meanwhile.
  if (place === null || (place.at !== 0 && place.at !== begun.from)) return { kind: "restart" };
  if (place.at > 0 && begun.etag !== null && etag !== null && etag !== begun.etag) return { kind: "restart" };
  if (place.at > 0 && begun.totalBytes !== null && place.total !== null && place.total !== begun.totalBytes) {
    return { kind: "restart" };
  }
  const totalBytes = place.total ?? (place.at > 0 ? begun.totalBytes : null);
  if (begun.expectedBytes !== null && totalBytes !== null && totalBytes !== begun.expectedBytes) {
    return { kind: "fail", error: otherSize(host, totalBytes, begun.expectedBytes) };
  }
  return { kind: "write", at: place.at, totalBytes, etag: etag ?? (place.at > 0 ? begun.etag : null) };
}

/** Seconds, or a date, as ms from now; null where it is neither. */
export function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** A weak tag says that two files mean the same, not that their bytes are the same. */
function strongTag(tag: string | undefined): string | null {
  return tag !== undefined && /^"[^"]{1,200}"$/.test(tag) ? tag : null;
}

function lengthOf(headers: IncomingHttpHeaders): number | null {
  const length = headers["content-length"];
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
}

function rangeOf(header: string | undefined): { at: number; total: number | null } | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(header ?? "");
  if (!match) return null;
  return { at: Number(match[1]), total: match[3] === "*" ? null : Number(match[3]) };
}

function whyUnusable(headers: IncomingHttpHeaders, host: string): EbbError | null {
  if (/^text\/html\b/i.test(headers["content-type"] ?? "")) {
    return new EbbError(
      "DOWNLOAD_REFUSED",
      `${host} answered with a web page instead of a model.`,
      "If this network asks you to sign in, do so in your browser and try again; otherwise check the address.",
    );
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    return new EbbError("DOWNLOAD_REFUSED", `${host} sends the file in a form that Ebb cannot take.`, otherSource);
  }
  return null;
}

const otherSource = "Try again later, or choose another model or another source.";

function otherSize(host: string, found: number, expected: number): EbbError {
  const message = `${host} has another file there than the catalog describes: ${found} bytes instead of ${expected}.`;
  return new EbbError("DOWNLOAD_DAMAGED", message, otherSource);
}

function notNow(status: number, host: string): EbbError {
  return status === 429
    ? new EbbError("DOWNLOAD_REFUSED", `${host} asks for a pause between downloads.`, "Wait a while, then resume.")
    : new EbbError(
        "DOWNLOAD_UNREACHABLE",
        `${host} is in trouble (${status}).`,
        "Try again later; what has arrived is kept.",
      );
}

function refusal(status: number, host: string): EbbError {
  if (status === 404 || status === 410) {
    return new EbbError(
      "DOWNLOAD_REFUSED",
      `${host} has no such file.`,
      "Check its name and address, or choose another model.",
    );
  }
  if (status === 401 || status === 403) {
    const remedy =
      "Choose another model, or download this one with your browser where you are signed in, then add the file.";
    return new EbbError("DOWNLOAD_REFUSED", `${host} does not give this file to everyone.`, remedy);
  }
  return new EbbError("DOWNLOAD_REFUSED", `${host} refused the download (${status}).`, otherSource);
}
