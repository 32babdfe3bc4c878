import { readFile, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { protocol, type Session } from "electron";
import { securityHeaders } from "../page-policy.ts";
import { pageOrigin, scheme } from "./page-address.ts";

/** What the build puts into the renderer's folder; nothing else is served. */
const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** Makes the scheme a secure origin. To be called before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }]);
}

/** Serves the files of `folder`, and nothing outside of it, as app://ebb/ in one session. */
export async function servePages(session: Session, folder: string): Promise<void> {
  const root = await realpath(folder);
  session.protocol.handle(scheme, (request) => respond(request, root));
}

async function respond(request: Request, root: string): Promise<Response> {
  const url = new URL(request.url);
  if (`${url.protocol}//${url.host}` !== pageOrigin) return refusal(403);
  if (request.method !== "GET" && request.method !== "HEAD") return refusal(405);
  const type = contentTypes[extname(url.pathname)];
  const file = await fileOf(url.pathname, root);
  if (type === undefined || file === null) return refusal(404);
  const body = request.method === "HEAD" ? null : new Uint8Array(await readFile(file));
  // Built files carry a hash in their name or are read from the disk in no time: nothing is gained by a cache.
  return new Response(body, { headers: { ...securityHeaders, "Content-Type": type, "Cache-Control": "no-store" } });
}

/** The real file that a path stands for; null where there is none, or it lies outside of the folder, by links too. */
async function fileOf(pathname: string, root: string): Promise<string | null> {
  try {
    const file = await realpath(join(root, decodeURIComponent(pathname)));
    return file.startsWith(root + sep) ? file : null;
  } catch {
    return null;
  }
}

const refusal = (status: number): Response => new Response(null, { status, headers: securityHeaders });
