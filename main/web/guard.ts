import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A fresh secret for this launch: 256 bits, hexadecimal. */
export function newSecret(): string {
  return randomBytes(32).toString("hex");
}

/** Compares in a time that tells nothing about where two secrets differ. */
export function sameSecret(given: unknown, secret: string): boolean {
  if (typeof given !== "string" || given.length > 1_000) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** The names under which a browser on this machine reaches the host. */
function hostsOf(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/**
 * True where the request names this host. A page of another site that has its own name resolve to 127.0.0.1 (DNS
 * rebinding) still sends its own name here.
 */
export function hostIsOurs(request: IncomingMessage, port: number): boolean {
  return hostsOf(port).includes(request.headers.host ?? "");
}

/** True where the request comes from a page of this host; `required` where a request without an Origin is refused too. */
export function originIsOurs(request: IncomingMessage, port: number, required: boolean): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return !required;
  return hostsOf(port).some((host) => origin === `http://${host}`);
}
