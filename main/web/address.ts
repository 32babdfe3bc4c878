import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** What a running web host leaves in the data folder for the next start and for a second one. */
const schema = z.object({
  /** Tried again at the next start, so that an address stays good. */
  port: z.number().int().min(1).max(65_535),
  /** Of the launch that runs now; null when none does. */
  secret: z.string().nullable(),
});
export type HostAddress = z.infer<typeof schema>;

const file = (folder: string): string => join(folder, "web.json");

/** The last written address, or null where there is none that can be read. */
export function readAddress(folder: string): HostAddress | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file(folder), "utf8")));
  } catch {
    return null;
  }
}

/** Writes the address for this user's eyes only. Throws the file system's error. */
export function writeAddress(folder: string, address: HostAddress): void {
  writeFileSync(file(folder), JSON.stringify(address), { mode: 0o600 });
}

/** Ebb's pages, by the file that each is served from. */
const pages = { main: "", quick: "quick.html" } as const;
export type Page = keyof typeof pages;

/**
 * A page's address; the secret stands in the fragment, which no browser ever sends over the network. `route` is the view to
 * open on, such as "/c/ID".
 */
export function pageUrl(port: number, secret: string, page: Page, route: string | null = null): string {
  return `http://127.0.0.1:${port}/${pages[page]}#secret=${secret}${route === null ? "" : `&route=${route}`}`;
}
