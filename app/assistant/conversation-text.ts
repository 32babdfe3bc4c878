import { clipboardHeading } from "../contract/clipboard.ts";
import type { MessageRow } from "../storage/messages.ts";

/** An earlier turn, as the language side reads it. */
export type PreviousTurn = { role: MessageRow["role"]; text: string; at: number };

/** Earlier turns that help to read a message such as "No, actually it's on Friday". */
export const contextTurns = 6;

/** The last few of these turns, oldest first. */
export function previousTurns(branch: readonly MessageRow[]): PreviousTurn[] {
  return branch.slice(-contextTurns).map(({ role, text, createdAt }) => ({ role, text, at: createdAt }));
}

const heading = new RegExp(`^${clipboardHeading}[ \\t]*$`, "gm");

/**
 * What a message asks in its author's own words: without block quotes and the heading over one from the clipboard. The whole
 * text where nothing else is left.
 */
export function askedWords(text: string): string {
  if (!/^[ \t]*>/m.test(text)) return text;
  const own = text.replaceAll(/^[ \t]*>.*$/gm, "").replaceAll(heading, "");
  return own.trim() === "" ? text : own.replaceAll(/\n{3,}/g, "\n\n").trim();
}

/** The longest made-up title, in characters. */
const titleChars = 60;

/** A title from the first thing said: its first line, cut at a word. */
export function titleOf(text: string): string {
  const line = text.trim().split("\n", 1)[0]?.replaceAll(/\s+/g, " ").trim() ?? "";
  if (line.length <= titleChars) return line || "New chat";
  const cut = line.slice(0, titleChars);
  const space = cut.lastIndexOf(" ");
  // A half of a surrogate pair at the end would be shown as a broken sign.
  return `${(space > titleChars / 2 ? cut.slice(0, space) : cut).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** The zone where it is one that dates can be reckoned in, or null. */
export function usableZone(zone: string | undefined): string | null {
  if (zone === undefined) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return null;
  }
}
