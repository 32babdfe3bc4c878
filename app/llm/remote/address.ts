import { BlockList, isIP } from "node:net";
import { EbbError } from "../../contract/errors.ts";
import { isLoopback } from "../source-url.ts";

/** A server that speaks the protocol of OpenAI. */
export type Address = {
  /** With its path, without a slash at its end; whether "/v1" belongs to it, the server says. */
  base: string;
  /** As the user is told who answers: the port goes with it where it is not the usual one. */
  host: string;
  /** What is sent can be read on the way. */
  plain: boolean;
  /** It runs on this computer. */
  here: boolean;
};

const maxChars = 2_000;
const anyScheme = /^[a-z][a-z\d+.-]*:\/\//i;
/** Names that only the own network gives, by RFC 6762, RFC 8375 and custom. */
const localName = /^(?:[^.]+|.+\.(?:local|lan|internal|home\.arpa|localhost))$/i;

const privateNetworks = new BlockList();
for (const [network, bits] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  // Shared address space, as of overlay networks (RFC 6598).
  ["100.64.0.0", 10],
] as const) {
  privateNetworks.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  privateNetworks.addSubnet(network, bits, "ipv6");
}

/** True for an address of this machine or of a network that the internet does not reach. */
export function isPrivateIp(ip: string): boolean {
  const family = isIP(ip);
  return family !== 0 && privateNetworks.check(ip, family === 4 ? "ipv4" : "ipv6");
}

/**
 * The address of a server as someone types it. It is https, or http on this machine and in the own network; without a scheme, it is
 * whichever of them is allowed.
 * @throws EbbError INVALID_INPUT with what is wrong with it
 */
export function requireAddress(text: string): Address {
  const typed = text.trim();
  const bare = !anyScheme.test(typed);
  const given = bare ? `http://${typed}` : typed;
  const url = typed !== "" && typed.length <= maxChars && URL.canParse(given) ? new URL(given) : null;
  if (url === null || url.hostname === "") {
    throw refused("This is no address of a server.", "Write it like https://models.example.org or localhost:11434.");
  }
  const near = isNear(url.hostname);
  if (bare && !near) url.protocol = "https:";
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw refused("Ebb asks servers over https only.", "Use an address that begins with https://.");
  }
  if (url.username !== "" || url.password !== "") {
    throw refused("This address has a name or a password in it.", "Take out what stands before the @.");
  }
  if (url.search !== "" || url.hash !== "") {
    throw refused("The address ends before the question mark.", "Leave out what follows it.");
  }
  if (url.protocol === "http:" && !near) {
    throw refused(
      `Anybody on the way could read what is sent to ${url.host} without https.`,
      "Use an address that begins with https://; http is for this computer and your own network only.",
    );
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(?:chat\/completions|completions|models)$/, "");
  const here = isLoopback(url);
  return { base: `${url.origin}${path}`, host: url.host, plain: url.protocol === "http:" && !here, here };
}

/** Where the calls may lie: below "/v1", as nearly everywhere, or right below the address. */
export function basesOf({ base }: Address): string[] {
  return /\/v\d+[a-z]*$/.test(base) ? [base] : [`${base}/v1`, base];
}

const unbracketed = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

function isNear(hostname: string): boolean {
  const name = unbracketed(hostname);
  return isIP(name) === 0 ? localName.test(name) : isPrivateIp(name);
}

function refused(message: string, remedy: string): EbbError {
  return new EbbError("INVALID_INPUT", message, remedy);
}
