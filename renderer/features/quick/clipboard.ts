import { clipboardHeading } from "../../../app/contract/clipboard.ts";

/** The message that asks a question about a copied text, which it brings as a block quote: learning passes over those. */
export function withClipboard(question: string, copied: string): string {
  const lines = copied.replaceAll(/\r\n?|[\u2028\u2029]/g, "\n").replace(/\n+$/, "");
  return `${question.trimEnd()}\n\n${clipboardHeading}\n\n${lines.replaceAll(/^/gm, "> ")}`;
}

/** A message taken apart again; `copied` is null where it brings nothing from the clipboard. */
export function splitClipboard(message: string): { question: string; copied: string | null } {
  const at = message.lastIndexOf(`\n\n${clipboardHeading}\n\n> `);
  if (at < 0) return { question: message, copied: null };
  const quoted = message.slice(at + clipboardHeading.length + 4).split("\n");
  if (!quoted.every((line) => line.startsWith(">"))) return { question: message, copied: null };
  return { question: message.slice(0, at), copied: quoted.map((line) => line.replace(/^> ?/, "")).join("\n") };
}
