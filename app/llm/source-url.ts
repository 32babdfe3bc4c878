import { EbbError } from "../contract/errors.ts";

/** Where models of the catalog come from, unless a mirror is named. */
export const hub = "https://huggingface.co";

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** One part of a model that was cut into several files. */
const onePart = /-\d{5}-of-\d{5}\.gguf$/i;
const maxUrlChars = 2_000;

/** True for this machine itself, the only host that is spoken to without TLS. */
export function isLoopback(url: URL): boolean {
  return loopback.test(url.hostname);
}

/**
 * An address that Ebb may ask for a file: https, or http on this machine, without a name or password in it.
 * @throws EbbError INVALID_INPUT with what is wrong with it
 */
export function requireSource(text: string): URL {
  const url = text.length <= maxUrlChars && URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null) throw refused("This is no address of a file.", "Copy the whole address, beginning with https://.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url))) {
    throw refused("Ebb downloads over https only.", "Use an address that begins with https://.");
  }
  if (url.username !== "" || url.password !== "") {
    throw refused("This address has a name or a password in it.", "Take out what stands before the @.");
  }
  url.hash = "";
  return url;
}

/** The address of a mirror as it is kept: without a slash at its end. @throws as `requireSource` */
export function requireMirror(text: string): string {
  const url = requireSource(text);
  if (url.search !== "")
    throw refused("A mirror's address ends before the question mark.", "Leave out what follows it.");
  return url.href.replace(/\/+$/, "");
}

/** Where a file of a repository lies, as Hugging Face and its mirrors serve it. `base` has no slash at its end. */
export function hubUrl(base: string, { repository, revision, file }: HubFile): string {
  const path = file.split("/").map(encodeURIComponent).join("/");
  return `${base}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
}

export type HubFile = { repository: string; revision: string; file: string };

const repositoryName = /^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/;
const hubPath = /^(?:[\w .+@()-]+\/){0,4}[\w .+@()-]+\.gguf$/i;

/** A repository and a file in it, as someone types them. @throws EbbError INVALID_INPUT, or MODEL_UNSUPPORTED for one part of many */
export function requireHubFile(repository: string, file: string): HubFile {
  const repo = repository.trim();
  const path = file.trim();
  if (!repositoryName.test(repo) || repo.includes("..")) {
    throw refused("This is no repository of Hugging Face.", "Write it as owner/name.");
  }
  if (!hubPath.test(path) || path.includes("..")) {
    throw refused("This is no GGUF file.", "Write the name of a file that ends in .gguf.");
  }
  requireWhole(path);
  return { repository: repo, revision: "main", file: path };
}

/** @throws EbbError MODEL_UNSUPPORTED for one part of a model that was cut into several files */
export function requireWhole(name: string): void {
  if (!onePart.test(name)) return;
  throw new EbbError(
    "MODEL_UNSUPPORTED",
    "This is one part of a model that was cut into several files.",
    "Choose the same model as a single file, or a smaller quantisation of it.",
  );
}

const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const maxNameBytes = 160;

/**
 * A name that any file system takes, made of the last part of an address or path: no folder, no control character, no name that
 * Windows keeps for itself; it ends in ".gguf".
 */
export function safeFileName(from: string): string {
  let last = from.split(/[\\/]/).at(-1) ?? "";
  try {
    last = decodeURIComponent(last);
  } catch {
    // A stray % is a character like any other.
  }
  const stem = (last.split(/[\\/]/).at(-1) ?? "")
    .replace(/\.gguf$/i, "")
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._+()@ -]/gu, "-")
    .replace(/^[. -]+|[. ]+$/g, "");
  const name = stem === "" || reserved.test(stem) ? `model-${stem}`.replace(/-$/, "") : stem;
  let short = name;
  while (Buffer.byteLength(short) > maxNameBytes) short = short.slice(0, -1);
  return `${short}.gguf`;
}

function refused(message: string, remedy: string): EbbError {
  return new EbbError("INVALID_INPUT", message, remedy);
}
